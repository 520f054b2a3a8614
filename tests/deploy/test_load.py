"""Eight writers at once, a server that is restarted and killed meanwhile, a backup, a restore."""

import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.deploy.team_server import (
    EDITOR,
    OTHER,
    OWN,
    ROOT,
    STRANGER,
    TITLE,
    XUEWEI,
    Place,
    Row,
    Secret,
    Server,
    from_guide,
    query,
    run,
    send,
)

pytestmark = pytest.mark.campaign
REFUSED = "a reachable MLflow store"
PLACES = [(EDITOR, OWN), (STRANGER, OTHER)]
TITLES = [f"方案{number}" for number in range(7)]
# What runs hold: place, study, scenario, county, status, and how many metrics, parameters, inputs.
RUNS = """
    SELECT e.workspace, e.name, s.value, c.value, r.status,
      (SELECT count(*) FROM metrics m WHERE m.run_uuid = r.run_uuid),
      (SELECT count(*) FROM inputs i WHERE i.destination_id = r.run_uuid)
    FROM runs r JOIN experiments e USING (experiment_id)
    JOIN tags s ON s.run_uuid = r.run_uuid AND s.key = 'scenario'
    JOIN tags c ON c.run_uuid = r.run_uuid AND c.key = 'county'
    WHERE r.lifecycle_stage = 'active'
"""
FILES = """
    SELECT e.workspace, e.name, s.value, replace(r.artifact_uri, 'mlflow-artifacts:/', '')
    FROM runs r JOIN experiments e USING (experiment_id)
    JOIN tags s ON s.run_uuid = r.run_uuid AND s.key = 'scenario'
    WHERE r.lifecycle_stage = 'active' AND r.status = 'FINISHED'
      AND NOT EXISTS (SELECT 1 FROM tags p WHERE p.run_uuid = r.run_uuid
                      AND p.key = 'mlflow.parentRunId')
"""


def files(place: Place) -> dict[Row, dict[str, bytes]]:
    """What each finished scenario keeps: workspace, study, scenario → name → content."""
    return {
        (*key,): {
            file.relative_to(place.artifacts / folder).as_posix(): file.read_bytes()
            for file in (place.artifacts / folder).rglob("*")
            if file.is_file()
        }
        for *key, folder in query(place, FILES)
    }


def writer(place: Place, secret: Secret, titles: list[str]) -> list[str]:
    study = str(secret.folder / "results")
    return [sys.executable, "-m", "tests.deploy.writer", place.url, study, *titles]


