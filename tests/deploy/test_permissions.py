"""Who may read and write a county's workspace on the team server, by every way into it."""

from collections.abc import Mapping

import pytest
import requests

from data.problems import DataError
from experiments.commands.ui import run as run_ui
from experiments.tracking.runs import open_store
from tests.deploy.team_server import (
    ADMIN,
    CITY,
    EDITOR,
    GUIDE,
    OTHER,
    OWN,
    READER,
    STRANGER,
    TITLE,
    Place,
    RequestSpec,
    Secret,
    plain,
    send,
)

pytestmark = pytest.mark.campaign


def reads(secret: Secret) -> dict[str, RequestSpec]:
    """Every way to what the county has."""
    api, ajax = "api/2.0/mlflow", "ajax-api/2.0/mlflow"
    files = (
        f"mlflow-artifacts/artifacts/workspaces/{OWN}/{secret.experiment}/{secret.run}/artifacts"
    )
    wanted = f'mlflowGetRun(input: {{runId: "{secret.run}"}}) {{ run {{ info {{ runId }} }} }}'
    return {
        "experiment": ("GET", f"{api}/experiments/get", {"experiment_id": secret.experiment}),
        "by name": ("GET", f"{api}/experiments/get-by-name", {"experiment_name": TITLE}),
        "experiments": ("POST", f"{api}/experiments/search", {"max_results": 100}),
        "runs": ("POST", f"{api}/runs/search", {"experiment_ids": [secret.experiment]}),
        "run": ("GET", f"{api}/runs/get", {"run_id": secret.run}),
        "history": (
            "GET",
            f"{api}/metrics/get-history",
            {"run_id": secret.run, "metric_key": "缺口/2 小学"},
        ),
        "histories": (
            "GET",
            f"{ajax}/metrics/get-history-bulk",
            {"run_id": secret.run, "metric_key": "缺口/2 小学"},
        ),
        "files": ("GET", f"{api}/artifacts/list", {"run_id": secret.run}),
        "page's file": ("GET", "get-artifact", {"run_uuid": secret.run, "path": "summary.json"}),
        "proxied file": ("GET", f"api/2.0/{files}/summary.json", {}),
        "proxied list": (
            "GET",
            "api/2.0/mlflow-artifacts/artifacts",
            {"path": f"workspaces/{OWN}/{secret.experiment}/{secret.run}/artifacts"},
        ),
        "graph": ("POST", "graphql", {"query": f"query {{ {wanted} }}"}),
        "models": (
            "POST",
            f"{api}/logged-models/search",
            {"experiment_ids": [secret.experiment]},
        ),
        "all registered": ("GET", f"{api}/registered-models/search", {}),
        "versions": ("GET", f"{api}/model-versions/search", {}),
    }


def writes(secret: Secret) -> dict[str, RequestSpec]:
    api = "api/2.0/mlflow"
    files = (
        f"mlflow-artifacts/artifacts/workspaces/{OWN}/{secret.experiment}/{secret.run}/artifacts"
    )
    metric = {"run_id": secret.run, "key": "forged", "value": 1, "timestamp": 1, "step": 1}
    return {
        "metric": ("POST", f"{api}/runs/log-metric", metric),
        "tag": ("POST", f"{api}/runs/set-tag", {"run_id": secret.run, "key": "k", "value": "v"}),
        "new run": ("POST", f"{api}/runs/create", {"experiment_id": secret.experiment}),
        "file": ("PUT", f"api/2.0/{files}/forged.txt", {"forged": 1}),
        "delete run": ("POST", f"{api}/runs/delete", {"run_id": secret.run}),
        "delete study": (
            "POST",
            f"{api}/experiments/delete",
            {"experiment_id": secret.experiment},
        ),
    }


@pytest.mark.parametrize("user", [EDITOR, READER, CITY])
def test_those_with_the_permission_read_in_every_way(
    place: Place, people: Mapping[str, str], secret: Secret, user: str
):
    for name, way in reads(secret).items():
        response = send(place, way, (user, people[user]), OWN)
        assert response.status_code == 200, f"{name}: {response.text}"
        assert response.text not in ("", "{}"), name


@pytest.mark.parametrize("workspace", [OWN, OTHER, None])
def test_nobody_else_reads_in_any_way(
    place: Place, people: Mapping[str, str], secret: Secret, workspace: str | None
):
    for name, way in reads(secret).items():
        response = send(place, way, (STRANGER, people[STRANGER]), workspace)
        assert response.status_code in (200, 403, 404), f"{name}: {response.text}"
        # A refusal may repeat the request; a result may not hold anything of the county.
        text = plain(response) if response.ok else ""
        assert not [word for word in secret.names if word in text], f"{name}: {text}"
    account = (STRANGER, people[STRANGER])
    climbing = (
        f"workspaces/{OTHER}/../{OWN}/{secret.experiment}/{secret.run}/artifacts/summary.json"
    )
    for path in (climbing, climbing.replace("..", "%2e%2e"), climbing.replace("/", "%2F")):
        way = ("GET", f"api/2.0/mlflow-artifacts/artifacts/{path}", {})
        assert not send(place, way, account, workspace).ok, path


