"""One damaged input: which reader it is for, the files that are laid before it, what was done."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.fuzz import bases
from tests.fuzz.archives import archive_edits
from tests.fuzz.bases import Files, csv_bytes, workbook_bytes
from tests.fuzz.cells import csv_writings, damaged_rows
from tests.fuzz.kept_results import damaged_results
from tests.fuzz.layers import odd_geojson, odd_geopackages
from tests.fuzz.parquets import odd_parquets, parquet_bytes, table_of_rows
from tests.fuzz.raw import Change, damaged_bytes
from tests.fuzz.workbooks import excel_edits
from tests.fuzz.yamls import damaged_yaml


@dataclass(frozen=True)
class Case:
    """A damaged input.

    Parameters
    ----------
    target : name of the entry point in ``targets``
    kind : format of the damaged file, as the report names it
    change : what was done to it
    files : name → bytes of everything that the reader is given
    damaged : name of the damaged one
    """

    target: str
    kind: str
    change: Change
    files: Files
    damaged: str


@st.composite
def folder_csv(draw: st.DrawFn) -> Case:
    """Damage a CSV table of a data folder."""
    name = draw(st.sampled_from(sorted(bases.table_rows())))
    tables = bases.folder_of(name)
    change, content = draw(_damaged_csv(tables[name]))
    file = name + draw(st.sampled_from([".csv"] * 8 + [".CSV", ".txt", ".tsv"]))
    files = {f"{one}.csv": csv_bytes(rows) for one, rows in tables.items() if one != name}
    return Case("folder", "CSV", change, files | {file: content}, file)


@st.composite
def _damaged_csv(draw: st.DrawFn, rows: bases.Rows) -> tuple[Change, bytes]:
    changes = []
    for _ in range(draw(st.integers(0, 2))):
        change, rows = draw(damaged_rows(rows)) if rows and rows[0] else ("", rows)
        changes.append(change)
    content = csv_bytes(rows)
    if not changes or draw(st.integers(0, 2)) == 0:
        change, content = draw(st.one_of(csv_writings(rows), damaged_bytes(content)))
        changes.append(change)
    return " + ".join(filter(None, changes)), content


@st.composite
def folder_parquet(draw: st.DrawFn) -> Case:
    """Damage a Parquet table of a data folder."""
    name = draw(st.sampled_from(sorted(bases.table_rows())))
    tables = bases.folder_of(name)
    complete = parquet_bytes(table_of_rows(tables[name]))
    change, content = draw(
        st.one_of(
            odd_parquets(tables[name]),
            damaged_bytes(complete),
            damaged_bytes(complete),
            damaged_rows(tables[name]).map(lambda one: (one[0], _parquet(one[1]))),
        )
    )
    files = {f"{one}.csv": csv_bytes(rows) for one, rows in tables.items() if one != name}
    file = f"{name}.parquet"
    return Case("folder", "Parquet", change, files | {file: content}, file)


def _parquet(rows: bases.Rows) -> bytes:
    return parquet_bytes(table_of_rows(rows if rows and rows[0] else [["x"]]))


@st.composite
def folder_workbook(draw: st.DrawFn) -> Case:
    """Damage a workbook that holds the tables of a data folder, or the template."""
    name = draw(st.sampled_from(sorted(bases.table_rows())))
    tables = bases.folder_of(name)
    files: Files = {}
    if draw(st.integers(0, 4)) == 0:
        complete = bases.template_workbook()
        files = {f"{one}.csv": csv_bytes(tables[one]) for one in ("areas", "population")}
    else:
        change, tables[name] = draw(damaged_rows(tables[name]))
        complete = workbook_bytes(tables)
        if draw(st.integers(0, 3)) == 0:
            return Case("folder", "Excel", change, {"book.xlsx": complete}, "book.xlsx")
        tables = bases.folder_of(name)
        complete = workbook_bytes(tables)
    change, content = draw(
        st.one_of(
            excel_edits(complete),
            archive_edits(complete),
            archive_edits(complete),
            damaged_bytes(complete),
        )
    )
    file = draw(st.sampled_from(["book.xlsx"] * 6 + ["book.xlsm", "book.XLSX", "areas.csv"]))
    return Case("folder", "Excel", change, files | {file: content}, file)


@st.composite
def folder_layer(draw: st.DrawFn) -> Case:
    """Damage the boundary layer of a data folder."""
    file, complete = draw(st.sampled_from(sorted(bases.boundaries().items())))
    odd = odd_geojson(complete) if file.endswith(".geojson") else odd_geopackages(complete)
    change, content = draw(st.one_of(odd, odd, damaged_bytes(complete)))
    rows = bases.table_rows()
    files = {f"{one}.csv": csv_bytes(rows[one]) for one in ("areas", "population")}
    kind = "GeoJSON" if file.endswith(".geojson") else "GeoPackage"
    return Case("folder", kind, change, files | {file: content}, file)


@st.composite
def enrolment(draw: st.DrawFn) -> Case:
    """Damage an input of ``xuewei enrolment`` and ``xuewei backtest``."""
    return _alongside(draw, "enrolment", bases.history_rows())


@st.composite
def population(draw: st.DrawFn) -> Case:
    """Damage an input of ``xuewei population``."""
    return _alongside(draw, "population", bases.census_inputs())


def _alongside(draw: st.DrawFn, target: str, tables: dict[str, bases.Rows]) -> Case:
    name = draw(st.sampled_from(sorted(tables)))
    change, content = draw(_damaged_csv([list(row) for row in tables[name]]))
    files = {one: csv_bytes(rows) for one, rows in tables.items() if one != name}
    return Case(target, f"CSV ({target})", change, files | {name: content}, name)


@st.composite
def scenario(draw: st.DrawFn) -> Case:
    """Damage a scenario file."""
    name, text = draw(st.sampled_from(sorted(bases.scenarios().items())))
    change, content = draw(
        st.one_of(damaged_yaml(text), damaged_yaml(text), damaged_bytes(text.encode()))
    )
    return Case("scenario", "YAML (scenario)", change, {name: content}, name)


@st.composite
def study(draw: st.DrawFn) -> Case:
    """Damage a study file."""
    text = bases.STUDY
    change, content = draw(
        st.one_of(damaged_yaml(text), damaged_yaml(text), damaged_bytes(text.encode()))
    )
    return Case("study", "YAML (study)", change, {"study.yaml": content}, "study.yaml")


@st.composite
def results(draw: st.DrawFn) -> Case:
    """Damage a results folder."""
    change, name, _, files = draw(damaged_results(bases.results()))
    return Case("results", "results folder", change, files, name)


STRATEGIES = {
    "folder_csv": (folder_csv(), 0.28),
    "folder_workbook": (folder_workbook(), 0.20),
    "folder_parquet": (folder_parquet(), 0.12),
    "folder_layer": (folder_layer(), 0.10),
    "enrolment": (enrolment(), 0.09),
    "population": (population(), 0.05),
    "scenario": (scenario(), 0.06),
    "study": (study(), 0.04),
    "results": (results(), 0.06),
}
"""Strategy and share of the files of each group."""
