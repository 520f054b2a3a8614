"""A team server as the guide sets it up, in a temporary folder and on ports of the loopback."""

import getpass
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "team-server.zh.md").read_text(encoding="utf-8")
ADMIN = {"user": "admin", "password": "a-password-of-the-administrator"}
KEY = "a-key-that-signs-forms"
STARTUP_SECONDS = 120
XUEWEI = [sys.executable, "-c", "from experiments.cli import main; main()"]
HOST = "xuewei.example.gov.cn"


Row = tuple[str, ...]  # of a result of the database
RequestSpec = tuple[str, str, dict[str, object]]  # method, path, parameters or body
OWN, OTHER = "450312", "450321"
EDITOR, READER, STRANGER, CITY = "liwei", "wangfang", "zhanghua", "chenjing"
TITLE = "临桂区内部方案"
STUDY = f"""title_zh: {TITLE}
counties: [临桂区, 阳朔县]
scenarios: [baseline, low_fertility]
now: 2026
draws: 50
out: results
"""


@dataclass(frozen=True)
class Secret:
    """What is the county's own: a study that its editor logged by the command."""

    experiment: str
    run: str
    model: str
    registered: str
    folder: Path

    @property
    def names(self) -> tuple[str, ...]:
        """What no response to a stranger may hold."""
        return TITLE, self.run, self.model


def postgres_tools() -> Path | None:
    """Return the programs of the newest PostgreSQL, which Debian keeps off the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: one.parts[4])
    return found[-1].parent if found else None


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    """Run a command and show its output when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # noqa: S603
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def from_guide(command: str) -> str:
    """Return a command of the guide, which has to be in it."""
    assert command in GUIDE, command
    return command


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Place:
    """Where the folders of the guide are here, and on which ports."""

    folder: Path
    port: int
    tls_port: int
    plain_port: int
    account_port: int

    @property
    def url(self) -> str:
        return f"https://localhost:{self.tls_port}"

    @property
    def inside(self) -> str:
        """Return the address for the administrator on the server itself."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        return self.folder / "etc" / "tls" / "server.crt"

    @property
    def artifacts(self) -> Path:
        return self.folder / "state" / "artifacts"

    def here(self, text: str) -> str:
        """Return a text of ``deploy/`` with the paths, ports and the name of this place."""
        for ours, here in {
            "/opt/xuewei/.venv": sys.prefix,
            "/opt/xuewei": str(ROOT),
            "/etc/xuewei": str(self.folder / "etc"),
            "/var/lib/xuewei": str(self.folder / "state"),
            "/var/backups/xuewei": str(self.folder / "backups"),
            "/var/run/postgresql": str(self.folder / "pg"),
            f"https://{HOST}": self.url,
            HOST: "localhost",
            "127.0.0.1:5000": f"127.0.0.1:{self.port}",
            "127.0.0.1:5001": f"127.0.0.1:{self.account_port}",
            "/run/xuewei-accounts": str(self.folder / "accounts"),
            "MLFLOW_PORT=5000": f"MLFLOW_PORT={self.port}",
            "listen 443": f"listen 127.0.0.1:{self.tls_port}",
            "listen 80": f"listen 127.0.0.1:{self.plain_port}",
        }.items():
            text = text.replace(ours, here)
        return text

    def settings(self, *names: str) -> dict[str, str]:
        """Return what systemd reads of the settings files."""
        lines = [
            line
            for name in names
            for line in (self.folder / "etc" / name).read_text("utf-8").splitlines()
            if line and not line.startswith("#")
        ]
        return {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}

    def script(self, name: str, *arguments: str) -> str:
        """Run a script of ``deploy/`` as the administrator does; return its output."""
        where = {"XUEWEI_SETTINGS": str(self.folder / "etc" / "server.env")}
        return run([str(DEPLOY / name), *arguments], env=os.environ | where).stdout

    def client(self, user: str, password: str, workspace: str = "") -> dict[str, str]:
        """Return the environment of a person's machine."""
        chosen = {"MLFLOW_WORKSPACE": workspace} if workspace else {}
        return {
            **os.environ,
            **chosen,
            "MLFLOW_TRACKING_URI": self.url,
            "MLFLOW_TRACKING_USERNAME": user,
            "MLFLOW_TRACKING_PASSWORD": password,
            "MLFLOW_TRACKING_SERVER_CERT_PATH": str(self.certificate),
            "MLFLOW_DISABLE_TELEMETRY": "true",
        }


