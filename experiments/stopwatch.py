"""Where the time of a command goes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from data.language import Text


@dataclass(frozen=True)
class Stopwatch:
    """Seconds by what they were spent on, in the order in which it began."""

    seconds: dict[Text, float] = field(default_factory=dict)

    @contextmanager
    def time(self, name: Text) -> Iterator[None]:
        """Add the time of the block to ``name``."""
        start = time.perf_counter()
        yield
        self.add(name, time.perf_counter() - start)

    def add(self, name: Text, seconds: float) -> None:
        """Add what was measured elsewhere to ``name``."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
