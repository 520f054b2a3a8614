"""What a forecast prints when runs could not be logged, and where its time went."""

from pathlib import Path

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError
from experiments.computing.stopwatch import Stopwatch


def print_unsent(results: Path, fault: DataError, language: Language) -> None:
    """Tell that results are written and their runs not logged, and what to do about it."""
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    for line in fault.lines(language):
        console.print(line)
    told = Text(
        f"结果已写好；运行记录没有记入 MLflow，已留在结果旁。恢复后运行：xuewei sync {results}",
        "The results are written; their runs are not in MLflow but kept beside them. Later run: "
        f"xuewei sync {results}",
    )
    console.print(told.within(language), style="bold")


def print_times(watch: Stopwatch, language: Language, console: Console) -> None:
    """Print where the time went."""
    parts = [
        f"{name.within(language)} {took.clock:.1f} ({took.computing:.1f})"
        for name, took in watch.seconds.items()
    ]
    told = Text("用时秒数（括号内为处理器）", "seconds (of the processor)").within(language)
    console.print(f"{told}: {', '.join(parts)}", style="dim", soft_wrap=True)
