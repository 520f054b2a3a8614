"""A small case of indicators, made up: one county with three schools of a stage."""

import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.tables import TABLE_BY_NAME
from data.data_folder import Tables
from forecasting.indicators.case import IndicatorCase

NOW = 2026
COUNTY, OTHER = "459901", "459902"


def table(name: str, *rows: dict[str, object]) -> pd.DataFrame:
    """Return a table of the contract with these cells, all others empty."""
    columns = TABLE_BY_NAME[name].columns
    frame = pd.DataFrame(list(rows)).reindex(columns=[one.name for one in columns])
    floats = [one.name for one in columns if one.kind in ("amount", "ratio")]
    return frame.convert_dtypes().astype(dict.fromkeys(floats, float))


def school(
    name: str, pupils: int, stage: str = "primary", year: int = 2025, **cells: object
) -> dict[str, object]:
    """Return a row of ``schools``."""
    own = {"id": name, "name": name, "adcode": COUNTY, "year": year, "stage": stage, "grade": "all"}
    return own | {"kind": stage, "ownership": "public", "pupils": pupils} | cells


def demand(
    pupils: dict[tuple[str, str], list[float]],
    seats: float = 1000.0,
    supply: str = SEATS_STATED,
    first: int = NOW - 1,
) -> pd.DataFrame:
    """Return rows of ``demand.csv``: (adcode, stage) → pupils of each year from ``first`` on."""
    rows = [
        {
            "scenario": "baseline", "adcode": code, "county": f"虚构{code}", "stage": stage,
            "year": first + place, "pupils": count, "seats_required": count,
            "seats_required_lo80": count * 0.9, "seats_required_hi80": count * 1.1,
            "seats_available": seats, "supply_basis": supply,
            "shortage_probability": float(count > seats),
            "warning": "", "teachers_required": count / 20,
            "boarding_beds": None,
        }
        for (code, stage), counts in pupils.items()
        for place, count in enumerate(counts)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def small_case(rows: pd.DataFrame, **parts: object) -> IndicatorCase:
    """Return a case; ``parts`` are tables by name, or fields of the case."""
    fields = {
        name: parts.pop(name) for name in ("plan", "outlook", "school_forecast") if name in parts
    }
    areas, population = table("areas", {"adcode": COUNTY}), table("population", {"adcode": COUNTY})
    children = rows[["adcode", "stage", "year"]].assign(children=500.0)
    return IndicatorCase(
        tables=Tables(areas, population, **parts),  # type: ignore[arg-type]
        demand=rows,
        children=children,
        class_size={"kindergarten": 30, "primary": 45, "junior": 50, "general_senior": 50},
        now=NOW,
        **fields,  # type: ignore[arg-type]
    )


def value(found: pd.DataFrame, year: int = NOW, adcode: str = COUNTY) -> tuple[float, float]:
    """Return numerator and denominator of one county and year."""
    row = found[(found["adcode"] == adcode) & (found["year"] == year)].iloc[0]
    return float(row["numerator"]), float(row["denominator"])
