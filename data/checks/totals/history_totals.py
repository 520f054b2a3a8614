"""Totals alongside their parts in a history of any areas and grades: found, compared, left out."""

from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.checks.totals.area_sums import FEWEST_CELLS, LIKELY, AreaRows, without_sums_of_areas
from data.contract.grades import ALL
from data.contract.table_reading import ROUNDING, Reading
from data.findings import Findings
from data.language import Text

MANY = 6  # grades together are never as small as another
SAMPLE = 200  # cells that show which runs are worth comparing
MOSTLY = 0.8  # of the cells: a sum with mistakes in it, not a grade
_DONE = Text("已与各行之和核对，不重复计入", "compared with its rows and not counted again")

FloatArray = npt.NDArray[np.float64]


def without_totals(reading: Reading, findings: Findings) -> pd.DataFrame:
    """Return the rows of a history whose sums over areas and over grades count once.

    Grades stand where there are grades; refused are totals that contradict their grades, and
    areas or latest years that have totals alone while others have grades.
    """
    table = AreaRows(reading, reading.rows, "area_id", "enrolment", ("year", "grade"))
    rows = without_sums_of_areas(table, findings)
    rows = _without_sums_of_grades(reading, rows, findings)
    total = rows["grade"] == ALL
    if total.all() or not total.any():
        return rows
    _refuse_contradictions(reading, rows, findings)
    _refuse_totals_alone(reading, rows, findings)
    met = Text("各年级之外另有合计", "totals alongside their grades")
    place = rows.index[total][0]
    findings.notice(reading.notice(place, "grade", ALL, met, _DONE), int(total.sum()))
    return rows[~total]


def _table(rows: pd.DataFrame, series: str, cells: list[str]) -> pd.DataFrame:
    return rows.pivot_table(index=cells, columns=series, values="enrolment", aggfunc="sum")


def _equal(total: FloatArray, summed: FloatArray) -> float:
    """Return in which share of the cells a total is the sum; 0 where there are too few cells."""
    known = ~np.isnan(total) & ((total > 0) | (summed > 0))
    if known.sum() < FEWEST_CELLS:
        return 0.0
    near = np.abs(total - summed)[known] <= ROUNDING * summed[known] + 0.5
    return float(near.mean())


def _without_sums_of_grades(
    reading: Reading, rows: pd.DataFrame, findings: Findings
) -> pd.DataFrame:
    """Return the rows with a grade that is the sum of all others as ``all``, subtotals left out."""
    graded = rows[rows["grade"] != ALL]
    wide = _table(graded, "grade", ["area_id", "year"])
    wide = wide[sorted(wide.columns, key=int)]
    for grade in sorted(wide.columns, key=lambda one: -wide[one].sum()):
        others = wide.drop(columns=grade)
        share, parts = _best_run(wide[grade].to_numpy(dtype=float), others.to_numpy(dtype=float))
        if share < MOSTLY and not _is_as_large(wide[grade], others):
            continue
        mine = rows["grade"] == grade
        name = str(rows.loc[mine, "grade text"].iloc[0])
        if share < 1:
            _refuse_odd_sums(reading, rows[mine], wide, others.columns[parts], name, findings)
            return rows
        met = Text(f"“年级” {name} 是其余年级之和", f"grade {name} is the sum of other grades")
        findings.notice(reading.notice(rows.index[mine][0], "grade", name, met, _DONE))
        wide = others
        over_all = parts == slice(0, others.shape[1]) and not (rows["grade"] == ALL).any()
        rows = rows.assign(grade=rows["grade"].mask(mine, ALL)) if over_all else rows[~mine]
    return rows


