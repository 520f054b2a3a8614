"""Timing of the steps of a command."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from data.language import Text

Advance = Callable[[float], None]  # called with the share of a step that is done, 0 to 1


def not_shown(_: float) -> None:
    """Take the share of a step without showing it."""


@dataclass(frozen=True)
class Seconds:
    """Elapsed seconds and processor seconds."""

    clock: float = 0.0
    computing: float = 0.0

    @classmethod
    def now(cls) -> "Seconds":
        """Return the current time as a reference."""
        return cls(time.perf_counter(), time.process_time())

    def __add__(self, other: "Seconds") -> "Seconds":
        return Seconds(self.clock + other.clock, self.computing + other.computing)

    def __sub__(self, other: "Seconds") -> "Seconds":
        return Seconds(self.clock - other.clock, self.computing - other.computing)


@dataclass(frozen=True)
class Stopwatch:
    """Seconds per step, in the order in which the steps started."""

    seconds: dict[Text, Seconds] = field(default_factory=dict)

    @contextmanager
    def time(self, name: Text) -> Iterator[None]:
        """Add the time of the block to ``name``."""
        start = Seconds.now()
        yield
        self.add(name, Seconds.now() - start)

    def add(self, name: Text, seconds: Seconds) -> None:
        """Add externally measured time to ``name``."""
        self.seconds[name] = self.seconds.get(name, Seconds()) + seconds
