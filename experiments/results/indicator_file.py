"""The tables that ``xuewei indicators`` writes to a results folder."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem
from data.reference.indicator_norms import effective_norms
from experiments.results.results_folder import sha256_of
from experiments.results.plan_file import DIGESTS as PLAN_DIGESTS
from experiments.results.plan_file import PlanTables
from experiments.results.reader import Results
from forecasting.indicators.case import IndicatorCase

WORKBOOK = "指标.xlsx"
DIGESTS = "indicator_digests.json"
PLAN = "plan"  # key of the digest of the plan that the indicators belong to
TEXTS = {
    name: str
    for name in (
        "adcode", "county", "group", "code", "stage", "met", "plan_met", "basis", "missing",
        "near_level", "long_level", "near_level_plan", "long_level_plan", "norm_status", "sense",
        "town", "net_inflow", "method", "share_table",
    )
}  # fmt: skip


@dataclass(frozen=True)
class IndicatorTables:
    """Tables of the indicators; each is a file ``….csv`` in the results folder.

    Parameters
    ----------
    indicators : every indicator of every scenario, county and year
    stage_warnings : warnings near and long, and peaks, of every scenario
    teachers_needed : teachers required, staying, moved between stages and recruited
    towns : seats, gap and net inflow by town
    boarding : boarding places required, the share they rest on, and beds
    senior_class_path : classes of general senior schools at the norm and relaxed until the peak
    """

    indicators: pd.DataFrame
    stage_warnings: pd.DataFrame
    teachers_needed: pd.DataFrame
    towns: pd.DataFrame
    boarding: pd.DataFrame
    senior_class_path: pd.DataFrame


def indicator_case(results: Results, scenario: str, plan: PlanTables | None) -> IndicatorCase:
    """Return the tables and figures that the indicators of a scenario are computed from."""
    bundle = results.bundle
    counties = set(bundle.counties)
    demand, living = (
        table[(table["scenario"] == scenario) & table["adcode"].isin(counties)]
        for table in (results.demand, results.residence)
    )
    sizes = bundle.table("standards")
    sizes = sizes[sizes["measure"] == "class_size"].set_index("stage")["value"].astype(float)
    children = living.groupby(["adcode", "stage", "year"], sort=False)["children"].sum()
    return IndicatorCase(
        tables=bundle.tables,
        demand=demand,
        children=children.reset_index(),
        class_size=sizes.to_dict(),
        now=results.now,
        plan=None if plan is None else _of(plan.plan, scenario),
        outlook=None if plan is None else _of(plan.plan_outlook, scenario),
        norms=effective_norms(bundle.tables.norms),
        school_forecast=_school_forecast(results, scenario),
    )


def _of(table: pd.DataFrame, scenario: str) -> pd.DataFrame:
    return table[table["scenario"] == scenario]


def _school_forecast(results: Results, scenario: str) -> pd.DataFrame | None:
    """Return id, stage, year, pupils of single schools, if the results have their forecast."""
    rows = _of(results.schools, scenario)
    if rows.empty:
        return None
    return rows.rename(columns={"school_id": "id"})[["id", "stage", "year", "pupils"]]


def write_indicators(tables: IndicatorTables, folder: Path, results: Path) -> None:
    """Write each table to a file of the same name, and the digests of all and of the plan.

    Parameters
    ----------
    tables : tables of the indicators
    folder : folder to write to
    results : results folder, whose plan they were computed with
    """
    for name, table in vars(tables).items():
        numbers = table.select_dtypes("float").columns
        tidy = table.assign(**{one: table[one].round(6) + 0 for one in numbers})
        tidy.to_csv(_path(folder, name), index=False, encoding="utf-8-sig", lineterminator="\n")
    digests = {name: sha256_of(_path(folder, name)) for name in vars(tables)}
    digests[PLAN] = _plan_digest(results)
    (folder / DIGESTS).write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")


def read_indicators(folder: Path, results: Path | None = None) -> IndicatorTables | None:
    """Return the indicators in ``folder``; None if there are none, or none for its present plan.

    Parameters
    ----------
    folder : folder of the tables
    results : results folder of the plan, if another

    Raises
    ------
    DataError
        One of the tables was changed since it was written.
    """
    names = [field.name for field in fields(IndicatorTables)]
    if not all(_path(folder, name).is_file() for name in (*names,)):
        return None
    try:
        held = json.loads((folder / DIGESTS).read_text(encoding="utf-8"))
        if held.get(PLAN) != _plan_digest(results or folder):
            return None
        intact = all(held[name] == sha256_of(_path(folder, name)) for name in names)
    except (OSError, ValueError, RecursionError, KeyError, AttributeError):
        intact = False
    if not intact:
        expected = Text("xuewei indicators 写出后未改动的表", "tables unchanged since written")
        how_to_fix = Text("请重新运行 xuewei indicators", "run xuewei indicators again")
        raise DataError([DataProblem(str(folder / DIGESTS), expected, how_to_fix)])
    tables = {name: pd.read_csv(_path(folder, name), dtype=TEXTS) for name in names}
    return IndicatorTables(**{name: _filled(table) for name, table in tables.items()})


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    return table.fillna({name: "" for name in TEXTS if name in table})


def _plan_digest(folder: Path) -> str:
    path = folder / PLAN_DIGESTS
    return sha256_of(path) if path.is_file() else ""


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv"
