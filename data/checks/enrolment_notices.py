"""Implausible figures of an enrolment history that a forecast can use, for its reader."""

import numpy as np
import pandas as pd

from data.checks.common_steps import common_steps
from data.checks.mergers import merger_notices
from data.checks.outliers import outliers, outlying
from data.contract.grades import grade_order
from data.findings import Findings, Notice
from data.language import Text
from data.place import line_of

SPIKE = 0.5  # log distance of one year from its neighbours
LAST_SPIKE = 1.0  # of the last year, which has one neighbour
SPIKE_PUPILS = 20  # smaller classes jump by chance
COMMON_JUMP = 0.02  # of the pupils of all areas
COMMON_JUMP_SPREADS = 8.0
SERIES = ["area_id", "grade"]


def enrolment_notices(history: pd.DataFrame, file: str) -> list[Notice]:
    """Return the implausible figures of ``area_id, year, grade, enrolment`` and their treatment.

    The index is the line of the file.
    """
    years = range(int(history["year"].min()), int(history["year"].max()) + 1)
    wide = history.pivot_table(index=SERIES, columns="year", values="enrolment", aggfunc="sum")
    wide = wide.reindex(columns=list(years))
    findings = Findings()
    for notice in outlier_notices(history, SERIES, "enrolment", file, closing=True):
        findings.notice(notice)
    wide = wide.mask(outliers(wide.to_numpy(dtype=float), closing=True))
    empty, gone, first, due = _empty_classes(wide)
    for found, met, done in (
        (_gaps(wide), *GAP),
        (wide.iloc[:, -1].isna(), *ENDED),
        (wide.iloc[:, 0].isna(), *BEGUN),
        (empty & gone, *GONE),
        (empty & ~gone & first, *STOPPED),
        (empty & ~gone & ~first & due, *CLOSED),
        (empty & ~gone & ~first & ~due, *EMPTY),
        (_spikes(wide), *SPIKED),
    ):
        for area, grade in wide.index[found.to_numpy()]:
            findings.notice(Notice(file, met, done, None, "enrolment", f"{area}/{grade}"))
    steps = _steps(wide)
    for year, step in steps.items():
        findings.notice(Notice(file, *STEPPED, None, "year", f"{year} ({step:+.1%})"))
    for year in (year for year in _common_jumps(wide) if year not in steps):
        findings.notice(Notice(file, *JUMPED, None, "year", str(year)))
    if len(years) == 1:
        findings.notice(Notice(file, *ALONE, None, "year", str(years[0])))
    parts = history[~history["grade"].astype(str).str.endswith("all")]
    for notice in merger_notices(parts if len(parts) else history, file):
        findings.notice(notice)
    return findings.notices


def outlier_notices(
    rows: pd.DataFrame, series: list[str], measure: str, file: str, *, closing: bool
) -> list[Notice]:
    """Return one notice per figure that is not used; see :mod:`data.checks.outliers`."""
    # By place: a row that was divided among areas stands there more than once, under one line.
    odd = outlying(rows.reset_index(drop=True), series, measure, closing=closing)
    lines, figures = rows.index[odd.index], rows[measure].iloc[odd.index]
    return [
        Notice(
            file,
            Text(
                f"与前后年相差约 {times:.0f} 倍",
                f"about {times:.0f} times off the neighbouring years",
            ),
            OUTLIER,
            line_of(line),
            measure,
            f"{figure:.0f}",
        )
        for line, times, figure in zip(lines, odd, figures, strict=True)
    ]


def _empty_classes(wide: pd.DataFrame) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """Return by row: nobody in the last year; so in all rows of the area; first grade; pupils due.

    Pupils are due where the grade below had some a year earlier.
    """
    last = wide.iloc[:, -1]
    area = wide.index.get_level_values("area_id")
    empty = (last == 0) & (wide.max(axis=1) > 0)
    several = last.groupby(area).transform("count") > 1
    gone = (last.groupby(area).transform("max") == 0) & several
    order = wide.index.get_level_values("grade").map(grade_order)
    place = pd.Series(order, index=wide.index).fillna(0).astype(int)
    before = dict(zip(zip(area, place, strict=True), wide.iloc[:, -2:-1].sum(axis=1), strict=True))
    keys = list(zip(area, place, strict=True))
    first = pd.Series(place == place.groupby(area).transform("min"), index=wide.index)
    due = pd.Series([before.get((who, grade - 1), 0) > 0 for who, grade in keys], wide.index)
    return empty, gone, first, due


def _gaps(wide: pd.DataFrame) -> pd.Series:
    inside = wide.ffill(axis=1).notna() & wide.bfill(axis=1).notna()
    return (inside & wide.isna()).any(axis=1)


