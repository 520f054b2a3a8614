"""Whatever stands in a folder, reading it ends in tables or in a list of problems."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.folder import Inspection, inspect_folder
from data.tables import TABLES
from data.template import write_template

CELLS = st.one_of(
    st.text(max_size=10),
    st.floats().map(str),
    st.sampled_from(
        [
            "",
            "450312",
            "1,234",
            "12.5万人",
            "－５",
            "#N/A",
            "nan",
            "inf",
            "1e99",
            "9" * 30,
            "½",
            "٣",
        ]
    ),
    st.sampled_from(
        ["2020-2021学年", "男", "小学", "85+", "示例", "450312000000", "\x00", '"', "50%", "2020"]
    ),
)


def inspect(files: dict[str, bytes]) -> Inspection:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        inspection = inspect_folder(Path(folder))
    assert (inspection.tables is None) == bool(inspection.problems)
    for told in (*inspection.problems, *inspection.notices):
        assert told.line("zh")
        assert told.line("en")
    return inspection


@st.composite
def table_files(draw: st.DrawFn) -> tuple[str, bytes]:
    table = draw(st.sampled_from(TABLES))
    headings = draw(st.permutations([column.name for column in table.columns]))
    width = len(headings)
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=4))
    stream = io.StringIO()
    csv.writer(stream, delimiter=draw(st.sampled_from(",;\t"))).writerows([headings, *rows])
    encoding = draw(st.sampled_from(["utf-8", "gb18030", "utf-8-sig", "utf-16"]))
    return f"{table.name}.csv", stream.getvalue().encode(encoding, "replace")


@settings(max_examples=60, deadline=None)
@given(st.lists(table_files(), max_size=3).map(dict))
def test_random_cells_end_in_tables_or_problems(files: dict[str, bytes]) -> None:
    inspect(files)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["births.csv", "areas.parquet", "population.xlsx", "boundaries.geojson"]),
    st.binary(min_size=1, max_size=200),
)
def test_random_bytes_end_in_tables_or_problems(name: str, content: bytes) -> None:
    assert inspect({name: content}).problems


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("template")
    write_template(folder)
    return next(folder.glob("*.xlsx")).read_bytes()


@settings(max_examples=15, deadline=None)
@given(where=st.floats(0, 0.999), byte=st.integers(0, 255))
def test_damaged_workbook_ends_in_problems(workbook: bytes, where: float, byte: int) -> None:
    spot = int(where * len(workbook))
    assert inspect({"book.xlsx": workbook[:spot] + bytes([byte]) + workbook[spot + 1 :]}).problems
