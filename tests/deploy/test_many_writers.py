"""Many colleagues who log at once for minutes, and a search among thousands of runs.

``make bench-server`` does it with the numbers of docs/reliability.md; the suite for a few seconds.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping

import numpy as np
import pytest

from tests.deploy.logged_runs import RUNS_PER_STUDY, assert_files_complete, expected, logged
from tests.deploy.team_server import (
    EDITOR,
    OTHER,
    OWN,
    ROOT,
    STRANGER,
    Place,
    Secret,
    from_guide,
    query,
    send,
)

pytestmark = pytest.mark.campaign
SECONDS = float(os.environ.get("XUEWEI_LOAD_SECONDS", "5"))
WRITERS = (8, 16) if SECONDS >= 60 else (4,)
MANY_RUNS = 5000 if SECONDS >= 60 else 500
PEOPLE = ((EDITOR, OWN), (STRANGER, OTHER))
COPIED = ("tags", "params", "metrics", "latest_metrics")


def start_writer(
    place: Place, people: Mapping[str, str], secret: Secret, name: str, number: int
) -> subprocess.Popen[str]:
    """Start a process that logs studies named after ``name`` for ``SECONDS``."""
    user, workspace = PEOPLE[number % 2]
    environment = place.client(user, people[user], workspace)
    environment |= dict([from_guide("MLFLOW_HTTP_REQUEST_MAX_RETRIES=6").split("=")])
    results = str(secret.folder / "results")
    command = [sys.executable, "-m", "tests.deploy.writer", place.url, results]
    return subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--for", name, str(SECONDS)],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def quantiles(seconds: list[float]) -> str:
    """Return p50, p95, p99 and the most of some times, in milliseconds."""
    values = np.quantile(seconds, [0.5, 0.95, 0.99, 1.0]) * 1000
    return " | ".join(f"{value:,.0f}" for value in values)


@pytest.mark.parametrize("writers", WRITERS)
def test_what_many_log_at_once_is_there_once(
    place: Place, people: Mapping[str, str], secret: Secret, writers: int
):
    names = [f"并发{writers}-{number}" for number in range(writers)]
    processes = [start_writer(place, people, secret, *pair[::-1]) for pair in enumerate(names)]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * writers
    reports = [json.loads(output.splitlines()[-1]) for output in outputs]
    workspaces = {
        title: PEOPLE[number % 2][1]
        for number, report in enumerate(reports)
        for title in report["studies"]
    }
    found, wanted = logged(place, workspaces), expected(place, workspaces)
    lost, doubled = wanted - found, found - wanted
    requests = [one for report in reports for one in report["requests"]]
    studies = [one for report in reports for one in report["studies"].values()]
    print(
        f"\n| writers | studies | runs | lost | doubled | requests | p50, p95, p99, most (ms) |\n"
        f"| {writers} | {len(studies)} | {found.total()} | {lost.total()} | {doubled.total()} "
        f"| {len(requests)} | {quantiles(requests)} | a study: {quantiles(studies)}"
    )
    assert len(workspaces) >= writers
    assert found.total() == RUNS_PER_STUDY * len(workspaces)
    assert not lost
    assert not doubled
    assert_files_complete(place, workspaces, 2 * len(workspaces))


def copy_runs(place: Place, run: str, experiment: str, copies: int) -> None:
    """Copy a run with its tags, parameters and metrics into ``experiment`` in the database."""
    source = f"generate_series(1, {copies}) n WHERE run_uuid = '{run}'"
    replaced = {"run_uuid": f"md5('{run}' || n)", "experiment_id": experiment}
    for table in ("runs", *COPIED):
        listed = f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"  # noqa: S608
        columns = [name for (name,) in query(place, listed)]
        names = ", ".join(f'"{name}"' for name in columns)
        values = ", ".join(replaced.get(name, f'"{name}"') for name in columns)
        query(place, f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, {source}")  # noqa: S608


def test_a_search_among_thousands_of_runs_is_quick_and_complete(
    place: Place, people: Mapping[str, str], secret: Secret
):
    account = (EDITOR, people[EDITOR])
    made = ("POST", "api/2.0/mlflow/experiments/create", {"name": "many runs"})
    experiment = send(place, made, account, OWN).json()["experiment_id"]
    copy_runs(place, secret.run, experiment, MANY_RUNS)
    body = {
        "experiment_ids": [experiment],
        "filter": "tags.scenario = 'baseline' and attributes.status = 'FINISHED'",
        "order_by": ["attributes.start_time DESC"],
    }
    first: list[float] = []
    for _ in range(20):
        start = time.perf_counter()
        request = ("POST", "api/2.0/mlflow/runs/search", body | {"max_results": 100})
        answer = send(place, request, account, OWN)
        first.append(time.perf_counter() - start)
        assert len(answer.json()["runs"]) == 100
    found: set[str] = set()
    pages: list[float] = []
    token = ""
    while token is not None:
        page = {"max_results": 500} | ({"page_token": token} if token else {})
        start = time.perf_counter()
        answer = send(place, ("POST", "api/2.0/mlflow/runs/search", body | page), account, OWN)
        pages.append(time.perf_counter() - start)
        content = answer.json()
        found |= {run["info"]["run_id"] for run in content["runs"]}
        token = content.get("next_page_token")
    print(
        f"\n{len(found)} runs found; a page of 100 (ms: p50, p95, p99, most): {quantiles(first)};"
        f" a page of 500: {quantiles(pages)}; all: {sum(pages):.1f} s"
    )
    assert len(found) == MANY_RUNS
