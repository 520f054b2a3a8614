"""A made-up demand table of the real shape, for tests of the outputs only."""

import numpy as np
import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.rungs import Rung
from data.contract.stages import STAGE_CODES
from data.scenario.schema import DEFAULTS
from forecasting.demand import COLUMNS, NO_WARNING, warning_level
from forecasting.why import CHANGE_COLUMNS, PARTS


class ClassesOfTotal:
    """Rounding of a stage's total, as if it were one school without grades; for hand-made sums."""

    def classes(self, pupils: np.ndarray, class_size: np.ndarray) -> np.ndarray:
        return np.ceil(pupils / class_size)


COUNTIES = {
    "450302": "秀峰区",
    "450303": "叠彩区",
    "450304": "象山区",
    "450305": "七星区",
    "450311": "雁山区",
    "450312": "临桂区",
    "450321": "阳朔县",
    "450323": "灵川县",
    "450324": "全州县",
    "450325": "兴安县",
    "450326": "永福县",
    "450327": "灌阳县",
    "450328": "龙胜各族自治县",
    "450329": "资源县",
    "450330": "平乐县",
    "450332": "恭城瑶族自治县",
    "450381": "荔浦市",
}
SIZE = dict(zip(STAGE_CODES, (6000, 16000, 9000, 5000, 2000), strict=True))
SHIFT = dict(zip(DEFAULTS, (0.0, 0.02, -0.03), strict=True))
YEARS = range(2020, 2036)
PEAK = dict(zip(STAGE_CODES, (2019, 2023, 2028, 2032, 2032), strict=True))


def synthetic_demand(
    counties: dict[str, str] = COUNTIES, *, supply_stated: bool = False
) -> pd.DataFrame:
    """Return rows for ``counties`` and the city, every stage and scenario; the city sums them."""
    generator = np.random.default_rng(7)
    scale = dict(zip(counties, generator.lognormal(0, 0.5, len(counties)), strict=True))
    growth = dict(zip(counties, generator.normal(0, 0.015, len(counties)), strict=True))
    rows = [
        _row(scenario, adcode, stage, year, scale[adcode], growth[adcode])
        for scenario in DEFAULTS
        for adcode in counties
        for stage in STAGE_CODES
        for year in YEARS
    ]
    table = pd.DataFrame(rows)
    table["county"] = table["adcode"].map(counties)
    values = ["pupils", "seats_required", "seats_available", "spread"]
    city = table.groupby(["scenario", "stage", "year"], as_index=False)[values].sum()
    city = city.assign(adcode="450300", county="桂林市")
    return _with_intervals(pd.concat([table, city], ignore_index=True), supply_stated)


def _row(
    scenario: str, adcode: str, stage: str, year: int, scale: float, growth: float
) -> dict[str, object]:
    ahead = year - 2020
    wave = 1 + 0.25 * np.cos((year - PEAK[stage]) / 5) - 0.25 * np.cos((2020 - PEAK[stage]) / 5)
    base = SIZE[stage] * scale
    pupils = base * wave * (1 + (growth + SHIFT[scenario]) * ahead)
    seats = np.ceil(pupils / 45) * 45
    return {
        "scenario": scenario,
        "adcode": adcode,
        "stage": stage,
        "year": year,
        "pupils": round(pupils),
        "seats_required": seats,
        "seats_available": round(base * (1 + 0.004 * ahead)),
        "spread": base * 0.02 * np.sqrt(ahead),
    }


def _with_intervals(table: pd.DataFrame, supply_stated: bool) -> pd.DataFrame:
    spread = table.pop("spread")
    table["gap"] = table["seats_required"] - table["seats_available"]
    for column in ("pupils", "seats_required", "gap"):
        table[f"{column}_lo80"] = (table[column] - 1.28 * spread).round()
        table[f"{column}_hi80"] = (table[column] + 1.28 * spread).round()
    table["pupils_lo95"] = (table["pupils"] - 1.96 * spread).round()
    table["pupils_hi95"] = (table["pupils"] + 1.96 * spread).round()
    odds = np.clip(table["gap"] / (spread + 1), -30, 30)
    table["shortage_probability"] = (1 / (1 + np.exp(-1.7 * odds))).round(4)
    table["warning"] = table["shortage_probability"].map(warning_level)
    table["rung"] = Rung.CENSUS
    table["pupils_basis"] = np.where(table["year"] == 2020, "observed", "estimate")
    table["supply_basis"] = SEATS_STATED if supply_stated else "in_use_2020"
    if not supply_stated:
        table["warning"] = NO_WARNING
    table["classes"] = table["seats_required"] / 45
    table["teachers_required"] = (table["pupils"] / 15).round()
    return table.reindex(columns=COLUMNS)


def synthetic_changes(demand: pd.DataFrame, now: int = 2026) -> pd.DataFrame:
    """Return rows of ``why.csv`` whose parts add up to the changes of ``demand``."""
    weights = dict(zip(PARTS, (0.9, -0.1, 0.3, 0.05, -0.2, 0.05), strict=True))
    key = ["scenario", "adcode", "county", "stage"]
    seats = demand.pivot_table("seats_required", key, "year")
    tables = []
    for first, last in [(YEARS[0], now), *((now, year) for year in YEARS if year > now)]:
        total = (seats[last] - seats[first]).rename("total").reset_index()
        for part, weight in weights.items():
            part_seats = weight * total["total"]
            figures = {
                "from_year": first,
                "to_year": last,
                "part": part,
                "seats": part_seats,
                "seats_lo80": part_seats - 100,
                "seats_hi80": part_seats + 100,
                "total_lo80": total["total"] - 250,
                "total_hi80": total["total"] + 250,
            }
            tables.append(total.assign(**figures))
    return pd.concat(tables, ignore_index=True)[CHANGE_COLUMNS]
