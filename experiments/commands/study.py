"""``xuewei study``: the scenarios of a study file, taken up again where they were left."""

from datetime import date
from pathlib import Path

from data.language import Language
from data.scenario.study_file import Study, load_study
from experiments.commands import forecast


def run(
    name_or_file: str, tracking_uri: str | None, scheduler: str | None, language: Language
) -> None:
    """Forecast and log what the study asks for, but for the parts that are there already.

    Raises
    ------
    DataError
        What is wrong with the study, its data or its scenarios; or a store that fails.
    """
    study = load_study(name_or_file)
    forecast.run(request_of(study, tracking_uri, scheduler, date.today()), language)


def request_of(
    study: Study, tracking_uri: str | None, scheduler: str | None, today: date
) -> forecast.Request:
    """Return a study as the request for a forecast that keeps its parts."""
    return forecast.Request(
        data=Path(study.data) if study.data else None,
        counties=tuple(study.counties),
        scenarios=tuple(study.scenarios),
        now=study.now or forecast.present_school_year(today),
        until=study.until,
        draws=study.draws,
        seed=study.seed,
        out=Path(study.out or "results"),
        tracking_uri=tracking_uri,
        title=study.title,
        description=study.description,
        keeps_parts=True,
        scheduler=scheduler,
    )
