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

from tests.deploy.logged_runs import assert_files_complete, expected, files, logged
from tests.deploy.team_server import (
    EDITOR,
    OTHER,
    OWN,
    ROOT,
    STRANGER,
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


def writer(place: Place, secret: Secret, titles: list[str]) -> list[str]:
    study = str(secret.folder / "results")
    return [sys.executable, "-m", "tests.deploy.writer", place.url, study, *titles]


class Writers:
    """Machines of two counties: seven log one study each, one runs the command."""

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
        # What the guide has people set, so that a restart is waited for.
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
        """Wait for all, run those again that were refused, and return the outputs of these."""
        outputs = {process: process.communicate()[0] for process in self.running}
        refused = [process for process in outputs if process.returncode]
        for process in refused:
            command, environment, folder = self.running[process]
            run(command, env=environment, cwd=folder)
        return [outputs[process] for process in refused]


def runs(place: Place) -> Counter[Row]:
    """Return the runs that the writers have logged so far."""
    return logged(place, TITLES)


def all_runs(place: Place) -> Counter[Row]:
    """Return what an undisturbed study leaves, under every title."""
    return expected(place, {title: PLACES[n % 2][1] for n, title in enumerate(TITLES)})


@pytest.fixture(scope="module")
def at_backup(
    place: Place,
    server: Server,
    people: Mapping[str, str],
    secret: Secret,
    tmp_path_factory: pytest.TempPathFactory,
) -> Counter[Row]:
    """Restart, back up and kill the server while all write; return the runs at the backup."""
    every_run = all_runs(place).total()
    writers = Writers(place, people, secret, tmp_path_factory.mktemp("command"))

    def wait_for(share: float) -> None:
        while runs(place).total() < share * every_run:
            assert writers.alive(), "\n".join(writers.join())
            time.sleep(0.2)

    wait_for(0.1)
    server.stop(signal.SIGTERM)
    server.start()
    wait_for(0.4)
    place.script("backup")
    at_that_time = runs(place)
    server.stop(signal.SIGKILL)
    server.start()
    refused = writers.join()
    print(f"{len(refused)} of 8 had to try again, {at_that_time.total()} runs when backed up")
    assert all(REFUSED in output for output in refused), refused
    return at_that_time


@pytest.fixture(scope="module")
def misused(
    place: Place, people: Mapping[str, str], secret: Secret, at_backup: Counter[Row]
) -> Path:
    """Delete a colleague's run and overwrite its file with EDIT; return the file."""
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
    """Destroy database and files, restore them twice, and return the runs."""
    server.stop()
    run(["dropdb", "-h", str(place.folder / "pg"), "-U", "xuewei", "mlflow"])
    shutil.rmtree(place.artifacts)
    saved = max((place.folder / "backups").glob("20*"))
    place.script("restore", str(saved))
    place.script("restore", str(saved))
    return runs(place)


@pytest.fixture(scope="module")
def running_again(server: Server, restored: Counter[Row]) -> None:
    server.start()


def test_nothing_is_lost_or_doubled_by_a_restart(place: Place, at_backup: Counter[Row]):
    assert runs(place) == all_runs(place)
    assert_files_complete(place, TITLES, len(TITLES) * 2)


def test_a_backup_under_load_holds_complete_finished_runs(
    place: Place, at_backup: Counter[Row], restored: Counter[Row]
):
    assert 0 < restored.total() <= at_backup.total() < 6 * len(TITLES)
    assert_files_complete(place, TITLES, len([key for key in files(place) if key[1] in TITLES]))


def test_a_restore_keeps_what_it_replaces(place: Place, restored: Counter[Row]):
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
    assert runs(place) == all_runs(place)
    assert_files_complete(place, TITLES, len(TITLES) * 2)


def test_permissions_outlive_the_restore(
    place: Place, people: Mapping[str, str], secret: Secret, running_again: None
):
    way = ("GET", "api/2.0/mlflow/runs/get", {"run_id": secret.run})
    assert send(place, way, (STRANGER, people[STRANGER]), OWN).status_code == 403
    assert send(place, way, (EDITOR, people[EDITOR]), OWN).ok
