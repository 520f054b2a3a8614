"""Progress of a command on stderr, on a terminal only: the current step and the share done."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from data.language import Language, Text
from experiments.computing.stopwatch import Advance


@contextmanager
def progress(
    shares: Mapping[Text, float], language: Language, console: Console | None = None
) -> Iterator[Callable[[Text], Advance]]:
    """Show one bar for all steps; yield the function that starts a step.

    Parameters
    ----------
    shares : step → its share of the total time, in order; they sum to 1
    language : language of the names of the steps
    console : console to draw on, by default stderr
    """
    screen = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    ) as bar:
        task = bar.add_task("", total=1.0)

        def start(step: Text) -> Advance:
            steps = list(shares)
            before = sum(shares[one] for one in steps[: steps.index(step)])

            def advance(done: float) -> None:
                share = before + shares[step] * min(done, 1.0)
                bar.update(task, completed=share, description=step.within(language))

            advance(0.0)
            return advance

        yield start
