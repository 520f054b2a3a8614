"""Digests that identify whether a scenario has to be computed."""

import hashlib
import json
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.scenario.schema import Scenario
from experiments.results.results_folder import PACKAGES

LAYERS = ("data", "features", "models", "forecasting", "experiments")


def digest_of(content: Any) -> str:
    """Return the sha256 of ``content`` written as JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_digest() -> str:
    """Return the sha256 of the package's sources, bundled data and dependency versions."""
    own = hashlib.sha256()
    for layer in LAYERS:
        root = Path(str(files(layer)))
        for file in sorted(root.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                own.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
    versions = {package: version(package) for package in PACKAGES}
    return digest_of([own.hexdigest(), platform.python_version(), versions])


def scenario_digests(scenarios: Sequence[Scenario], shared: Any) -> dict[str, str]:
    """Return scenario → digest of everything that determines its figures.

    Parameters
    ----------
    scenarios : scenarios of the study; each is also compared with the first
    shared : data, settings and areas of the study
    """
    first = scenarios[0].model_dump(mode="json")
    return {
        one.name: digest_of([code_digest(), shared, one.model_dump(mode="json"), first])
        for one in scenarios
    }
