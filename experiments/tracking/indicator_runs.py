"""Headline figures of the indicators as MLflow runs, one per scenario, under that scenario's."""

import hashlib
import time
from collections.abc import Iterator

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric

from data.contract.stages import STAGE_TITLES
from data.language import Language, Text
from experiments.results.indicator_file import DIGESTS, WORKBOOK, IndicatorTables
from experiments.results.reader import Results
from experiments.tracking.names import INDICATOR_MEASURES
from experiments.tracking.runs import find_runs, is_parent, remove_runs
from experiments.tracking.store import DIGEST, NOTE, PARENT
from forecasting.demand import WarningLevel
from forecasting.indicators.registry import GROUP_TITLES
from forecasting.indicators.sentences import indicator_sentences

INDICATOR_DIGEST = "indicator_digest"
TITLE = Text("督导指标", "Indicators")
HIGH = (WarningLevel.RED, WarningLevel.ORANGE)


def log_indicators(client: MlflowClient, results: Results, tables: IndicatorTables) -> None:
    """Log the indicators as one run per scenario, unless finished runs exist.

    Parameters
    ----------
    client : client from ``open_store``
    results : results folder with logged scenarios
    tables : tables of its indicators
    """
    written = (results.folder / DIGESTS).read_bytes()
    digest = hashlib.sha256(results.digest.encode() + written).hexdigest()
    found = find_runs(client, digest, INDICATOR_DIGEST)
    finished = [run for run in found if run.info.status == "FINISHED"]
    remove_runs(client, [run for run in found if run not in finished])
    logged = {run.data.tags["scenario"] for run in finished}
    parents = {
        run.data.tags["scenario"]: run
        for run in filter(is_parent, find_runs(client, results.digest, DIGEST))
    }
    language = results.settings.language
    for scenario in results.scenarios:
        if scenario.name in logged:
            continue
        own = IndicatorTables(
            **{name: one[one["scenario"] == scenario.name] for name, one in vars(tables).items()}
        )
        lines = indicator_sentences(own.indicators, own.stage_warnings, own.towns)
        note = "\n".join(f"- {line.within(language)}" for line in lines)
        parent = parents[scenario.name].info
        tags = {PARENT: parent.run_id, INDICATOR_DIGEST: digest, "scenario": scenario.name}
        name = f"{TITLE.within(language)} {scenario.title.within(language)}"
        run = client.create_run(parent.experiment_id, None, tags | {NOTE: note}, name).info.run_id
        client.log_batch(run, list(headline_metrics(own, language)))
        if scenario is results.scenarios[0]:
            client.log_artifact(run, str(results.folder / WORKBOOK))
        client.set_terminated(run)


def headline_metrics(tables: IndicatorTables, language: Language) -> Iterator[Metric]:
    """Yield how many comparisons meet their norm by group, high warnings, and recruitment.

    Parameters
    ----------
    tables : tables of one scenario
    language : language of the names
    """
    stamp = int(time.time() * 1000)
    judged = tables.indicators[tables.indicators["met"] != ""]
    first = judged.drop_duplicates(["adcode", "code", "stage"])
    warned = tables.stage_warnings
    figures: dict[str, float] = {}
    for group, title in GROUP_TITLES.items():
        own = first[first["group"] == str(group)]
        if len(own):
            name = INDICATOR_MEASURES["met"].within(language)
            label = title.within("zh") if language == "zh" else str(group)
            figures[f"{name}/{label}"] = float((own["met"] == "yes").mean())
    if (warned["near_level"] != "").any():
        for column in ("near_level", "long_level"):
            name = INDICATOR_MEASURES[column].within(language)
            figures[name] = float(warned[column].isin(HIGH).sum())
    if len(tables.teachers_needed):
        name = INDICATOR_MEASURES["recruited"].within(language)
        figures[name] = float(tables.teachers_needed["recruited"].sum())
        figures |= _teachers_short(tables.teachers_needed, language)
    for name, value in figures.items():
        yield Metric(name, value, stamp, 0)


def _teachers_short(staff: pd.DataFrame, language: Language) -> dict[str, float]:
    """Return by stage the teachers short in the last year, a surplus negative, of all counties."""
    last = staff[staff["year"] == staff["year"].max()]
    name = INDICATOR_MEASURES["short"].within(language)
    return {
        f"{name}/{STAGE_TITLES[str(stage)].zh if language == 'zh' else stage}": float(short)
        for stage, short in last.groupby("stage", sort=False)["short"].sum().items()
    }
