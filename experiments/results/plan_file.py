"""The tables that ``xuewei plan`` writes to a results folder."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from data.language import Text
from data.problems import DataError, DataProblem
from experiments.results.results_folder import sha256_of, write_figures

WORKBOOK, PROJECT_WORKBOOK = "布局规划.xlsx", "分年度建设项目库.xlsx"
DIGESTS = "plan_digests.json"
CODES = {"adcode": str, "taken_from": str, "school_ids": str, "pool": str}


@dataclass(frozen=True)
class PlanTables:
    """Tables of a layout plan; each is a file ``plan….csv`` in the results folder.

    Parameters
    ----------
    plan : actions of every scenario
    plan_priority : priority order of counties for land
    plan_common : actions common to all scenarios, and the signal for the others
    plan_outlook : shortage probability and mean gap with and without the plan, every scenario
    plan_unmet : shortages left by limits on budget or land, main scenario
    plan_check : quality, comparison with simpler rules, sensitivity
    """

    plan: pd.DataFrame
    plan_priority: pd.DataFrame
    plan_common: pd.DataFrame
    plan_outlook: pd.DataFrame
    plan_unmet: pd.DataFrame
    plan_check: pd.DataFrame


def write_plan(tables: PlanTables, folder: Path) -> None:
    """Write each table to a file of the same name, and the digests of all.

    Parameters
    ----------
    tables : tables of the plan
    folder : results folder
    """
    names = list(vars(tables))
    for name in names:
        write_figures(getattr(tables, name), _path(folder, name))
    digests = {name: sha256_of(_path(folder, name)) for name in names}
    (folder / DIGESTS).write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")


def read_plan(folder: Path) -> PlanTables | None:
    """Return the plan in ``folder``, or None if there is none for its current figures.

    A forecast replaces the complete folder, so a plan in it always belongs to its figures.

    Raises
    ------
    DataError
        One of its tables was changed since it was written.
    """
    names = [field.name for field in fields(PlanTables)]
    if not all(_path(folder, name).is_file() for name in names):
        return None
    _refuse_changed(folder, names)
    tables = {name: pd.read_csv(_path(folder, name), dtype=CODES) for name in names}
    tables["plan"] = tables["plan"].fillna({"taken_from": "", "school_ids": ""})
    tables["plan_outlook"] = tables["plan_outlook"].fillna({"pool": ""})
    tables["plan_common"] = tables["plan_common"].fillna({"taken_from": ""})
    return PlanTables(**tables)


def _refuse_changed(folder: Path, names: list[str]) -> None:
    digests = {name: sha256_of(_path(folder, name)) for name in names}
    try:
        if json.loads((folder / DIGESTS).read_text(encoding="utf-8")) == digests:
            return
    except (OSError, ValueError, RecursionError):
        pass
    expected = Text("xuewei plan 写出后未改动的方案", "a plan unchanged since xuewei plan wrote it")
    how_to_fix = Text("请重新运行 xuewei plan", "run xuewei plan again")
    raise DataError([DataProblem(str(folder / DIGESTS), expected, how_to_fix)])


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.csv"
