"""The tables of commands that take files and no folder: any areas, any grades."""

from dataclasses import replace

from data.contract.columns import SEX, Column
from data.contract.fields import ADCODE, YEAR, Table
from data.contract.tables import CROSSWALK, TABLE_BY_NAME
from data.language import Text

_AREA = Column(
    "area_id", "地区", "area", Text("地区编号", "identifier of an area"), True,
    aliases=("area", "id", "adcode", *ADCODE.aliases, ADCODE.title),
)  # fmt: skip
_CODE = replace(_AREA, name="adcode", title=ADCODE.title, aliases=("area_id", *ADCODE.aliases))
_ANY_YEAR = replace(YEAR, low=1800, high=2200)
_SCHOOL_YEAR = replace(_ANY_YEAR, kind="school_year")
_PEOPLE = Column(
    "births", "出生人数", "amount", Text("出生人数", "births"), unit="persons", high=1e9,
    aliases=("出生人口", "出生数"),
)  # fmt: skip


def _age(name: str, title: str, *, needed: bool) -> Column:
    return Column(name, title, "age", Text(title, name), needed, unit="years", high=130)


HISTORY = Table(
    "history", "在校生历史", ("area_id", "year", "grade"),
    Text("任何地区、任何年级的在校生", "enrolment of any areas and grades"),
    (_AREA, _SCHOOL_YEAR,
     Column("grade", "年级", "grade", Text("年级，或 all", "grade, or all"), True),
     replace(_PEOPLE, name="enrolment", title="在校生数", note=Text("在校生", "pupils"),
             aliases=("在校生", "pupils", "enrollment", "students", "在校学生数", "学生数"))),
)  # fmt: skip
BIRTHS_OF_AREAS = Table(
    "births", "出生", ("area_id", "year"), Text("任何地区的出生人数", "births of any areas"),
    (_AREA, _ANY_YEAR, _PEOPLE),
)  # fmt: skip
CENSUS = Table(
    "census", "普查", ("adcode", "year", "sex", "age_lower", "age_upper"),
    Text("一次普查的分性别年龄组人口", "persons by sex and age group of one census"),
    (_CODE, _ANY_YEAR,
     Column("sex", "性别", "choice", Text("性别", "sex"), True, SEX),
     _age("age_lower", "年龄下限", needed=True), _age("age_upper", "年龄上限", needed=False),
     replace(_PEOPLE, name="persons", title="人数", needed=True, high=1e8, aliases=("人口",))),
)  # fmt: skip
BIRTHS_OF_COUNTIES = replace(BIRTHS_OF_AREAS, columns=(_CODE, _ANY_YEAR, _PEOPLE),
                             key=("adcode", "year"))  # fmt: skip
ATTRIBUTES = Table(
    "attributes", "县情", ("adcode", "year"), Text("普查年的其他已知数", "what else is known"),
    (_CODE, replace(_ANY_YEAR, needed=False)), any_columns=True,
)  # fmt: skip
CROSSWALK_OF_AREAS = Table(
    "crosswalk", "区划变更", ("adcode_old", "adcode", "year"),
    Text("哪个地区归入了哪个地区", "which area became part of which"),
    (replace(_AREA, name="adcode_old", title="原地区", aliases=("area_old", "原代码", "旧代码")),
     replace(_AREA, name="adcode", title="新地区", aliases=("area_id", "新代码", "area_new")),
     *TABLE_BY_NAME[CROSSWALK].columns[2:5]),
)  # fmt: skip
