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
