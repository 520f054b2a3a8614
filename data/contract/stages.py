"""The stages of schooling: one table, looked up by code or by property, never by position."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from data.language import Text


@dataclass(frozen=True)
class Stage:
    """One stage of schooling.

    Parameters
    ----------
    code, title : identifier and what people call it
    label : title in a narrow column
    initial : first initial of its grade codes
    first_age : age in full years of its first grade at 31 August
    years : grades
    fed_by : stage that its pupils come from
    planned : the county's layout plan builds seats of it
    upper : belongs to 高中阶段, whose gross enrolment ratio is planned as one
    mixed_classes : a class may hold pupils of several grades (混合班, 幼儿园工作规程 art. 11)
    aliases : other words for it in tables
    """

    code: str
    title: Text
    label: Text
    initial: str
    first_age: int
    years: int
    fed_by: str | None = None
    planned: bool = True
    upper: bool = False
    mixed_classes: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def last_age(self) -> int:
        """Age of its last grade at 31 August."""
        return self.first_age + self.years - 1

    @property
    def grades(self) -> tuple[str, ...]:
        """Codes of its grades, youngest first.

        >>> STAGE_BY_CODE["junior"].grades
        ('J1', 'J2', 'J3')
        """
        return tuple(f"{self.initial}{place}" for place in range(1, self.years + 1))

    @property
    def class_groups(self) -> int:
        """Groups of a school's pupils that do not share classes: its grades, or all together."""
        return 1 if self.mixed_classes else self.years


STAGES = (
    Stage(
        "kindergarten", Text("幼儿园", "kindergarten"), Text("幼儿园", "kinder-\ngarten"),
        "K", 3, 3, mixed_classes=True, aliases=("学前", "学前教育", "学前三年"),
    ),
    Stage(
        "primary", Text("小学", "primary"), Text("小学", "primary"),
        "P", 6, 6, "kindergarten", aliases=("普通小学", "小学阶段"),
    ),
    Stage(
        "junior", Text("初中", "junior secondary"), Text("初中", "junior"),
        "J", 12, 3, "primary", aliases=("普通初中", "初中阶段"),
    ),
    Stage(
        "general_senior", Text("普通高中", "general senior secondary"),
        Text("普高", "general\nsenior"), "S", 15, 3, "junior", upper=True, aliases=("普高",),
    ),
    # Vocational schools are planned by city and province, for more than one county.
    Stage(
        "vocational_senior", Text("中职", "vocational senior secondary"),
        Text("中职", "voca-\ntional"), "V", 15, 3, "junior", planned=False, upper=True,
        aliases=("中等职业", "中等职业教育", "中等职业学校", "中专", "职高", "职业高中"),
    ),
)  # fmt: skip
STAGE_CODES = tuple(stage.code for stage in STAGES)
STAGE_BY_CODE: Mapping[str, Stage] = MappingProxyType({stage.code: stage for stage in STAGES})
STAGE_TITLES: Mapping[str, Text] = MappingProxyType({stage.code: stage.title for stage in STAGES})
PLANNED = tuple(stage for stage in STAGES if stage.planned)
PLANNED_CODES = tuple(stage.code for stage in PLANNED)
UPPER = tuple(stage for stage in STAGES if stage.upper)
UPPER_SECONDARY = "senior"  # 高中阶段, the sum of UPPER: a stage of targets alone
UPPER_TITLE = Text("高中阶段", "senior secondary stage")


def stage_index(code: str) -> int:
    """Return the place of a stage on an axis that holds all of them."""
    return STAGE_CODES.index(code)


def grades_by_stage(grades: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return stage -> its grades for codes such as K1, P1, J1, S1; empty for any other codes.

    >>> grades_by_stage(("P1", "P2", "J1")), grades_by_stage(("0", "1"))
    ({'primary': ('P1', 'P2'), 'junior': ('J1',)}, {})
    """
    by_initial = {stage.initial: stage.code for stage in STAGES}
    initials = [code[:1].upper() for code in grades]
    if not all(initial in by_initial for initial in initials):
        return {}
    return {
        stage: tuple(code for code, first in zip(grades, initials, strict=True) if first == initial)
        for initial, stage in by_initial.items()
        if initial in initials
    }
