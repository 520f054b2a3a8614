"""A process that reads one damaged input after another, watched: ten seconds, a gigabyte."""

import contextlib
import multiprocessing
import os
import resource
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

SECONDS = 10.0  # of processor time, which does not depend on what else the machine does
WALL_SECONDS = 600.0  # of waiting, say for a pipe that nobody writes to
MEGABYTES = 1024
LOOK = 0.02
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Trial:
    """How one input ended.

    Parameters
    ----------
    outcome : ``read``, ``repaired``, ``refused``, or ``broken``
    seconds : processor time
    megabytes : most memory that the process held
    detail : first problem, or what broke
    placed : whether a problem named a row or a column
    """

    outcome: str
    seconds: float
    megabytes: float
    detail: str = ""
    placed: bool = False


def _serve(pipe: Connection) -> None:
    """Read what comes through the pipe until it is closed."""
    from tests.fuzz import targets  # noqa: PLC0415 - the process that watches needs none of it

    # Whatever the watch would see too late: one huge demand for memory.
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, hard))
    home = Path.cwd()
    pipe.send(None)
    while True:
        try:
            target, folder = pipe.recv()
        except EOFError:
            return
        os.chdir(folder)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # Forgets the peak.
        start = time.process_time()
        try:
            ending = targets.read(target, Path(folder))
            detail = ending.problems[0].line("en") if ending.problems else ""
            answer = ending.outcome, detail, ending.placed
        except BaseException as error:
            answer = "broken", _where(error), False
        pipe.send((answer, time.process_time() - start, _peak()))
        os.chdir(home)


def _where(error: BaseException) -> str:
    """Return type, message and the last place in our own code."""
    home = str(Path(__file__).resolve().parents[2])
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(home)
        and "/.venv/" not in frame.filename
        and "/tests/" not in frame.filename
    ]
    place = f"{Path(own[-1].filename).name}:{own[-1].name}" if own else "tests"
    return f"{type(error).__name__} in {place}: {str(error)[:200]}"


def _peak() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


class Keeper:
    """Keeps the reading process, and ends it when it takes too long or too much."""

    def __init__(self) -> None:
        """Start the process."""
        self._context = multiprocessing.get_context("spawn")
        self._start()

    def _start(self) -> None:
        self._pipe, theirs = self._context.Pipe()
        self._process: Any = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._pipe.recv()

    def read(self, target: str, folder: Path) -> Trial:
        """Return how reading ``folder`` ended; the process is started anew if it had to end."""
        begun, used = time.monotonic(), self._used()
        self._pipe.send((target, str(folder)))
        most = 0.0
        while not self._pipe.poll(LOOK):
            spent, held = self._used() - used, self._held()
            most = max(most, held)
            too_long = spent > SECONDS or time.monotonic() - begun > WALL_SECONDS
            if too_long or held > MEGABYTES:
                self._end()
                self._start()
                detail = f"over {SECONDS:.0f} s" if too_long else f"over {MEGABYTES} MB"
                return Trial("broken", spent, most, detail)
        try:
            (outcome, detail, placed), seconds, peak = self._pipe.recv()
        except EOFError:
            self._end()
            code = self._process.exitcode
            self._start()
            return Trial("broken", 0.0, most, f"process ended with {code}")
        if outcome != "broken" and peak > MEGABYTES:
            return Trial("broken", seconds, peak, f"over {MEGABYTES} MB")
        if outcome != "broken" and seconds > SECONDS:
            return Trial("broken", seconds, peak, f"over {SECONDS:.0f} s")
        return Trial(outcome, seconds, peak, detail, placed)

    def _stat(self) -> list[str]:
        text = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii")
        return text.rpartition(")")[2].split()

    def _used(self) -> float:
        fields = self._stat()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _held(self) -> float:
        return int(self._stat()[21]) * PAGE / 2**20

    def _end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.join()
        self._pipe.close()

    def close(self) -> None:
        """End the process."""
        self._end()


@contextlib.contextmanager
def kept_reader() -> Iterator[Keeper]:
    """Give a keeper that is closed at the end."""
    keeper = Keeper()
    try:
        yield keeper
    finally:
        keeper.close()
