"""Every route of the installed MLflow, walked by those who may not write or read there.

After ``test_permissions.py``, whose people it needs; before ``test_roster.py``, which changes them.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from tests.deploy.team_server import (
    EDITOR,
    OTHER,
    OWN,
    READER,
    ROOT,
    STRANGER,
    Place,
    RequestSpec,
    Secret,
    plain,
    run,
    send,
)
from tests.deploy.test_permissions import reads

pytestmark = pytest.mark.campaign
# What the product does not use and nginx therefore does not pass on.
SHUT = re.compile(
    r"/(assistant|jobs|demo|gateway|gateway-proxy|webhooks|traces|mcp-servers|scorers?|issues|genai"
    r"|datasets|label-schemas|review-queues|prompt-optimization|roles|signup|ui-telemetry"
    r"|create-promptlab-run|upload-artifact|mpu|presigned)(/|$)|/users/(?!current|update-password)"
    r"|(logged-models|registered-models|model-versions)(?!/search)|presigned-"
)


@pytest.fixture(scope="module")
def routes() -> list[tuple[str, str]]:
    listed = run([sys.executable, "-m", "tests.deploy.routes"], cwd=ROOT).stdout
    return [(method, path) for method, path in json.loads(listed)]


def filled(route: tuple[str, str], secret: Secret) -> RequestSpec:
    """A request of that route that aims at what the county has."""
    method, path = route
    files = f"workspaces/{OWN}/{secret.experiment}/{secret.run}/artifacts"
    places = {
        "artifact_path": f"{files}/forged.txt" if method == "PUT" else f"{files}/summary.json",
        "model_id": secret.model,
        "name": secret.registered,
        "workspace_name": OWN,
        "experiment_id": secret.experiment,
        "run_id": secret.run,
    }
    for placeholder in re.findall(r"<[^>]*>", path):
        name = re.sub(r"[<>]|^\w+:|:\w+>$", "", placeholder).split(":")[0]
        path = path.replace(placeholder, places.get(name, "1"))
    metric = {"key": "forged", "value": 1, "timestamp": 1, "step": 1}
    given: dict[str, object] = places | metric
    given |= {"run_uuid": secret.run, "request_id": "1", "version": "1", "alias": "champion"}
    given |= {"path": "summary.json", "tags": [{"key": "forged", "value": "1"}], "value": "1"}
    given |= {"experiment_ids": [secret.experiment], "locations": [], "username": EDITOR}
    given |= {"experiment_name": "forged", "new_name": "forged", "password": "a-forged-password"}
    return method, path.removeprefix("/"), given


@dataclass(frozen=True)
class Kept:
    """Every row of the database and every file."""

    rows: frozenset[str]
    files: Mapping[str, bytes]

    @classmethod
    def now(cls, place: Place) -> "Kept":
        tables = ["pg_dump", "--data-only", "--inserts", "-h", str(place.folder / "pg")]
        dump = run([*tables, "-U", "xuewei", "mlflow"]).stdout.splitlines()
        files = (file for file in place.artifacts.rglob("*") if file.is_file())
        return cls(
            frozenset(line for line in dump if line.startswith("INSERT")),
            {str(file.relative_to(place.artifacts)): file.read_bytes() for file in files},
        )


WALKS = [
    pytest.param(None, OWN, id="without an account"),
    pytest.param(READER, OWN, id="READ in its county"),
    pytest.param(READER, OTHER, id="READ with a foreign workspace"),
    pytest.param(READER, None, id="READ in the default workspace"),
    pytest.param(STRANGER, OWN, id="EDIT of another county with a foreign workspace"),
    pytest.param(STRANGER, None, id="EDIT of another county in the default workspace"),
]


@pytest.mark.parametrize(("user", "workspace"), WALKS)
def test_no_route_writes_or_reads_outside(
    place: Place,
    people: Mapping[str, str],
    secret: Secret,
    routes: list[tuple[str, str]],
    user: str | None,
    workspace: str | None,
):
    before = Kept.now(place)
    account = (user, people[user]) if user else None
    for route in routes:
        response = send(place, filled(route, secret), account, workspace, patience=5 if user else 0)
        if SHUT.search(route[1]):
            assert response.status_code in ((400, 404) if user else (400, 401, 404, 503)), route
            assert "nginx" in response.text, route
        if account is None and route[1] != "/health":
            assert response.status_code in (400, 401, 403, 404, 503), (route, response.text)
        if user != READER and response.ok:
            assert not [word for word in secret.names if word in plain(response)], route
    assert Kept.now(place) == before
    assert len(routes) > 500
    # A server that was away would have kept everything, too.
    assert send(place, reads(secret)["experiment"], (EDITOR, people[EDITOR]), OWN).ok


def test_who_edits_another_county_changes_nothing_in_this(
    place: Place, people: Mapping[str, str], secret: Secret, routes: list[tuple[str, str]]
):
    before = Kept.now(place)
    for route in routes:
        response = send(place, filled(route, secret), (STRANGER, people[STRANGER]), OTHER)
        if response.ok:
            assert not [word for word in secret.names if word in plain(response)], route
    after = Kept.now(place)
    assert before.rows <= after.rows
    assert before.files.items() <= after.files.items()
    new = "\n".join(after.rows - before.rows)
    assert not [word for word in (f"'{OWN}'", *secret.names) if word in new]
    assert not [name for name in after.files.keys() - before.files.keys() if OWN in name]
