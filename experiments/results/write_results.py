"""Assembly of the results folder (tables, draws, manifest) from the scenario folders."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from data.choice import Choice
from experiments.results.draws_file import draws_path
from experiments.results.results_folder import (
    keep_inputs,
    write_demand,
    write_figures,
    write_manifest,
)
from experiments.results.forecast_inputs import ForecastInputs
from experiments.results.scenario_folder import DRAWS, read_scenario
from experiments.results.evidence import observed_years, school_size_basis, table_profiles
from forecasting.forecast_tables import concat_tables
from forecasting.schools.table import FILE as SCHOOLS

EVERY_AREA = {
    "changes": "why.parquet",
    "differences": "why_scenarios.parquet",
    "residence": "residence.parquet",
    "schools": "schools.parquet",
    "staffing": "why_teachers.parquet",
}


def write_results(inputs: ForecastInputs, folders: Sequence[Path], folder: Path) -> None:
    """Write the results of a forecast to ``folder``, the manifest last.

    Parameters
    ----------
    inputs : inputs of the forecast
    folders : scenario folders, in the order of the scenarios
    folder : results folder to write to
    """
    request = inputs.request
    tables = concat_tables([read_scenario(one, inputs.choice.shown) for one in folders])
    write_demand(tables.demand, folder)
    write_figures(tables.changes, folder / "why.csv")
    write_figures(tables.differences, folder / "why_scenarios.csv")
    write_figures(tables.residence, folder / "residence.csv")
    if len(tables.schools):
        write_figures(tables.schools, folder / SCHOOLS)
    if len(tables.staffing):
        write_figures(tables.staffing, folder / "why_teachers.csv")
    draws_path(folder, "").parent.mkdir()
    for scenario, one in zip(inputs.scenarios, folders, strict=True):
        shutil.copyfile(one / DRAWS, draws_path(folder, scenario.name))
    _write_every_area(folder, folders, inputs.choice)
    if request.data:
        keep_inputs(request.data, folder)
    data = {
        "data": request.data_name,
        "names": inputs.bundle.names,
        "data_sha256": inputs.bundle.digests,
        "observed_years": observed_years(tables.demand),
        "school_sizes": school_size_basis(inputs.bundle, tables.schools),
        "tables": table_profiles(inputs.bundle),
    }
    write_manifest(
        folder,
        request.study,
        inputs.scenarios,
        data,
        request.settings,
        inputs.digests,
        inputs.choice.shown,
    )


def _write_every_area(folder: Path, folders: Sequence[Path], choice: Choice) -> None:
    """Write the rows of all areas if more are forecast than shown in reports.

    ``demand.csv`` has them all then; reasons and residence are also written to Parquet files
    of the areas that are shown.
    """
    if set(choice.rows) == set(choice.shown):
        return
    write_demand(pd.concat([pd.read_parquet(one / "demand.parquet") for one in folders]), folder)
    for name, file in EVERY_AREA.items():
        tables = (pq.read_table(one / f"{name}.parquet") for one in folders)
        filled = [table for table in tables if table.num_rows] or [
            pq.read_table(folders[0] / f"{name}.parquet")
        ]
        with pq.ParquetWriter(folder / file, filled[0].schema) as writer:
            for table in filled:
                writer.write_table(table)
