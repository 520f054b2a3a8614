"""``xuewei compare OLD_RESULTS NEW_RESULTS``: what changed since an earlier forecast, and why."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.commands.log_results import log_folder, store_for
from experiments.console.forecast_summary import print_not_logged
from experiments.console.line_breaks import print_lines
from experiments.report.vintage_page import PAGES, SinceEarlier, since_earlier_page
from experiments.results.comparison_file import EARLIER, NOTE_FILE, TABLE
from experiments.results.folder_lock import added_to, exclusive_use
from experiments.results.reader import read_results
from experiments.results.results_folder import MANIFEST, write_figures
from experiments.tracking.marker import mark


def are_results(names: Sequence[str]) -> bool:
    """Return whether two results folders are named, not scenarios."""
    return len(names) == 2 and all((Path(name) / MANIFEST).is_file() for name in names)


def run(
    folders: tuple[Path, Path],
    years: tuple[int, ...],
    tracking_uri: str | None,
    language: Language,
) -> None:
    """Compare the main scenarios of two forecasts; write table and page, log them, print sentences.

    Parameters
    ----------
    folders : the earlier and the present results; the page goes to the latter
    years : school years; empty for the headline years ahead
    tracking_uri : store of the run
    language : language of page and messages

    Raises
    ------
    DataError
        Incomplete results, or no area, stage and year in common.
    """
    earlier, present = folders
    out, console = present / EARLIER, Console()
    with exclusive_use(present):
        since = SinceEarlier.of(read_results(earlier), read_results(present), years)
        if since.table.empty:
            raise DataError([_nothing_in_common(earlier, present)])
        store = store_for(present, tracking_uri)
        mark(present, store, logged=False)
        _write(since, out, language)
        fault = log_folder(present, store)
    console.print(since.title(language), style="bold", markup=False)
    for line in since.changed(language):
        console.print(f"  {line}", style="dim", markup=False, highlight=False)
    for sentence in since.sentences():
        print_lines(console, sentence.within(language))
    if fault is not None:
        print_not_logged(present, fault, language)
    label = Text("表和网页", "table and page").within(language)
    console.print(f"{label}: {out / TABLE}  {out / PAGES[language]}", soft_wrap=True, markup=False)


def _write(since: SinceEarlier, out: Path, language: Language) -> None:
    """Write table, page and the data for the MLflow run: all or none."""
    note = {
        "name": since.title(language),
        "note": "\n".join(f"- {text.within(language)}" for text in since.sentences()),
        "params": {"earlier": since.earlier.digest, "years": " ".join(map(str, since.years))},
        "results_digest": since.present.digest,
        "study": since.present.study.title.within(since.present.settings.language),
        "page": PAGES[language],
    }
    out.mkdir(exist_ok=True)
    with added_to(out) as added:
        write_figures(since.table, added / TABLE)
        page = since_earlier_page(since, language)
        (added / PAGES[language]).write_text(page, encoding="utf-8", newline="\n")
        text = json.dumps(note, ensure_ascii=False, indent=2) + "\n"
        (added / NOTE_FILE).write_text(text, encoding="utf-8", newline="\n")


def _nothing_in_common(earlier: Path, present: Path) -> DataProblem:
    expected = Text("两次预测共有的地区、学段和年份", "areas, stages and years that both have")
    how_to_fix = Text("请选同一城市的两个结果目录", "choose two results folders of one city")
    return DataProblem(str(present), expected, how_to_fix, value=str(earlier))
