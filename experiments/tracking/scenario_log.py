"""One scenario of a results folder into MLflow: its run with the city, a child run per county."""

from collections.abc import Mapping, Sequence

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

from data.contract.rungs import TITLES
from data.scenario.schema import Scenario
from experiments.results.folder import DELIVERABLES, MANIFEST
from experiments.results.reader import Results
from experiments.tracking.answers import answer_tags, answer_year
from experiments.tracking.metrics import area_metrics, difference_table, headline_table
from experiments.tracking.notes import area_note, scenario_note, summary_table
from experiments.tracking.store import CURRENT, DIGEST, NOTE, PARENT, PLACE, VERSION
from forecasting.headline import SCENARIO_COLOURS, lead_area, whole_of

SUMMARY = "summary.json"
FILES = (*DELIVERABLES, MANIFEST, "demand.csv", "why.csv")
METRICS_A_CALL = 1000


def log_scenario(
    client: MlflowClient, experiment: str, results: Results, scenario: Scenario
) -> None:
    """Log one scenario: its own run, finished last of all, and those of the counties.

    Its own run holds the city, or the first county where the city is not forecast. The files of the
    folder go with the first scenario.
    """
    language = results.settings.language
    demand = _of(results.demand, scenario)
    headlines = headline_table(demand, results.draws(scenario.name), results.now)
    difference = difference_table(results, scenario.name)
    metrics = area_metrics(demand, headlines, difference, results.now, language)
    title, shared = scenario.title.within(language), _shared_tags(results, scenario)
    lead, city = lead_area(demand), whole_of(demand["adcode"])
    adcode, county = lead["adcode"].iloc[0], lead["county"].iloc[0]
    name = title if adcode == city else f"{title}（{county}）"
    note = scenario_note(results, scenario, lead_area(headlines))
    year = answer_year(results.now, results.settings.until)
    changes = dict(list(_of(results.changes, scenario).groupby("adcode", sort=False)))
    apart = {} if difference is None else dict(list(difference.groupby("adcode", sort=False)))

    def answers(rows: pd.DataFrame) -> dict[str, str]:
        code = rows["adcode"].iloc[0]
        return answer_tags(rows, apart.get(code), changes[code], year, language)

    tags = {**shared, **_area_tags(lead), **answers(lead), NOTE: note}
    start = _start_time(results, scenario)
    parent = client.create_run(experiment, start, tags, name).info.run_id
    params = {**results.choices, **scenario.assumptions(language)}
    _log_batch(client, parent, metrics[adcode], params)
    client.log_inputs(parent, [_dataset(*pair) for pair in results.digests.items()])
    client.log_table(parent, summary_table(headlines, language), SUMMARY)
    if scenario is results.scenarios[0]:
        for file in FILES:
            client.log_artifact(parent, str(results.folder / file))
    for code, rows in demand.groupby("adcode", sort=False):
        if code == city:
            continue
        note = area_note(headlines[headlines["adcode"] == code], changes[code], language)
        tags = {**shared, **_area_tags(rows), **answers(rows), NOTE: note, PARENT: parent}
        own = f"{rows['county'].iloc[0]} {title}"
        child = client.create_run(experiment, start, tags, own).info.run_id
        _log_batch(client, child, metrics[str(code)], {})
        client.set_terminated(child)
    client.set_terminated(parent)


def _of(table: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    return table[table["scenario"] == scenario.name]


def _start_time(results: Results, scenario: Scenario) -> int:
    """Return when a run began, in milliseconds, the first scenario last: lists show it first.

    The time of the results, so that the order outlives a study that is logged in two parts. Charts
    show the first ten runs alone until more are requested: the first scenario must be among them.
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


def _area_tags(rows: pd.DataFrame) -> dict[str, str]:
    rungs = dict.fromkeys(TITLES[code].zh for code in rows["rung"].unique())
    first = rows.iloc[0]
    return {"county": first["county"], "adcode": first["adcode"], "rung": "、".join(rungs)}


def _log_batch(
    client: MlflowClient, run: str, metrics: Sequence[Metric], params: Mapping[str, str]
) -> None:
    """Log everything in one call, in more where a long horizon has more than a call may carry."""
    given = [Param(*pair) for pair in params.items()]
    for start in range(0, len(metrics), METRICS_A_CALL):
        client.log_batch(run, metrics[start : start + METRICS_A_CALL], given if not start else [])


def _dataset(file: str, digest: str) -> DatasetInput:
    # MLflow keeps 36 characters of a digest; all of it is in manifest.json.
    dataset = Dataset(name=file, digest=digest[:36], source_type="local", source=file)
    return DatasetInput(dataset, [InputTag("sha256", digest)])
