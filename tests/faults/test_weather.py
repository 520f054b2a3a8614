"""Full and read-only disks, two commands at once, a clock that goes back."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.faults.commands import BASELINE, KILLS, start, xuewei
from tests.faults.state import digests, state

pytestmark = pytest.mark.campaign
ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
YEAR = 365 * 86400


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """Mount something on a folder, which needs the rights of the administrator."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not (ROOT and mount and umount):
        pytest.skip("needs the right to mount")
    place.mkdir(exist_ok=True)
    done = subprocess.run([mount, *options, str(place)], capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        pytest.skip(f"cannot mount here: {done.stderr.decode()}")
    try:
        yield
    finally:
        subprocess.run([umount, str(place)], check=True)  # noqa: S603


def runs(work: Path) -> list[str]:
    return [run[2] for run in state(work).runs]


@pytest.mark.parametrize("room", [600_000, 150_000] if KILLS > 1 else [600_000])
def test_a_full_disk_is_reported_and_loses_nothing(
    base: Path, undisturbed: dict[str, str], tmp_path: Path, room: int
):
    disk = tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "-o", "size=40m", "tmpfs"):
        work, ballast = disk / "work", disk / "ballast"
        shutil.copytree(base, work)
        before = digests(work)
        ballast.write_bytes(bytes(shutil.disk_usage(disk).free - room))
        output = xuewei(work, *BASELINE, code=2)
        assert "磁盘已满" in output
        after = digests(work)
        assert {name: after[name] for name in before} == before
        assert not [name for name in after if "partial" in name]
        ballast.unlink()
        xuewei(work, *BASELINE)
        assert digests(work) == undisturbed


def test_a_file_that_may_not_grow_is_reported_and_loses_nothing(
    work: Path, undisturbed: dict[str, str]
):
    """The limit of a file's size: like a full disk, for whoever may not mount one."""
    resource = pytest.importorskip("resource")
    before = digests(work)
    limit = 400_000  # tables and pictures fit, reports do not
    process = start(
        work, *BASELINE, before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    )
    _, errors = process.communicate()
    assert (process.returncode, "磁盘已满" in errors) == (2, True), errors
    after = digests(work)
    assert {name: after[name] for name in before} == before
    xuewei(work, *BASELINE)
    assert digests(work) == undisturbed


def test_a_read_only_folder_is_reported(work: Path):
    before = digests(work)
    if ROOT:
        with mounted(work, "--bind", "-o", "ro", str(work)):
            # A bind mount becomes read-only when it is mounted again.
            outputs = [
                xuewei(work, *command, code=2) for command in (BASELINE, ("plan", "results"))
            ]
    else:
        work.chmod(0o555)
        outputs = [xuewei(work, *command, code=2) for command in (BASELINE, ("plan", "results"))]
        work.chmod(0o755)
    assert all("没有写入权限或为只读" in output for output in outputs)
    assert digests(work) == before


def test_of_two_commands_in_one_folder_the_second_is_refused(
    work: Path, undisturbed: dict[str, str]
):
    first = start(work, *BASELINE)
    while not (work / "results-scenarios").exists():
        assert first.poll() is None
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGSTOP)  # it stays at work however slow the others are
    try:
        for second in (BASELINE, ("plan", "results"), ("sync", "results")):
            assert "没有其他 xuewei 命令在用" in xuewei(work, *second, code=2)
    finally:
        os.killpg(first.pid, signal.SIGCONT)
    _, errors = first.communicate()
    assert first.returncode == 0, errors
    assert digests(work) == undisturbed
    assert set(runs(work)) == {"FINISHED"}


def test_files_and_runs_from_the_future_change_nothing(work: Path, undisturbed: dict[str, str]):
    """The clock went back a year: what is there was made later than now."""
    later = time.time() + YEAR
    for left in (".results.partial", ".results.replaced", "results-scenarios"):
        (work / left / "half").mkdir(parents=True)
    for path in sorted(work.rglob("*")):
        os.utime(path, (later, later))
    with closing(sqlite3.connect(work / "mlruns" / "mlflow.db")) as store:
        store.execute(
            "UPDATE runs SET start_time = start_time + :year, end_time = end_time + :year",
            {"year": YEAR * 1000},
        )
        store.commit()
    before = len(runs(work))
    xuewei(work, *BASELINE)
    assert digests(work) == undisturbed
    assert runs(work) == ["FINISHED"] * (before + 3)
    output = xuewei(work, *BASELINE)
    assert "沿用已有结果" in output


def test_a_store_that_another_writer_holds_for_a_while_is_waited_for(work: Path):
    with closing(sqlite3.connect(work / "mlruns" / "mlflow.db", check_same_thread=False)) as other:
        other.execute("BEGIN EXCLUSIVE")
        release = threading.Timer(4, other.rollback)
        release.start()
        output = xuewei(work, *BASELINE)
        release.join()
    assert "xuewei sync" not in output
    assert set(runs(work)) == {"FINISHED"}
    assert not (work / "results-scenarios").exists()


def test_a_store_that_stays_locked_costs_no_results_and_gets_the_runs_later(
    work: Path, undisturbed: dict[str, str]
):
    before = len(runs(work))
    with closing(sqlite3.connect(work / "mlruns" / "mlflow.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        output = xuewei(work, *BASELINE)
        other.rollback()
    assert "xuewei sync results" in output
    after = digests(work)
    assert {name: after.get(name) for name in undisturbed} == undisturbed
    assert len(runs(work)) == before
    xuewei(work, "sync")
    assert runs(work) == ["FINISHED"] * (before + 3)


def test_a_store_that_is_broken_costs_no_results_and_gets_the_runs_later(
    work: Path, undisturbed: dict[str, str]
):
    store = work / "mlruns" / "mlflow.db"
    intact = store.read_bytes()
    store.write_bytes(b"SQLite format 3\0" + b"broken" * 1000)
    output = xuewei(work, *BASELINE)
    assert "xuewei sync results" in output
    after = digests(work)
    assert {name: one for name, one in after.items() if name in undisturbed} == undisturbed
    store.write_bytes(intact)
    before = len(runs(work))
    xuewei(work, "sync")
    assert digests(work) == undisturbed
    assert runs(work) == ["FINISHED"] * (before + 3)


def test_a_server_that_does_not_answer_holds_nobody(work: Path, undisturbed: dict[str, str]):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = f"http://127.0.0.1:{silent.getsockname()[1]}"
        patience = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "2"}
        output = xuewei(work, *BASELINE, "--tracking-uri", store, **patience)
    assert output.count("可以连接的 MLflow 存储") == 1
    after = digests(work)
    assert {name: one for name, one in after.items() if name in undisturbed} == undisturbed