def _spikes(wide: pd.DataFrame) -> pd.Series:
    """Return the rows where one year alone lies far from both its neighbours."""
    logs = np.log(wide.where(wide >= 1))
    before, after = logs.shift(1, axis=1), logs.shift(-1, axis=1)
    beyond = np.minimum((logs - before).abs(), (logs - after).abs()) > SPIKE
    one_side = np.sign(logs - before) == np.sign(logs - after)
    beyond &= one_side
    beyond.iloc[:, -1] = (logs - before).iloc[:, -1].abs() > LAST_SPIKE
    return (beyond & (before > np.log(SPIKE_PUPILS))).any(axis=1)


def _common_jumps(wide: pd.DataFrame) -> list[int]:
    """Return the years when the pupils of all areas together changed as in no other year."""
    complete = wide.dropna()
    if complete.empty or wide.shape[1] < 6:
        return []
    change = np.log(complete.sum().clip(lower=1)).diff().dropna()
    away = (change - change.median()).abs()
    usual = max(float(away.median()), COMMON_JUMP / COMMON_JUMP_SPREADS)
    return [int(year) for year in change.index[away > COMMON_JUMP_SPREADS * usual]]


def _steps(wide: pd.DataFrame) -> dict[int, float]:
    """Return the years in which all areas stepped at once, and by which share."""
    areas, grades = (wide.index.get_level_values(name).unique() for name in SERIES)
    place = {grade: grade_order(grade) for grade in grades}
    ordered = sorted((at, grade) for grade, at in place.items() if at is not None)
    if not ordered:
        return {}
    cells = pd.MultiIndex.from_product([areas, [grade for _, grade in ordered]], names=SERIES)
    counts = wide.reindex(cells).to_numpy(float).reshape(len(areas), len(ordered), -1)
    found = common_steps(np.moveaxis(counts, 2, 1))
    return {int(wide.columns[at]): float(np.expm1(found[at])) for at in np.flatnonzero(found)}


OUTLIER = Text(
    "未采用，按前后年推算；请核对。若属实，下一年的数据会证实；区划调整请填区划变更表",
    "not used, replaced from the neighbouring years; check it. If it is right, next year's figure "
    "will confirm it; a change of borders belongs in the table crosswalk",
)
GAP = (
    Text("中间年份缺数", "no figure for a year between others"),
    Text("按该届学生前后人数插补", "filled along its cohort, or from the neighbouring years"),
)
ENDED = (
    Text("最后年份无数", "no figure for the last year"),
    Text(
        "沿用最后一次的人数；已撤销请删去该地区，已并入他处请填区划变更表（--crosswalk）",
        "the last figure is carried on; delete what closed; a merger belongs in a crosswalk",
    ),
)
BEGUN = (
    Text("开头年份无数", "no figure for the first year"),
    Text("只用有数的年份", "only the years with figures are used"),
)
CLOSED = (
    Text("年级已停办（最后为 0 人）", "a grade closed: nobody in the last year"),
    Text("预测为该年级不再招生", "no entrants are forecast"),
)
STOPPED = (
    Text("起始年级最后为 0 人", "nobody in the first grade in the last year"),
    Text(
        "预测为停止招生，各年级逐年升空；恢复招生后下一年的数据会证实",
        "forecast without entrants, the grades emptying one by one; if entry resumes, next year's "
        "figure will show it",
    ),
)
EMPTY = (
    Text("最后一年为空班（下一年级无生源）", "an empty class in the last year"),
    Text(
        "空班逐年升级，其后各届照常", "it moves up one grade per year; later cohorts go on as usual"
    ),
)
GONE = (
    Text("该地区最后一年各年级均为 0 人", "all grades of the area are 0 in the last year"),
    Text(
        "视为缺数，沿用此前人数；如已撤并请删去该地区",
        "taken as missing, earlier figures are carried on; delete the area if it was closed",
    ),
)
SPIKED = (
    Text("某一年与前后两年相差悬殊", "a year far from its neighbours"),
    Text("升级比例按其通常水平截断；请核对", "its ratios are cut to their usual level; check it"),
)
JUMPED = (
    Text("该年各地区总人数变动异常", "an unusual change of all areas together"),
    Text("其后续影响按以往各年的经验折算", "how much of it lasts is estimated from past years"),
)
STEPPED = (
    Text("该年各地区一致升降", "all areas stepped at once"),
    Text(
        "视为统计时点或口径变化：水平保留，不作为增长外推；请核对",
        "taken as another count date or definition: the level stays and is not carried on as "
        "growth; check it",
    ),
)
ALONE = (
    Text("只有一年数据", "one year only"),
    Text("无法得知趋势，区间很宽", "no trend can be known; the intervals are wide"),
)
