"""``xuewei check``: how a data folder was read, and all its problems at once."""

import csv
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from data.contract.tables import BOUNDARIES, TABLE_BY_NAME
from data.data_folder import Inspection, Tables, inspect_folder
from data.language import Language, Text
from data.problems import DataError, DataProblem, notice_lines
from data.scenario.workbook_sheet import sheet_scenario
from experiments.report.check_page import check_page

PAGE, ALL = "check.html", "check.csv"


def _overview(tables: Tables, language: Language) -> RichTable:
    """Return one row per table found: name, rows, years."""
    overview = RichTable()
    for heading in (Text("表", "table"), Text("行数", "rows"), Text("年份", "years")):
        overview.add_column(heading.within(language))
    for name, rows in tables.found().items():
        title = BOUNDARIES[1] if name == BOUNDARIES[0] else TABLE_BY_NAME[name].title
        frame = getattr(tables, name)
        known = frame["year"].dropna() if "year" in frame else frame.iloc[:0, 0]
        ends = sorted({known.min(), known.max()}) if len(known) else []
        years = "–".join(map(str, ends))
        overview.add_row(Text(f"{title} {name}", name).within(language), f"{rows:,}", years)
    return overview


def run(folder: Path, language: Language, out: Path | None = None) -> None:
    """Print the repairs made in ``folder`` and, if it can be used, what was found.

    ``out`` gets ``check.html`` (what was understood, with pictures of each history) and
    ``check.csv`` (every problem and notice, one per line).

    Raises
    ------
    DataError : the folder cannot be used; carries every problem at once
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    inspection = inspect_folder(folder)
    for line in notice_lines(inspection.notices, language):
        console.print(f"{Text('提示', 'notice').within(language)} : {line}")
    if out is not None:
        write_check(inspection, folder, out, language)
        console.print(
            Text(f"已写出 {out / PAGE}、{ALL}", f"wrote {out / PAGE}, {ALL}").within(language)
        )
    if inspection.tables is None:
        found = len(inspection.problems)
        console.print(Text(f"发现 {found} 个问题：", f"{found} problems found:").within(language))
        raise DataError(inspection.problems)
    counties = inspection.tables.areas.dropna(subset="parent")
    sheet_scenario(folder, dict(zip(counties["adcode"], counties["name"], strict=True)), None)
    console.print(Text("没有发现问题", "no problems found").within(language))
    console.print(_overview(inspection.tables, language))


def write_check(inspection: Inspection, folder: Path, out: Path, language: Language) -> None:
    """Write ``check.html`` and ``check.csv`` into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    (out / PAGE).write_text(check_page(inspection, folder.name, language), encoding="utf-8")
    with (out / ALL).open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["kind", "file", "row", "column", "value", "expected", "how_to_fix"])
        writer.writerows(_row("problem", one, language) for one in inspection.problems)
        writer.writerows(_row("notice", one, language) for one in inspection.notices)


def _row(kind: str, one: DataProblem, language: Language) -> list[str]:
    """Return one line of ``check.csv``; a text that Excel would calculate gets an apostrophe."""
    texts = [one.file, str(one.row or ""), one.column or "", one.value or "",
             one.expected.within(language), one.how_to_fix.within(language)]  # fmt: skip
    return [kind, *(f"'{text}" if text[:1] in "=+-@" and text else text for text in texts)]
