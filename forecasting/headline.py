"""Headline figures from the long demand table: present pupils, peak, gap and warning."""

from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.rungs import rung_line
from data.contract.stages import STAGE_CODES, STAGES
from data.language import Text
from forecasting.demand import WARNINGS, WarningLevel

HEADLINE_YEARS = (2025, 2030, 2035)
GAP_COLUMNS = ("gap", "gap_lo80", "gap_hi80")
WARNING_TITLES: dict[str, Text] = {
    WarningLevel.RED: Text("红色", "red"),
    WarningLevel.ORANGE: Text("橙色", "orange"),
    WarningLevel.YELLOW: Text("黄色", "yellow"),
    WarningLevel.GREEN: Text("绿色", "green"),
}
WARNING_COLOURS = {"red": "#F4B6B6", "orange": "#FAD4A8", "yellow": "#FFF2B3", "green": "#D5EBD3"}
# Distinguishable for colour-blind readers as well.
SCENARIO_COLOURS = (
    "#1F4E79", "#C55A11", "#548235", "#7F3F98", "#808080", "#B8860B",
    "#00A3A3", "#D81B60", "#5B9BD5", "#8B4513", "#9ACD32", "#000000",
)  # fmt: skip
LEAST_PROBABILITY = {level: least for least, level in WARNINGS}


def headline_years(now: int, until: int) -> list[int]:
    """Return the headline years after ``now``, or the last year if there is none.

    >>> headline_years(2026, 2041), headline_years(2036, 2040)
    ([2030, 2035], [2040])
    """
    return [year for year in HEADLINE_YEARS if now < year <= until] or [until]


def supply_known(demand: pd.DataFrame) -> "pd.Series[bool]":
    """Return by row whether current seats are reported, so that a gap is a shortage.

    Elsewhere the gap is relative to the seats in use in the base year.
    """
    return demand["supply_basis"] == SEATS_STATED


def chosen_years(now: int, until: int) -> list[int]:
    """Return the present, the headline years ahead and the years halfway between them.

    >>> chosen_years(2026, 2035)
    [2026, 2028, 2030, 2032, 2035]
    """
    fixed = [now, *headline_years(now, until)]
    between = [(a + b) // 2 for a, b in pairwise(fixed) if b - a > 2]
    return sorted({*fixed, *between})


def in_reading_order(demand: pd.DataFrame) -> pd.DataFrame:
    """Return ``demand`` by scenario as given, adcode with the city last, stage and year."""
    stage_order = {code: place for place, code in enumerate(STAGE_CODES)}
    scenario_order = {name: place for place, name in enumerate(demand["scenario"].unique())}
    keys = pd.DataFrame(
        {
            "scenario": demand["scenario"].map(scenario_order),
            "city": demand["adcode"] == total_area(demand["adcode"]),
            "adcode": demand["adcode"],
            "stage": demand["stage"].map(stage_order),
            "year": demand["year"],
        }
    )
    order = keys.sort_values(list(keys.columns), kind="stable").index
    return demand.loc[order].reset_index(drop=True)


def total_area(adcodes: Iterable[str]) -> str | None:
    """Return the one area that contains all the others, None if there is none.

    Its code ends in a pair of zeros, and either no other code does or all codes share its prefix.

    >>> total_area(["340102", "340100"]), total_area(["110000", "000000"]), total_area(["441900"])
    ('340100', '000000', None)
    >>> total_area(["451100", "451000"]) is None
    True
    """
    codes = sorted(set(adcodes))
    if len(codes) < 2 or not codes[0].endswith("00"):
        return None
    first, *others = codes
    stem = first
    while stem.endswith("00"):
        stem = stem[:-2]
    has_sums = any(other.endswith("00") for other in others)
    return None if has_sums and not all(one.startswith(stem) for one in others) else first


def lead_area(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the lowest adcode, which is the city's if the table includes it."""
    return table[table["adcode"] == table["adcode"].min()]


def rung_lines(demand: pd.DataFrame) -> list[Text]:
    """Return the data basis of pupils by stage: one line per rung, with its number of counties.

    Stages with the same basis share their lines.
    """
    counties = demand[demand["adcode"] != total_area(demand["adcode"])]
    rows = counties.drop_duplicates(["adcode", "stage"])
    stages: dict[tuple[tuple[str, int], ...], list[Text]] = {}
    for stage in STAGES:
        counts = rows[rows["stage"] == stage.code].groupby("rung", sort=False).size()
        stages.setdefault(tuple(counts.items()), []).append(stage.label)
    return [
        Text(
            f"{'、'.join(title.zh for title in titles)}（{count}个县区）：{rung_line(rung).zh}",
            f"{', '.join(title.en for title in titles)} ({count} counties): {rung_line(rung).en}",
        )
        for counts, titles in stages.items()
        for rung, count in counts
    ]


def headlines(demand: pd.DataFrame, now: int) -> pd.DataFrame:
    """Return one row per scenario × county × stage, in reading order.

    Parameters
    ----------
    demand : long demand table (columns of ``demand.csv``)
    now : present school year; peak and warning are of this year or later

    Returns
    -------
    scenario, adcode, county, stage, pupils_now, peak_year, peak_pupils, for each headline year Y
    ``gap_Y, gap_lo80_Y, gap_hi80_Y`` (missing if the table does not reach Y), the highest
    ``shortage_probability`` from ``now`` on, its ``warning`` and the year ``warning_year`` in which
    it is first reached; ``supply_known`` is False where there is no warning at all.
    """
    key = ["scenario", "adcode", "county", "stage"]
    ordered = in_reading_order(demand)
    ahead = ordered[ordered["year"] >= now]
    groups = ahead.groupby(key, sort=False)
    peak = ahead.loc[groups["pupils"].idxmax()].set_index(key)
    worst = ahead.loc[groups["shortage_probability"].idxmax()].set_index(key)
    table = pd.DataFrame(
        {
            "pupils_now": ahead[ahead["year"] == now].set_index(key)["pupils"],
            "peak_year": peak["year"],
            "peak_pupils": peak["pupils"],
        }
    )
    for year in HEADLINE_YEARS:
        gaps = ordered[ordered["year"] == year].set_index(key)
        for column in GAP_COLUMNS:
            table[f"{column}_{year}"] = gaps[column]
    table["shortage_probability"] = worst["shortage_probability"]
    table["warning"] = worst["warning"]
    table["warning_year"] = worst["year"]
    table["supply_known"] = supply_known(worst)
    return table.reindex(groups.size().index).reset_index()
