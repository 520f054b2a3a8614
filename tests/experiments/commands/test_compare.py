"""``xuewei compare`` on a real results folder, as a planner types it."""

import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from rich.cells import cell_len

from data.language import Language
from experiments.cli import main
from experiments.commands.compare import compare
from experiments.report.compare_page import comparison_page
from experiments.results.draws_file import draws_path, read_draws
from experiments.results.reader import read_results
from forecasting.comparison import COMPARISON_COLUMNS
from forecasting.why import PARTS
from tests.experiments.conftest import DRAWS

SCENARIOS = ("baseline", "fast_urbanization", "quality_and_access")


def xuewei(folder: Path, *arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "80")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(sys, "argv", ["xuewei", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
    return int(left.value.code or 0)


@pytest.fixture(scope="module")
def folder(bundled_forecast: Path) -> Path:
    return bundled_forecast


@pytest.fixture(scope="module")
def table(folder: Path) -> pd.DataFrame:
    assert xuewei(folder, "compare", "基准", *SCENARIOS[1:]) == 0
    return pd.read_csv(folder / "results" / "compare" / "compare.csv", dtype={"adcode": str})


def test_the_table_has_every_county_stage_and_year_with_the_city_first(table: pd.DataFrame):
    assert list(table.columns) == COMPARISON_COLUMNS
    assert len(table) == 2 * 18 * 5 * 2
    assert table.notna().all(axis=None)
    assert set(table["compared_with"]) == {"baseline"}
    assert set(table["year"]) == {2030, 2035}
    assert list(table["county"].iloc[:8].unique()) == ["桂林市"]


def test_figures_are_those_of_a_loop_over_the_draws(folder: Path, table: pd.DataFrame):
    one, other = (
        read_draws(draws_path(folder / "results", name))
        for name in ("baseline", "quality_and_access")
    )
    place = one.areas.index("450312"), one.stages.index("primary"), one.years.index(2035)
    apart = [
        float(two.required[place][draw] - two.available[place][draw])
        - float(base.required[place][draw] - base.available[place][draw])
        for base, two in [(one, other)]
        for draw in range(DRAWS)
    ]
    row = table.query(
        "scenario == 'quality_and_access' and adcode == '450312' and stage == 'primary'"
        " and year == 2035"
    ).iloc[0]
    assert row["gap_difference"] == pytest.approx(sum(apart) / DRAWS, abs=6e-4)
    assert row["gap_difference_lo80"] == pytest.approx(np.quantile(apart, 0.1), abs=6e-4)
    assert row["gap_above"] == pytest.approx(sum(gap > 0 for gap in apart) / DRAWS, abs=6e-4)
    assert row["gap_equal"] == pytest.approx(sum(gap == 0 for gap in apart) / DRAWS, abs=6e-4)


def test_the_city_and_the_reasons_add_up(folder: Path, table: pd.DataFrame):
    demand = pd.read_csv(folder / "results" / "demand.csv", dtype={"adcode": str})
    seats = demand.set_index(["scenario", "adcode", "stage", "year"])["seats_required"]
    where = ["adcode", "stage", "year"]
    for name in SCENARIOS[1:]:
        own = table[table["scenario"] == name].set_index(where)
        apart = (seats[name] - seats["baseline"]).loc[own.index]
        assert (own["required_difference"] - apart).abs().max() <= 1  # both ends are rounded
        assert (own[list(PARTS)].sum(axis=1) - own["required_difference"]).abs().max() < 0.01


def test_the_other_way_round_only_the_sign_turns(folder: Path, table: pd.DataFrame, tmp_path: Path):
    assert xuewei(folder, "compare", "quality_and_access", "baseline", "--out", str(tmp_path)) == 0
    back = pd.read_csv(tmp_path / "compare.csv", dtype={"adcode": str})
    there = table[table["scenario"] == "quality_and_access"].reset_index(drop=True)
    for column in ("required_difference", "gap_difference", *PARTS):
        assert (back[column] + there[column]).abs().max() < 2e-3
    less = 1 - there["gap_above"] - there["gap_equal"]
    assert (back["gap_above"] - less).abs().max() < 2e-3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_self_contained_and_shows_what_differs(
    folder: Path, tmp_path: Path, language: Language
):
    arguments = ["compare", *SCENARIOS, "--year", "2035", "--out", str(tmp_path)]
    assert xuewei(folder, "--lang", language, *arguments) == 0
    (path,) = tmp_path.glob("*.html")
    page = path.read_text(encoding="utf-8")
    assert path.name == {"zh": "比较.html", "en": "compare.html"}[language]
    assert not re.search(r"https?:|src=|<script|@import|url\(", page)
    words = {
        "zh": ["小学：班额", "提质扩容", "更大的概率", "超过99%"],
        "en": ["primary: class size", "Quality", "over 99 %"],
    }
    assert all(word in page for word in [*words[language], "临桂区"])
    if language == "en":
        chinese = set(
            re.findall(r"[\u4e00-\u9fff]+", re.sub("<style>.*</style>", "", page, flags=re.S))
        )
        names = set(pd.read_csv("data/reference/guilin/areas.csv")["name"])
        assert chinese <= names
    first = path.read_bytes()
    assert xuewei(folder, "--lang", language, *arguments) == 0
    assert path.read_bytes() == first


class Rows(HTMLParser):
    """Counts the cells of each table's body rows."""

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.rows += tag == "tr"


def test_a_title_with_markup_is_text(folder: Path):
    results = read_results(folder / "results")
    comparison = compare(results, SCENARIOS, ())
    comparison.scenarios[1].__dict__["title_zh"] = "<b>快</b>"
    page = comparison_page(comparison, "zh")
    assert "<b>" not in page
    assert "&lt;b&gt;快&lt;/b&gt;" in page
    counter = Rows()
    counter.feed(page)
    # Assumptions that differ with their heading; 18 areas × 4 stages × 2 years × 2 scenarios, each
    # table with two lines of headings.
    assert counter.rows == len(comparison.assumptions("zh")) + 1 + 2 * 2 * (18 * 5 + 2)


def test_the_screen_needs_80_columns(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
):
    for language in ("zh", "en"):
        assert (
            xuewei(folder, "--lang", language, "compare", *SCENARIOS, "--out", str(tmp_path)) == 0
        )
        lines = capsys.readouterr().out.splitlines()
        shown = [line for line in lines if str(tmp_path) not in line and "sqlite" not in line]
        assert max(map(cell_len, shown)) <= 80
        assert sum("桂林市" in line for line in lines) >= 2 * 2


def test_the_comparison_is_a_run_next_to_those_it_compares(folder: Path, table: pd.DataFrame):
    client = MlflowClient(f"sqlite:///{(folder / 'mlruns' / 'mlflow.db').as_posix()}")
    experiment = client.get_experiment_by_name("学位需求预测")
    assert experiment is not None
    runs = client.search_runs(
        [experiment.experiment_id], "attributes.run_name = '比较：基准 / 快速城镇化 / 提质扩容'"
    )
    run = runs[-1]
    assert run.info.status == "FINISHED"
    assert run.data.params["A"] == "基准 baseline"
    assert run.data.params["C"] == "提质扩容 quality_and_access"
    assert "桂林市小学" in run.data.tags["mlflow.note.content"]
    assert '"compare.json"' in run.data.tags["mlflow.loggedArtifacts"]
    logged = json.loads(
        Path(client.download_artifacts(run.info.run_id, "compare.json")).read_text()
    )
    assert logged["columns"] == COMPARISON_COLUMNS
    assert len(logged["data"]) == len(table)
    assert {artifact.path for artifact in client.list_artifacts(run.info.run_id)} >= {"比较.html"}


def test_everything_wrong_is_reported_at_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    broken = tmp_path / "broken"
    shutil.copytree(folder / "results", broken)
    draws_path(broken, "quality_and_access").unlink()
    out = tmp_path / "out"
    arguments = ["quality_and_access", "low_fertility", "低", "--year", "2050", "--out", str(out)]
    assert xuewei(tmp_path, "compare", *arguments, "--results", str(broken)) == 2
    shown = capsys.readouterr().err
    for word in ("low_fertility", "'低'", "快速城镇化 fast_urbanization", "2050", "抽样文件"):
        assert word in shown
    assert "Traceback" not in shown
    assert not out.exists()
    assert not (tmp_path / "mlruns").exists()


def test_draws_of_another_forecast_are_reported(folder: Path, tmp_path: Path):
    broken = tmp_path / "broken"
    shutil.copytree(folder / "results", broken)
    path = draws_path(broken, "quality_and_access")
    with np.load(path) as held:
        content = dict(held)
    content["required"], content["available"] = (
        content["required"][..., :7],
        content["available"][..., :7],
    )
    np.savez_compressed(path, **content)
    assert (
        xuewei(tmp_path, "compare", "baseline", "quality_and_access", "--results", str(broken)) == 2
    )


@pytest.mark.parametrize("names", [["baseline"], ["baseline", "基准"]])
def test_two_scenarios_are_needed(
    folder: Path, names: list[str], capsys: pytest.CaptureFixture[str]
):
    assert xuewei(folder, "compare", *names) == 2
    assert "两个互不相同" in capsys.readouterr().err


def test_a_folder_that_is_no_result_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert xuewei(tmp_path, "compare", "baseline", "low_fertility") == 2
    assert "完整的结果文件夹" in capsys.readouterr().err


def test_an_earlier_forecast_is_compared_with_the_present_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    earlier = folder / "earlier"
    shutil.copytree(folder / "results", earlier)
    assert xuewei(folder, "compare", "earlier", "results") == 0
    said = capsys.readouterr().out
    assert "还不能检验" in said
    assert "需求学位仍是" in said
    place = folder / "results" / "compare_earlier"
    table = pd.read_csv(place / "compare.csv", dtype={"adcode": str})
    assert len(table) == 18 * 5 * 2
    assert (table["moved"] == 0).all()
    assert "两次预测叠在一起" in (place / "与上次相比.html").read_text(encoding="utf-8")
    client = MlflowClient(f"sqlite:///{folder / 'mlruns' / 'mlflow.db'}")
    found = client.search_runs(
        [one.experiment_id for one in client.search_experiments()],
        "params.earlier != ''",
    )
    assert len(found) == 1
