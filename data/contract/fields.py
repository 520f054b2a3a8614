"""What the tables of the data contract share: the class, makers of columns, common columns."""

from dataclasses import dataclass, replace

from data.contract.columns import (
    BASIS,
    DATUM,
    FLAG,
    GRADE,
    OWNERSHIP,
    STAGE,
    Column,
    Vocabulary,
)
from data.contract.stages import Stage
from data.language import Text

EXAMPLE_MARK = "示例"
FIRST_YEAR, LAST_YEAR = 1949, 2100
# China lies in these bounds; they do not overlap, so swapped coordinates are certain to be seen.
LONGITUDES, LATITUDES = (73.0, 136.0), (3.0, 54.0)


@dataclass(frozen=True, eq=False)
class Table:
    """One table: its file or sheet name, Chinese title, natural key and columns.

    ``any_columns``: headings that are no column of the table are columns of numbers.
    """

    name: str
    title: str
    key: tuple[str, ...]
    note: Text
    columns: tuple[Column, ...]
    needed: bool = False
    aliases: tuple[str, ...] = ()
    any_columns: bool = False

    def column(self, name: str) -> Column:
        """Return the column called ``name``."""
        return next(column for column in self.columns if column.name == name)


def count(
    name: str, title: str, example: str, unit: str = "persons", *, needed: bool = False
) -> Column:
    """Return a column of a whole number of people or things."""
    zh, en = f"{title}，整数", f"{name.replace('_', ' ')}, whole number"
    return Column(name, title, "count", Text(zh, en), needed, unit=unit, example=example)


def amount(name: str, title: str, example: str, unit: str) -> Column:
    """Return a column of a number with a unit."""
    note = Text(f"{title}，单位 {unit}", f"{name.replace('_', ' ')} in {unit}")
    return Column(name, title, "amount", note, unit=unit, high=1e13, example=example)


def words(name: str, title: str, example: str, note: Text, *, needed: bool = False) -> Column:
    """Return a column of words."""
    return Column(name, title, "text", note, needed, example=example)


def years(name: str, title: str, note: Text, *, example: str = "2025") -> Column:
    """Return a column of years."""
    return Column(
        name, title, "year", note, True, low=FIRST_YEAR, high=LAST_YEAR, example=example,
        aliases=("年", "年度", "学年", "学年度", "统计年份") if name == "year" else (),
    )  # fmt: skip


def stages(vocabulary: Vocabulary = STAGE, *, needed: bool = True) -> Column:
    """Return the column of the stage."""
    note = Text("学段", "stage of schooling")
    return Column(
        "stage", "学段", "choice", note, needed, vocabulary, ("教育阶段",), example="小学"
    )


def ages(name: str, title: str, note: Text, example: str, *, needed: bool) -> Column:
    """Return a column of ages."""
    return Column(name, title, "age", note, needed, unit="years", high=130, example=example)


ALL_KINDS = "all"  # dwellings of whatever kind
DWELLING_KIND = Column(
    "kind", "住房类型", "text",
    Text("如商品房、安置房、公租房；空为不分类型", "commercial, resettlement …; empty: any"),
    default=ALL_KINDS, example="商品房",
)  # fmt: skip


def yields(stage: Stage) -> Column:
    """Return the column of pupils per new dwelling of a stage."""
    zh, en = stage.title.zh, stage.title.en
    note = Text(f"每套新住房带来的{zh}学生数", f"{en} pupils per new dwelling")
    return Column(
        f"{stage.code}_yield", f"{zh}每套学生数", "ratio", note, unit="fraction", high=2.0,
        example=f"{0.04 * stage.years:g}",
    )  # fmt: skip


