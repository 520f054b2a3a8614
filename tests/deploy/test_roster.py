"""The roster: all its errors are reported at once, and the server then follows it."""

import csv
import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest

from data.problems import DataError
from tests.deploy.team_server import (
    ADMIN,
    DEPLOY,
    EDITOR,
    OTHER,
    OWN,
    READER,
    STRANGER,
    Place,
    Secret,
    run,
    send,
)


@pytest.fixture(scope="module")
def roster() -> ModuleType:
    spec = importlib.util.spec_from_file_location("roster", DEPLOY / "roster.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["roster"] = module
    spec.loader.exec_module(module)
    return module


def test_the_example_is_read_also_from_excel(roster: ModuleType, tmp_path: Path):
    text = (DEPLOY / "roster.csv").read_text("utf-8")
    for encoding in ("utf-8", "utf-8-sig", "gbk"):
        (tmp_path / "roster.csv").write_text(text, encoding=encoding)
        seats = roster.read_roster(tmp_path / "roster.csv")
        assert next((seat.workspace, seat.title, seat.user) for seat in seats) == (
            OWN, "临桂区", EDITOR,
        )  # fmt: skip
        assert len(seats) == text.count("\n") - 1


def test_all_errors_are_reported_at_once_with_their_line(roster: ModuleType, tmp_path: Path):
    file = tmp_path / "roster.csv"
    file.write_text(
        "workspace,title,user,permission\n"
        "临桂,临桂区,liwei,EDIT\n"
        "450312,临桂区,,READ\n"
        "450312,临桂区,liwei,write\n\n"
        "450312,临桂区,liwei,READ\n"
    )
    with pytest.raises(DataError) as caught:
        roster.read_roster(file)
    found = [(one.row, one.column, one.value) for one in caught.value.problems]
    assert found == [
        (2, "workspace", "临桂"),
        (3, "user", ""),
        (4, "permission", "write"),
        (6, "user", "liwei"),
    ]
    file.write_text("user,permission\nliwei,EDIT\n")
    with pytest.raises(DataError):
        roster.read_roster(file)


@pytest.mark.campaign
def test_the_server_becomes_what_the_roster_says(
    place: Place, people: Mapping[str, str], secret: Secret, tmp_path: Path
):
    way = ("GET", "api/2.0/mlflow/runs/get", {"run_id": secret.run})
    new = [(OWN, "临桂区", EDITOR, "READ"), (OWN, "临桂区", STRANGER, "READ")]
    new += [(OTHER, "阳朔县", "sunli", "EDIT")]
    with (tmp_path / "roster.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("workspace", "title", "user", "permission"), *new])
    command = [
        sys.executable,
        str(DEPLOY / "roster.py"),
        place.inside,
        str(tmp_path / "roster.csv"),
    ]
    command += [str(tmp_path / "passwords.csv")]
    for _ in range(2):  # the second time changes nothing
        run(command, env=place.client(**ADMIN))
    (line,) = (tmp_path / "passwords.csv").read_text("utf-8").splitlines()
    user, password = line.split(",")
    assert user == "sunli"
    assert send(place, way, (STRANGER, people[STRANGER]), OWN).ok
    assert not send(place, way, (READER, people[READER]), OWN).ok
    assert not send(place, way, (user, password), OWN).ok
    tag = {"run_id": secret.run, "key": "k", "value": "v"}
    other = {"name": "in the other county's place"}
    write = ("POST", "api/2.0/mlflow/runs/set-tag", tag)
    make = ("POST", "api/2.0/mlflow/experiments/create", other)
    assert send(place, write, (STRANGER, people[STRANGER]), OWN).status_code == 403
    assert send(place, make, (STRANGER, people[STRANGER]), OTHER).status_code == 403
    assert send(place, make, (user, password), OTHER).ok
