"""The team server of the guide, its people, and a study that one of them logged."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.deploy.team_server import (
    ADMIN,
    DEPLOY,
    EDITOR,
    OWN,
    STUDY,
    XUEWEI,
    Place,
    Secret,
    Server,
    free_port,
    install,
    postgres,
    postgres_tools,
    run,
)

ACCOUNT = ("MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """PostgreSQL with the database of the guide, and the files of ``deploy/`` in their places."""
    missing = [name for name in ("nginx", "rsync", "openssl") if shutil.which(name) is None]
    tools = postgres_tools()
    if tools is None or missing:
        reason = f"PostgreSQL or {', '.join(missing) or 'its programs'} missing"
        if os.environ.get("XUEWEI_SERVER") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    # Not below pytest's own folder: sockets have short names, and PostgreSQL's user must enter.
    folder = Path("/tmp") / f"xuewei-{os.getpid()}"  # noqa: S108
    for name in ("etc/tls", "state", "backups", "pg"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    place = Place(folder, *(free_port() for _ in range(4)))
    try:
        with postgres(folder / "pg", tools):
            install(place)
            yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(place: Place) -> Iterator[Server]:
    server = Server(place)
    try:
        server.start()
        yield server
    finally:
        server.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def nginx(place: Place) -> Iterator[None]:
    folder = place.folder / "nginx"
    folder.mkdir()
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind}; " for kind in kinds)
    (folder / "main.conf").write_text(
        ("user root;\n" if os.geteuid() == 0 else "")
        + f"pid {folder}/pid; error_log {folder}/error.log; daemon off;\nevents {{}}\n"
        + f"http {{ access_log off; {temporary} include {place.folder}/etc/nginx.conf; }}\n"
    )
    command = ["nginx", "-e", f"{folder}/error.log", "-c", f"{folder}/main.conf"]
    run([*command, "-t"])
    with subprocess.Popen(command) as process:  # noqa: S603
        yield
        process.terminate()


@pytest.fixture(scope="session")
def people(place: Place, server: Server, nginx: None) -> Mapping[str, str]:
    """The accounts of the example roster: person → password."""
    file = place.folder / "new-passwords.csv"
    roster = [str(DEPLOY / "roster.py"), place.inside, str(place.folder / "etc" / "roster.csv")]
    run([sys.executable, *roster, str(file)], env=place.client(**ADMIN))
    assert file.stat().st_mode & 0o077 == 0
    return dict(line.split(",") for line in file.read_text("utf-8").split())


@pytest.fixture(scope="session")
def secret(
    place: Place, people: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Secret:
    folder = tmp_path_factory.mktemp("study")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    # Her name and password stand in a file, as the guide says; elsewhere in the environment.
    machine = place.client(EDITOR, people[EDITOR], OWN) | {"HOME": str(folder)}
    lines = [f"{name.lower()} = {machine.pop(name)}\n" for name in ACCOUNT]
    (folder / ".mlflow").mkdir()
    (folder / ".mlflow" / "credentials").write_text("".join(["[mlflow]\n", *lines]))
    run([*XUEWEI, "study", "study.yaml"], cwd=folder, env=machine)
    code = """
from experiments.tracking.runs import newest_study, open_store
client = open_store("{url}")
runs = newest_study(client)
place, run = runs[0].info.experiment_id, runs[0].info.run_id
model = client.create_logged_model(place, "county-model", run)
client.log_model_artifact(model.model_id, "MLmodel")
client.finalize_logged_model(model.model_id, "READY")
client.create_registered_model("county-model")
version = client.create_model_version(
    "county-model", model.artifact_location, run, model_id=model.model_id
)
client.set_registered_model_alias("county-model", "champion", version.version)
print(len(runs), place, run, model.model_id, version.name)
"""
    (folder / "MLmodel").write_text("flavors: {}\n", encoding="utf-8")
    # Models past nginx, which lets none be made: what is not to be read has to be there.
    command = [sys.executable, "-c", code.format(url=place.inside)]
    output = run(command, cwd=folder, env=machine).stdout.split()
    assert output[0] == "2"
    return Secret(*output[1:], folder=folder)
