"""``xuewei study``: forecast the scenarios of a study file, resuming interrupted work."""

from datetime import date
from pathlib import Path

from data.language import Language
from data.scenario.study_file import Study as StudyFile
from data.scenario.study_file import load_study
from data.settings import Settings
from experiments.commands import forecast
from experiments.results.forecast_inputs import ForecastOptions, present_school_year
from experiments.results.results_folder import StudyText


def run(
    name_or_file: str, tracking_uri: str | None, scheduler: str | None, language: Language
) -> None:
    """Forecast and log the scenarios of a study, except those that already exist.

    Raises
    ------
    DataError
        What is wrong with the study, its data or its scenarios; or a store that fails.
    """
    study = load_study(name_or_file)
    forecast.run(request_of(study, tracking_uri, scheduler, date.today(), language))


def request_of(
    study: StudyFile,
    tracking_uri: str | None,
    scheduler: str | None,
    today: date,
    language: Language,
) -> ForecastOptions:
    """Return the forecast request of a study, which keeps the folder of each scenario."""
    now = study.now or present_school_year(today)
    return ForecastOptions(
        settings=Settings(now, study.until, study.draws, study.seed, language),
        data=Path(study.data) if study.data else None,
        counties=tuple(study.counties),
        scenarios=tuple(study.scenarios),
        out=Path(study.out or "results"),
        tracking_uri=tracking_uri,
        study=StudyText(study.title, study.description),
        keep_scenarios=True,
        scheduler=scheduler,
    )