class Writers:
    """Machines of two counties: seven log a study each, one runs the command."""

    def __init__(self, place: Place, people: Mapping[str, str], secret: Secret, own: Path) -> None:
        self.running = {}
        for number, title in enumerate(TITLES):
            user, workspace = PLACES[number % 2]
            self._start(
                writer(place, secret, [title]), place.client(user, people[user], workspace), ROOT
            )
        command = [*XUEWEI, "forecast", "--county", "阳朔县", "--scenario", "baseline"]
        command += ["--draws", "50", "--now", "2026", "--out", str(own / "results")]
        self._start(command, place.client(STRANGER, people[STRANGER], OTHER), own)

    def _start(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        # What the guide tells people to set, so that a restart is waited for.
        environment |= dict([from_guide("MLFLOW_HTTP_REQUEST_MAX_RETRIES=6").split("=")])
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command,
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running[process] = (command, environment, folder)

    def alive(self) -> bool:
        return any(process.poll() is None for process in self.running)

    def join(self) -> list[str]:
        """Wait for all, let those try again that were refused, and return what they had said."""
        said = {process: process.communicate()[0] for process in self.running}
        refused = [process for process in said if process.returncode]
        for process in refused:
            command, environment, folder = self.running[process]
            run(command, env=environment, cwd=folder)
        return [said[process] for process in refused]


def wanted(place: Place) -> Counter[Row]:
    """What an undisturbed study left, under every title."""
    undisturbed = [row for row in query(place, RUNS) if row[1] == TITLE]
    assert len(undisturbed) == 2 * 3
    assert {row[4] for row in undisturbed} == {"FINISHED"}
    return Counter(
        (PLACES[number % 2][1], title, *row[2:])
        for number, title in enumerate(TITLES)
        for row in undisturbed
    )


def logged(place: Place) -> Counter[Row]:
    return Counter(row for row in query(place, RUNS) if row[1] in TITLES)


def assert_whole(place: Place, scenarios: int) -> None:
    """Every finished scenario has the files of the undisturbed study, but those that name it."""
    found = files(place)
    for (workspace, title, scenario), content in found.items():
        if title in TITLES:
            undisturbed = found[OWN, TITLE, scenario]
            assert content.keys() == undisturbed.keys()
            differing = {name for name in content if content[name] != undisturbed[name]}
            assert differing <= {"report.html", "manifest.json"}, (workspace, title)
    assert len([key for key in found if key[1] in TITLES]) == scenarios


@pytest.fixture(scope="module")
def at_backup(
    place: Place,
    server: Server,
    people: Mapping[str, str],
    secret: Secret,
    tmp_path_factory: pytest.TempPathFactory,
) -> Counter[Row]:
    """Let all write while the server is restarted, backed up and killed; what there was to save."""
    expected = wanted(place)
    writers = Writers(place, people, secret, tmp_path_factory.mktemp("command"))

    def wait_for(share: float) -> None:
        while logged(place).total() < share * expected.total():
            assert writers.alive(), "\n".join(writers.join())
            time.sleep(0.2)

    wait_for(0.1)
    server.stop(signal.SIGTERM)
    server.start()
    wait_for(0.4)
    place.script("backup")
    there = logged(place)
    server.stop(signal.SIGKILL)
    server.start()
    refused = writers.join()
    print(f"{len(refused)} of 8 had to try again, {there.total()} runs when backed up")
    assert all(REFUSED in said for said in refused), refused
    return there


@pytest.fixture(scope="module")
def misused(
    place: Place, people: Mapping[str, str], secret: Secret, at_backup: Counter[Row]
) -> Path:
    """Let somebody with EDIT delete a colleague's run and overwrite its file; the file."""
    run_id = {"run_id": secret.run}
    file = f"workspaces/{OWN}/{secret.experiment}/{secret.run}/artifacts/summary.json"
    for way in (
        ("PUT", f"api/2.0/mlflow-artifacts/artifacts/{file}", {"forged": 1}),
        ("POST", "api/2.0/mlflow/runs/delete", run_id),
    ):
        assert send(place, way, (EDITOR, people[EDITOR]), OWN).ok, way
    assert (place.artifacts / file).read_bytes() == b'{"forged": 1}'
    return place.artifacts / file


@pytest.fixture(scope="module")
def restored(place: Place, server: Server, at_backup: Counter[Row], misused: Path) -> Counter[Row]:
    """Destroy database and files, and restore them, twice; what came back."""
    server.stop()
    run(["dropdb", "-h", str(place.folder / "pg"), "-U", "xuewei", "mlflow"])
    shutil.rmtree(place.artifacts)
    saved = max((place.folder / "backups").glob("20*"))
    place.script("restore", str(saved))
    place.script("restore", str(saved))
    return logged(place)


@pytest.fixture(scope="module")
def running_again(server: Server, restored: Counter[Row]) -> None:
    server.start()


def test_nothing_is_lost_or_doubled_by_a_restart(place: Place, at_backup: Counter[Row]):
    assert logged(place) == wanted(place)
    assert_whole(place, len(TITLES) * 2)


def test_a_backup_under_load_holds_finished_runs_whole(
    place: Place, at_backup: Counter[Row], restored: Counter[Row]
):
    assert 0 < restored.total() <= at_backup.total() < 6 * len(TITLES)
    assert_whole(place, len([key for key in files(place) if key[1] in TITLES]))


def test_a_restore_keeps_aside_what_was_there(place: Place, restored: Counter[Row]):
    names = [name for (name,) in query(place, "SELECT datname FROM pg_database", "postgres")]
    assert len([name for name in names if name.startswith("mlflow-before-")]) == 1
    assert len(list(place.artifacts.parent.glob("artifacts-before-*"))) == 2


def test_a_restore_brings_back_what_a_colleague_deleted_and_overwrote(
    place: Place, secret: Secret, restored: Counter[Row], misused: Path
):
    stage = f"SELECT lifecycle_stage FROM runs WHERE run_uuid = '{secret.run}'"  # noqa: S608
    assert query(place, stage) == [("active",)]
    assert misused.read_bytes() != b'{"forged": 1}'


def test_what_is_logged_again_after_the_restore_is_there_once(
    place: Place, people: Mapping[str, str], secret: Secret, running_again: None
):
    for number, (user, workspace) in enumerate(PLACES):
        machine = place.client(user, people[user], workspace)
        run(writer(place, secret, TITLES[number::2]), env=machine, cwd=ROOT)
    assert logged(place) == wanted(place)
    assert_whole(place, len(TITLES) * 2)


def test_permissions_outlive_the_restore(
    place: Place, people: Mapping[str, str], secret: Secret, running_again: None
):
    way = ("GET", "api/2.0/mlflow/runs/get", {"run_id": secret.run})
    assert send(place, way, (STRANGER, people[STRANGER]), OWN).status_code == 403
    assert send(place, way, (EDITOR, people[EDITOR]), OWN).ok
