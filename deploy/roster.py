"""Synchronise the accounts and roles of the team server with a roster.

A row gives a person a permission in a workspace, which is a county's or a study's own place with
its experiments and models. The roster alone counts: a role that it does not give is taken
away, and an account that it does not name is deleted (what it logged stays). Initial passwords of
new people are written to a file that only its owner can read.

The administrator's name and password come from the environment or ``~/.mlflow/credentials``.
"""

import os
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.server.auth.client import AuthServiceClient
from mlflow.server.auth.entities import Role
from mlflow.server.auth.routes import LIST_USERS
from mlflow.utils.credentials import get_default_host_creds
from mlflow.utils.rest_utils import http_request_safe

from data.findings import Findings
from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.formats.delimited import read_csv

USAGE = "用法 / usage: roster.py https://SERVER roster.csv new-passwords.csv"
HEADINGS = ("workspace", "title", "user", "permission")
WORKSPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
USER = re.compile(r"[\w.@-]+")
# Each permission by type of object in the workspace. Users who may log must also be able to remove
# incomplete runs of colleagues, and to create experiments.
GRANTS = {
    "READ": {"experiment": "READ", "registered_model": "READ"},
    "EDIT": {
        "workspace": "USE",
        "experiment": "EDIT",
        "run": "MANAGE",
        "logged_model": "MANAGE",
        "registered_model": "EDIT",
    },
    "MANAGE": {"workspace": "USE", "experiment": "MANAGE", "registered_model": "MANAGE"},
}


@dataclass(frozen=True)
class Seat:
    """One row of the roster: user, permission and workspace."""

    workspace: str
    title: str
    user: str
    permission: str


def read_roster(path: Path) -> list[Seat]:
    """Return the rows of a roster.

    Raises
    ------
    DataError
        Everything that is wrong with it.
    """
    findings = Findings()
    (sheet,) = read_csv(path, findings) or (None,)
    if sheet is None:
        raise DataError(findings.problems)
    heading, *rows = zip(sheet.rows, sheet.lines, strict=True)
    if tuple(cell.strip() for cell in heading[0]) != HEADINGS:
        findings.refuse(_problem(path, 1, None, ",".join(heading[0]), ",".join(HEADINGS)))
        raise DataError(findings.problems)
    seats: dict[tuple[str, str], Seat] = {}
    for row, line in rows:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        seat = Seat(*(cells + [""] * len(HEADINGS))[: len(HEADINGS)])
        for problem in _row_problems(path, line, seat):
            findings.refuse(problem)
        if (seat.workspace, seat.user) in seats:
            findings.refuse(_problem(path, line, "user", seat.user, "one row a person and place"))
        seats[seat.workspace, seat.user] = seat
    if findings.problems:
        raise DataError(findings.problems)
    return list(seats.values())


def _row_problems(path: Path, line: int, seat: Seat) -> list[DataProblem]:
    problems = []
    if not WORKSPACE.fullmatch(seat.workspace):
        problems.append(_problem(path, line, "workspace", seat.workspace, "450312, lingui-2026 …"))
    if not USER.fullmatch(seat.user):
        problems.append(_problem(path, line, "user", seat.user, "liwei"))
    if seat.permission not in GRANTS:
        problems.append(_problem(path, line, "permission", seat.permission, ", ".join(GRANTS)))
    return problems


def _problem(path: Path, row: int, column: str | None, value: str, expected: str) -> DataProblem:
    how_to_fix = Text(
        "请改正后重新运行；服务器没有改动", "correct it and run again; nothing was changed"
    )
    return DataProblem(path.name, Text(expected, expected), how_to_fix, row, column, value)


def apply(server: str, seats: Sequence[Seat], passwords: TextIO) -> list[str]:
    """Synchronise accounts and roles with ``seats``; return the new users.

    Their passwords are written to ``passwords``.
    """
    accounts = AuthServiceClient(server)
    creds = get_default_host_creds(server)
    found = http_request_safe(creds, LIST_USERS, "GET").json()["users"]
    people = {one["username"]: one for one in found if not one["is_admin"]}
    titles = {seat.workspace: seat.title for seat in seats}
    _make_workspaces(MlflowClient(server), titles)
    roles = {place: _make_roles(accounts, place) for place in titles}
    new = [user for user in dict.fromkeys(seat.user for seat in seats) if user not in people]
    for user in new:
        password = secrets.token_urlsafe(12)
        # Written before the account is created: an unsaved password cannot be recovered.
        print(user, password, sep=",", file=passwords, flush=True)
        accounts.create_user(user, password)
    wanted = {(seat.user, roles[seat.workspace][seat.permission]) for seat in seats}
    held = {
        (user, role["id"])
        for user, one in people.items()
        for role in one["roles"]
        if role["name"] in GRANTS
    }
    # Revoked before granted, so that nobody has two permissions in one workspace at a time.
    for user, role in held - wanted:
        accounts.unassign_role(user, role)
    for user, role in wanted - held:
        accounts.assign_role(user, role)
    for user in people.keys() - {seat.user for seat in seats}:
        accounts.delete_user(user)
    return new


def _make_workspaces(client: MlflowClient, titles: dict[str, str]) -> None:
    there = {one.name for one in client.list_workspaces()}
    for name, title in titles.items():
        if name not in there:
            client.create_workspace(name, title)


def _make_roles(accounts: AuthServiceClient, workspace: str) -> dict[str, int]:
    """Return the role of each permission in ``workspace``, with exactly its grants."""
    there: dict[str, Role] = {role.name: role for role in accounts.list_roles(workspace)}
    roles = {}
    for permission, grants in GRANTS.items():
        role = there.get(permission) or accounts.create_role(workspace=workspace, name=permission)
        roles[permission] = role.id
        held = {(one.resource_type, one.permission): one.id for one in role.permissions}
        for kind_and_level in held.keys() - grants.items():
            accounts.remove_role_permission(held[kind_and_level])
        for kind, level in grants.items() - held.keys():
            accounts.add_role_permission(role.id, kind, "*", level)
    return roles


def main(arguments: Sequence[str]) -> int:
    """Read the roster, apply it, write the new passwords; 2 on bad input."""
    if len(arguments) != 3:
        print(USAGE, file=sys.stderr)
        return 2
    server, roster, passwords_file = arguments
    try:
        seats = read_roster(Path(roster))
        opened = os.open(passwords_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(opened, "a", encoding="utf-8") as passwords:
            new = apply(server, seats, passwords)
    except DataError as error:
        print(*error.lines("zh"), sep="\n", file=sys.stderr)
        return 2
    except (OSError, MlflowException) as error:
        print(f"未完成 / not done: {error}", file=sys.stderr)
        return 2
    print(f"完成 / done: {len(seats)} 行；新用户 / new: {', '.join(new) or '-'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
