"""A colleague's machine: logs the parts of a study under titles of its own. Run as a process."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from data.language import Text
from data.scenario.schema import load_scenario
from experiments.tracking.runs import finish, open_store, track
from experiments.tracking.study_runs import ScenarioRun, StudyRuns

NAMES = {"450312": "临桂区", "450321": "阳朔县"}


def main(url: str, results: Path, titles: Sequence[str]) -> None:
    manifest = json.loads((results / "manifest.json").read_text("utf-8"))
    shown = manifest["shown"]
    parts, digests = manifest["parts"], manifest["data_sha256"]
    folders = {name: results.with_name("results-parts") / digest for name, digest in parts.items()}
    scenarios = {name: load_scenario(name, NAMES) for name in parts}
    first = next(iter(parts))
    client = open_store(url)
    for title in titles:
        study = StudyRuns(Text(title, title), Text("", ""), 2026, digests, "", {}, shown)
        for place, (name, folder) in enumerate(folders.items()):
            run = ScenarioRun(scenarios[name], scenarios[first], place, folder, folders[first])
            track(client, study, run)
            finish(client, study, run, {"report.html": results / "report.html"})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
