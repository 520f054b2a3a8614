"""Tables of the report as formatted cells."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from data.contract.rungs import TITLES as RUNGS
from data.contract.rungs import measured_errors
from data.language import Language
from data.scenario.schema import Scenario
from data.scenario.terms import UNITS, stated, terms
from experiments.report.page.texts import MARKS, MEASURED_ON, WORDS
from forecasting.idle import SHORT, SURE
from forecasting.why import PARTS, latest_change
from forecasting.wording.assumption_text import shown_value, without_brackets
from forecasting.wording.comparison_text import signed
from forecasting.wording.forecast_text import chance
from forecasting.wording.supply_words import years_in_use

NOTHING = "–"


class Row(NamedTuple):
    """A table row: row heading and cells."""

    head: str
    cells: list[Any]


class Level(NamedTuple):
    """A cell of the warning matrix."""

    level: str
    mark: str
    tooltip: str


def warning_rows(
    demand: pd.DataFrame, areas: Sequence[str], stage: str, language: Language
) -> list[Row]:
    """Return the warning levels of one scenario and stage: one row per area, one cell per year."""
    in_use = years_in_use(demand)
    groups = dict(list(demand[demand["stage"] == stage].sort_values("year").groupby("adcode")))
    rows = []
    for area in areas:
        own, stated = groups[area], np.isnan(in_use[area, stage])
        cells = [
            _level(level if stated else "", probability, language)
            for level, probability in zip(own["warning"], own["shortage_probability"], strict=True)
        ]
        rows.append(Row(str(own["county"].iloc[0]), cells))
    return rows


def _level(level: str, probability: float, language: Language) -> Level:
    """Return the warning level, or the probability of a higher demand if no seats are stated."""
    tooltip = chance(probability).within(language)
    if level:
        return Level(level, MARKS[level].within(language), tooltip)
    likely = "more" if probability >= SURE else "likely" if probability >= SHORT else "none"
    return Level(likely, f"{probability:.0%}", tooltip)


def class_rows(
    demand: pd.DataFrame, areas: Sequence[str], stage: str, years: Sequence[int]
) -> list[Row]:
    """Return classes and staff by the norm in one stage: one row per area, two cells per year."""
    own = demand[demand["stage"] == stage].set_index(["adcode", "year"])
    names = own["county"].groupby("adcode").first()
    figures = own[["classes", "teachers_required"]]
    return [
        Row(
            names[area],
            [
                NOTHING if pd.isna(figure) else f"{figure:,.0f}"
                for year in years
                for figure in figures.loc[(area, year)]
            ],
        )
        for area in areas
    ]


def why_rows(changes: pd.DataFrame, areas: Sequence[str], stage: str) -> list[Row]:
    """Return the components of the latest change in one stage, one row per area.

    The first two cells are the total and its 80 % interval.

    Parameters
    ----------
    changes : rows of ``why.csv`` of one scenario
    """
    last = latest_change(changes)
    mine = last[last["stage"] == stage]
    parts = mine.pivot_table("seats", "part", "adcode").to_dict()
    totals = mine.drop_duplicates("adcode").set_index("adcode").to_dict("index")
    rows = []
    for area in areas:
        total = totals[area]
        ends = f"{signed(total['total_lo80'])} ~ {signed(total['total_hi80'])}"
        cells = [signed(total["total"]), ends, *(signed(parts[area][part]) for part in PARTS)]
        rows.append(Row(str(total["county"]), cells))
    return rows


def idle_rows(table: pd.DataFrame, heads: Sequence[tuple[str, str, str]]) -> list[Row]:
    """Return peak, shortage and idle seats: one row per (head, adcode, stage) of ``heads``."""
    cells = table.set_index(["adcode", "stage"]).to_dict("index")
    return [Row(head, _idle_cells(cells[adcode, stage])) for head, adcode, stage in heads]


def _idle_cells(row: Mapping[str, float]) -> list[str]:
    return [
        _year(row["peak_year"]),
        f"{row['peak']:,.0f}",
        _ends(row, "peak"),
        _year(row["short_year"]),
        NOTHING if pd.isna(row["short"]) else f"{row['short']:,.0f}",
        _ends(row, "short"),
        _year(row["idle_from"]),
        f"{row['idle']:,.0f}",
        _ends(row, "idle"),
    ]


def _year(year: float) -> str:
    return NOTHING if pd.isna(year) else f"{year:.0f}"


def _ends(row: Mapping[str, float], name: str) -> str:
    low, high = row[f"{name}_lo80"], row[f"{name}_hi80"]
    return NOTHING if pd.isna(low) else f"{low:,.0f} ~ {high:,.0f}"


def error_rows(demand: pd.DataFrame, language: Language) -> list[Row]:
    """Return the measured errors: one row per level of the data ladder and horizon."""
    errors = measured_errors()
    known = [errors[errors["rung"] == rung].sort_values("horizon") for rung in RUNGS]
    used = set(demand["rung"])
    return [
        Row(
            RUNGS[row["rung"]].within(language),
            [
                MEASURED_ON[row["set"]].within(language),
                "–".join(dict.fromkeys([str(row["first_origin"]), str(row["last_origin"])])),
                row["horizon"],
                f"{row['wape']:.1f}%",
                f"{row['cells']:,}",
                WORDS["used"].within(language) if row["rung"] in used else "",
            ],
        )
        for row in pd.concat(known).to_dict("records")
    ]


def assumption_rows(
    scenario: Scenario, names: Mapping[str, str], every: bool, language: Language
) -> list[Row]:
    """Return the assumptions of a scenario: value, unit, baseline, and whether the two differ.

    Parameters
    ----------
    names : adcode → name
    every : whether to include assumptions that equal the baseline
    """
    own = stated(scenario)
    rows = []
    for key, term in terms().items():
        if key in own or every:
            baseline = term.baseline.within(language)
            if baseline == str(term.value):
                baseline = shown_value(term, term.value, names, language)
            value = shown_value(term, own[key], names, language) if key in own else baseline
            unit = "" if term.unit == UNITS["fraction"] else term.unit.within(language)
            cells = [value, unit, baseline, key in own]
            rows.append(Row(without_brackets(term.title.within(language)), cells))
    return rows


def difference_rows(
    apart: Mapping[str, pd.DataFrame], areas: Mapping[str, str], stage: str, year: int
) -> list[Row]:
    """Return the differences between gaps: one row per area, one cell per other scenario.

    A cell holds the difference, its 80 % interval, and whether the interval excludes zero.

    Parameters
    ----------
    apart : scenario → result of :func:`forecasting.wording.difference_text.gap_differences`
    areas : adcode → name
    """
    cells = [
        table[(table["stage"] == stage) & (table["year"] == year)]
        .set_index("adcode")
        .to_dict("index")
        for table in apart.values()
    ]
    return [Row(name, [_difference(own[area]) for own in cells]) for area, name in areas.items()]


def _difference(row: Mapping[str, float]) -> tuple[str, str, bool]:
    low, high = row["total_lo80"], row["total_hi80"]
    ends = "" if round(low) == round(high) == 0 else f"{signed(low)} ~ {signed(high)}"
    return signed(row["total"]), ends, low > 0 or high < 0