@pytest.mark.parametrize("user", [READER, STRANGER])
@pytest.mark.parametrize("workspace", [OWN, OTHER, None])
def test_who_may_not_write_changes_nothing(
    place: Place, people: Mapping[str, str], secret: Secret, user: str, workspace: str | None
):
    for name, way in writes(secret).items():
        if user == STRANGER and workspace == OTHER and "name" in way[2]:
            continue  # there, a model of that name may be her own
        response = send(place, way, (user, people[user]), workspace)
        assert response.status_code in (403, 404), f"{name}: {response.text}"


def test_without_a_password_nothing_is_answered(
    place: Place, people: Mapping[str, str], secret: Secret
):
    for way in (reads(secret) | writes(secret)).values():
        for account in (None, (EDITOR, "not her password"), ("nobody", people[EDITOR])):
            # 503: too many guesses, which then are not looked at.
            assert send(place, way, account, OWN, patience=0).status_code in (401, 503), way


@pytest.mark.parametrize("user", [EDITOR, READER, STRANGER, CITY])
def test_accounts_and_roles_are_the_administrators(
    place: Place, people: Mapping[str, str], user: str
):
    users, mlflow = "api/2.0/mlflow/users", "api/3.0/mlflow"
    own = {"username": user}
    everything = {"resource_type": "experiment", "resource_id": "0", "permission": "MANAGE"}
    changes: tuple[RequestSpec, ...] = (
        ("POST", f"{users}/create", {"username": "more", "password": "a-long-password"}),
        ("PATCH", f"{users}/update-admin", own | {"is_admin": True}),
        ("DELETE", f"{users}/delete", {"username": READER}),
        ("POST", f"{mlflow}/users/permissions/grant", own | everything),
        ("POST", f"{mlflow}/roles/create", {"workspace": OWN, "name": "mine"}),
        ("POST", f"{mlflow}/roles/assign", own | {"role_id": 1}),
        ("POST", f"{mlflow}/workspaces", {"name": "mine"}),
    )
    questions: tuple[RequestSpec, ...] = (
        ("GET", "signup", {}),
        ("GET", f"{mlflow}/roles/list", {}),
    )
    for way in (*questions, *changes):
        assert send(place, way, (user, people[user]), OWN).status_code in (403, 404), way
        assert send(place, way, (user, people[user]), OWN, inside=True).status_code == 403, way
    for way in questions:
        assert send(place, way, tuple(ADMIN.values()), OWN, inside=True).ok, way


def test_a_person_changes_the_own_password_knowing_it(place: Place, people: Mapping[str, str]):
    path = "api/2.0/mlflow/users/update-password"
    assert path in GUIDE
    old, new = people[READER], f"{people[READER]}-new"
    for user, current, status in ((READER, "not the old one", 400), (STRANGER, old, 403)):
        body = {"username": user, "password": new, "current_password": current}
        assert send(place, ("PATCH", path, body), (READER, old), OWN).status_code == status
    # There and back, for the tests that follow.
    for before, after in ((old, new), (new, old)):
        body = {"username": READER, "password": after, "current_password": before}
        assert send(place, ("PATCH", path, body), (READER, before), OWN).ok


@pytest.mark.parametrize(
    ("setting", "value"),
    [("MLFLOW_TRACKING_PASSWORD", "wrong"), ("MLFLOW_TRACKING_SERVER_CERT_PATH", "")],
)
def test_a_wrong_password_or_certificate_is_reported(
    place: Place,
    people: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    value: str,
):
    for name, own in place.client(EDITOR, people[EDITOR], OWN).items():
        monkeypatch.setenv(name, own)
    assert open_store(place.url).search_experiments()
    if value:
        monkeypatch.setenv(setting, value)
    else:
        monkeypatch.delenv(setting)
    with pytest.raises(DataError) as caught:
        open_store(place.url)
    (line,) = caught.value.lines("zh")
    assert "xuewei sync" in line
    assert place.url in line


@pytest.mark.parametrize(
    "path",
    [
        "ajax-api/3.0/mlflow/assistant/config",
        "ajax-api/3.0/mlflow/%61ssistant/providers",
        "api/2.0/mlflow/webhooks",
        "api/3.0/mlflow/gateway/secrets/list",
        "gateway/endpoint/mlflow/invocations",
    ],
)
def test_what_would_run_programs_or_call_other_addresses_is_shut(
    place: Place, people: Mapping[str, str], path: str
):
    account = (ADMIN["user"], ADMIN["password"])
    for method in ("GET", "POST", "PUT"):
        response = send(place, (method, path, {}), account, OWN)
        assert response.status_code == 404
        assert "nginx" in response.text
    behind = f"http://127.0.0.1:{place.port}/ajax-api/3.0/mlflow/assistant/config"
    host = {"Host": "localhost"}
    assert requests.get(behind, auth=account, headers=host, timeout=30).ok


def test_the_pages_that_the_command_names_are_in_the_workspace(
    place: Place,
    people: Mapping[str, str],
    secret: Secret,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for name, own in place.client(EDITOR, people[EDITOR], OWN).items():
        monkeypatch.setenv(name, own)
    run_ui(place.url, 0, None, "zh")
    addresses = [line for line in capsys.readouterr().out.splitlines() if place.url in line]
    assert len(addresses) == 3  # table, charts, comparison
    for address in addresses:
        assert address.endswith(f"&workspace={OWN}")
