"""Enrolment in the base year, from the planner's tables and public figures."""

import pandas as pd

from data.bundle import Context, DataBundle
from data.checks.outliers import outlying
from features.projection.scenario_population import JumpOff
from models.census_ratio.base_pupils import base_pupils
from models.census_ratio.gross_ratio import RatioEvidence
from models.census_ratio.senior import general_shares

NATION = "000000"
# Draws of the pupils of the census year before they are thinned: what general schools have is a
# small difference of large numbers, whose tails need many.
STEADY_DRAWS = 8_000
ALL_GRADES = "all"


def ratio_evidence(bundle: DataBundle, jump_off: JumpOff, seed: int) -> RatioEvidence:
    """Return the evidence for enrolment ratios in the census year.

    Parameters
    ----------
    bundle : tables of the city
    jump_off : population of the census year
    seed : seed of the draws
    """
    year, groups = jump_off.year, jump_off.change.groups
    enrolment = credible_totals(bundle.table("enrolment"))
    draws = max(jump_off.births.births.shape[-1], STEADY_DRAWS)
    return RatioEvidence(
        enrolment=enrolment,
        base=base_pupils(groups, jump_off.ratios, enrolment, year, draws, seed),
        general_share=float(general_shares([year])[0]),
        kindergarten_ratio=kindergarten_ratio(bundle.context, year),
        targets=bundle.table("targets"),
        base_year=year,
    )


def stage_totals(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Return ``adcode, year, stage, pupils``: the reported total, else the sum of the grades."""
    total = enrolment["grade"] == ALL_GRADES
    key = ["adcode", "year", "stage"]
    both = enrolment.loc[total, [*key, "pupils"]]
    if not total.all():
        summed = enrolment[~total].groupby(key, as_index=False)["pupils"].sum()
        both = pd.concat([both, summed])
    return both.drop_duplicates(key, keep="first").sort_values(key, ignore_index=True)


def credible_totals(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Return the stage totals without outliers and without totals that include an outlying grade.

    The column ``estimated`` marks totals based on the planner's estimates.
    """
    total = stage_totals(enrolment)
    if total.empty:
        return total.assign(estimated=False)
    key = ["adcode", "year", "stage"]
    odd_grades = outlying(enrolment, ["adcode", "stage", "grade"], "pupils", closing=True)
    odd_totals = outlying(total, ["adcode", "stage"], "pupils", closing=True)
    odd = pd.concat([enrolment.loc[odd_grades.index, key], total.loc[odd_totals.index, key]])
    guessed = enrolment.loc[enrolment["basis"] == "estimate", key]
    cells = pd.MultiIndex.from_frame(total[key])
    total = total.assign(estimated=cells.isin(pd.MultiIndex.from_frame(guessed)))
    return total[~cells.isin(pd.MultiIndex.from_frame(odd))]


def kindergarten_ratio(context: Context, year: int) -> float:
    """Return national kindergarten pupils over births three to six school years before."""
    return _pupils_over_births(context, "kindergarten enrolment", year, youngest=3, oldest=5)


def _pupils_over_births(
    context: Context, measure: str, year: int, youngest: int, oldest: int
) -> float:
    """Return the ratio of pupils to births of the latest count up to ``year``, else of the first.

    Children aged 3-5 on 31 August were born from September six years before to August three years
    before. Deaths among children are below one per cent and ignored.
    """
    pupils = _national(context, (measure,))
    births = context.births_above[context.births_above["adcode"] == NATION]
    by_year = births.set_index("year")["births"].astype(float)
    known = pupils[pupils.index <= year]
    latest = int(known.index.max() if len(known) else pupils.index.min())
    full_years = sum(by_year[latest - age] for age in range(youngest + 1, oldest + 1))
    cohort = (
        full_years + by_year[latest - oldest - 1] * 4 / 12 + by_year[latest - youngest] * 8 / 12
    )
    return float(pupils[latest] / cohort)


def _national(context: Context, measures: tuple[str, ...]) -> pd.Series:
    table = context.national_enrolment
    wanted = table[(table["adcode"] == NATION) & table["measure"].isin(measures)]
    return wanted.set_index("year")["value"].astype(float)
