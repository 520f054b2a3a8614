"""A colleague's machine as a process: logs copies of a results folder under other titles.

Given titles it logs one copy each; given a number of seconds it goes on until they have passed, and
prints the titles, the seconds per study and the seconds per request as JSON.
"""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

from experiments.tracking.track import track


def log_copy(url: str, results: Path, title: str) -> None:
    """Log a copy of ``results`` as the study ``title``."""
    with tempfile.TemporaryDirectory() as place:
        own = Path(shutil.copytree(results, Path(place) / "results"))
        manifest = json.loads((own / "manifest.json").read_text("utf-8"))
        manifest["study"] = {"title": [title, title], "description": ["", ""]}
        text = json.dumps(manifest, ensure_ascii=False)
        (own / "manifest.json").write_text(text, encoding="utf-8")
        track(own, url)


def log_copies_for(url: str, results: Path, name: str, seconds: float) -> dict[str, Any]:
    """Log copies until ``seconds`` have passed; return what was logged and how long it took."""
    taken: list[float] = []
    send = requests.Session.send

    def timed(self: requests.Session, *arguments: Any, **options: Any) -> requests.Response:
        start = time.perf_counter()
        response = send(self, *arguments, **options)
        taken.append(time.perf_counter() - start)
        return response

    requests.Session.send = timed  # type: ignore[method-assign]
    studies: dict[str, float] = {}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        title, start = f"{name}之{len(studies)}", time.perf_counter()
        log_copy(url, results, title)
        studies[title] = time.perf_counter() - start
    return {"studies": studies, "requests": taken}


def main(url: str, results: Path, arguments: Sequence[str]) -> None:
    """Log one copy per title, or copies named after ``arguments[1]`` for some seconds."""
    if arguments[0] == "--for":
        name, seconds = arguments[1:]
        print(json.dumps(log_copies_for(url, results, name, float(seconds))))
        return
    for title in arguments:
        log_copy(url, results, title)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
