"""The progress bar: the current step and the share of all steps done, on a terminal only."""

import io

import pytest
from rich.console import Console

from data.language import Text
from experiments.console.progress import progress

READ, LOG = Text("读入", "reading"), Text("记录", "logging")


@pytest.mark.parametrize("terminal", [True, False])
def test_half_of_the_last_step_is_ninety_percent(*, terminal: bool):
    screen = Console(file=io.StringIO(), force_terminal=terminal, width=80)
    with progress({READ: 0.8, LOG: 0.2}, "zh", screen) as start:
        start(READ)(1.0)
        start(LOG)(0.5)
    drawn = screen.file.getvalue()  # type: ignore[attr-defined]
    assert ("记录" in drawn and "90%" in drawn) == terminal
