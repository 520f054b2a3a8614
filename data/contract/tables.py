"""The data contract: the tables of a data folder and their columns."""

from dataclasses import replace

from data.contract.columns import (
    AREA_TYPE,
    CHANGE,
    FLAG,
    SCHOOL_KIND,
    SETTING,
    SEX,
    STANDARD_MEASURE,
    STATUS,
    TARGET_MEASURE,
    TARGET_STAGE,
    Column,
)
from data.contract.fields import (
    ADCODE,
    CLASS_SIZE,
    CLASSES,
    COST,
    DWELLING_KIND,
    ENTRANTS,
    GRADE_COLUMN,
    IDENTIFIER,
    LAND,
    LEAVERS,
    NAME,
    OPENING_YEAR,
    OWNER,
    POSITION,
    PROVENANCE,
    PUPIL_GROUPS,
    PUPILS,
    RETIRING_YEAR,
    SCHOOL_CONDITIONS,
    SCHOOL_YEAR,
    SEATS,
    VALUE,
    YEAR,
    Table,
    ages,
    amount,
    count,
    stages,
    words,
    years,
    yields,
)
from data.contract.indicator_codes import NORMS
from data.contract.stages import STAGES
from data.language import Text

CROSSWALK = "crosswalk"

_AREAS = (
    ADCODE,
    replace(NAME, example="东城区", needed=True, aliases=("区划名称", "行政区划名称", "行政区划")),
    Column("parent", "上级代码", "adcode", Text("上级区划代码", "code of the area above"),
           aliases=("上级行政区划代码", "上级", "上级区划", "上级名称", "隶属", "所属市",
                    "所属市州"), example="110100"),
    Column("type", "类型", "choice", Text("区、县、市", "district, county or city"), True,
           AREA_TYPE, ("区划类型", "类别"), example="区"),
    Column("urban_core", "是否城区", "flag", Text("是否中心城区", "belongs to the urban core"),
           True, FLAG, ("城区", "中心城区", "是否中心城区", "主城区", "是否主城区"), example="是"),
    amount("area_km2", "面积", "", "km2"),
)  # fmt: skip
AGE_UPPER = ages(
    "age_upper", "年龄上限", Text("年龄组上限（含）；空表示以上", "last age; empty = open"), "4",
    needed=False,
)  # fmt: skip
SEX_COLUMN = Column(
    "sex", "性别", "choice", Text("性别", "sex"), False, SEX, default="all", example="合计"
)
_POPULATION = (
    ADCODE,
    YEAR,
    ages("age_lower", "年龄下限", Text("年龄组下限", "first age of the group"), "0", needed=True),
    AGE_UPPER,
    SEX_COLUMN,
    count("persons", "人数", "30000", needed=True),
)  # fmt: skip
_TARGETS = (
    stages(TARGET_STAGE),
    years("year", "年份", Text("达到目标的年份", "year of the target"), example="2030"),
    Column("measure", "指标", "choice", Text("指标", "measure"), True, TARGET_MEASURE,
           example="毛入学率"),
    Column("value", "数值", "ratio", Text("小数，1.05 表示 105%", "fraction, 1.05 = 105 %"), True,
           unit="fraction", high=2.0, example="1.02"),
)  # fmt: skip
_STANDARDS = (
    stages(),
    Column("measure", "指标", "choice", Text("指标", "measure"), True, STANDARD_MEASURE,
           example="班额"),
    VALUE,
    words("unit", "单位", "人/班", Text("单位", "unit")),
    words("norm", "标准号", "", Text("标准编号", "number of the norm")),
)  # fmt: skip
_CROSSWALK = (
    Column("adcode_old", "原代码", "adcode", Text("变更前的代码", "code before the change"), True,
           aliases=("原行政区划代码", "旧代码"), example="110103"),
    replace(ADCODE, title="新代码", note=Text("变更后的代码", "code after the change"),
            aliases=("新行政区划代码", "行政区划代码")),
    years("year", "变更年份", Text("变更的年份", "year of the change"), example="2013"),
    Column("share", "份额", "ratio",
           Text("原区划人口归入新代码的比例；一个原代码各份之和为 1",
                "share of the old unit's people passed on; those of one old code add up to 1"),
           unit="fraction", high=1.0, default="1", example="1"),
    Column("kind", "变更类型", "choice", Text("更名、拆分、合并或划转", "kind of change"), True,
           CHANGE, ("类型",), example="更名"),
    words("tables", "适用的表", "", Text("只有部分表用旧口径时写表名，如“在校生、学位”；空为全部",
                                     "tables on old borders, if not all, e.g. enrolment")),
)  # fmt: skip
TOWN = words("town", "乡镇", "", Text("所在乡镇或街道", "town or street it lies in"))
_POINT = (IDENTIFIER, NAME, ADCODE, *POSITION)
_SCHOOLS = (
    replace(IDENTIFIER, example="X-1",
            aliases=("学校代码", "学校标识码", "学校编号", "school_id", "学校（机构）标识码",
                     "学校（机构）代码", "机构标识码")),
    replace(NAME, example="示例小学",
            aliases=("学校名称", "学校", "校名", "学校（机构）名称", "幼儿园名称",
                     "学校（园）名称", "school", "school_name")),
    ADCODE,
    replace(SCHOOL_YEAR, needed=False),
    stages(),
    replace(GRADE_COLUMN, example="合计"),
    Column("kind", "学校类型", "choice",
           Text("办学类型，如九年一贯制、完全中学", "kind of school, such as nine-year"),
           False, SCHOOL_KIND, ("办学类型", "学校类别", "类别"), example="小学"),
    OWNER,
    TOWN,
    PUPILS,
    ENTRANTS,
    LEAVERS,
    CLASSES,
    SEATS,
    replace(OPENING_YEAR, name="opening_year", title="开办年份", needed=False, example="",
            note=Text("尚未开办的学校：计划开办的学年，学位必填；已开办的可空",
                      "of a school not yet open: its first school year; seats are then needed"),
            aliases=(*OPENING_YEAR.aliases, "计划开办年份", "计划启用年份")),
    LAND,
    amount("floor_m2", "建筑面积", "", "m2"),
    count("teachers", "专任教师数", "30"),
    *SCHOOL_CONDITIONS,
    *POSITION,
)  # fmt: skip
_TRIPS = (
    words("from", "起点", "E-1", Text("居民点编号", "id of a settlement"), needed=True),
    words("to", "终点", "X-1",
          Text("学校、备选用地或项目编号", "id of a school, site or project"), needed=True),
    amount("km", "路程", "", "km"),
    amount("minutes", "用时", "25", "minutes"),
)  # fmt: skip
_DWELLING_YIELDS = (
    DWELLING_KIND, stages(),
    Column("years_since", "入住年数", "age",
           Text("入住后第几年；各年之间按直线，末年之后不变",
                "years since occupation; straight lines between, level after the last"),
           unit="years", high=60, default="0", example="0"),
    Column("pupils_per_dwelling", "每套学生数", "ratio",
           Text("每套住房的在校生", "pupils per dwelling"), True, unit="fraction", high=2.0,
           example="0.3"),
    Column("error", "相对误差", "ratio",
           Text("每套学生数的相对标准误差，0.2 表示 20%；空为 0",
                "relative standard error of it, 0.2 = 20 %; empty = 0"),
           unit="fraction", high=1.0, default="0", example="0.2"),
)  # fmt: skip
_SETTLEMENT_AGES = tuple(
    count(f"age_{low}_{high}", f"{low}至{high}岁人口", "")
    for low, high in dict.fromkeys((stage.first_age, stage.last_age) for stage in STAGES)
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
        (ADCODE, YEAR, replace(count("population", "常住人口", "555109", needed=True),
                               aliases=("常住人口数", "年末常住人口")),
         replace(count("urban_population", "城镇人口", "318818"),
                 aliases=("城镇常住人口", "城镇人口数")), *PROVENANCE),
        aliases=("常住人口",),
    ),
    Table(
        "births", "出生", ("adcode", "year"), Text("出生人数", "births"),
        (ADCODE, YEAR, replace(count("births", "出生人数", "4000", needed=True),
                               aliases=("出生人口", "出生人口数", "出生数")), *PROVENANCE),
        aliases=("出生人口", "出生人数", "出生数"),
    ),
    Table(
        "enrolment", "在校生", ("adcode", "year", "stage", "grade"),
        Text("在校生、招生、毕业生", "pupils, entrants, leavers"),
        (ADCODE, SCHOOL_YEAR, stages(),
         GRADE_COLUMN,
         replace(PUPILS, needed=True, example="44869"), replace(ENTRANTS, example="7500"),
         replace(LEAVERS, example="7200"), *PUPIL_GROUPS, *PROVENANCE),
        aliases=("在校学生", "在校生数", "在校学生数", "学生数", "在园幼儿", "在园幼儿数"),
    ),
    Table(
        "capacity", "学位", ("adcode", "year", "stage", "ownership"),
        Text("现有学位；学位数与班级数至少填一项", "seats today; seats or classes at least"),
        (ADCODE, SCHOOL_YEAR, stages(), OWNER,
         count("schools", "学校数", "2", "pieces"), SEATS,
         replace(CLASSES, example="24"), CLASS_SIZE,
         count("retiring_seats", "停用学位数", "", "seats"), RETIRING_YEAR,
         count("boarding_beds", "寄宿床位数", "", "pieces"), *PROVENANCE),
        aliases=("学位供给", "现有学位"),
    ),
    Table(
        "projects", "项目", ("project_id",), Text("在建和规划项目", "projects in the pipeline"),
        (words("project_id", "项目编号", "P-1", Text("唯一编号", "unique identifier"), needed=True),
         ADCODE, stages(), replace(SEATS, needed=True),
         OPENING_YEAR,
         Column("status", "状态", "choice", Text("进展", "progress"), True, STATUS,
                ("进展", "项目状态", "建设状态", "建设进展", "形象进度", "进度"), example="在建"),
         *POSITION, LAND, COST, *PROVENANCE),
        aliases=("建设项目", "学校项目"),
    ),
    Table(
        "housing", "住房", ("adcode", "year", "kind"),
        Text("将入住的新住房", "new dwellings to be occupied"),
        (ADCODE, YEAR, DWELLING_KIND,
         count("dwellings", "住房套数", "1200", "pieces", needed=True),
         *(yields(stage) for stage in STAGES), *PROVENANCE),
        aliases=("新建住房",),
    ),
    Table(
        "dwelling_yields", "住房学生数", ("kind", "stage", "years_since"),
        Text("每套住房的学生数，可分住房类型和入住年数", "pupils per dwelling, by kind and years"),
        (*_DWELLING_YIELDS, *PROVENANCE), aliases=("每套学生数", "户均学生数"),
    ),
    Table(
        "sites", "备选用地", ("id",), Text("可建学校的用地", "land where a school may be built"),
        (*_POINT, stages(needed=False), SEATS, LAND, COST, *PROVENANCE),
        aliases=("用地", "候选用地"),
    ),
    Table(
        "schools", "学校", ("id", "year", "stage", "grade"),
        Text("每校每学段一行，可分年份和年级；九年一贯制等按学段分行",
             "one row per school and stage, also per year and grade"),
        (*_SCHOOLS, *PROVENANCE), aliases=("学校名录", "现有学校", "学校一览表"),
    ),
    Table(
        "teachers", "教师", ("adcode", "year", "stage", "age_lower", "age_upper", "sex"),
        Text("在岗专任教师，可分年龄组和性别", "teachers in post, also by age group and sex"),
        (ADCODE, SCHOOL_YEAR, stages(),
         replace(ages("age_lower", "年龄下限", Text("年龄组下限", "first age of the group"), "",
                      needed=False), default="0"),
         replace(AGE_UPPER, example=""), SEX_COLUMN,
         count("teachers", "专任教师数", "1800", needed=True), *PROVENANCE),
        aliases=("专任教师", "教师年龄结构"),
    ),
    Table(
        "settlements", "居民点", ("id",), Text("居民点人口", "where children live"),
        (*_POINT, Column("setting", "城乡", "choice",
                         Text("城镇或乡村，决定服务半径", "urban or rural: which radius holds"),
                         False, SETTING, ("城乡类型",), example="城镇"),
         TOWN, count("population", "人口数", "3000"), *_SETTLEMENT_AGES, *PROVENANCE),
        aliases=("社区", "村居"),
    ),
    Table(
        "trips", "上学路程", ("from", "to"),
        Text("居民点到学校和用地的路程或用时；一个县要么全有，要么全无（按直线）",
             "way from settlements to schools and sites; a county has all pairs or none"),
        (*_TRIPS, *PROVENANCE), aliases=("路程", "出行时间", "通勤"),
    ),
    Table(
        "targets", "目标", ("stage", "year", "measure"), Text("规划目标", "targets of the plan"),
        (*_TARGETS, *PROVENANCE), aliases=("规划目标",),
    ),
    Table(
        "standards", "标准", ("stage", "measure"), Text("建设标准", "planning standards"),
        (*_STANDARDS, *PROVENANCE), aliases=("建设标准",),
    ),
    NORMS,
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
