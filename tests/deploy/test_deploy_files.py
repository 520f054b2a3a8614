"""The files of ``deploy/`` by the checkers of those who read them, and the door they close."""

import os
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests
import yaml

from tests.deploy.team_server import (
    ADMIN,
    DEPLOY,
    EDITOR,
    GUIDE,
    OWN,
    READER,
    ROOT,
    STRANGER,
    Place,
    Server,
    run,
    send,
)

SCRIPTS = ("backup", "check", "restore", "upgrade")


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_sound(script: str):
    assert os.access(DEPLOY / script, os.X_OK)
    run(["bash", "-n", str(DEPLOY / script)])
    if shutil.which("shellcheck"):
        run(["shellcheck", "--external-sources", f"deploy/{script}"], cwd=DEPLOY.parent)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
@pytest.mark.parametrize("unit", sorted(file.name for file in DEPLOY.glob("xuewei-*")))
def test_units_are_sound(unit: str):
    done = subprocess.run(  # noqa: S603 - our own unit
        ["systemd-analyze", "verify", str(DEPLOY / unit)],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    messages = [line for line in done.stderr.splitlines() if unit.split(".", maxsplit=1)[0] in line]
    assert not [line for line in messages if "is not executable" not in line]


def test_the_guide_names_every_file():
    for file in DEPLOY.iterdir():
        named = "xuewei-*" + file.suffix if file.name.startswith("xuewei-") else file.name
        assert named in GUIDE, file.name


def test_containers_get_the_files_and_folders_of_the_guide():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    mounted = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service.get("volumes", ())
    }
    for path in {*services["server"]["env_file"], *mounted}:
        if path.startswith("/"):
            assert path in GUIDE, path
    settings = (DEPLOY / "server.env").read_text("utf-8")
    assert "/var/run/postgresql" in settings
    command = (DEPLOY / "xuewei-server.service").read_text("utf-8")
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert "mlflow server --app-name basic-auth" in command
    assert '"mlflow", "server", "--app-name", "basic-auth"' in image


@pytest.mark.campaign
def test_no_secret_is_on_a_command_line(place: Place, server: Server, people: object):
    assert server.process is not None
    lines = run(["ps", "-ww", "-o", "args=", "-s", str(server.process.pid)]).stdout
    assert "mlflow.server.auth" in lines
    for secret in place.settings("secrets.env").values():
        assert secret not in lines
    assert "postgresql+" not in lines


@pytest.mark.campaign
def test_only_the_servers_own_name_and_pages_are_answered(place: Place, people: object):
    direct, account = f"http://127.0.0.1:{place.port}/api/2.0/mlflow", tuple(ADMIN.values())
    search = f"{direct}/experiments/search"

    def status(**headers: str) -> int:
        given = {"max_results": 1}
        return requests.post(
            search, json=given, auth=account, headers=headers, timeout=30
        ).status_code

    assert status(Host="localhost") == 200
    assert status(Host="evil.example") == 403
    assert status(Host="localhost", Origin=place.url) == 200
    assert status(Host="localhost", Origin="https://evil.example") == 403


