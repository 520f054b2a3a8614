"""The data contract: the tables of a data folder and their columns."""

from dataclasses import dataclass, replace

from data.contract.columns import (
    AREA_TYPE,
    BASIS,
    CHANGE,
    DATUM,
    FLAG,
    GRADE,
    OWNERSHIP,
    SEAT_STAGE,
    SETTING,
    SEX,
    STAGE,
    STANDARD_MEASURE,
    STATUS,
    TARGET_MEASURE,
    TARGET_STAGE,
    Column,
    Vocabulary,
)
from data.language import Text

CROSSWALK = "crosswalk"
EXAMPLE_MARK = "示例"
FIRST_YEAR, LAST_YEAR = 1949, 2100
# China lies in these bounds; they do not overlap, so swapped coordinates are certain to be seen.
LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)


@dataclass(frozen=True)
class Table:
    """One table: its file or sheet name, Chinese title, natural key and columns."""

    name: str
    title: str
    key: tuple[str, ...]
    note: Text
    columns: tuple[Column, ...]
    needed: bool = False
    aliases: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Return the column called ``name``."""
        return next(column for column in self.columns if column.name == name)


def _count(  # a whole number of people or things
    name: str, title: str, example: str, unit: str = "persons", *, needed: bool = False
) -> Column:
    zh, en = f"{title}，整数", f"{name.replace('_', ' ')}, whole number"
    return Column(name, title, "count", Text(zh, en), needed, unit=unit, example=example)


def _amount(name: str, title: str, example: str, unit: str) -> Column:
    note = Text(f"{title}，单位 {unit}", f"{name.replace('_', ' ')} in {unit}")
    return Column(name, title, "amount", note, unit=unit, high=1e13, example=example)


def _text(name: str, title: str, example: str, note: Text, *, needed: bool = False) -> Column:
    return Column(name, title, "text", note, needed, example=example)


def _year(name: str, title: str, note: Text, *, example: str = "2025") -> Column:
    return Column(
        name, title, "year", note, True, low=FIRST_YEAR, high=LAST_YEAR, example=example,
        aliases=("年", "学年", "统计年份") if name == "year" else (),
    )  # fmt: skip


def _stage(vocabulary: Vocabulary = STAGE, *, needed: bool = True) -> Column:
    note = Text("学段", "stage of schooling")
    return Column(
        "stage", "学段", "choice", note, needed, vocabulary, ("教育阶段",), example="小学"
    )


def _age(name: str, title: str, note: Text, example: str, *, needed: bool) -> Column:
    return Column(name, title, "age", note, needed, unit="years", high=130, example=example)


def _yield(stage: str, title: str, example: str) -> Column:
    note = Text(f"每套新住房带来的{title}学生数", f"{stage} pupils a new dwelling")
    return Column(
        f"{stage}_yield", f"{title}每套学生数", "ratio", note, unit="fraction", high=2.0,
        example=example,
    )  # fmt: skip


ADCODE = Column(
    "adcode", "行政区划代码", "adcode", Text("六位县级代码", "six-digit county code"), True,
    aliases=("区划代码", "地区代码", "区县代码", "代码", "区县", "县区", "县（市、区）", "地区"),
    example="450312",
)  # fmt: skip
SCHOOL_YEAR = _year("year", "年份", Text("学年开始的年份（9 月 1 日）", "year of 1 September"))
YEAR = _year("year", "年份", Text("日历年", "calendar year"))
IDENTIFIER = _text("id", "编号", "E-1", Text("唯一编号", "unique identifier"), needed=True)
NAME = _text("name", "名称", "示例名称", Text("名称", "name"))
LON = Column(
    "lon", "经度", "amount",
    Text("经度，坐标系见 datum", "longitude in the datum stated"), unit="degrees",
    low=LONGITUDES[0], high=LONGITUDES[1], aliases=("longitude",), example="110.21",
)  # fmt: skip
LAT = Column(
    "lat", "纬度", "amount",
    Text("纬度，坐标系见 datum", "latitude in the datum stated"), unit="degrees",
    low=LATITUDES[0], high=LATITUDES[1], aliases=("latitude",), example="25.24",
)  # fmt: skip
POSITION = (
    LON,
    LAT,
    Column("datum", "坐标系", "choice",
           Text("CGCS2000 或 WGS84；有坐标必填", "CGCS2000 or WGS84; needed with coordinates"),
           False, DATUM, ("大地坐标系", "坐标基准"), example="CGCS2000"),
)  # fmt: skip
OWNER = Column(
    "ownership", "办学性质", "choice", Text("公办或民办", "public or private"), False, OWNERSHIP,
    ("性质",), default="all", example="公办",
)  # fmt: skip
CLASS_SIZE = Column(
    "class_size", "班额", "amount", Text("每班人数", "pupils a class"), unit="persons", low=1,
    high=100, example="45",
)  # fmt: skip
RETIRING_YEAR = replace(
    _year(
        "retiring_year", "停用年份", Text("危房等停用的学年", "when they are given up, e.g. unsafe")
    ),
    needed=False,
    example="",
)
VALUE = Column("value", "数值", "amount", Text("数值", "value"), True, high=1e13, example="45")
SEATS, LAND = _count("seats", "学位数", "1080", "seats"), _amount("land_m2", "用地面积", "", "m2")
COST = _amount("cost_cny", "造价", "", "cny")
PROVENANCE = (
    Column(
        "basis", "数据性质", "choice", Text("数据从何而来", "what the figure rests on"), False,
        BASIS, ("依据",), example="统计",
    ),
    Column(
        "source", "来源", "text", Text("出处；不填则取文件名", "where from; default the file name"),
        example=f"{EXAMPLE_MARK}（请换成真实数据和来源） example row",
    ),
    Column("method", "方法", "text", Text("估计值的方法", "method of an estimate")),
)  # fmt: skip

_AREAS = (
    ADCODE,
    _text("name", "名称", "临桂区", Text("名称", "name"), needed=True),
    Column("parent", "上级代码", "adcode", Text("上级区划代码", "code of the area above"),
           aliases=("上级行政区划代码", "上级"), example="450300"),
    Column("type", "类型", "choice", Text("区、县、市", "district, county or city"), True,
           AREA_TYPE, ("区划类型",), example="区"),
    Column("urban_core", "是否城区", "flag", Text("是否中心城区", "belongs to the urban core"),
           True, FLAG, ("城区", "中心城区"), example="是"),
    _amount("area_km2", "面积", "", "km2"),
)  # fmt: skip
_POPULATION = (
    ADCODE,
    YEAR,
    _age("age_lower", "年龄下限", Text("年龄组下限", "first age of the group"), "0", needed=True),
    _age("age_upper", "年龄上限", Text("年龄组上限（含）；空表示以上", "last age; empty = open"),
         "4", needed=False),
    Column("sex", "性别", "choice", Text("性别", "sex"), False, SEX, default="all", example="合计"),
    _count("persons", "人数", "30000", needed=True),
)  # fmt: skip
_TARGETS = (
    _stage(TARGET_STAGE),
    _year("year", "年份", Text("达到目标的年份", "year of the target"), example="2030"),
    Column("measure", "指标", "choice", Text("指标", "measure"), True, TARGET_MEASURE,
           example="毛入学率"),
    Column("value", "数值", "ratio", Text("小数，1.05 表示 105%", "fraction, 1.05 = 105 %"), True,
           unit="fraction", high=2.0, example="1.02"),
)  # fmt: skip
_STANDARDS = (
    _stage(SEAT_STAGE),
    Column("measure", "指标", "choice", Text("指标", "measure"), True, STANDARD_MEASURE,
           example="班额"),
    VALUE,
    _text("unit", "单位", "人/班", Text("单位", "unit")),
    _text("norm", "标准号", "", Text("标准编号", "number of the norm")),
)  # fmt: skip
_CROSSWALK = (
    Column("adcode_old", "原代码", "adcode", Text("变更前的代码", "code before the change"), True,
           aliases=("原行政区划代码", "旧代码"), example="450322"),
    replace(ADCODE, title="新代码", note=Text("变更后的代码", "code after the change"),
            aliases=("新行政区划代码", "行政区划代码")),
    _year("year", "变更年份", Text("变更的年份", "year of the change"), example="2013"),
    Column("share", "份额", "ratio",
           Text("原区划人口归入新代码的比例；一个原代码各份之和为 1",
                "share of the old unit's people passed on; those of one old code add up to 1"),
           unit="fraction", high=1.0, default="1", example="1"),
    Column("kind", "变更类型", "choice", Text("更名、拆分、合并或划转", "kind of change"), True,
           CHANGE, ("类型",), example="更名"),
)  # fmt: skip
_POINT = (IDENTIFIER, NAME, ADCODE, *POSITION)
_SETTLEMENT_AGES = tuple(
    _count(f"age_{low}_{high}", f"{low}至{high}岁人口", "")
    for low, high in ((3, 5), (6, 11), (12, 14), (15, 17))
)


TABLES: tuple[Table, ...] = (
    Table(
        "areas", "区划", ("adcode",), Text("县级行政区划", "counties"),
        (*_AREAS, *PROVENANCE), True, ("行政区划", "县区", "区县"),
    ),
    Table(
        "population", "人口", ("adcode", "year", "age_lower", "age_upper", "sex"),
        Text("分年龄人口，年龄组宽度不限", "population by age, groups of any width"),
        (*_POPULATION, *PROVENANCE), True, ("分年龄人口", "年龄人口"),
    ),
    Table(
        "totals", "总人口", ("adcode", "year"),
        Text("常住人口与城镇人口", "resident and urban population"),
        (ADCODE, YEAR, _count("population", "常住人口", "555109", needed=True),
         _count("urban_population", "城镇人口", "318818"), *PROVENANCE),
        aliases=("常住人口",),
    ),
    Table(
        "births", "出生", ("adcode", "year"), Text("出生人数", "births"),
        (ADCODE, YEAR, _count("births", "出生人数", "4000", needed=True), *PROVENANCE),
        aliases=("出生人口", "出生人数"),
    ),
    Table(
        "enrolment", "在校生", ("adcode", "year", "stage", "grade"),
        Text("在校生、招生、毕业生", "pupils, entrants, leavers"),
        (ADCODE, SCHOOL_YEAR, _stage(),
         Column("grade", "年级", "choice", Text("年级，或合计", "grade, or all"), False, GRADE,
                default="all", example="合计"),
         _count("pupils", "在校生数", "44869", needed=True), _count("entrants", "招生数", "7500"),
         _count("leavers", "毕业生数", "7200"), *PROVENANCE),
        aliases=("在校学生", "在校生数"),
    ),
    Table(
        "capacity", "学位", ("adcode", "year", "stage", "ownership"),
        Text("现有学位；学位数与班级数至少填一项", "seats today; seats or classes at least"),
        (ADCODE, SCHOOL_YEAR, _stage(SEAT_STAGE), OWNER,
         _count("schools", "学校数", "2", "pieces"), SEATS,
         _count("classes", "班级数", "24", "pieces"), CLASS_SIZE,
         _count("retiring_seats", "停用学位数", "", "seats"), RETIRING_YEAR, *PROVENANCE),
        aliases=("学位供给", "现有学位"),
    ),
    Table(
        "projects", "项目", ("project_id",), Text("在建和规划项目", "projects in the pipeline"),
        (_text("project_id", "项目编号", "P-1", Text("唯一编号", "unique identifier"), needed=True),
         ADCODE, _stage(SEAT_STAGE), replace(SEATS, needed=True),
         _year("planned_opening_year", "计划启用年份", Text("计划启用年份", "year of opening")),
         Column("status", "状态", "choice", Text("进展", "progress"), True, STATUS, example="在建"),
         *POSITION, LAND, COST, *PROVENANCE),
        aliases=("建设项目", "学校项目"),
    ),
    Table(
        "housing", "住房", ("adcode", "year"),
        Text("将入住的新住房", "new dwellings to be occupied"),
        (ADCODE, YEAR, _count("dwellings", "住房套数", "1200", "pieces", needed=True),
         _yield("kindergarten", "幼儿园", "0.15"), _yield("primary", "小学", "0.25"),
         _yield("junior", "初中", "0.1"), _yield("senior", "高中", "0.08"), *PROVENANCE),
        aliases=("新建住房",),
    ),
    Table(
        "sites", "备选用地", ("id",), Text("可建学校的用地", "land where a school may be built"),
        (*_POINT, _stage(SEAT_STAGE, needed=False), SEATS, LAND, COST, *PROVENANCE),
        aliases=("用地", "候选用地"),
    ),
    Table(
        "schools", "学校", ("id",), Text("现有学校", "schools today"),
        (*_POINT, _stage(SEAT_STAGE), OWNER, SEATS, _count("pupils", "在校生数", ""), LAND,
         *PROVENANCE),
        aliases=("学校名录", "现有学校"),
    ),
    Table(
        "settlements", "居民点", ("id",), Text("居民点人口", "where children live"),
        (*_POINT, Column("setting", "城乡", "choice",
                         Text("城镇或乡村，决定服务半径", "urban or rural: which radius holds"),
                         False, SETTING, ("城乡类型",), example="城镇"),
         _count("population", "人口数", "3000"), *_SETTLEMENT_AGES, *PROVENANCE),
        aliases=("社区", "村居"),
    ),
    Table(
        "targets", "目标", ("stage", "year", "measure"), Text("规划目标", "targets of the plan"),
        (*_TARGETS, *PROVENANCE), aliases=("规划目标",),
    ),
    Table(
        "standards", "标准", ("stage", "measure"), Text("建设标准", "planning standards"),
        (*_STANDARDS, *PROVENANCE), aliases=("建设标准",),
    ),
    Table(
        CROSSWALK, "区划变更", ("adcode_old", "adcode", "year"),
        Text("旧代码归入今天的区划：更名、拆分、合并、划转",
             "old codes carried over to the counties of today"),
        (*_CROSSWALK, *PROVENANCE), aliases=("行政区划变更", "代码对照"),
    ),
)  # fmt: skip
TABLE_BY_NAME = {table.name: table for table in TABLES}
BOUNDARIES = ("boundaries", "边界")
INSTRUCTIONS = "填写说明"
