"""The fitted forecast in MLflow's model registry: one version a state of code and data."""

import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import requires, version
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.pyfunc import save_model
from mlflow.types import ColSpec, Schema
from mlflow.utils.mlflow_tags import MLFLOW_MODEL_VERSIONS
from packaging.requirements import Requirement

from data.bundle import data_files
from data.contract.rungs import (
    CENSUS,
    GRADES,
    LAST_PUPILS,
    STAGE_TOTALS,
    TITLES,
    measured_errors,
    rung_line,
)
from experiments.tracking import registered_model_code
from experiments.tracking.fitted import Fitted
from experiments.tracking.registered_model_code import (
    CODE_DIGEST,
    DATA,
    FORESEEN,
    LAYERS,
    SETTINGS,
    code_digest,
    code_files,
    write_foreseen,
)
from experiments.tracking.runs import ALREADY_THERE, open_experiment
from experiments.tracking.store_faults import told
from forecasting.demand import COLUMNS, LABELS

ALIAS = "champion"  # the version that the latest study used
DIGEST = "digest"
EXAMPLE_DRAWS = 50
RUNG_KEYS = {
    GRADES: "1_grades",
    STAGE_TOTALS: "2_stage_totals",
    CENSUS: "3_census_cohorts",
    LAST_PUPILS: "4_yardstick_last_pupils",
}


TYPES = dict.fromkeys(COLUMNS, "long") | dict.fromkeys(LABELS, "string")
TYPES |= {"shortage_probability": "double"}
SIGNATURE = ModelSignature(
    inputs=Schema(
        [
            ColSpec("string", "scenario"),
            ColSpec("string", "county", required=False),
            *(ColSpec("long", key) for key in SETTINGS),
        ]
    ),
    outputs=Schema([ColSpec(TYPES[column], column) for column in COLUMNS]),
)


def digests_of(fitted: Fitted) -> dict[str, str]:
    """Return the digests of code and data, and of both with the libraries below them."""
    parts = {CODE_DIGEST: code_digest(), "data_digest": _digest(dict(fitted.digests))}
    return parts | {DIGEST: _digest([parts, requirements()])}


def register(client: MlflowClient, experiment: str, fitted: Fitted) -> ModelVersion:
    """Return the version of the model for this code and data, logged and registered if it is new.

    The alias ``champion`` moves to it. A new version has a run of its own.

    Parameters
    ----------
    client : client from ``open_store``
    experiment : name of the study's experiment
    fitted : what the forecast was made from

    Raises
    ------
    DataError
        The store refuses the model.
    """
    digests = digests_of(fitted)
    with told(client.tracking_uri):
        kept = _found(client, fitted, digests)
        if kept is None:
            try:
                kept = _log(client, experiment, fitted, digests)
            except MlflowException:
                # Another process was faster and removed our half.
                kept = _found(client, fitted, digests)
                if kept is None:
                    raise
            _remove_halves(client, digests[DIGEST], kept)
        client.set_registered_model_alias(fitted.name, ALIAS, kept.version)
    return kept


def _found(client: MlflowClient, fitted: Fitted, digests: Mapping[str, str]) -> ModelVersion | None:
    """Return the version of this state; of several that processes made at once the first stays."""
    found = client.search_model_versions(
        f"name = '{fitted.name}' and tags.{DIGEST} = '{digests[DIGEST]}'"
    )
    in_order = sorted(found, key=lambda one: int(one.version))
    for double in in_order[1:]:
        client.delete_model_version(fitted.name, double.version)
    return in_order[0] if in_order else None


def _log(
    client: MlflowClient, experiment: str, fitted: Fitted, digests: Mapping[str, str]
) -> ModelVersion:
    """Log model and scores and register them, the version last: it is there whole or not at all."""
    place = open_experiment(client, experiment)
    tags = {**digests, "city": fitted.city, "adcode": fitted.adcode}
    run = client.create_run(place, None, tags, f"登记模型 {fitted.name}").info.run_id
    model = client.create_logged_model(place, fitted.name, run, tags, dict(fitted.settings))
    with tempfile.TemporaryDirectory(prefix="xuewei-") as name:
        folder = Path(name) / "model"
        _save(fitted, folder, Model(run_id=run, model_id=model.model_id), digests)
        client.log_model_artifacts(model.model_id, str(folder))
    client.log_batch(run, _scores(model.model_id))
    client.finalize_logged_model(model.model_id, "READY")
    client.set_terminated(run)
    _open_model(client, fitted)
    made = client.create_model_version(
        fitted.name,
        model.artifact_location,
        run,
        tags,
        description=_version_note(fitted, digests),
        model_id=model.model_id,
    )
    # By this tag the interface leads from the logged model to its version.
    link = json.dumps([{"name": made.name, "version": made.version}])
    client.set_logged_model_tags(model.model_id, {MLFLOW_MODEL_VERSIONS: link})
    return _found(client, fitted, digests) or made


