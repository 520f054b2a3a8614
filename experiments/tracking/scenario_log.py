"""One scenario into MLflow: its run with the city, and a child run a county."""

from collections.abc import Mapping, Sequence
from uuid import uuid4

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

from data.contract.rungs import TITLES, rung_of
from experiments.parts.scenario_cache import DRAWS, FILES, read_tables
from experiments.results.draws_file import read_draws
from experiments.results.folder import DELIVERABLES
from experiments.tracking.metrics import area_metrics, headline_table
from experiments.tracking.notes import area_note, city_note, summary_table
from experiments.tracking.store import LOGGED, NOTE, PARENT, PART_DIGEST, PLACE, VERSION, WRITER
from experiments.tracking.study_runs import ScenarioRun, StudyRuns
from forecasting.headline import SCENARIO_COLOURS, lead_area, whole_of

SUMMARY = "summary.json"
METRICS_A_CALL = 1000
WRITING_PROCESS = uuid4().hex


def log_scenario(client: MlflowClient, experiment: str, study: StudyRuns, run: ScenarioRun) -> None:
    """Log the part of ``run``: its own run, left open for the report, and those of the counties.

    Its own run holds the city, or the first county where the city is not asked for.
    """
    tables, draws = read_tables(run.part, study.shown), read_draws(run.part / DRAWS)
    demand = tables.demand
    headlines = headline_table(demand, draws, study.now)
    metrics = area_metrics(demand, headlines)
    title, shared = run.scenario.title.zh, _shared_tags(study, run)
    lead = lead_area(demand)
    whole = whole_of(demand["adcode"])
    adcode, county = lead["adcode"].iloc[0], lead["county"].iloc[0]
    name = title if adcode == whole else f"{title}（{county}）"
    files = sorted(file.name for file in (run.part / FILES).iterdir())
    files += [SUMMARY] if run.place else [SUMMARY, *DELIVERABLES]
    note = city_note(lead_area(headlines), tables, run, files)
    tags = {**shared, **_area_tags(lead), NOTE: note}
    start = _start_time(run)
    parent = client.create_run(experiment, start, tags, name).info.run_id
    params = {**study.parameters, **run.scenario.assumptions("zh")}
    _log_batch(client, parent, metrics[adcode], params)
    client.log_inputs(parent, [_dataset(*pair) for pair in study.digests.items()])
    client.log_table(parent, summary_table(headlines), SUMMARY)
    client.log_artifacts(parent, str(run.part / FILES))
    shared[PARENT] = parent
    changes = dict(list(tables.changes.groupby("adcode", sort=False)))
    for adcode, rows in demand.groupby("adcode", sort=False):
        if adcode == whole:
            continue
        note = area_note(headlines[headlines["adcode"] == adcode], changes[adcode])
        tags = {**shared, **_area_tags(rows), NOTE: note}
        name = f"{rows['county'].iloc[0]} {title}"
        child = client.create_run(experiment, start, tags, name).info.run_id
        _log_batch(client, child, metrics[str(adcode)], {})
        client.set_terminated(child)
    client.set_tag(parent, LOGGED, "yes")


def _start_time(run: ScenarioRun) -> int:
    """Return when a run began, in milliseconds, the first scenario last: lists show it first.

    The time of the first part, so that the order outlives a study that is taken up again. Charts
    show the first ten runs alone until more are asked for: the first scenario must be among them.
    """
    return int((run.first_part.stat().st_mtime - run.place) * 1000)


def _shared_tags(study: StudyRuns, run: ScenarioRun) -> dict[str, str]:
    return {
        "scenario": run.scenario.name,
        PLACE: f"{run.place:02d}",
        "data_digest": study.data_digest,
        PART_DIGEST: run.part.name,
        VERSION: study.version,
        WRITER: WRITING_PROCESS,
        "mlflow.runColor": SCENARIO_COLOURS[run.place % len(SCENARIO_COLOURS)],
    }


def _area_tags(rows: pd.DataFrame) -> dict[str, str]:
    rungs = dict.fromkeys(TITLES[rung_of(label)].zh for label in rows["rung"].unique())
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
    # MLflow keeps 36 characters of a digest; the whole one is in manifest.json.
    dataset = Dataset(name=file, digest=digest[:36], source_type="local", source=file)
    return DatasetInput(dataset, [InputTag("sha256", digest)])
