"""From a sheet to named columns: which table it is, where its headings stand, what they mean."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd

from data.contract.columns import UNIT_FACTORS
from data.contract.fields import Table
from data.contract.tables import BOUNDARIES, TABLES
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataProblem
from data.reading.sheet import Sheet

AGE_GROUP = "age_group"
_AGE_GROUP_HEADINGS = ("agegroup", "age", "年龄组", "年龄")
_UNIT = re.compile(r"^(?P<name>.+?)[(\[](?P<unit>[^()\[\]]*)[)\]]$")
_ROWS_BEFORE_HEADINGS = 10


@dataclass(frozen=True)
class Body:
    """The cells of one table under canonical column names, still as text.

    Parameters
    ----------
    file : how the user knows it
    cells : index = line of the file, columns = canonical names
    headings : canonical name -> heading as it stands in the file
    factors : canonical name -> multiplier of the unit given in the heading, as decimal text
    merged : (line, canonical name) of cells filled from a merged range
    """

    file: str
    cells: pd.DataFrame
    headings: dict[str, str]
    factors: dict[str, str]
    merged: frozenset[tuple[int, str]]


def _plain(heading: str) -> str:
    text = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"[\s_\-\ufeff\u200b、,/]", "", text)


def table_of(title: str) -> tuple[str | None, str | None]:
    """Return the table that a file or sheet name means, and the nearest name if it means none."""
    names = {
        _plain(alias): table.name
        for table in TABLES
        for alias in (table.name, table.title, *table.aliases)
    } | {_plain(name): BOUNDARIES[0] for name in BOUNDARIES}
    plain = _plain(title)
    if plain in names:
        return names[plain], None
    near = get_close_matches(plain, names, n=1, cutoff=0.75)
    return None, names[near[0]] if near else None


def heading_names(table: Table) -> dict[str, str]:
    """Return every heading understood in ``table``, without blanks and case, -> canonical name."""
    names = {
        _plain(heading): column.name
        for column in table.columns
        for heading in (*column.aliases, column.title, column.name)
    }
    if any(column.name == "age_lower" for column in table.columns):
        names |= dict.fromkeys(_AGE_GROUP_HEADINGS, AGE_GROUP)
    return names


def meaning(heading: str, names: dict[str, str]) -> tuple[str | None, str]:
    """Return the canonical name of a heading, if it has one, and the unit in its brackets."""
    plain = _plain(heading)
    if plain in names:
        return names[plain], ""
    match = _UNIT.match(plain)
    return (names.get(match["name"]), match["unit"]) if match else (None, "")


def _heading_row(sheet: Sheet, names: dict[str, str]) -> int | None:
    """Return the position of the row with most headings among the first ones, None if none has."""
    best, most = None, 0
    filled = [position for position, row in enumerate(sheet.rows) if any(map(str.strip, row))]
    for position in filled[:_ROWS_BEFORE_HEADINGS]:
        known = sum(meaning(cell, names)[0] is not None for cell in sheet.rows[position])
        if known > most:
            best, most = position, known
    return best


def _positions(
    sheet: Sheet, row: int, table: Table, findings: Findings
) -> tuple[dict[str, int], dict[str, str]]:
    """Return canonical name -> position and canonical name -> unit; tell what is not understood."""
    names, line = heading_names(table), sheet.lines[row]
    positions: dict[str, int] = {}
    units: dict[str, str] = {}
    for position, heading in enumerate(sheet.rows[row]):
        name, unit = meaning(heading, names)
        if name is None:
            _tell_unknown(sheet, row, position, names, findings)
        elif name in positions:
            findings.refuse(
                DataProblem(
                    sheet.file,
                    Text(f"{name} 只有一列", f"one column {name}"),
                    Text("删去或改名其中一列", "delete or rename one of them"),
                    row=line,
                    column=heading,
                )
            )
        else:
            positions[name], units[name] = position, unit
    return positions, units


def _tell_unknown(
    sheet: Sheet, row: int, position: int, names: dict[str, str], findings: Findings
) -> None:
    heading = sheet.rows[row][position].strip()
    below = [cells[position] for cells in sheet.rows[row + 1 :] if len(cells) > position]
    if not heading and not any(map(str.strip, below)):
        return
    near = get_close_matches(_plain(heading), names, n=1, cutoff=0.7)
    hint = (
        Text(f"；是否指 {names[near[0]]}？", f"; is {names[near[0]]} meant?")
        if near
        else Text("", "")
    )
    findings.notice(
        Notice(
            sheet.file,
            Text("不认识的列", "unknown column"),
            Text(f"此列未读取{hint.zh}", f"this column is not read{hint.en}"),
            row=sheet.lines[row],
            column=heading or f"#{position + 1}",
        )
    )


def _factors(
    sheet: Sheet, line: int, table: Table, units: dict[str, str], findings: Findings
) -> dict[str, str]:
    factors = {}
    for name, unit in units.items():
        if not unit or name == AGE_GROUP:
            continue
        known = UNIT_FACTORS[table.column(name).unit]
        factors[name] = known.get(unit, "1")
        if factors[name] != "1" or unit not in known:
            done = (
                Text(f"已乘以 {known[unit]}", f"multiplied by {known[unit]}")
                if unit in known
                else Text("括号内文字未作单位使用", "the bracket was not taken as a unit")
            )
            findings.notice(
                Notice(
                    sheet.file, Text(f"表头单位（{unit}）", f"unit {unit} in the heading"), done,
                    row=line, column=name,
                )
            )  # fmt: skip
    return factors


def _missing(table: Table, found: Iterable[str]) -> list[str]:
    have = set(found)
    if AGE_GROUP in have:
        have |= {"age_lower", "age_upper"}
    return [column.name for column in table.columns if column.needed and column.name not in have]


def _cells(sheet: Sheet, row: int, positions: dict[str, int], findings: Findings) -> pd.DataFrame:
    width = len(sheet.rows[row])
    columns: list[list[str]] = [[] for _ in positions]
    lines = []
    for cells, line in zip(sheet.rows[row + 1 :], sheet.lines[row + 1 :], strict=True):
        if not any(map(str.strip, cells)):
            continue
        if any(map(str.strip, cells[width:])):
            findings.refuse(
                DataProblem(
                    sheet.file,
                    Text(f"最多 {width} 个单元格", f"at most {width} cells"),
                    Text(
                        "含分隔符的文字要加双引号", "put quotes round text that holds the delimiter"
                    ),
                    row=line,
                    value=cells[width:][0],
                )
            )
            continue
        for column, position in zip(columns, positions.values(), strict=True):
            column.append(cells[position] if position < len(cells) else "")
        lines.append(line)
    held = dict(zip(positions, columns, strict=True))
    return pd.DataFrame(held, index=pd.Index(lines), columns=list(positions), dtype=object)


def _refuse_missing(
    sheet: Sheet, row: int, table: Table, missing: list[str], findings: Findings
) -> None:
    names = heading_names(table)
    unknown = {
        _plain(cell): cell.strip()
        for cell in sheet.rows[row]
        if cell.strip() and meaning(cell, names)[0] is None
    }
    for name in missing:
        title = table.column(name).title
        near = get_close_matches(_plain(name), unknown, n=1, cutoff=0.6)
        near += get_close_matches(_plain(title), unknown, n=1, cutoff=0.6)
        hint = (
            Text(f"；是否把表头写成了 {unknown[near[0]]}？", f"; is {unknown[near[0]]} meant?")
            if near
            else Text("", "")
        )
        findings.refuse(
            DataProblem(
                sheet.file,
                Text(f"列 {title}（{name}）", f"column {name}"),
                Text(f"加上此列{hint.zh}", f"add the column{hint.en}"),
                row=sheet.lines[row],
                column=name,
            )
        )


def _tell_skipped(sheet: Sheet, row: int, findings: Findings) -> None:
    above = [
        line
        for cells, line in zip(sheet.rows[:row], sheet.lines, strict=False)
        if any(map(str.strip, cells))
    ]
    if above:
        met, done = Text("表头上方有文字", "text above the headings"), Text("已跳过", "skipped")
        findings.notice(Notice(sheet.file, met, done, row=above[0]), len(above))


def _refuse_headless(sheet: Sheet, table: Table, findings: Findings) -> None:
    needed = [column for column in table.columns if column.needed]
    zh, en = "、".join(c.title for c in needed), ", ".join(c.name for c in needed)
    expected = Text(f"一行表头：{zh}", f"a row of headings: {en}")
    remedy = Text("用 xuewei init 生成模板对照", "compare with the template of xuewei init")
    findings.refuse(DataProblem(sheet.file, expected, remedy))


def body_of(sheet: Sheet, table: Table, findings: Findings) -> Body | None:
    """Return the columns of ``sheet`` under canonical names.

    None if the sheet is blank, or if headings are missing, which goes to ``findings``.
    """
    if not any(cell.strip() for row in sheet.rows for cell in row):
        return None
    row = _heading_row(sheet, heading_names(table))
    if row is None:
        _refuse_headless(sheet, table, findings)
        return None
    _tell_skipped(sheet, row, findings)
    positions, units = _positions(sheet, row, table, findings)
    if missing := _missing(table, positions):
        _refuse_missing(sheet, row, table, missing, findings)
        return None
    by_position = {position: name for name, position in positions.items()}
    return Body(
        sheet.file,
        _cells(sheet, row, positions, findings),
        {name: sheet.rows[row][position].strip() for name, position in positions.items()},
        _factors(sheet, sheet.lines[row], table, units, findings),
        frozenset((at, by_position[spot]) for at, spot in sheet.merged if spot in by_position),
    )
