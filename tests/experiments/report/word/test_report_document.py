"""The Word report says what the page says, on a few pages."""

from pathlib import Path

import pytest
from docx import Document

from data.bundle import DataBundle
from data.contract.stages import STAGES
from experiments.charts.seats_chart import write_chart
from experiments.report.page.contents import open_page
from experiments.report.page.sections import answer_section, why_section
from experiments.report.word.report_document import write_word_report
from experiments.results.reader import Results
from tests.experiments.report.test_write_report import HAN, UNTRANSLATED, bundle, results
from tests.synthetic_demand import COUNTIES

__all__ = ["bundle", "results"]  # fixtures


def written(results: Results, bundle: DataBundle, folder: Path, language: str = "zh") -> Path:
    titles = {one.name: one.title.within(language) for one in results.scenarios}
    write_chart(results.demand, folder / "seats.png", titles, language)
    page = open_page(results, None, language)
    write_word_report(page, bundle, folder / "seats.png", folder / "report.docx")
    return folder / "report.docx"


def test_it_holds_the_sentences_of_the_page_and_every_county(
    results: Results,
    bundle: DataBundle,
    tmp_path: Path,
):
    document = Document(str(written(results, bundle, tmp_path)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    page = open_page(results, None, "zh")
    for sentence in (*answer_section(page)["answer"], *why_section(page)["reasons"]):
        assert sentence in text
    assert "http" not in text
    stages, counties = document.tables
    assert [row.cells[0].text for row in stages.rows[1:]] == [stage.title.zh for stage in STAGES]
    assert [row.cells[0].text for row in counties.rows[1:]] == [*COUNTIES.values(), "桂林市"]
    then = results.demand.query("scenario == 'baseline' and year == 2030 and county == '临桂区'")
    gap = then.set_index("stage")["gap"][STAGES[0].code]
    lingui = next(row for row in counties.rows if row.cells[0].text == "临桂区")
    assert lingui.cells[1].text == f"{gap:+,.0f}".replace("-", "−")


def test_equal_results_give_equal_bytes(results: Results, bundle: DataBundle, tmp_path: Path):
    first = written(results, bundle, tmp_path).read_bytes()
    assert written(results, bundle, tmp_path).read_bytes() == first


@pytest.mark.parametrize("language", ["en"])
def test_the_english_report_is_english(
    results: Results,
    bundle: DataBundle,
    tmp_path: Path,
    language: str,
):
    document = Document(str(written(results, bundle, tmp_path, language)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for known in (*COUNTIES.values(), "桂林市", *UNTRANSLATED):
        text = text.replace(known, "")
    assert HAN.findall(text) == []
