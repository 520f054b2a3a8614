"""Logging of one scenario to MLflow: a run for the city with one child run per county."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, Run

from data.contract.rungs import TITLES
from data.language import Language, Text
from data.scenario.schema import Scenario
from experiments.computing.stopwatch import Advance
from experiments.results.reader import Results
from experiments.results.results_folder import DELIVERABLES, MANIFEST, school_page_name
from experiments.tracking.names import RUNG, parameter_name
from experiments.tracking.scenario_runs.answers import answer_tags, answer_year
from experiments.tracking.scenario_runs.county_page import COUNTY_PAGE, county_page
from experiments.tracking.scenario_runs.dataset_inputs import dataset_inputs
from experiments.tracking.scenario_runs.notes import area_note, scenario_note, summary_table
from experiments.tracking.scenario_runs.run_metrics import (
    area_metrics,
    difference_metrics,
    headline_table,
)
from experiments.tracking.store import CURRENT, DIGEST, NOTE, PARENT, PLACE, VERSION
from forecasting.headline import SCENARIO_COLOURS, lead_area, total_area
from forecasting.schools.table import FILE as SCHOOLS
from forecasting.wording.why_text import reasons

SUMMARY = "summary.json"
FILES = (*DELIVERABLES, MANIFEST, "demand.csv", "why.csv")
METRICS_A_CALL = 1000


@dataclass(frozen=True)
class ScenarioFigures:
    """Data of the runs of one scenario.

    Parameters
    ----------
    results, scenario : the results folder and one of its scenarios
    demand, headlines, difference : its tables; no difference for the first scenario
    metrics : adcode → metrics
    """

    results: Results
    scenario: Scenario
    demand: pd.DataFrame
    headlines: pd.DataFrame
    difference: pd.DataFrame | None
    metrics: Mapping[str, Sequence[Metric]]

    @classmethod
    def of(cls, results: Results, scenario: Scenario) -> "ScenarioFigures":
        """Return the figures of a scenario of ``results``."""
        demand = _of(results.demand, scenario)
        headlines = headline_table(demand, results.draws(scenario.name), results.now)
        difference = difference_metrics(results, scenario.name)
        language = results.settings.language
        metrics = area_metrics(demand, headlines, difference, results.now, language)
        return cls(results, scenario, demand, headlines, difference, metrics)

    @property
    def language(self) -> Language:
        """Language of the study."""
        return self.results.settings.language

    @property
    def title(self) -> str:
        """Title of the scenario."""
        return self.scenario.title.within(self.language)

    @property
    def year(self) -> int:
        """Year that the text tags describe."""
        return answer_year(self.results.now, self.results.settings.until)

    def changes(self, adcode: str) -> pd.DataFrame:
        """Return the rows of ``why.csv`` of one area."""
        own = _of(self.results.changes, self.scenario)
        return own[own["adcode"] == adcode]

    def why(self, adcode: str) -> list[str]:
        """Return the sentences on reasons for change of one area, one per stage."""
        return [sentence.within(self.language) for sentence in reasons(self.changes(adcode))]

    def answers(self, rows: pd.DataFrame) -> dict[str, str]:
        """Return the text tags of one area, from its rows of demand."""
        code = rows["adcode"].iloc[0]
        apart = self.difference
        if apart is not None:
            apart = apart[apart["adcode"] == code]
        return answer_tags(rows, apart, self.changes(code), self.year, self.language)


def log_scenario(
    client: MlflowClient,
    experiment: str,
    results: Results,
    scenario: Scenario,
    advance: Advance,
) -> None:
    """Log one scenario: its run, finished last, and those of its counties.

    The scenario's run has the figures of the city, or of the first county if there is no city. The
    files of the folder are attached to the first scenario, the pages of schools to each.

    Parameters
    ----------
    client : client from ``open_store``
    experiment : id of the experiment
    results : results of the forecast
    scenario : scenario to log
    advance : called with the share of all scenarios' runs that is logged
    """
    figures = ScenarioFigures.of(results, scenario)
    lead, city = lead_area(figures.demand), total_area(figures.demand["adcode"])
    adcode, county = lead["adcode"].iloc[0], lead["county"].iloc[0]
    name = figures.title if adcode == city else f"{figures.title}（{county}）"
    words = figures.answers(lead)
    note = scenario_note(results, scenario, lead_area(figures.headlines), figures.why(adcode))
    shared = _shared_tags(results, scenario)
    tags = {**shared, **_area_tags(lead, figures.language), **words, NOTE: note}
    start = _start_time(results, scenario)
    run = client.create_run(experiment, start, tags, name)
    parent = run.info.run_id
    chosen = {**results.choices, **scenario.assumptions(figures.language)}
    params = {parameter_name(key, figures.language): value for key, value in chosen.items()}
    _log_batch(client, parent, figures.metrics[adcode], params)
    client.log_inputs(parent, list(dataset_inputs(results)))
    client.log_table(parent, summary_table(figures.headlines, figures.language), SUMMARY)
    for file in _files(results, scenario):
        client.log_artifact(parent, str(results.folder / file))
    areas, place = figures.demand["adcode"].nunique(), results.scenarios.index(scenario)
    for number, (code, rows) in enumerate(figures.demand.groupby("adcode", sort=False), start=1):
        advance((place + number / areas) / len(results.scenarios))
        if code != city:
            _log_county(client, run, figures, rows, shared)
    client.set_terminated(parent)


def _files(results: Results, scenario: Scenario) -> list[str]:
    """Return the files attached to the run: those of the folder to the first, pages to each."""
    first = results.scenarios[0]
    shared = (*FILES, SCHOOLS) if scenario is first else ()
    pages = school_page_name(scenario.name, first.name)
    optional = {SCHOOLS, pages}  # only where the data have schools
    found = (*shared, pages)
    return [one for one in found if one not in optional or (results.folder / one).is_file()]


def _log_county(
    client: MlflowClient,
    parent: Run,
    figures: ScenarioFigures,
    rows: pd.DataFrame,
    shared: Mapping[str, str],
) -> None:
    """Log the run of one county under that of its scenario."""
    code, language, headlines = rows["adcode"].iloc[0], figures.language, figures.headlines
    own = headlines[headlines["adcode"] == code]
    words, why = figures.answers(rows), figures.why(code)
    note = area_note(own, why, language)
    tags = {**shared, **_area_tags(rows, language), **words, NOTE: note, PARENT: parent.info.run_id}
    name, info = f"{rows['county'].iloc[0]} {figures.title}", parent.info
    child = client.create_run(info.experiment_id, info.start_time, tags, name).info.run_id
    _log_batch(client, child, figures.metrics[code], {})
    ahead = rows[rows["year"] >= figures.results.now]
    page = county_page(ahead, figures.title, words, why, figures.year, language)
    client.log_text(child, page, COUNTY_PAGE)
    client.set_terminated(child)


def _of(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    return table[table["scenario"] == scenario.name]


def _start_time(results: Results, scenario: Scenario) -> int:
    """Return the start time of a run, ms; latest for the first scenario, so lists show it first.

    Based on the time of the results, so that the order is stable if a study is logged in two parts.
    Charts show only ten runs by default, and the first scenario must be among them.
    """
    made = (results.folder / MANIFEST).stat().st_mtime
    return int((made - results.scenarios.index(scenario)) * 1000)


def _shared_tags(results: Results, scenario: Scenario) -> dict[str, str]:
    place = results.scenarios.index(scenario)
    return {
        "scenario": scenario.name,
        PLACE: f"{place:02d}",
        DIGEST: results.digest,
        VERSION: CURRENT,
        "mlflow.runColor": SCENARIO_COLOURS[place % len(SCENARIO_COLOURS)],
    }


def _area_tags(rows: pd.DataFrame, language: Language) -> dict[str, str]:
    rungs = dict.fromkeys(TITLES[code].within(language) for code in rows["rung"].unique())
    joint, first = Text("、", ", ").within(language), rows.iloc[0]
    return {
        "county": first["county"],
        "adcode": first["adcode"],
        RUNG.within(language): joint.join(rungs),
    }


def _log_batch(
    client: MlflowClient, run: str, metrics: Sequence[Metric], params: Mapping[str, str]
) -> None:
    """Log metrics and parameters in as few calls as MLflow's limit of metrics allows."""
    given = [Param(*pair) for pair in params.items()]
    for start in range(0, len(metrics), METRICS_A_CALL):
        client.log_batch(run, metrics[start : start + METRICS_A_CALL], given if not start else [])
