import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from data.language import Language
from experiments.console.forecast_summary import print_next, print_summary
from forecasting.headline import headlines
from tests.synthetic_demand import COUNTIES, synthetic_demand

TITLES = {"baseline": "基准", "fast_urbanization": "快速城镇化", "low_fertility": "低生育"}


def printed(width: int, language: Language = "zh", titles: dict[str, str] = TITLES) -> str:
    console = Console(width=width, file=io.StringIO(), color_system=None)
    print_summary(synthetic_demand(), titles, 2026, language, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 100, 112, 160])
def test_no_line_is_too_long_and_no_figure_is_cut(width: int, language: Language):
    text = printed(width, language)
    assert "…" not in text
    assert max(map(cell_len, text.splitlines())) <= width


def test_every_gap_of_the_first_scenario_is_printed():
    text = printed(80)
    first = headlines(synthetic_demand(), 2026).query("scenario == 'baseline'")
    for gap in first["gap_2035"]:
        assert f"{gap:+,.0f}" in text


def test_the_city_is_the_last_area_and_appears_under_every_scenario():
    text = printed(160)
    counties, city = text.split("全市各情景")
    assert max(counties.index(name) for name in COUNTIES.values()) < counties.index("桂林市")
    assert [city.index(title) for title in TITLES.values()] == sorted(
        city.index(title) for title in TITLES.values()
    )


def test_a_single_scenario_prints_no_second_table():
    assert "全市各情景" not in printed(80, titles={"baseline": "基准"})


def test_a_long_path_stays_in_one_piece():
    console = Console(width=80, file=io.StringIO())
    path = "C:/用户/规划科/" + "很长的文件夹/" * 10 + "results"
    print_next(path, "book.xlsx", "sqlite:///x", "zh", console)
    assert path in console.file.getvalue()  # type: ignore[attr-defined]


def test_names_are_text_and_no_markup():
    console = Console(width=160, file=io.StringIO(), color_system=None)
    demand = synthetic_demand({"450302": "[/x][bold]", "450303": "叠彩区"})
    print_summary(demand, {"baseline": "[/基准]"}, 2026, "zh", console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "[/x][bold]" in shown
    assert "[/基准]" in shown
