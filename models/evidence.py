"""Enrolment known in the base year, from the planner's tables and the public figures."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from data.bundle import Context, DataBundle
from data.language import Text
from data.problems import DataError, DataProblem
from features.population import FloatArray
from models.gross_ratio import RatioEvidence

NATION = "000000"
ALL_GRADES = "all"
LEAST_AREAS = 3


def ratio_evidence(bundle: DataBundle, base_year: int) -> RatioEvidence:
    """Return the evidence for enrolment ratios in ``base_year``, the census year.

    Raises
    ------
    DataError
        Fewer than three counties reported primary pupils in that year, so that neither a pooled
        ratio nor its spread can be told.
    """
    context = bundle.context
    enrolment = stage_totals(bundle.table("enrolment"))
    primary = enrolment[(enrolment["stage"] == "primary") & (enrolment["year"] == base_year)]
    reported = primary["adcode"].isin(bundle.counties).sum()
    if reported < LEAST_AREAS:
        raise DataError([_too_few_reports(base_year, int(reported))])
    regular = context.regular_secondary
    return RatioEvidence(
        enrolment=enrolment,
        regular_secondary=regular[regular["year"] == base_year],
        general_share=float(general_shares(context, [base_year])[0]),
        kindergarten_ratio=kindergarten_ratio(context, base_year),
        targets=bundle.table("targets"),
        base_year=base_year,
    )


def stage_totals(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Return ``adcode, year, stage, pupils``: the reported total, else the sum of the grades."""
    total = enrolment["grade"] == ALL_GRADES
    key = ["adcode", "year", "stage"]
    summed = enrolment[~total].groupby(key, as_index=False)["pupils"].sum()
    both = pd.concat([enrolment.loc[total, [*key, "pupils"]], summed])
    return both.drop_duplicates(key, keep="first").sort_values(key, ignore_index=True)


def general_shares(context: Context, years: Sequence[int]) -> FloatArray:
    """Return by year the national share of junior leavers who entered general senior schools.

    Straight between the years with both figures, flat before the first and after the last.
    """
    entrants = _national(context, ("regular senior secondary entrants",))
    leavers = _national(context, ("junior secondary stage graduates", "junior secondary graduates"))
    share = (entrants / leavers).dropna().sort_index()
    return np.interp(np.array(years), share.index.to_numpy(dtype=float), share.to_numpy())


def kindergarten_ratio(context: Context, year: int) -> float:
    """Return national kindergarten pupils over births three to six school years before.

    Children aged 3-5 on 31 August were born from September six years before to August three years
    before. Deaths before school age are below one per cent and left out.
    """
    pupils = _national(context, ("kindergarten enrolment",))
    births = context.births_above[context.births_above["adcode"] == NATION]
    by_year = births.set_index("year")["births"].astype(float)
    known = pupils[pupils.index <= year]
    latest = int(known.index.max() if len(known) else pupils.index.min())
    weights: Mapping[int, float] = {6: 4 / 12, 5: 1.0, 4: 1.0, 3: 8 / 12}
    cohort = sum(weight * by_year[latest - ago] for ago, weight in weights.items())
    return float(pupils[latest] / cohort)


def _national(context: Context, measures: tuple[str, ...]) -> pd.Series:
    table = context.national_enrolment
    wanted = table[(table["adcode"] == NATION) & table["measure"].isin(measures)]
    return wanted.set_index("year")["value"].astype(float)


def _too_few_reports(year: int, reported: int) -> DataProblem:
    return DataProblem(
        "enrolment",
        Text(
            f"普查年份（{year}年）至少{LEAST_AREAS}个县区的小学在校生（现有{reported}个）",
            f"primary pupils of {LEAST_AREAS} counties or more in the census year {year} "
            f"(there are {reported})",
        ),
        Text("补充该年份的 enrolment 行", "add rows of that year to the table enrolment"),
        column="year",
    )
