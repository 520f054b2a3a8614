"""Error of each level of the data ladder on American states and counties; renews their rows.

Run ``make bench-rungs``. Grades 0-12 stand for K3-S3, so that primary, junior and senior are ours.
From each origin the main job's own functions forecast the stages three times: from the last
pupils and the population alone, from stage totals, and from grades. Residents after the origin are
those of the origin aged by the cohort ratios of the five years before it; the estimates themselves
were revised later, alike for all three. The rung without history has no last pupils to start from;
its error is that of a Guilin county predicted from the others in the census year. New York's
counties, where pupils become fewer, have grades but no population by age: the enrolment model alone
forecasts them, and the error is that of their stages.
"""

import time
from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.rungs import LAST_PUPILS, Rung
from data.contract.stages import STAGE_CODES, STAGES
from data.reference.benchmark_sets import BENCHMARK_SETS, read_ages
from experiments.evaluation.metrics import score_table
from experiments.evaluation.rolling_origin import backtest_cells, levels_of
from features.arrays import FloatArray, Population
from models.blend import follow_histories, learn_school_histories
from models.census_ratio.ratio_evidence import ALL_GRADES, stage_totals
from models.history import build_history
from models.registry import MODELS, OURS
from models.stage_pupils import StagePupils

TARGET = (
    Path(__file__).resolve().parent.parent / "data" / "reference" / "benchmark" / "rung_errors.csv"
)
FIRST, LAST, END = 2010, 2016, 2017
HORIZON, DRAWS, SEED = 5, 200, 1
STEPS = (1, 3, 5)
STATES, COUNTIES = BENCHMARK_SETS[0], BENCHMARK_SETS[2]
COHORT_YEARS = 5
CODES = ["K3", *(f"P{n}" for n in range(1, 7)), "J1", "J2", "J3", "S1", "S2", "S3"]
STAGE_OF = {"K": "kindergarten", "P": "primary", "J": "junior", "S": "general_senior"}
SCORED = ("primary", "junior", "general_senior")
PLACES = [STAGE_CODES.index(stage) for stage in SCORED]
HISTORY_YEARS = (None, 5, 3)


def enrolment_table() -> pd.DataFrame:
    """Return the states' enrolment in the columns of a data folder."""
    table = STATES.read()[0]
    grade = table["grade"].map(lambda code: CODES[int(code)])
    return pd.DataFrame(
        {
            "adcode": table["area_id"],
            "year": table["year"],
            "stage": grade.str[0].map(STAGE_OF),
            "grade": grade,
            "pupils": table["enrolment"].astype(float),
        }
    )


def counted_population() -> tuple[tuple[str, ...], range, FloatArray]:
    """Return areas, years and residents (area, year, age)."""
    table = read_ages(STATES.name)
    table = table[table["year"].between(FIRST - COHORT_YEARS - 1, END)]
    cube = table.pivot_table(index=["area_id", "year"], columns="age", values="persons")
    areas = tuple(cube.index.unique("area_id"))
    years = cube.index.unique("year")
    shape = (len(areas), len(years), cube.shape[1])
    return areas, range(years[0], years[-1] + 1), cube.to_numpy(float).reshape(shape)


def projected(origin: int) -> Population:
    """Return residents known at ``origin`` and aged beyond it (ages not yet born are 0)."""
    areas, years, counted = counted_population()
    now = years.index(origin)
    past = counted[:, now - COHORT_YEARS : now + 1]
    ratio = past[:, 1:, 1:].sum(axis=1) / past[:, :-1, :-1].sum(axis=1)
    shown = [past[:, place] for place in range(past.shape[1])]
    for _ in range(HORIZON):
        older = np.zeros_like(shown[-1])
        older[:, 1:] = shown[-1][:, :-1] * ratio
        shown.append(older)
    persons = np.repeat(np.stack(shown, axis=1)[..., None], DRAWS, axis=-1)
    span = tuple(range(origin - COHORT_YEARS, origin + HORIZON + 1))
    return Population(areas, span, tuple(range(counted.shape[2])), persons)


