"""Input tables of a forecast as MLflow datasets, with schema and profile.

Written in MLflow's own form instead of by ``mlflow.data.from_pandas``, whose import alone takes a
second of processor time.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from mlflow.entities import Dataset, DatasetInput, InputTag

from experiments.results.reader import Results

DIGEST_CHARACTERS = 36  # limit of MLflow; the complete digest is in manifest.json
SHA256 = "sha256"


def dataset_inputs(results: Results) -> Iterator[DatasetInput]:
    """Yield each input table with columns and counts, then each other file that was read.

    A table read from a workbook has the digest of all files of the data folder.
    """
    files = dict(results.digests)
    everything = sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    for name, profile in results.tables.items():
        file = next((one for one in files if PurePath(one).stem == name), None)
        digest = files.pop(file) if file else everything
        yield _dataset(file or name, digest, profile)
    for file, digest in files.items():
        yield _dataset(file, digest, None)


def _dataset(file: str, digest: str, profile: Mapping[str, Any] | None) -> DatasetInput:
    schema = counts = None
    if profile is not None:
        columns = [
            {"type": kind, "name": name, "required": not profile["missing"].get(name)}
            for name, kind in profile["columns"].items()
        ]
        schema = json.dumps({"mlflow_colspec": columns}, ensure_ascii=False)
        counts = json.dumps(
            {key: value for key, value in profile.items() if key != "columns"}, ensure_ascii=False
        )
    dataset = Dataset(
        name=file,
        digest=digest[:DIGEST_CHARACTERS],
        source_type="local",
        source=file,
        schema=schema,
        profile=counts,
    )
    return DatasetInput(dataset, [InputTag(SHA256, digest)])
