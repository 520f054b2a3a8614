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

A data folder holds one or more files per table, named after it (`population.csv`,
`在校生2023.xlsx`), or Excel workbooks with a sheet per table. CSV (UTF-8 with or without a
byte-order mark, GBK; comma, semicolon or tab), Parquet, `.xlsx`, `.xls`, `.et` and `.ods` are
read; `.xlsb` is refused: save it as `.xlsx`. English and Chinese names of tables, columns and
values mean the same. `xuewei init DIR` writes an empty folder with an Excel template.
`xuewei check DIR` lists every problem at once, grouped by cause; `--out FOLDER` writes `check.csv`
(all of them) and `check.html` (what was understood, with a small picture of each history). The
files of `enrolment`, `backtest` and `population` are read in the same way.

**Shapes that are understood**

- Text above the headings, one or two rows of headings, merged cells, remarks below the table. A
  unit stated above the table (单位：万人) holds for the columns that have none.
- A code and a name side by side; a name instead of a code where `areas` has it.
- Grades, stages, ages, sexes, years, owners or counties as headings (一年级, 2023年, 男0-4岁,
  公办学位数, 临桂区): turned to rows. An empty cell of such a table means not reported.
- The name of a sheet or file may state the year, stage or county (`2023学年`, `小学在校生`,
  `临桂区`). A sheet without a known name is known by its headings.
- Several files or sheets of one table (`在校生2022`, `在校生2023`; `项目（发改委）`,
  `项目（教体局）`) are joined. The same key twice with equal figures counts once, with different
  ones it is refused with both places.
- A row per school (a column `学校名称`) in `enrolment` or `capacity`: summed up to the county and
  kept as `schools`. The stage of a nine-year or complete secondary school follows from its grades.
- Rows of sums (合计, 麒麟区合计, 36000 or 450300 among its counties, 城区小计), totals over grades,
  sexes or owners, and a city among its
  counties are compared with their parts and counted once; a sum that is not that of its parts is
  refused.
- The yearly forms of the education system (教育事业统计报表) are read by their headings where
  those name a county or school, grades, pupils, entrants or leavers, in one row or two
  (招生数 | 在校学生数: 合计, 一年级 … 六年级 | 毕业生数). Their layouts were not at hand: tested
  on exports made up to look like them, and no form is claimed to be read by its number. Look at
  `check.html` after reading one.

**Keys are compared as read.** 2023, 2023.0, 2023年, 2023-24 and 2023-10-01 are one year; 1,
01, P1 and 一年级 one grade; 450312, 450312.0 and 450312000000 one area. A date before 1 September
belongs to the school year that started the year before.

**Refused with both readings, not guessed:** 高中 alone (普通高中 or 高中阶段?), a month before
September without a day, a sheet whose headings fit two tables, a cost or land per seat that can
only be in 万元 or 亩 while no unit is stated, a crosswalk that leaves open what became of a code
that has rows.

- Repaired, with a notice: full-width digits, thousands separators, 万 units, blanks around words,
  12-digit codes, codes written as numbers, merged cells, percentages in columns of fractions.
- Refused, with the reason: keys that stand twice with different figures, negative counts and
  codes for missing (-1, *, <10, 9999 again and again: leave the cell empty), births ten times
  off the children a census counted, attributes or births that fit no area, unknown codes, age
  groups that overlap, impossible years, parts above their total, text in number columns, Excel
  errors, formulas without a saved result. In `.xls` files an Excel error reads as an empty cell,
  and is refused where the cell may not be empty.
- Rows of the template marked 示例 are examples and are passed over with a notice.
- Only `areas` and `population` are needed. Without `births` they are nowcast; without `capacity`
  the seats in use in the base year stand for the seats available; targets, standards, and the
  public enrolment and urban shares of Guilin are taken from the bundled tables where the folder
  does not state them.

- The families of `housing` bring their children from the other counties of the city, on top of
  the migration learned from the censuses: list only what goes beyond the usual. A row's own pupils
  per dwelling hold in all years; `dwelling_yields` states them by kind of dwelling and years since
  occupation, with their relative error. No default figures are bundled, as none with a source was
  found: where nothing is stated a dwelling has the children of the city's mean household. Count
  pupils by address in estates of five, ten and fifteen years to fill the table.
- `crosswalk` carries rows under former codes over to the counties of today. A row says which
  share of an old unit a new one took, and when; the shares of an old unit add up to 1. Counts of
  earlier years are divided by share (`basis` estimate, `method` names the share) and added up; a
  year in which one of the units that were united has no figure is left out, and where old and new
  code both have one the new one stands: all is reported. Where two counties make up a new one,
  each has its row; one that lived on, or gave a part away, has a row to itself as well (A to A
  0.9,
  A to B 0.1, `transferred`). A part that left the city is `transferred` to a code that `areas`
  lacks. A merger without that row is refused where the county has rows of its own before it. If
  only some tables are on old borders, `tables` names them (`在校生、学位`). Counties renamed
  between the censuses of 2010 and 2020 are known without the table, 临桂
  and 荔浦 among them.
- A count of pupils or births four times off the neighbouring years is not used but replaced from
  them, and the row is reported ([why](reliability.md#numerical-safety)).

`sites`, `schools`, `settlements` and boundaries make the map layers and the siting of new schools
([methods](methods-siting.md)); `trips` gives the way to school, else straight lines are used.
`schools` with years stand in for `enrolment` or `capacity` where
the folder has no such table. With pupils, best of several years by grade (rows by grade in every
year, and a row `all` with classes, seats, land and teachers in the latest), every school gets
[a forecast and a page of its own](methods-schools.md); a school without rows in the latest year is
closed, one with an `opening_year` after the latest counted year is to come, with seats and no
pupils. A grade or a year left out between two others is refused where pupils must have been in it:
write 0 for none. Two made-up examples: `data/reference/examples`. Coordinates state their datum;
GCJ-02 and BD-09 are refused.
Synthetic places (`basis` synthetic) are never mixed with real ones.

Every table may carry `basis`, `source` and `method`; the bundled Guilin data do
([provenance](../data/reference/guilin/README.md), [sources](../SOURCES.md)).
"""


def page() -> str:
    """Return the complete page as Markdown."""
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
