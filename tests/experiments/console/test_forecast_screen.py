"""The screen after a forecast: the report first, one table, the next command, nothing cut."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from data.contract.stages import STAGES
from data.language import Language
from experiments.console.forecast_screen import print_forecast
from experiments.console.typed import program
from experiments.results.reader import Results
from tests.experiments.report.test_write_report import results
from tests.synthetic_demand import COUNTIES

__all__ = ["results"]  # a fixture


def printed(
    results: Results,
    width: int = 80,
    language: Language = "zh",
    *,
    verbose: bool = False,
) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    print_forecast(results, language, console, verbose=verbose)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_all_is_on_one_screen_and_no_line_is_too_long(
    results: Results,
    width: int,
    language: Language,
):
    here = replace(results, folder=Path("results"))
    object.__setattr__(here, "draws", results.draws)
    lines = printed(here, width, language).splitlines()
    assert "report.html" in lines[0]
    assert len(lines) <= {"zh": 30, "en": 40}[language]
    assert max(map(cell_len, lines)) <= width
    assert not any("…" in line for line in lines)


def test_the_city_is_there_by_stage_and_no_year_of_the_past(results: Results):
    text = printed(results)
    city = results.demand.query("scenario == 'baseline' and adcode == '450300'")
    for stage in STAGES:
        own = city[city["stage"] == stage.code].set_index("year")
        assert f"{own.loc[2026, 'pupils'] / 10_000:,.1f}" in text
        for year in (2030, 2035):
            assert f"{own.loc[year, 'gap'] / 10_000:+,.1f}" in text
    assert "2025" not in text
    assert "千" not in text


def test_every_county_is_printed_in_one_piece_if_requested(
    results: Results,
):
    short, long = printed(results), printed(results, verbose=True)
    assert "龙胜各族自治县（" not in short
    assert all(f"{name}（" in long for name in COUNTIES.values())


def test_a_long_path_stays_in_one_piece(results: Results):
    assert f"{results.folder / 'report.html'}\n" in printed(results, 40)


def test_the_command_is_printed_as_it_was_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["../project/.venv/bin/xuewei"])
    assert program() == "../project/.venv/bin/xuewei"
    monkeypatch.setattr(sys, "argv", ["-c"])
    assert program() == "xuewei"


def test_the_command_for_every_county_repeats_the_options(
    results: Results, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "argv", ["xuewei", "forecast", "--seed", "3"])
    assert "各县区数字: xuewei forecast --seed 3 --verbose\n" in printed(results)
    monkeypatch.setattr(sys, "argv", ["xuewei", "study", "all_scenarios"])
    assert "--verbose" not in printed(results)


def test_unstated_seats_are_not_called_available(results: Results):
    demand = results.demand.assign(supply_basis="in_use_2020", warning=None)
    text = printed(replace(results, demand=demand), 120)
    assert "需求学位－2020年在用学位" in text
    assert "超出可用学位" not in text


def test_names_are_text_and_no_markup(results: Results):
    demand = results.demand.replace({"桂林市": "[/x][bold]"})
    assert "[/x][bold]" in printed(replace(results, demand=demand), 120)