def _open_model(client: MlflowClient, fitted: Fitted) -> None:
    """Make the model in the registry unless it is there."""
    if client.search_registered_models(f"name = '{fitted.name}'"):
        return
    tags = {"city": fitted.city, "adcode": fitted.adcode}
    try:
        client.create_registered_model(fitted.name, tags, _description(fitted))
    except MlflowException as error:
        if error.error_code != ALREADY_THERE:  # another process made it meanwhile
            raise


def _remove_halves(client: MlflowClient, digest: str, kept: ModelVersion) -> None:
    """Remove what a crash, or another process at the same time, logged beside the version."""
    places = [one.experiment_id for one in client.search_experiments()]
    told_by = f"tags.{DIGEST} = '{digest}'"
    for run in client.search_runs(places, told_by):
        if run.info.run_id != kept.run_id:
            client.set_terminated(run.info.run_id, "KILLED")
            client.delete_run(run.info.run_id)
    for model in client.search_logged_models(places, told_by):
        if model.source_run_id != kept.run_id:
            client.delete_logged_model(model.model_id)


def _save(fitted: Fitted, folder: Path, model: Model, digests: Mapping[str, str]) -> None:
    """Write the model: its file, the code it runs on, and what it was fitted from."""
    with tempfile.TemporaryDirectory(prefix="xuewei-") as name:
        staged = Path(name)
        for path, file in code_files().items():
            (staged / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, staged / path)
        artifacts = {FORESEEN: staged / f"{FORESEEN}.npz"}
        write_foreseen(fitted.foreseen, artifacts[FORESEEN])
        if fitted.data is not None:
            artifacts[DATA] = staged / "tables"
            artifacts[DATA].mkdir()
            for file in data_files(fitted.data):
                shutil.copyfile(file, artifacts[DATA] / file.name)
        save_model(
            folder,
            python_model=registered_model_code.__file__,
            code_paths=[str(staged / layer) for layer in LAYERS],
            artifacts={key: str(path) for key, path in artifacts.items()},
            model_config={CODE_DIGEST: digests[CODE_DIGEST]},
            signature=SIGNATURE,
            input_example=_example(fitted),
            # Told, not looked up: inference would run the model.
            pip_requirements=requirements(),
            mlflow_model=model,
        )


def _example(fitted: Fitted) -> pd.DataFrame:
    settings = {key: int(fitted.settings[key]) for key in SETTINGS} | {"draws": EXAMPLE_DRAWS}
    return pd.DataFrame([{"scenario": "baseline", "county": fitted.county, **settings}])


def requirements() -> list[str]:
    """Return what the model needs, in the versions that are installed here."""
    needed = [Requirement(line) for line in requires("xuewei") or ()]
    return sorted(f"{one.name}=={version(one.name)}" for one in needed if one.marker is None)


def _scores(model: str) -> list[Metric]:
    """Return the measured error of each step of the data ladder, a metric a horizon."""
    stamp = int(time.time() * 1000)
    return [
        Metric(
            f"wape/{RUNG_KEYS[row['rung']]}_{row['horizon']}y",
            float(row["wape"]),
            stamp,
            int(row["horizon"]),
            model_id=model,
        )
        for row in measured_errors().to_dict("records")
    ]


def _description(fitted: Fitted) -> str:
    return (
        f"{fitted.city}学位需求预测模型。输入一行一个情景：scenario（内置情景名或情景 YAML 全文）、"
        "now（当前学年）、until（末年）、draws（抽样次数）、seed（随机种子），"
        "county（县区名称或代码）可不填。输出与 demand.csv 各列相同，数值与 xuewei forecast 一致。"
        f"别名 {ALIAS} 指最近一次研究所用的版本。"
    )


def _version_note(fitted: Fitted, digests: Mapping[str, str]) -> str:
    """Return what the version was fitted from and how far off its method was where measured."""
    data = fitted.settings["data"]
    lines = [f"数据 {data}（{digests['data_digest'][:12]}），代码 {digests[CODE_DIGEST][:12]}。"]
    lines += ["各级数据依据的实测误差（WAPE）：", *(f"- {rung_line(rung).zh}" for rung in TITLES)]
    return "\n".join(lines)


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()
