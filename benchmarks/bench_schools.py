"""Schools that share their county's forecast, next to last value and three-year ratios.

``make bench-schools FOLDER=…`` reads the school sets of almartin82/utschooldata (Utah, districts
stand for counties), toxygene/ecasd-enrollment (Eau Claire) and kochinchen/Practice_OpenData
(Taipei, totals by district) and renews the tables of ``docs/methods-schools.md``. From each origin
the county's own forecast is made from its own history, and the schools open then share it; scored
are schools of counties with ``FEWEST`` or more of them. "County known" shares the pupils that the
county came to have, which shows the error of the shares alone. Grades 7 and 8 of Utah were not
looked at when the constants of the model were chosen. A second table has the entrants to grade 7
of schools that teach grade 6 as well, with and without their own leavers.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from features.arrays import FloatArray
from forecasting.schools.counts import SchoolCounts
from forecasting.schools.draws import SchoolModel
from forecasting.schools.own_leavers import relative_inflow
from forecasting.schools.shares import fit_shares
from forecasting.schools.spread import Spread, learn_spread
from models.history import build_history
from models.progression.model import ProgressionModel

PAGE = Path("docs") / "methods-schools.md"
START, END = "<!-- make bench-schools -->\n", "<!-- end -->"
BELOW, ABOVE = (1, 2, 3, 4, 5, 6), (7, 8)  # grades of the sections of a nine-year school
DRAWS, SEED, FEWEST = 400, 1, 3
RATIO_YEARS, RATIO_MOST = 3, 3.0
COLUMNS = ["horizon", "model", "by", "error", "actual", "in80", "in95"]


@dataclass(frozen=True)
class Case:
    """One set of schools.

    Parameters
    ----------
    title, file : name and file
    grades : grades used, None for totals
    origins, horizons : school years and years ahead
    """

    title: str
    file: str
    grades: tuple[int, ...] | None
    origins: tuple[int, ...]
    horizons: tuple[int, ...]


CASES = (
    Case("Utah K-5", "ut_schools.csv.gz", (0, 1, 2, 3, 4, 5), (2020, 2021, 2022), (1, 3)),
    Case("Utah 7-8, held back", "ut_schools.csv.gz", (7, 8), (2020, 2021, 2022), (1, 3)),
    Case("Eau Claire K-5", "eauclaire_schools.csv.gz", (0, 1, 2, 3, 4, 5),
         (2004, 2008, 2012, 2014, 2016), (1, 3, 5)),
    Case("Eau Claire K-5 from 2020", "eauclaire_schools.csv.gz", (0, 1, 2, 3, 4, 5), (2020,),
         (1, 3)),
    Case("Taipei primary, totals", "taipei_elementary_by_school.csv", None, (2014, 2015, 2016),
         (1, 3)),
)  # fmt: skip


def read(case: Case, folder: Path) -> pd.DataFrame:
    """Return ``county, school, year, grade, pupils``."""
    table = pd.read_csv(folder / case.file)
    if case.grades is None:
        return table.rename(columns={"district": "county"}).assign(grade=1)
    table = table[table["grade"].isin(case.grades)].fillna({"enrolment": 0.0})
    county = table["area_id"].str.split("|").str[0]
    several = table["area_id"].str.contains("|", regex=False).any()
    return table.assign(county=county if several else case.title).rename(
        columns={"area_id": "school", "enrolment": "pupils"}
    )


def county_draws(past: FloatArray, years: list[int], horizon: int) -> FloatArray:
    """Return draws (county, year, grade, draw) of the counties' own forecasts.

    Parameters
    ----------
    past : (county, year, grade) pupils
    years : school years of ``past``
    horizon : years ahead
    """
    index = pd.MultiIndex.from_product(
        [[str(one) for one in range(len(past))], years, [str(g) for g in range(past.shape[2])]],
        names=["area_id", "year", "grade"],
    )
    rows = pd.DataFrame({"enrolment": past.ravel()}, index=index).reset_index()
    # Rows of a single total are one stage of six years.
    model = ProgressionModel((6,), 6) if past.shape[2] == 1 else ProgressionModel()
    fitted = model.fit(build_history(rows, None))
    return np.nan_to_num(fitted.forecast(horizon, DRAWS, np.random.default_rng(SEED)).pupils)


def three_year_ratios(past: FloatArray, horizon: int) -> FloatArray:
    """Return pupils (school, year, grade) by each school's own ratios of the last years."""
    grades = past.shape[2]
    up = min(grades - 1, 1)  # totals have their ratio to themselves
    years = min(RATIO_YEARS, past.shape[1] - 1)
    before, after = past[:, -years - 1 : -1, : grades - up], past[:, -years:, up:]
    known = before > 0
    ratios = np.divide(after, before, out=np.zeros(known.shape), where=known)
    count = known.sum(axis=1)
    mean = np.where(count > 0, ratios.sum(axis=1) / np.maximum(count, 1), 1.0)
    now, found = past[:, -1].copy(), []
    for _ in range(horizon):
        now[:, up:] = now[:, : grades - up] * np.minimum(mean, RATIO_MOST)
        found.append(now.copy())
    return np.stack(found, axis=1)