def by_ratio(population: Population, totals: pd.DataFrame, origin: int) -> StagePupils:
    """Return the last counted pupils growing with the residents of their stage's ages."""
    wide = totals.pivot_table(index="adcode", columns=["stage", "year"], values="pupils")
    wide = wide.loc[list(population.areas)]
    wide = wide.reindex(columns=pd.MultiIndex.from_product([STAGE_CODES, [origin]]), fill_value=0)
    last = np.stack([wide[stage, origin].to_numpy() for stage in STAGE_CODES], axis=1)
    people = np.stack([population.between(s.first_age, s.last_age) for s in STAGES], axis=1)
    start = population.years.index(origin)
    pupils = last[:, :, None, None] * people / people[:, :, [start]]
    rung = np.full(pupils.shape[:2], LAST_PUPILS)
    policy = np.ones(pupils.shape[:3])
    seen = np.zeros(pupils.shape[:3], bool)
    return StagePupils(population.areas, STAGE_CODES, population.years, pupils, seen, rung, policy)


def forecasts(enrolment: pd.DataFrame, origin: int, kept: int | None) -> dict[str, StagePupils]:
    """Return the stages by each rung from ``origin``, of the last ``kept`` years of history."""
    known = enrolment[enrolment["year"] <= origin]
    known = known if kept is None else known[known["year"] > origin - kept]
    population = projected(origin)
    totals = stage_totals(known)
    found = {LAST_PUPILS: by_ratio(population, totals, origin)}
    for rung, rows in ((Rung.STAGE_TOTALS, totals.assign(grade=ALL_GRADES)), (Rung.GRADES, known)):
        histories = learn_school_histories(rows, population.areas, population.years, DRAWS, SEED)
        found[rung] = follow_histories(found[LAST_PUPILS], histories, population, population)
    return found


def outcomes(enrolment: pd.DataFrame, kept: int | None) -> pd.DataFrame:
    """Return rung, horizon, actual, point and bounds of all origins."""
    parts = []
    actual = stage_totals(enrolment).set_index(["adcode", "stage", "year"])["pupils"]
    for origin in range(FIRST, LAST + 1):
        for rung, pupils in forecasts(enrolment, origin, kept).items():
            for step in STEPS:
                year = origin + step
                if year > END:
                    continue
                draws = pupils.pupils[:, PLACES, pupils.years.index(year)]
                keys = pd.MultiIndex.from_product([pupils.areas, SCORED, [year]])
                bounds = np.quantile(draws, [0.5, 0.025, 0.1, 0.9, 0.975], axis=-1)
                names = ("point", "lo95", "lo80", "hi80", "hi95")
                figures = {n: b.ravel() for n, b in zip(names, bounds, strict=True)}
                rows = pd.DataFrame(
                    {"actual": actual.loc[keys].to_numpy(), "crps": np.nan} | figures
                )
                parts.append(rows.assign(rung=rung, horizon=step, kept=str(kept or "all")))
    return pd.concat(parts)


def county_scores() -> pd.DataFrame:
    """Return the scores of the stages of New York's counties, forecast from their grades."""
    history = build_history(*COUNTIES.read())
    levels = {"stage": levels_of(history.grades, COUNTIES.stages)["stage"]}
    origins = range(COUNTIES.first_origin, COUNTIES.last_origin + 1)
    cells = backtest_cells(MODELS[OURS], history, levels, origins, STEPS, SEED)
    return score_table(cells.assign(rung=Rung.GRADES), ["rung", "horizon"])


def rung_rows(scores: pd.DataFrame, name: str, first: int, last: int) -> pd.DataFrame:
    """Return ``scores`` as rows of the table of rungs."""
    table = scores[["rung", "horizon", "cells", "wape"]].copy()
    for place, (column, value) in enumerate(
        {"set": name, "first_origin": first, "last_origin": last}.items(), start=1
    ):
        table.insert(place, column, value)
    return table


def main() -> None:
    """Print the errors for long and short histories; write those of the full histories."""
    start = time.perf_counter()
    enrolment = enrolment_table()
    cells = pd.concat([outcomes(enrolment, kept) for kept in HISTORY_YEARS])
    scores = score_table(cells, ["kept", "rung", "horizon"])
    columns = ["kept", "rung", "horizon", "wape", "bias", "coverage80", "coverage95"]
    print(scores[columns].round(2).to_string(index=False))
    counties = county_scores()
    print(counties[columns[1:]].round(2).to_string(index=False))
    ours = [
        rung_rows(scores[scores["kept"] == "all"], STATES.name, FIRST, LAST),
        rung_rows(counties, COUNTIES.name, COUNTIES.first_origin, COUNTIES.last_origin),
    ]
    known = pd.read_csv(TARGET)
    others = known[~known["set"].isin([STATES.name, COUNTIES.name])]  # bench_ratios, …
    table = pd.concat([*ours, others])
    table.to_csv(TARGET, index=False, float_format="%.3f", lineterminator="\n")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
