"""The indicators: title, stages, group, function, and the columns that each needs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from data.contract.indicator_codes import INDICATOR_CODES
from data.language import Text
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measures import compulsory, preschool, senior, staff

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
    measure : function of case and stage that returns rows of ``MEASURED``
    needs : table and column that a county must have; the first one missing is named
    percent : whether the value is shown as a percentage
    """

    code: str
    group: Group
    measure: Measure
    needs: tuple[Need, ...]
    percent: bool = True

    @property
    def title(self) -> Text:
        """Display name."""
        return INDICATOR_CODES[self.code].title

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages that it is computed for."""
        return INDICATOR_CODES[self.code].stages


_CLASSES = (("schools", "pupils"), ("schools", "classes"))
_SIZE = (("schools", "pupils"),)
_ROOMS = (("schools", "pupils"), ("schools", "teaching_m2"))
_SPORTS = (("schools", "pupils"), ("schools", "sports_m2"))
_SEATS = (("capacity", "seats"),)
_TEACHERS = (("teachers", "teachers"),)
_MIGRANTS = (("enrolment", "migrants"), ("enrolment", "migrants_public"))
_BEDS = (("capacity", "boarding_beds"), ("enrolment", "boarders"))

INDICATORS = (
    Indicator("mean_class_size", Group.BALANCED, compulsory.mean_class_size, _SEATS, percent=False),
    Indicator("class_size", Group.BALANCED, compulsory.class_size, _CLASSES),
    Indicator("school_size", Group.BALANCED, compulsory.school_size, _SIZE),
    Indicator("nine_year_size", Group.BALANCED,
              compulsory.nine_year_size, (*_SIZE, ("schools", "kind"))),
    Indicator("teaching_area", Group.BALANCED, compulsory.teaching_area, _ROOMS),
    Indicator("sports_area", Group.BALANCED, compulsory.sports_area, _SPORTS),
    Indicator("teaching_area_cv", Group.BALANCED,
              compulsory.teaching_area_cv, _ROOMS, percent=False),
    Indicator("sports_area_cv", Group.BALANCED, compulsory.sports_area_cv, _SPORTS, percent=False),
    Indicator("migrants_public", Group.BALANCED, compulsory.migrants_public, _MIGRANTS),
    Indicator("preschool_gross", Group.PRESCHOOL,
              preschool.gross_enrolment, (("population", "persons"),)),
    Indicator("inclusive_share", Group.PRESCHOOL,
              preschool.inclusive_share, (("enrolment", "inclusive_pupils"),)),
    Indicator("public_share", Group.PRESCHOOL,
              preschool.public_share, (("enrolment", "public_pupils"),)),
    Indicator("kindergarten_classes", Group.PRESCHOOL, preschool.kindergarten_classes, _CLASSES),
    Indicator("children_a_teacher", Group.PRESCHOOL,
              staff.pupils_a_teacher, _TEACHERS, percent=False),
    Indicator("seats_a_child", Group.SENIOR, senior.seats_a_child, _SEATS),
    Indicator("senior_class_size", Group.SENIOR, compulsory.mean_class_size, _SEATS, percent=False),
    Indicator("large_classes", Group.SENIOR, senior.large_classes, (("schools", "large_classes"),)),
    Indicator("senior_school_size", Group.SENIOR, compulsory.school_size, _SIZE),
    Indicator("senior_school", Group.SENIOR,
              senior.senior_school, (("totals", "population"), ("schools", "id")), percent=False),
    Indicator("idle_rooms", Group.SENIOR, senior.idle_rooms, _SEATS),
    Indicator("special_school", Group.SPECIAL,
              senior.special_school, (("totals", "population"), ("schools", "kind")),
              percent=False),
    Indicator("special_places", Group.SPECIAL, senior.special_places, ()),
    Indicator("pupils_a_teacher", Group.STAFF, staff.pupils_a_teacher, _TEACHERS, percent=False),
    Indicator("boarding_places", Group.STAFF, senior.boarding_places, _BEDS),
)  # fmt: skip
INDICATOR_BY_CODE = {one.code: one for one in INDICATORS}
