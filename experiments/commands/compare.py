"""``xuewei compare A B …``: differences between scenarios of a results folder, with intervals.

Two results folders instead of scenarios are an earlier and the present forecast.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.scenario.schema import Scenario
from experiments.commands import compare_earlier
from experiments.commands.log_results import log_folder, store_for
from experiments.console.comparison_summary import print_comparison
from experiments.console.forecast_summary import print_not_logged
from experiments.report.compare_page import PAGES, comparison_page
from experiments.results.comparison_file import FOLDER, NOTE_FILE, TABLE
from experiments.results.folder_lock import added_to, exclusive_use
from experiments.results.reader import Results, read_results
from experiments.results.results_folder import write_figures
from experiments.tracking.marker import mark
from experiments.tracking.store import without_password
from forecasting.comparison import comparison_table
from forecasting.headline import HEADLINE_YEARS, total_area
from forecasting.seat_draws import SeatDraws
from forecasting.wording.comparison_text import Comparison


@dataclass(frozen=True)
class CompareRequest:
    """Options of a comparison, as given on the command line.

    Parameters
    ----------
    scenarios : names or titles; the others are compared with the first
    results : results folder
    years : school years; empty for the headline years ahead
    out : folder for table and page; ``compare`` in the results folder for None
    tracking_uri : store of the run
    """

    scenarios: tuple[str, ...]
    results: Path
    years: tuple[int, ...]
    out: Path | None
    tracking_uri: str | None


def run(request: CompareRequest, language: Language) -> None:
    """Compare, write table and page, log the run and print the differences.

    Raises
    ------
    DataError
        Unknown scenarios or years, or incomplete results; then nothing is written.
    """
    if compare_earlier.are_results(request.scenarios):
        earlier, present = map(Path, request.scenarios)
        compare_earlier.run((earlier, present), request.years, request.tracking_uri, language)
        return
    out = request.out or request.results / FOLDER
    page = out / PAGES[language]
    console = Console()
    if request.out:
        out.resolve().parent.mkdir(parents=True, exist_ok=True)
    place = request.out or request.results
    with exclusive_use(place):
        results = read_results(request.results)
        comparison = compare(results, request.scenarios, request.years)
        store = store_for(place, request.tracking_uri)
        if place.is_dir():
            mark(place, store, logged=False)
        _write(comparison, out, page, language)
        print_comparison(comparison, language, console)
        fault = log_folder(place, store)
    if fault is not None:
        print_not_logged(place, fault, language)
    for label, value in (
        (Text("表和网页", "table and page"), f"{out / TABLE}  {page}"),
        (Text("实验记录", "tracked run"), without_password(store)),
    ):
        console.print(f"{label.within(language)}: {value}", soft_wrap=True, markup=False)


def compare(results: Results, names: Sequence[str], years: Sequence[int]) -> Comparison:
    """Return the comparison of the scenarios ``names`` in ``years``.

    Raises
    ------
    DataError
        All unknown names and years, and all corrupt files of draws.
    """
    scenarios, problems = _scenarios(results, names)
    draws, broken = _draws(results, scenarios)
    reached = sorted({int(year) for year in results.demand["year"]})
    problems += broken + [_no_year(year, reached) for year in years if year not in reached]
    if problems:
        raise DataError(problems)
    counties = dict(zip(results.demand["adcode"], results.demand["county"], strict=True))
    chosen = tuple(dict.fromkeys(years)) or _usual_years(results.now, reached)
    table = comparison_table(draws, results.differences, counties, total_area(counties), chosen)
    study = results.study.title.within(results.settings.language)
    named = (table, counties, results.choices, results.digest, study)
    return Comparison(tuple(scenarios), chosen, *named)


def _usual_years(now: int, reached: Sequence[int]) -> tuple[int, ...]:
    ahead = tuple(year for year in HEADLINE_YEARS if now < year <= reached[-1])
    return ahead or (reached[-1],)


def _scenarios(results: Results, names: Sequence[str]) -> tuple[list[Scenario], list[DataProblem]]:
    """Return the scenarios by name or title, and the problems with the names."""
    known = {label: one for one in results.scenarios for label in (one.name, *one.title)}
    found = [known[name] for name in names if name in known]
    listed = "、".join(f"{one.title.zh} {one.name}" for one in results.scenarios)
    expected = Text(f"结果中的情景（{listed}）", f"a scenario of the results ({listed})")
    how_to_fix = Text(
        "请核对名称，或先预测该情景", "check the name, or forecast that scenario first"
    )
    problems = [
        DataProblem(str(results.folder), expected, how_to_fix, value=name)
        for name in names
        if name not in known
    ]
    if len({one.name for one in found}) < len(found) or len(names) < 2:
        two = Text("至少两个互不相同的情景", "two or more different scenarios")
        each = Text("每个情景写一次，基准在前", "name each once, the reference first")
        problems.append(DataProblem("xuewei compare", two, each, value=" ".join(names)))
    return found, problems


def _draws(
    results: Results, scenarios: Sequence[Scenario]
) -> tuple[dict[str, SeatDraws], list[DataProblem]]:
    """Return the draws of each scenario, and the problems with their files."""
    draws: dict[str, SeatDraws] = {}
    problems: list[DataProblem] = []
    for scenario in scenarios:
        try:
            draws[scenario.name] = results.draws(scenario.name)
        except DataError as error:
            problems += error.problems
    shapes = {(one.areas, one.stages, one.years, one.required.shape) for one in draws.values()}
    if len(shapes) > 1:
        expected = Text("同一次预测的抽样", "draws of one forecast")
        how_to_fix = Text("请重新运行预测", "run the forecast again")
        problems.append(DataProblem(str(results.folder), expected, how_to_fix))
    return draws, problems


def _no_year(year: int, reached: Sequence[int]) -> DataProblem:
    expected = Text(
        f"{reached[0]}-{reached[-1]} 之间的年份", f"a year of {reached[0]}-{reached[-1]}"
    )
    how_to_fix = Text("改年份，或预测到更远的年份", "choose another, or forecast further")
    return DataProblem("--year", expected, how_to_fix, value=str(year))


def _write(comparison: Comparison, out: Path, page: Path, language: Language) -> None:
    """Write table, page and the data for the MLflow run into ``out``: all or none."""
    try:
        with added_to(out) as added:
            write_figures(comparison.table, added / TABLE)
            text = comparison_page(comparison, language)
            (added / page.name).write_text(text, encoding="utf-8", newline="\n")
            note = json.dumps(_note(comparison, page.name), ensure_ascii=False, indent=2)
            (added / NOTE_FILE).write_text(note + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        expected = Text(
            f"可写的文件夹（{error.strerror}）", f"a writable folder ({error.strerror})"
        )
        how_to_fix = Text(
            "关闭其中打开的文件，或换 --out", "close its open files or choose another --out"
        )
        raise DataError([DataProblem(str(out), expected, how_to_fix)]) from error


def _note(comparison: Comparison, page: str) -> dict[str, Any]:
    """Return the data that the MLflow run needs in addition to the table and the page."""
    titles = " / ".join(scenario.title.zh for scenario in comparison.scenarios)
    sentences = [text.zh for other in comparison.others for text in comparison.sentences(other)]
    letters = zip(ascii_uppercase, comparison.scenarios, strict=False)
    params = {letter: f"{one.title.zh} {one.name}" for letter, one in letters}
    return {
        "name": f"比较：{titles}",
        "note": "\n".join(f"- {sentence}" for sentence in sentences),
        "params": params | {"years": " ".join(map(str, comparison.years)), **comparison.settings},
        "results_digest": comparison.digest,
        "study": comparison.study,
        "page": page,
    }