@pytest.mark.campaign
def test_plain_http_leads_to_tls(place: Place, people: object):
    plain = f"http://127.0.0.1:{place.plain_port}/"
    response = requests.get(plain, headers={"Host": "localhost"}, allow_redirects=False, timeout=30)
    assert response.status_code == 301
    assert response.headers["Location"] == f"{place.url}/"
    page = requests.get(
        place.url, auth=tuple(ADMIN.values()), verify=str(place.certificate), timeout=30
    )
    assert page.ok
    assert "max-age" in page.headers["Strict-Transport-Security"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(place.url, timeout=30)


@pytest.mark.campaign
def test_the_check_passes_on_the_server_of_these_files_and_finds_what_differs(
    place: Place, server: Server, people: object, tmp_path: Path
):
    assert server.process is not None
    (place.folder / "etc" / "secrets.env").chmod(0o600)
    place.script("backup")
    command = [str(DEPLOY / "check"), place.url, f"http://localhost:{place.plain_port}"]
    settings = place.folder / "etc" / "server.env"
    machine = {
        **os.environ,
        "XUEWEI_SETTINGS": str(settings),
        "XUEWEI_PID": str(server.process.pid),
        "CURL_CA_BUNDLE": str(place.certificate),
    }
    print(run(command, env=machine).stdout)
    (tmp_path / "secrets.env").touch(0o644)
    changed = settings.read_text("utf-8").replace("FAIL_CLOSED=true", "FAIL_CLOSED=false")
    (tmp_path / "server.env").write_text(changed, "utf-8")
    machine["XUEWEI_SETTINGS"] = str(tmp_path / "server.env")
    done = subprocess.run(command, env=machine, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    wrong = [line.split(": ")[1] for line in done.stdout.splitlines()[:-1]]
    assert wrong == ["MLFLOW_BASIC_AUTH_FAIL_CLOSED", "secrets.env"]


# What was found in the first attack: who asks, in which workspace, for what, and what comes out.
FINDINGS = (
    (STRANGER, OWN, "POST", "ajax-api/3.0/mlflow/demo/generate", 404),
    (READER, None, "POST", "ajax-api/3.0/mlflow/demo/generate", 404),
    (STRANGER, OWN, "POST", "ajax-api/3.0/mlflow/jobs", 404),
    (EDITOR, OWN, "GET", "api/2.0/mlflow/users/list", 404),
    (None, None, "GET", "version", 401),
)


@pytest.mark.campaign
def test_what_the_first_attack_used_is_shut(place: Place, people: Mapping[str, str]):
    for user, workspace, method, path, status in FINDINGS:
        account = (user, people[user]) if user else None
        response = send(place, (method, path, {}), account, workspace)
        print(f"{user} in {workspace}: {method} /{path}: {response.status_code}")
        assert response.status_code == status, path


@pytest.mark.campaign
def test_a_large_body_without_an_account_is_not_kept(place: Place, server: Server, people: object):
    def memory() -> int:
        assert server.process is not None
        sizes = run(["ps", "-o", "rss=", "-s", str(server.process.pid)]).stdout.split()
        return sum(map(int, sizes)) // 1024

    before = memory()
    target = f"{place.url}/api/2.0/mlflow-artifacts/artifacts/x"
    curl = f"curl --silent --cacert {place.certificate} --header Expect: --upload-file -"
    written = "--output /dev/null --write-out '%{http_code} %{size_upload}'"
    sent = run(["bash", "-c", f"head --bytes=300M /dev/zero | {curl} {written} {target} || true"])
    status, taken = sent.stdout.split()
    print(f"300 MB without an account: {status}, {taken} bytes taken, {memory() - before} MB more")
    assert status == "401"
    assert memory() - before < 50


@pytest.mark.campaign
def test_refusals_neither_tell_users_apart_nor_are_unlimited(
    place: Place, people: Mapping[str, str]
):
    search = ("POST", "api/2.0/mlflow/experiments/search", {"max_results": 1})

    def seconds(user: str) -> float:
        start = time.perf_counter()
        refused = send(place, search, (user, "a wrong password"), None, inside=True)
        assert refused.status_code == 401
        return time.perf_counter() - start

    known, unknown = (min(seconds(user) for _ in range(5)) for user in (EDITOR, "nobody"))
    print(f"a wrong password: {known:.3f} s; a user that does not exist: {unknown:.3f} s")
    assert 0.6 < known / unknown < 1.7
    guesses = [(EDITOR, f"guess {number}") for number in range(60)]
    counts = Counter(send(place, search, one, None, patience=0).status_code for one in guesses)
    print(f"60 wrong passwords at once: {dict(counts)}")
    assert set(counts) == {401, 503}
    assert send(place, search, (EDITOR, people[EDITOR]), OWN).ok
