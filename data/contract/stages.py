"""The four stages of schooling that seats are planned for."""

from dataclasses import dataclass

from data.language import Text


@dataclass(frozen=True)
class Stage:
    """One stage: its code, the ages of its pupils at 31 August, and what people call it."""

    code: str
    title: Text
    first_age: int
    last_age: int


STAGES = (
    Stage("kindergarten", Text("幼儿园", "kindergarten"), 3, 5),
    Stage("primary", Text("小学", "primary"), 6, 11),
    Stage("junior", Text("初中", "junior secondary"), 12, 14),
    Stage("senior", Text("高中", "senior secondary"), 15, 17),
)
STAGE_CODES = tuple(stage.code for stage in STAGES)
LETTERS = {"K": "kindergarten", "P": "primary", "J": "junior", "S": "senior"}


def grades_by_stage(grades: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return stage -> its grades for codes such as K1, P1, J1, S1; empty for any other codes.

    >>> grades_by_stage(("P1", "P2", "J1")), grades_by_stage(("0", "1"))
    ({'primary': ('P1', 'P2'), 'junior': ('J1',)}, {})
    """
    initials = [code[:1].upper() for code in grades]
    if not all(initial in LETTERS for initial in initials):
        return {}
    return {
        stage: tuple(code for code, first in zip(grades, initials, strict=True) if first == letter)
        for letter, stage in LETTERS.items()
        if letter in initials
    }
