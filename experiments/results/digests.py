"""Digests that tell whether a part of a study is new."""

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
from experiments.results.folder import PACKAGES

LAYERS = ("data", "features", "models", "forecasting", "experiments")


def digest_of(content: Any) -> str:
    """Return the sha256 of ``content`` written as JSON."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_digest() -> str:
    """Return the sha256 of our own sources and bundled data, and of the versions below them."""
    own = hashlib.sha256()
    for layer in LAYERS:
        root = Path(str(files(layer)))
        for file in sorted(root.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                own.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
    versions = {package: version(package) for package in PACKAGES}
    return digest_of([own.hexdigest(), platform.python_version(), versions])


def part_digests(scenarios: Sequence[Scenario], shared: Any) -> dict[str, str]:
    """Return scenario → digest of what its part rests on.

    Parameters
    ----------
    scenarios : the futures of the study; each part tells what sets it apart from the first
    shared : data digests, settings, counties and language of the study
    """
    first = scenarios[0].model_dump(mode="json")
    return {
        one.name: digest_of([code_digest(), shared, one.model_dump(mode="json"), first])
        for one in scenarios
    }
