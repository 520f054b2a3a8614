"""The stage that a grade or a kind of school implies; 一年级 of a stage as its first grade."""

import pandas as pd

from data.contract.columns import SCHOOL_KIND
from data.contract.stages import STAGE_BY_CODE, STAGES, UPPER
from data.contract.table_reading import ROUNDING
from data.findings import Findings, Notice
from data.language import Text
from data.place import line_of
from data.problems import DataProblem

_STAGE = {grade: stage.code for stage in STAGES for grade in stage.grades}
_COUNTED = {f"P{n}": n - 1 for n in range(1, 7)}  # 一年级 is the first grade of its stage
_KINDS = {"kindergarten": "kindergarten", "primary": "primary", "teaching_point": "primary",
          "junior": "junior", "senior": "general_senior",
          "vocational": "vocational_senior"}  # fmt: skip
SENIOR = "senior"  # the code of general senior schools before vocational ones had theirs
_UPPER = (SENIOR, "高中")  # ambiguous unless its grades say which: 高一 is general
_UPPER_CODES = [stage.code for stage in UPPER]
# Schools of several stages: where such a word stands for a stage, the grade says which.
_SEVERAL = {word for kind in ("nine_year", "complete_secondary", "twelve_year")
            for word in (kind, *SCHOOL_KIND[kind])}  # fmt: skip


def with_stages(values: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the stages filled in that its grades or kinds of school imply.

    初中一年级 is J1: where the stage is stated, P1 to P6 count within it.
    """
    if "stage" in values and "seats" in values:  # seats have always been those of general schools
        general = values["stage"].mask(values["stage"] == SENIOR, "general_senior")
        values = values.assign(stage=general)
    if not {"stage", "grade"} <= set(values):
        return values
    stage, grade = values["stage"], values["grade"]
    implied = grade.map(_STAGE)
    upper = stage.isin(_UPPER)
    if (upper & implied.notna()).any() and not implied[upper].eq("vocational_senior").any():
        implied = implied.mask(upper & implied.isna(), "general_senior")
    if "kind" in values:
        implied = implied.fillna(values["kind"].map(_KINDS))
    # 一年级 of 高中 is no grade of primary schools: which stage it is remains to be answered.
    several = (stage.isin(_SEVERAL) & implied.notna()) | (upper & implied.isin(_UPPER_CODES))
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


def _with_pupils_of_totals(values: pd.DataFrame) -> pd.DataFrame:
    """Return entrants and leavers of a line with the sum of its grades as their pupils."""
    figures = [name for name in ("entrants", "leavers") if name in values]
    total = (values["grade"] == "all") & values["pupils"].isna()
    total &= values[figures].notna().any(axis=1)
    if not total.any():
        return values
    line = pd.Series([line_of(place) for place in values.index], index=values.index)
    grades = values[values["grade"] != "all"]
    sums = grades["pupils"].groupby(line[grades.index]).sum(min_count=1)
    return values.assign(pupils=values["pupils"].mask(total, line.map(sums)))


def with_stages_of_totals(values: pd.DataFrame, file: str, findings: Findings) -> pd.DataFrame:
    """Return a table in which totals over grades have the stage of the grades in their line.

    A total over the grades of several stages is compared with them and left out.
    """
    if not {"stage", "grade", "pupils"} <= set(values):
        return values
    values = _with_pupils_of_totals(values)
    open_totals = values["stage"].isna() & (values["grade"] == "all")
    if not open_totals.any():
        return values
    line = pd.Series([line_of(place) for place in values.index], index=values.index)
    graded = values[values["stage"].notna() & (values["grade"] != "all")]
    groups = graded.groupby(line[graded.index])
    stages, sums = groups["stage"].agg(["nunique", "first"]), groups["pupils"].sum()
    kinds = line.map(stages["nunique"]).fillna(0)
    values = values.assign(
        stage=values["stage"].mask(open_totals & (kinds == 1), line.map(stages["first"]))
    )
    over = values.index[open_totals & (kinds > 1)]
    for place in over:
        stated, summed = values.loc[place, "pupils"], sums[line[place]]
        if abs(stated - summed) > ROUNDING * summed + 1:
            expected = Text(f"各年级之和 {summed:,.0f}", f"the sum of its grades {summed:,.0f}")
            how_to_fix = Text("核对合计", "check the total")
            at = int(line[place]), "pupils", f"{stated:,.0f}"
            findings.refuse(DataProblem(file, expected, how_to_fix, *at))
    if len(over):
        met = Text("各学段之和", "a total over stages")
        done = Text("已与各年级核对，不重复计入", "compared with its grades and not counted again")
        findings.notice(Notice(file, met, done, int(line[over[0]])), len(over))
    return values.drop(index=over)
