"""The data dictionary as a page, so that it cannot differ from what is checked.

Run ``make dictionary``.
"""

from pathlib import Path

from data.contract.fields import Table
from data.contract.tables import TABLES
from data.scenario.terms import terms

PAGE = Path("docs") / "data.md"
INTRODUCTION = """# Data folder

Written by `make dictionary` from the tables the product checks; do not edit.

A data folder holds one file a table, named after it (`population.csv`), or one Excel workbook with
a sheet a table. Read are CSV (UTF-8 with or without a byte-order mark, GBK; comma, semicolon or
tab), Parquet and Excel. English and Chinese names of tables, columns and values mean the same.
`xuewei init DIR` writes an empty folder with an Excel template, `xuewei check DIR` lists every
problem at once: file, row, column, value, what was expected, how to mend it.

- Repaired, with a notice: full-width digits, thousands separators, 万 units, blanks around words,
  12-digit codes, codes written as numbers, merged cells, percentages in columns of fractions.
- Refused, with the reason: duplicate keys, negative counts, unknown codes, age groups that overlap,
  impossible years, parts above their whole, text in number columns, Excel errors, empty tables.
- Rows of the template marked 示例 are examples and are passed over with a notice.
- Only `areas` and `population` are needed. Without `births` they are nowcast; without `capacity`
  the seats in use in the base year stand for the seats available; targets, standards, and the
  public enrolment and urban shares of Guilin are taken from the bundled tables where the folder
  does not state them.

- The families of `housing` bring their children from the other counties of the city, on top of the
  migration learned from the censuses: list only what goes beyond the usual.

- `crosswalk` carries rows under former codes over to the counties of today. A row says which
  share of an old unit a new one took, and when; the shares of an old unit add up to 1. Counts of
  earlier years are divided by share (`basis` estimate, `method` names the share) and added up; a
  year in which one of the units that were united has no figure is left out, and where old and new
  code both have one the new one stands: all of it is told. Where two counties make up a new one,
  each has its row; one that lived on, or gave a part away, has a row to itself as well (A to A 0.9,
  A to B 0.1, `transferred`). A part that left the city is `transferred` to a code that `areas`
  lacks. Counties renamed between the censuses of 2010 and 2020 are known without the table, 临桂
  and 荔浦 among them.
- A count of pupils or births four times off the years beside it is not used, the years beside it
  stand for it, and the row is told ([why](reliability.md#numerical-safety)).

`sites`, `schools`, `settlements` and boundaries make the map layers and the siting of new schools
([methods](methods-siting.md)); no forecast uses them. Coordinates state their datum; GCJ-02 and
BD-09 are refused. Made-up places (`basis` synthetic) stand alone, never beside real ones.

Every table may carry `basis`, `source` and `method`; the bundled Guilin data do
([provenance](../data/reference/guilin/README.md), [sources](../SOURCES.md)).
"""


def page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([INTRODUCTION, *(_section(table) for table in TABLES), _scenario_keys()])


def _scenario_keys() -> str:
    """Return the assumptions of a scenario with unit, allowed range and baseline."""
    lines = [
        "## Scenario",
        "",
        "A YAML file or the sheet `方案` of the workbook, with what differs from the baseline;",
        "see [scenarios](scenarios.md).",
        "",
        "| key | meaning | unit | allowed | baseline |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{term.key}` | {term.title.en} | {term.unit.en} | {term.allowed} | {term.baseline.en} |"
        for term in terms().values()
    ]
    return "\n".join(lines) + "\n"


def _section(table: Table) -> str:
    needed = " (needed)" if table.needed else ""
    lines = [
        f"## `{table.name}` {table.title}{needed}",
        "",
        f"{table.note.en}. Key: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| column | 列名 | kind | needed | meaning | unit | example |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{column.name}` | {column.title} | {column.kind} | {'yes' if column.needed else ''} "
        f"| {column.note.en} | {column.unit} | {column.example} |"
        for column in table.columns
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