def _best_run(total: FloatArray, others: FloatArray) -> tuple[float, slice]:
    """Return the run of neighbouring grades of which ``total`` is the sum in most cells."""
    sums = np.pad(np.nan_to_num(others).cumsum(axis=1), ((0, 0), (1, 0)))
    known = np.flatnonzero(total > 0)
    few = known[:: len(known) // SAMPLE + 1]
    best, run = 0.0, slice(0, others.shape[1])
    for first, last in combinations(range(sums.shape[1]), 2):
        if last - first < 2 or not len(few):
            continue
        summed = sums[:, last] - sums[:, first]
        if abs(np.median(summed[few] / total[few]) - 1) > 0.1:
            continue
        share = _equal(total, summed)
        if share > best:
            best, run = share, slice(first, last)
    return best, run


def _is_as_large(total: pd.Series, others: pd.DataFrame) -> bool:
    """Return whether a grade has about as many pupils as all others, so that it is no grade."""
    times = total / others.sum(axis=1)
    return others.shape[1] >= MANY and LIKELY[0] <= times.median() <= LIKELY[1]


def _refuse_odd_sums(
    reading: Reading, mine: pd.DataFrame, wide: pd.DataFrame, parts: pd.Index, name: str,
    findings: Findings,
) -> None:  # fmt: skip
    summed = wide[parts].sum(axis=1)
    keyed = pd.MultiIndex.from_frame(mine[["area_id", "year"]])
    stated, sums = mine["enrolment"].to_numpy(), summed.reindex(keyed).to_numpy()
    for at in np.flatnonzero(np.abs(stated - sums) > ROUNDING * sums + 0.5):
        number = f"{sums[at]:,.0f}"
        zh = f"各年级之和 {number}（{name} 看来是合计，不是年级）"
        expected = Text(zh, f"the sum of its grades {number} ({name} looks like a total)")
        how_to_fix = Text("改正，或把合计的年级写成 all", "correct it, or write all for a total")
        findings.refuse(reading.problem(mine.index[at], "enrolment", expected, how_to_fix))


def _refuse_contradictions(reading: Reading, rows: pd.DataFrame, findings: Findings) -> None:
    """Refuse totals below their grades, or above them where no grade of the area is missing."""
    key = ["area_id", "year"]
    graded = rows[rows["grade"] != ALL]
    sums = graded.groupby(key)["enrolment"].agg(["sum", "size"]).reset_index()
    most = graded.groupby("area_id")["grade"].nunique()
    sums["full"] = sums["size"] == sums["area_id"].map(most)
    both = rows[rows["grade"] == ALL].reset_index(names="place").merge(sums, on=key)
    over = both["sum"] - both["enrolment"]
    slack = ROUNDING * both["enrolment"] + 1
    off = both[(over > slack) | (both["full"] & (-over > slack))]
    for place, total in zip(off["place"], off["sum"], strict=True):
        expected = Text(f"各年级之和 {total:,.0f}", f"the sum of its grades {total:,.0f}")
        how_to_fix = Text(
            "合计与各年级矛盾：改正其一，或删去合计", "correct one of them, or delete the total"
        )
        findings.refuse(reading.problem(place, "enrolment", expected, how_to_fix))


def _refuse_totals_alone(reading: Reading, rows: pd.DataFrame, findings: Findings) -> None:
    """Refuse areas that have totals alone, or have them later than grades."""
    areas = pd.Index(rows["area_id"].unique())
    graded, total = (
        rows[rows["grade"].eq(ALL) == is_total].groupby("area_id")["year"].max().reindex(areas)
        for is_total in (False, True)
    )
    ahead = total.notna() & (graded.isna() | (total > graded))
    for name in areas[ahead]:
        mine = rows[(rows["area_id"] == name) & (rows["grade"] == ALL)]
        mine = mine if pd.isna(graded[name]) else mine[mine["year"] > graded[name]]
        expected = Text("这些年份也有分年级数", "figures by grade in these years too")
        if pd.isna(graded[name]):
            expected = Text("各地区都分年级，或都只有合计", "grades for every area, or for none")
        how_to_fix = Text(
            "补上分年级数，或把只有合计的地区、年份另存一个文件（年级都写 all）",
            "add the grades, or put what has totals alone into a file of its own",
        )
        problem = reading.problem(mine.index[0], "area_id text", expected, how_to_fix)
        findings.refuse(problem)