def score(case: Case, folder: Path) -> pd.DataFrame:
    """Return one row per school, origin, horizon, model and level."""
    table = read(case, folder)
    years, grades = sorted(table["year"].unique()), sorted(table["grade"].unique())
    wide = table.pivot_table(index=["county", "school"], columns=["year", "grade"],
                             values="pupils", aggfunc="sum").fillna(0.0)  # fmt: skip
    wide = wide.reindex(columns=pd.MultiIndex.from_product([years, grades]), fill_value=0.0)
    pupils = wide.to_numpy().reshape(len(wide), len(years), len(grades))
    county = wide.index.get_level_values("county").to_numpy()
    rows = []
    for origin in case.origins:
        last = years.index(origin)
        is_open = pupils[:, last].sum(axis=1) > 0
        counts = pd.Series(is_open).groupby(county).sum()
        names = list(counts.index[counts >= FEWEST])
        horizon = min(max(case.horizons), len(years) - 1 - last)
        held = [pupils[county == name] for name in names]
        past = np.stack([one[:, : last + 1].sum(axis=0) for one in held])
        draws = county_draws(past, years[: last + 1], horizon)
        spread = learn_spread([one[:, : last + 1] for one in held])
        for own, drawn in zip(held, draws, strict=True):
            rows.append(_rows(own, last, drawn, spread, case.horizons))
    return pd.concat(rows).assign(set=case.title)


def _rows(
    own: FloatArray, last: int, drawn: FloatArray, spread: Spread, horizons: tuple[int, ...]
) -> pd.DataFrame:
    """Return the rows of one county and origin.

    Parameters
    ----------
    own : (school, year, grade) pupils, after the origin too
    last : place of the origin
    drawn : (year, grade, draw) pupils of the county
    spread : sizes of the errors of shares
    horizons : years ahead
    """
    past = own[:, : last + 1]
    ids = tuple(map(str, range(len(own))))
    model = SchoolModel(ids, "primary", fit_shares(past), spread, past[:, -1])
    ratios = three_year_ratios(past, len(drawn))
    county = own[:, last + 1 :].sum(axis=0)
    known = model.shares.forecast(county) * county
    rows = []
    for year, found in enumerate(model.draw(drawn.astype(np.float32), SEED)):
        if year + 1 not in horizons:
            continue
        actual, total = own[:, last + 1 + year], found.sum(axis=1)
        ends = np.percentile(total, (10, 90, 2.5, 97.5), axis=-1)
        models = {"last": past[:, -1], "ratios": ratios[:, year], "ours": found.mean(axis=-1),
                  "known": known[:, year]}  # fmt: skip
        for at in np.flatnonzero(past[:, -1].sum(axis=1) > 0):
            seen = actual[at].sum()
            within = ends[0, at] <= seen <= ends[1, at], ends[2, at] <= seen <= ends[3, at]
            for label, forecast in models.items():
                apart = forecast[at] - actual[at]
                rows.append((year + 1, label, "school", abs(apart.sum()), seen, *within))
                rows.append((year + 1, label, "grade", np.abs(apart).sum(), seen, *within))
    return pd.DataFrame(rows, columns=COLUMNS)


HEAD = ("set", "years ahead", "schools", "last value", "three-year ratios", "ours", "county known",
        "by grade: last value", "ratios", "ours", "80 % holds", "95 % holds")  # fmt: skip
SHOWN = [*(("school", model) for model in ("last", "ratios", "ours", "known")),
         *(("grade", model) for model in ("last", "ratios", "ours"))]  # fmt: skip


def table_of(scores: pd.DataFrame) -> str:
    """Return the Markdown table: WAPE by school and by grade, coverage, schools."""
    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for (name, horizon), rows in scores.groupby(["set", "horizon"], sort=False):
        sums = rows.groupby(["by", "model"])[["error", "actual"]].sum()
        wape = 100 * sums["error"] / sums["actual"]
        own = rows[(rows["model"] == "ours") & (rows["by"] == "school")]
        cells = [f"{wape[cell]:.1f}" for cell in SHOWN]
        share = [f"{100 * own[column].mean():.0f}" for column in ("in80", "in95")]
        lines.append(f"| {' | '.join([str(name), str(horizon), str(len(own)), *cells, *share])} |")
    return "\n".join(lines) + "\n"


