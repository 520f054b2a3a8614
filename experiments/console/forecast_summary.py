"""Messages of a forecast on runs that could not be logged, and its timing."""

from pathlib import Path

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError
from experiments.computing.stopwatch import Stopwatch
from experiments.console.typed import program, quoted


def print_not_logged(results: Path, fault: DataError, language: Language) -> None:
    """Report that results are written but their runs not logged, and how to log them later.

    Parameters
    ----------
    results : results folder
    fault : reason why the runs were not logged
    language : language of the message
    """
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for line in fault.lines(language):
        console.print(line)
    command = f"{program()} sync {quoted(str(results))}"
    message = Text(
        f"结果已写好；运行记录没有记入 MLflow，已留在结果旁。恢复后运行：{command}",
        "The results are written. Their runs were not logged to MLflow but saved in the results "
        f"folder; to log them later, run: {command}",
    )
    console.print(message.within(language), style="bold")


def print_times(watch: Stopwatch, language: Language, console: Console) -> None:
    """Print the elapsed and processor time by step, seconds."""
    parts = [
        f"{name.within(language)} {took.clock:.1f} ({took.computing:.1f})"
        for name, took in watch.seconds.items()
    ]
    label = Text("用时秒数（括号内为处理器）", "seconds (processor time)").within(language)
    console.print(f"{label}: {', '.join(parts)}", style="dim", soft_wrap=True)
