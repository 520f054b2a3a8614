"""``xuewei check``: what is in a data folder, what was mended, and every problem at once."""

from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from data.contract.tables import BOUNDARIES, TABLE_BY_NAME
from data.folder import Tables, inspect_folder
from data.language import Language, Text
from data.problems import DataError
from data.scenario.workbook_sheet import sheet_scenario


def _overview(tables: Tables, language: Language) -> RichTable:
    """Return one row a table found: name, rows, years."""
    overview = RichTable()
    for heading in (Text("表", "table"), Text("行数", "rows"), Text("年份", "years")):
        overview.add_column(heading.within(language))
    for name, rows in tables.found().items():
        title = BOUNDARIES[1] if name == BOUNDARIES[0] else TABLE_BY_NAME[name].title
        frame = getattr(tables, name)
        ends = sorted({frame["year"].min(), frame["year"].max()}) if "year" in frame else []
        years = "–".join(map(str, ends))
        overview.add_row(Text(f"{title} {name}", name).within(language), f"{rows:,}", years)
    return overview


def run(folder: Path, language: Language) -> None:
    """Print the repairs made in ``folder`` and, if it can be used, what was found.

    Raises
    ------
    DataError : the folder cannot be used; carries every problem at once
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    inspection = inspect_folder(folder)
    for notice in inspection.notices:
        console.print(f"{Text('提示', 'notice').within(language)} : {notice.line(language)}")
    if inspection.tables is None:
        found = len(inspection.problems)
        console.print(Text(f"发现 {found} 个问题：", f"{found} problems found:").within(language))
        raise DataError(inspection.problems)
    counties = inspection.tables.areas.dropna(subset="parent")
    sheet_scenario(folder, dict(zip(counties["adcode"], counties["name"], strict=True)), None)
    console.print(Text("没有发现问题", "no problems found").within(language))
    console.print(_overview(inspection.tables, language))