@dataclass
class Server:
    """The process that the unit starts."""

    place: Place
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        unit = self.place.here((DEPLOY / "xuewei-server.service").read_text("utf-8"))
        (line,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
        settings = self.place.settings("server.env", "secrets.env")
        with (self.place.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the line of our own unit
                shlex.split(line.removeprefix("ExecStart=")),
                env=os.environ | settings,
                cwd=self.place.folder / "state",
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + STARTUP_SECONDS
        while not self._answers():
            log_text = (self.place.folder / "server.log").read_text("utf-8", errors="replace")[
                -3000:
            ]
            assert self.process.poll() is None, log_text
            assert time.monotonic() < until, log_text
            time.sleep(0.2)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End every process of the unit, as systemd does."""
        if self.process is not None:
            os.killpg(self.process.pid, number)
            self.process.wait()
            while self._group_lives():
                time.sleep(0.05)
            self.process = None

    def _group_lives(self) -> bool:
        assert self.process is not None
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.place.port}/health", timeout=5).ok
        except requests.RequestException:
            return False


@contextmanager
def postgres(folder: Path, tools: Path) -> Iterator[None]:
    """A cluster that knows the machine's users by the socket, as Debian sets it up."""
    root = os.geteuid() == 0
    # PostgreSQL refuses to run as root.
    user = "nobody" if root else getpass.getuser()
    become = ["runuser", "-u", user, "--"] if root else []
    data = folder / "data"
    if root:
        shutil.chown(folder, user)
    initdb = [str(tools / "initdb"), "-D", str(data), "--username=postgres", "--no-sync"]
    run([*become, *initdb, "--auth=peer", "--encoding=UTF8"])
    (data / "pg_hba.conf").write_text("local all all peer map=here\n")
    people = dict.fromkeys((user, getpass.getuser()))
    names = [f"here {one} {name}\n" for one in people for name in ("postgres", "xuewei")]
    (data / "pg_ident.conf").write_text("".join(names))

    def control(*arguments: str) -> None:
        command = [str(tools / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
        # Not captured: the server keeps the pipes open.
        subprocess.run(  # noqa: S603
            [*become, *command, *arguments], check=True, stdout=subprocess.DEVNULL
        )

    control("start", "-o", f"-c listen_addresses='' -k {folder} -c fsync=off")
    try:
        for command in (
            from_guide("createuser --createdb xuewei"),
            from_guide("createdb --owner=xuewei --template=template0 --encoding=UTF8 mlflow"),
        ):
            own = {"PGHOST": str(folder), "PGUSER": "postgres"}
            run(shlex.split(command), env=os.environ | own)
        yield
    finally:
        control("stop", "-m", "immediate")


def install(place: Place) -> None:
    etc = place.folder / "etc"
    for name in ("server.env", "auth.ini", "roster.csv", "nginx.conf"):
        (etc / name).write_text(place.here((DEPLOY / name).read_text("utf-8")), "utf-8")
    secrets = (
        f"MLFLOW_AUTH_ADMIN_PASSWORD={ADMIN['password']}\nMLFLOW_FLASK_SERVER_SECRET_KEY={KEY}\n"
    )
    (etc / "secrets.env").write_text(secrets)
    certificate = from_guide(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj /CN=xuewei.example.gov.cn "
        "-addext subjectAltName=DNS:xuewei.example.gov.cn "
        "-keyout /etc/xuewei/tls/server.key -out /etc/xuewei/tls/server.crt"
    )
    run(shlex.split(place.here(certificate)))


def send(
    place: Place,
    way: RequestSpec,
    account: tuple[str, str] | None,
    workspace: str | None,
    *,
    patience: int = 10,
    inside: bool = False,
) -> requests.Response:
    """Send a request; wait and repeat it as MLflow's client does while it is put off.

    ``inside`` goes past nginx, which only the server itself can.
    """
    method, path, given = way
    response = requests.request(
        method,
        f"{place.inside if inside else place.url}/{path}",
        params=given if method == "GET" else None,
        json=given if method != "GET" else None,
        auth=account,
        headers={"X-MLFLOW-WORKSPACE": workspace} if workspace else {},
        verify=str(place.certificate),
        timeout=30,
    )
    if response.status_code == 503 and patience:
        time.sleep(1)
        return send(place, way, account, workspace, patience=patience - 1, inside=inside)
    return response


def plain(response: requests.Response) -> str:
    """Return the text of a response, Chinese as such."""
    try:
        return json.dumps(response.json(), ensure_ascii=False)
    except requests.JSONDecodeError:
        return response.text


def query(place: Place, question: str, database: str = "mlflow") -> list[Row]:
    command = ["psql", "-h", str(place.folder / "pg"), "-U", "xuewei", "-AtF|", "-c", question]
    return [tuple(line.split("|")) for line in run([*command, database]).stdout.splitlines()]