def coverage_line(scores: pd.DataFrame) -> str:
    """Return in a sentence what the 80 % ranges hold in each set, all years ahead together."""
    own = scores[(scores["model"] == "ours") & (scores["by"] == "school")]
    held = 100 * own.groupby("set", sort=False)["in80"].mean()
    parts = "; ".join(f"{name} {share:.0f} %" for name, share in held.items())
    return f"80 % ranges hold, all years ahead together: {parts}.\n"


def nine_year_table(folder: Path) -> str:
    """Return the Markdown table of entrants to grade 7 of schools that teach grade 6 too."""
    case = CASES[1]
    errors = pd.concat(
        [_entrants(both, origin) for both in _counties(case, folder) for origin in case.origins]
    )
    lines = [
        "| grade 7 of Utah, years ahead | schools | last value | share alone | own leavers |",
        "|---|---|---|---|---|",
    ]
    for horizon, rows in errors.groupby("horizon"):
        wape = 100 * rows[["last", "alone", "own"]].sum() / rows["actual"].sum()
        lines.append(f"| {horizon} | {len(rows)} | {' | '.join(f'{one:.1f}' for one in wape)} |")
    return "\n".join(lines) + "\n"


Sections = tuple[SchoolCounts, SchoolCounts]


def _counties(case: Case, folder: Path) -> Iterator[Sections]:
    """Yield schools of grades 1-6 and 7-8 of each county with ``FEWEST`` or more of the latter."""
    table = read(Case("Utah 1-8", case.file, BELOW + ABOVE, (), ()), folder)
    years = tuple(sorted(table["year"].unique()))
    for _, own in table.groupby("county"):
        below, above = (_counts(own, years, grades) for grades in (BELOW, ABOVE))
        if len(above.ids) >= FEWEST:
            yield below, above


def _counts(rows: pd.DataFrame, years: tuple[int, ...], grades: tuple[int, ...]) -> SchoolCounts:
    wide = rows[rows["grade"].isin(grades)].pivot_table(
        index="school", columns=["year", "grade"], values="pupils", aggfunc="sum"
    )
    wide = wide.reindex(columns=pd.MultiIndex.from_product([years, grades])).fillna(0.0)
    wide = wide[wide.sum(axis=1) > 0]
    pupils = wide.to_numpy().reshape(len(wide), len(years), len(grades))
    return SchoolCounts("", "", tuple(wide.index), years, tuple(map(str, grades)), pupils)


def _entrants(sections: Sections, origin: int) -> pd.DataFrame:
    """Return errors of the entrants of each school with both sections, their county's known."""
    last = sections[0].years.index(origin)
    below, above = (
        replace(one, years=one.years[: last + 1], pupils=one.pupils[:, : last + 1])
        for one in sections
    )
    ahead = fit_shares(below.pupils).forecast(sections[0].pupils[:, last + 1 :].sum(axis=0))
    after = sections[1].pupils[:, last + 1 :]
    county, shares = after.sum(axis=0), fit_shares(above.pupils)
    inflow = relative_inflow(above, shares, below, ahead)
    found = {"alone": shares.forecast(county), "own": shares.forecast(county, inflow)}
    rows = []
    for place, school in enumerate(above.ids):
        now = above.pupils[place, -1, 0]
        leaving = below.pupils[below.ids.index(school), -1, -1] if school in below.ids else 0
        for year in range(len(county) if min(now, leaving) > 0 else 0):
            actual = after[place, year, 0]
            rows.append({"horizon": year + 1, "actual": actual, "last": abs(now - actual)} | {
                name: abs(one[place, year, 0] * county[year, 0] - actual)
                for name, one in found.items()
            })  # fmt: skip
    return pd.DataFrame(rows, columns=["horizon", "actual", "last", "alone", "own"])


def main() -> None:
    """Score every set whose file is in the folder, and renew the page."""
    folder, begun = Path(sys.argv[1]), time.process_time()
    found = [score(case, folder) for case in CASES if (folder / case.file).is_file()]
    scores = pd.concat(found)
    text = f"{table_of(scores)}\n{coverage_line(scores)}"
    if (folder / CASES[1].file).is_file():
        text += "\n" + nine_year_table(folder)
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(START)
    PAGE.write_text(before + START + text + END + rest.split(END, 1)[1], encoding="utf-8")
    print(text)
    print(f"{time.process_time() - begun:.0f} CPU s")


if __name__ == "__main__":
    main()
