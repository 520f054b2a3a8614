"""The stage that a grade or a kind of school implies; 一年级 of a stage as its first grade."""

import pandas as pd

from data.contract.columns import SCHOOL_KIND
from data.contract.stages import STAGE_BY_CODE, STAGES

_STAGE = {grade: stage.code for stage in STAGES for grade in stage.grades}
_COUNTED = {f"P{n}": n - 1 for n in range(1, 7)}  # 一年级 is the first grade of its stage
_KINDS = {"kindergarten": "kindergarten", "primary": "primary", "teaching_point": "primary",
          "junior": "junior", "senior": "general_senior",
          "vocational": "vocational_senior"}  # fmt: skip
# Schools of several stages: where such a word stands for a stage, the grade says which.
_SEVERAL = {word for kind in ("nine_year", "complete_secondary", "twelve_year")
            for word in (kind, *SCHOOL_KIND[kind])}  # fmt: skip


def with_stages(values: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the stages filled in that its grades or kinds of school imply.

    初中一年级 is J1: where the stage is stated, P1 to P6 count within it.
    """
    if not {"stage", "grade"} <= set(values):
        return values
    stage, grade = values["stage"], values["grade"]
    implied = grade.map(_STAGE)
    if "kind" in values:
        implied = implied.fillna(values["kind"].map(_KINDS))
    several = stage.isin(_SEVERAL) & implied.notna()
    stage = stage.where(stage.notna() & ~several, implied)
    place = grade.map(_COUNTED)
    counted = place.notna() & stage.notna() & (stage != "primary")
    renamed = [
        STAGE_BY_CODE[name].grades[int(number)]
        if name in STAGE_BY_CODE and number < STAGE_BY_CODE[name].years and name != "kindergarten"
        else own
        for name, number, own in zip(stage[counted], place[counted], grade[counted], strict=True)
    ]
    grade = grade.copy()
    grade[counted] = renamed
    return values.assign(stage=stage.where(stage.notna(), None), grade=grade)