ADCODE = Column(
    "adcode", "行政区划代码", "adcode", Text("六位县级代码", "six-digit county code"), True,
    aliases=("区划代码", "地区代码", "区县代码", "代码", "县区代码", "区县", "县区", "县（市、区）",
             "县（区）", "县市区", "县别", "所在县区", "所属县区", "所在区县", "所在县（市、区）",
             "县（市、区）名称", "地区", "地区名称", "区县名称", "县区名称", "建设地点", "所在地",
             "county"),
    example="110101",
)  # fmt: skip
YEAR = years("year", "年份", Text("日历年", "calendar year"))
SCHOOL_YEAR = replace(
    YEAR, kind="school_year", note=Text("学年开始的年份（9 月 1 日）", "year of 1 September")
)
IDENTIFIER = words("id", "编号", "E-1", Text("唯一编号", "unique identifier"), needed=True)
NAME = words("name", "名称", "示例名称", Text("名称", "name"))
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
    "class_size", "班额", "amount", Text("每班人数", "pupils per class"), unit="persons", low=1,
    high=100, example="45",
)  # fmt: skip
RETIRING_YEAR = replace(
    years(
        "retiring_year", "停用年份", Text("危房等停用的学年", "when they are given up, e.g. unsafe")
    ),
    needed=False,
    example="",
)
OPENING_YEAR = replace(
    years("planned_opening_year", "计划启用年份", Text("计划启用年份", "year of opening")),
    aliases=(
        "启用年份",
        "投用年份",
        "建成年份",
        "计划建成年份",
        "计划投用年份",
        "计划投用时间",
        "投用时间",
        "计划竣工时间",
        "竣工时间",
        "建成时间",
    ),
)  # fmt: skip
VALUE = Column("value", "数值", "amount", Text("数值", "value"), True, high=1e13, example="45")
GRADE_COLUMN = Column(
    "grade", "年级", "choice", Text("年级，或合计", "grade, or all"), False, GRADE, default="all",
    example="合计",
)  # fmt: skip
PUPILS = replace(
    count("pupils", "在校生数", "560"),
    aliases=(
        "在校生",
        "在校学生",
        "在校学生数",
        "学生数",
        "在校人数",
        "在园幼儿",
        "在园幼儿数",
        "在园人数",
    ),
)
ENTRANTS = replace(count("entrants", "招生数", ""), aliases=("招生", "招生人数", "入园人数"))
LEAVERS = replace(count("leavers", "毕业生数", ""), aliases=("毕业人数", "毕业生", "离园人数"))
CLASSES = replace(
    count("classes", "班级数", "12", "pieces"), aliases=("班数", "教学班数", "教学班")
)
SEATS, LAND = (
    replace(
        count("seats", "学位数", "1080", "seats"),
        aliases=("学位", "新增学位", "新增学位数", "规划学位数", "建设学位数", "核定学位数"),
    ),
    replace(amount("land_m2", "用地面积", "", "m2"), aliases=("占地面积", "用地")),
)
COST = replace(
    amount("cost_cny", "造价", "", "cny"),
    aliases=("总投资", "投资", "投资额", "估算总投资", "计划投资"),
)
BOARDERS, MIGRANTS = (
    replace(count("boarders", "寄宿生数", ""), aliases=("寄宿生",)),
    replace(count("migrants", "随迁子女数", ""), aliases=("随迁子女", "进城务工人员随迁子女")),
)
PUPIL_GROUPS = (
    BOARDERS,
    MIGRANTS,
    replace(
        count("migrants_public", "公办就读随迁子女数", ""),
        note=Text("在公办学校和政府购买学位的民办学校就读",
                  "in public schools or at private places that the state pays for"),
    ),
    count("public_pupils", "公办在校生数", ""),
    replace(
        count("inclusive_pupils", "普惠性幼儿园在园幼儿数", ""),
        note=Text("公办园和普惠性民办园合计", "public and inclusive private kindergartens"),
    ),
)  # fmt: skip
SCHOOL_CONDITIONS = (
    BOARDERS,
    MIGRANTS,
    amount("teaching_m2", "教学及辅助用房面积", "", "m2"),
    amount("sports_m2", "体育运动场馆面积", "", "m2"),
    replace(count("largest_class", "最大班额", ""),
            note=Text("人数最多的班的人数", "pupils in its largest class")),
    replace(count("large_classes", "大班额班数", "", "pieces"),
            note=Text("56人及以上的班数", "classes of 56 pupils and more")),
    Column("inclusive", "是否普惠", "choice",
           Text("普惠性民办幼儿园填“是”", "yes for an inclusive private kindergarten"),
           False, FLAG, ("普惠性",)),
)  # fmt: skip
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
