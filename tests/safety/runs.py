"""The commands on a case, in this process: forecast, enrolment and population."""

import contextlib
import io
from pathlib import Path

import pandas as pd

from data.bundle import DataBundle, load_bundle
from data.scenario.schema import load_scenario
from data.settings import Settings
from experiments.commands.series import enrolment, population
from experiments.commands.series.row_options import INFERRED, RowMeaning
from features.projection.census_prediction import predict_from_census
from forecasting.city import ForecastRequest, forecast_city
from forecasting.demand import rounded
from tests.safety.made_up import Tables, write_files, write_folder

NOW, UNTIL, DRAWS = 2025, 2035, 60
CENSUS = 2020


def demand_of(bundle: DataBundle, until: int = UNTIL, draws: int = DRAWS) -> pd.DataFrame:
    """Return ``demand.csv`` of the baseline as it is written."""
    names = {code: bundle.names[code] for code in bundle.counties}
    scenario = load_scenario("baseline", names, NOW)
    request = ForecastRequest((scenario,), scenario, frozenset(), Settings(NOW, until, draws, 1))
    (found,) = forecast_city(bundle, predict_from_census(bundle)[bundle.city], request)
    return rounded(found.tables.demand.reset_index(drop=True))


def forecast(
    tables: Tables, folder: Path, until: int = UNTIL, draws: int = DRAWS
) -> tuple[pd.DataFrame, str]:
    """Return the demand of a data folder of ``tables``, and what reading it reported."""
    bundle = load_bundle(write_folder(tables, folder / "data"))
    reported = "\n".join(notice.line("en") for notice in bundle.notices)
    return demand_of(bundle, until, draws), reported


def enrolment_of(
    tables: Tables, folder: Path, horizon: int = 10, meaning: RowMeaning = INFERRED
) -> tuple[pd.DataFrame, str]:
    """Return what ``xuewei enrolment`` writes, and what it prints."""
    folder.mkdir(parents=True, exist_ok=True)
    files = write_files(tables, folder)
    born = files["births"] if files["births"].exists() else None
    out, reported = folder / "forecast.csv", io.StringIO()
    with contextlib.redirect_stdout(reported):
        enrolment.run(files["history"], born, horizon, out, 1, "en", meaning)
    return pd.read_csv(out, dtype={"area_id": str, "grade": str}), reported.getvalue()


def population_of(tables: Tables, folder: Path) -> pd.DataFrame:
    """Return what ``xuewei population`` writes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = write_files(tables, folder)
    born = files["births"] if files["births"].exists() else None
    out = folder / "people.csv"
    with contextlib.redirect_stdout(io.StringIO()):
        population.run(files["census"], None, born, (CENSUS, UNTIL), out, 1, "en")
    return pd.read_csv(out, dtype={"adcode": str})
