"""The indicators: title, stages, group, function, and the columns that each needs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from data.language import Text
from forecasting.indicators import compulsory, preschool, senior, staff
from forecasting.indicators.case import IndicatorCase

Measure = Callable[[IndicatorCase, str], pd.DataFrame]
Need = tuple[str, str]  # table and column


class Group(StrEnum):
    """What an inspection asks for together."""

    BALANCED = "balanced"
    PRESCHOOL = "preschool"
    SENIOR = "senior"
    SPECIAL = "special"
    STAFF = "staff"


GROUP_TITLES = {
    Group.BALANCED: Text("义务教育优质均衡", "balanced compulsory education"),
    Group.PRESCHOOL: Text("学前教育普及普惠", "inclusive preschool"),
    Group.SENIOR: Text("县域普通高中", "senior schools of counties"),
    Group.SPECIAL: Text("特殊教育", "special education"),
    Group.STAFF: Text("教师与寄宿", "teachers and boarding"),
}


@dataclass(frozen=True)
class Indicator:
    """One indicator.

    Parameters
    ----------
    code : code of its norm
    group : what an inspection asks for together
    stages : stages that it is computed for
    title : display name
    measure : function of case and stage that returns rows of ``MEASURED``
    needs : table and column that a county must have; the first one missing is named
    percent : whether the value is shown as a percentage
    """

    code: str
    group: Group
    stages: tuple[str, ...]
    title: Text
    measure: Measure
    needs: tuple[Need, ...]
    percent: bool = True


_SENIOR, _KINDERGARTEN, _NINE = ("general_senior",), ("kindergarten",), ("compulsory",)
_CLASSES = (("schools", "pupils"), ("schools", "classes"))
_SIZE = (("schools", "pupils"),)
_ROOMS = (("schools", "pupils"), ("schools", "teaching_m2"))
_SPORTS = (("schools", "pupils"), ("schools", "sports_m2"))
_SEATS = (("capacity", "seats"),)
_TEACHERS = (("teachers", "teachers"),)

INDICATORS = (
    Indicator("mean_class_size", Group.BALANCED, compulsory.COMPULSORY,
              Text("县均班额", "mean class size of the county"),
              compulsory.mean_class_size, _SEATS, percent=False),
    Indicator("class_size", Group.BALANCED, compulsory.COMPULSORY,
              Text("班额达标学校占比", "schools within the class size"),
              compulsory.class_size, _CLASSES),
    Indicator("school_size", Group.BALANCED, compulsory.COMPULSORY,
              Text("学校规模达标学校占比", "schools within the school size"),
              compulsory.school_size, _SIZE),
    Indicator("nine_year_size", Group.BALANCED, _NINE,
              Text("一贯制学校义务教育规模达标占比", "nine-year schools within the size"),
              compulsory.nine_year_size, (*_SIZE, ("schools", "kind"))),
    Indicator("teaching_area", Group.BALANCED, compulsory.COMPULSORY,
              Text("生均教学及辅助用房达标学校占比", "schools with enough teaching rooms"),
              compulsory.teaching_area, _ROOMS),
    Indicator("sports_area", Group.BALANCED, compulsory.COMPULSORY,
              Text("生均体育运动场馆达标学校占比", "schools with enough sports ground"),
              compulsory.sports_area, _SPORTS),
    Indicator("teaching_area_cv", Group.BALANCED, compulsory.COMPULSORY,
              Text("教学及辅助用房校际差异系数", "variation of teaching rooms"),
              compulsory.teaching_area_cv, _ROOMS, percent=False),
    Indicator("sports_area_cv", Group.BALANCED, compulsory.COMPULSORY,
              Text("体育运动场馆校际差异系数", "variation of sports ground"),
              compulsory.sports_area_cv, _SPORTS, percent=False),
    Indicator("migrants_public", Group.BALANCED, _NINE,
              Text("随迁子女公办就读占比", "migrant children in public schools"),
              compulsory.migrants_public,
              (("enrolment", "migrants"), ("enrolment", "migrants_public"))),
    Indicator("preschool_gross", Group.PRESCHOOL, _KINDERGARTEN,
              Text("学前三年毛入园率", "gross enrolment of kindergartens"),
              preschool.gross_enrolment, (("population", "persons"),)),
    Indicator("inclusive_share", Group.PRESCHOOL, _KINDERGARTEN,
              Text("普惠性幼儿园覆盖率", "children in inclusive kindergartens"),
              preschool.inclusive_share, (("enrolment", "inclusive_pupils"),)),
    Indicator("public_share", Group.PRESCHOOL, _KINDERGARTEN,
              Text("公办园在园幼儿占比", "children in public kindergartens"),
              preschool.public_share, (("enrolment", "public_pupils"),)),
    Indicator("kindergarten_classes", Group.PRESCHOOL, _KINDERGARTEN,
              Text("班额达标幼儿园占比（按园均班额）", "kindergartens within the class size"),
              preschool.kindergarten_classes, _CLASSES),
    Indicator("children_a_teacher", Group.PRESCHOOL, _KINDERGARTEN,
              Text("幼儿与专任教师之比", "children per teacher"),
              staff.pupils_a_teacher, _TEACHERS, percent=False),
    Indicator("seats_a_child", Group.SENIOR, _SENIOR,
              Text("普高学位与15—17岁人口之比", "seats per resident of 15-17"),
              senior.seats_a_child, _SEATS),
    Indicator("senior_class_size", Group.SENIOR, _SENIOR,
              Text("普高平均班额", "mean class size"),
              compulsory.mean_class_size, _SEATS, percent=False),
    Indicator("large_classes", Group.SENIOR, _SENIOR,
              Text("56人及以上大班额占比", "classes of 56 pupils and more"),
              senior.large_classes, (("schools", "large_classes"),)),
    Indicator("senior_school_size", Group.SENIOR, _SENIOR,
              Text("规模不超过3000人的普高占比", "schools of at most 3,000 pupils"),
              compulsory.school_size, _SIZE),
    Indicator("senior_school", Group.SENIOR, _SENIOR,
              Text("应设普通高中的县学校数", "senior schools where one is due"),
              senior.senior_school, (("totals", "population"), ("schools", "id")), percent=False),
    Indicator("idle_rooms", Group.SENIOR, _SENIOR,
              Text("义务教育和中职闲置学位与普高缺口之比", "idle seats over seats short"),
              senior.idle_rooms, _SEATS),
    Indicator("special_school", Group.SPECIAL, _NINE,
              Text("应设特殊教育学校的县学校数", "special schools where one is due"),
              senior.special_school, (("totals", "population"), ("schools", "kind")),
              percent=False),
    Indicator("special_places", Group.SPECIAL, _NINE,
              Text("按全国在校比例推算的特殊教育学生占比", "special education, nation's share"),
              senior.special_places, ()),
    Indicator("pupils_a_teacher", Group.STAFF, (*compulsory.COMPULSORY, *_SENIOR),
              Text("学生与专任教师之比（在岗教师退休后）", "pupils per teacher who stays"),
              staff.pupils_a_teacher, _TEACHERS, percent=False),
    Indicator("boarding_places", Group.STAFF, (*compulsory.COMPULSORY, *_SENIOR),
              Text("寄宿床位满足率", "beds per boarder"),
              senior.boarding_places, (("capacity", "boarding_beds"), ("enrolment", "boarders"))),
)  # fmt: skip
INDICATOR_BY_CODE = {one.code: one for one in INDICATORS}
