"""From a sheet to named columns: headings found and interpreted, wide turned to long."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches

import pandas as pd

from data.contract.columns import UNIT_FACTORS
from data.contract.fields import Table
from data.findings import Findings, Notice
from data.language import Text
from data.place import column_of
from data.plain_words import plain
from data.problems import DataProblem
from data.reading.formats.sheet import Sheet
from data.reading.headings.column_sums import compare_sums
from data.reading.headings.heads import AGE_GROUP, Heads, find_heads, heading_names, missing_columns
from data.reading.headings.turned import WIDE, Turned, turn
from data.reading.headings.words import figure_of

AGAIN = "#"  # name of a column that says once more what another says: adcode, adcode#1
YEAR_IN_TITLE = re.compile(r"(?:19|20)\d\d(?:[-—~/至](?:19|20)\d\d)?(?:学年|年)")
_UNIT_ABOVE = re.compile(r"(?:单位\s*[:：]?\s*|[（(])([^\s（）()；;单]{1,12})")
# What may stand for a needed column that the sheet has not.
_STAND_INS = {"project_id": ("项目名称", "名称", "序号")}
_NUMBERING = ("序号", "No.", "No")  # of rows, no column of any table
_KEY_KINDS = ("adcode", "area", "year", "school_year", "grade", "choice")


@dataclass(frozen=True)
class Body:
    """The cells of one table under canonical column names, still as text.

    Parameters
    ----------
    file : how the user knows it
    cells : index = place (see :mod:`data.place`), columns = canonical names
    headings : canonical name -> heading as it stands in the file
    factors : canonical name -> multiplier of the unit given in the heading, as decimal text
    merged : (line, canonical name) of cells filled from a merged range
    turned : headings whose columns became rows, in the order of :func:`data.place.turned`
    """

    file: str
    cells: pd.DataFrame
    headings: dict[str, str]
    factors: dict[str, str]
    merged: frozenset[tuple[int, str]]
    turned: tuple[str, ...] = ()


def heading_at(body: Body, place: object, name: str) -> str:
    """Return the heading of a cell: its column's, or that which was turned to a key."""
    if name not in body.headings and (turned := column_of(place)):
        return body.turned[turned - 1]
    return body.headings.get(name, name)


def _roles(
    heads: Heads, sheet: Sheet, table: Table, findings: Findings
) -> tuple[dict[str, int], list[Turned]]:
    """Return canonical name → position, and the columns that are turned to rows."""
    positions: dict[str, int] = {}
    turned: list[Turned] = []
    line = sheet.lines[heads.start - 1]
    own = {one.column for one in heads.meant if one is not None and not one.keys}
    for position, meant in enumerate(heads.meant):
        if meant is None:
            _report_unknown(sheet, heads, position, table, findings)
        elif meant.keys:
            turned.append(Turned(position, heads.texts[position], meant))
        elif meant.column not in positions:
            positions[str(meant.column)] = position
        elif _may_repeat(table, str(meant.column)) and heads.texts.count(heads.texts[position]) < 2:
            again = sum(name.split(AGAIN)[0] == meant.column for name in positions)
            positions[f"{meant.column}{AGAIN}{again}"] = position
        else:
            expected = Text(f"{meant.column} 只有一列", f"one column {meant.column}")
            how_to_fix = Text("删去或改名其中一列", "delete or rename one of them")
            heading = heads.texts[position]
            findings.refuse(DataProblem(sheet.file, expected, how_to_fix, line, heading))
    # A heading such as 小学 next to a column 学段 is no figure of that stage.
    usable = [one for one in turned if not {name for name, _ in one.meaning.keys} & own]
    return positions, usable


def _add_stand_ins(
    sheet: Sheet, heads: Heads, table: Table, positions: dict[str, int], findings: Findings
) -> None:
    """Let the name or number of a row be its identifier where it has none."""
    for name, others in _STAND_INS.items():
        place = next((heads.texts.index(one) for one in others if one in heads.texts), None)
        if name in table.key and name not in positions and place is not None:
            positions[name] = place
            met = Text(f"没有“{table.column(name).title}”列", f"no column {name}")
            done = Text(f"以“{heads.texts[place]}”代替", f"{heads.texts[place]} stands for it")
            line = sheet.lines[heads.start - 1]
            findings.notice(Notice(sheet.file, met, done, line, heads.texts[place]))


def _may_repeat(table: Table, name: str) -> bool:
    if name == AGE_GROUP:
        return False
    kind = table.column(name).kind
    return kind == "adcode" or (kind in _KEY_KINDS and name in table.key)


def _report_unknown(
    sheet: Sheet, heads: Heads, position: int, table: Table, findings: Findings
) -> None:
    heading = heads.texts[position]
    below = [row[position] for row in sheet.rows[heads.start :] if len(row) > position]
    if heading in _NUMBERING or (not heading and not any(map(str.strip, below))):
        return
    names = heading_names(table)
    near = get_close_matches(plain(heading), names, n=1, cutoff=0.7)
    hint = Text("", "")
    if near:
        hint = Text(f"；是否指 {names[near[0]]}？", f"; is {names[near[0]]} meant?")
    met = Text("不认识的列", "unknown column")
    done = Text(f"此列未读取{hint.zh}", f"this column is not read{hint.en}")
    line, column = sheet.lines[heads.start - 1], heading or f"#{position + 1}"
    findings.notice(Notice(sheet.file, met, done, row=line, column=column))


def _with_unit_above(sheet: Sheet, heads: Heads, table: Table) -> Heads:
    """Return the headings with the unit stated above them, 单位：万人, where they have none."""
    above = " ".join(text for row in sheet.rows[: heads.start - 1] for text in row)
    stated = [unit for found in _UNIT_ABOVE.findall(above) for unit in re.split("[、，,/]", found)]
    figure = figure_of(table)
    units = []
    for meant, own in zip(heads.meant, heads.units, strict=True):
        name = meant and (meant.column or (figure and figure.name))
        known = UNIT_FACTORS[table.column(name).unit] if name and name != AGE_GROUP else {}
        units.append(own or next((unit for unit in stated if unit in known), ""))
    return replace(heads, units=units)


def _factors(
    sheet: Sheet, line: int, table: Table, units: dict[str, str], findings: Findings
) -> dict[str, str]:
    factors = {}
    for name, unit in units.items():
        if not unit or name == AGE_GROUP:
            continue
        known = UNIT_FACTORS[table.column(name.split(AGAIN)[0]).unit]
        factors[name] = known.get(unit, "1")
        if factors[name] != "1" or unit not in known:
            done = Text("括号内文字未作单位使用", "the bracket was not taken as a unit")
            if unit in known:
                done = Text(
                    f"已乘以 {float(known[unit]):.9g}", f"multiplied by {float(known[unit]):.9g}"
                )
            met = Text(f"表头单位（{unit}）", f"unit {unit} in the heading")
            findings.notice(Notice(sheet.file, met, done, row=line, column=name))
    return factors


def _cells(
    sheet: Sheet, heads: Heads, positions: dict[str, int], findings: Findings
) -> pd.DataFrame:
    """Return the texts under ``positions``, blank rows left out; refuse cells beyond the width."""
    width, start = len(heads.texts), heads.start
    kept, lines = [], []
    expected = Text(f"最多 {width} 个单元格", f"at most {width} cells")
    how_to_fix = Text("含分隔符的文字要加双引号", "put quotes round text that holds the delimiter")
    for row, line in zip(sheet.rows[start:], sheet.lines[start:], strict=True):
        if len(row) == width and row[0].strip():
            kept.append(row)
            lines.append(line)
        elif len(row) > width and any(map(str.strip, row[width:])):
            findings.refuse(
                DataProblem(sheet.file, expected, how_to_fix, line, value=row[width:][0])
            )
        elif any(map(str.strip, row)):
            kept.append(row if len(row) >= width else (*row, *[""] * (width - len(row))))
            lines.append(line)
    columns = list(zip(*kept, strict=False)) or [()] * width
    held = {name: list(columns[position]) for name, position in positions.items()}
    return pd.DataFrame(held, index=pd.Index(lines, dtype="int64"), dtype=object)


def _with_year(
    cells: pd.DataFrame, sheet: Sheet, heads: Heads, table: Table, findings: Findings
) -> pd.DataFrame:
    """Return ``cells`` with the year that the text above the headings names, if they have none."""
    turned = any("year" in dict(one.keys) for one in heads.meant if one is not None)
    if "year" not in table.key or "year" in cells or turned:
        return cells
    above = " ".join(text for row in sheet.rows[: heads.start - 1] for text in row)
    years = set(YEAR_IN_TITLE.findall(above))
    if len(years) != 1:
        return cells
    (year,) = years
    met, done = Text("标题中的年份", "the year in the title"), Text(f"用于全表：{year}", f"{year}")
    findings.notice(Notice(sheet.file, met, done, row=sheet.lines[0], value=year))
    return cells.assign(year=year)


def _refuse_missing(
    sheet: Sheet, heads: Heads, table: Table, missing: list[str], findings: Findings
) -> None:
    unknown = {
        plain(text): text
        for text, meant in zip(heads.texts, heads.meant, strict=True)
        if text and meant is None
    }
    for name in missing:
        title = table.column(name).title
        near = get_close_matches(plain(name), unknown, n=1, cutoff=0.6)
        near += get_close_matches(plain(title), unknown, n=1, cutoff=0.6)
        hint = Text("", "")
        if near:
            heading = unknown[near[0]]
            hint = Text(f"；是否把表头写成了 {heading}？", f"; is {heading} meant?")
        expected = Text(f"列 {title}（{name}）", f"column {name}")
        how_to_fix = Text(f"加上此列{hint.zh}", f"add the column{hint.en}")
        line = sheet.lines[heads.start - 1]
        findings.refuse(DataProblem(sheet.file, expected, how_to_fix, row=line, column=name))


def _report_skipped(sheet: Sheet, heads: Heads, findings: Findings) -> None:
    upper = sum("|" in text for text in heads.texts) > 0
    above = [
        line
        for row, line in zip(sheet.rows[: heads.start - 1 - upper], sheet.lines, strict=False)
        if any(map(str.strip, row))
    ]
    if above:
        met, done = Text("表头上方有文字", "text above the headings"), Text("已跳过", "skipped")
        findings.notice(Notice(sheet.file, met, done, row=above[0]), len(above))


def _refuse_headless(sheet: Sheet, table: Table, findings: Findings) -> None:
    needed = [column for column in table.columns if column.needed]
    zh, en = "、".join(c.title for c in needed), ", ".join(c.name for c in needed)
    expected = Text(f"一行表头：{zh}", f"a row of headings: {en}")
    how_to_fix = Text("用 xuewei init 生成模板对照", "compare with the template of xuewei init")
    findings.refuse(DataProblem(sheet.file, expected, how_to_fix))


def body_of(
    sheet: Sheet,
    table: Table,
    findings: Findings,
    constants: Mapping[str, str],
    counties: Collection[str] = (),
) -> Body | None:
    """Return the columns of ``sheet`` under canonical names.

    Columns ``constants``, stated by the title of the sheet (a year, a stage, a county), are used
    where the sheet has no such column. None if the sheet is blank, or if headings are missing,
    which goes to ``findings``.
    """
    if not any(cell.strip() for row in sheet.rows for cell in row):
        return None
    heads = find_heads(sheet, table, counties)
    if heads is None:
        _refuse_headless(sheet, table, findings)
        return None
    _report_skipped(sheet, heads, findings)
    heads = _with_unit_above(sheet, heads, table)
    positions, turned = _roles(heads, sheet, table, findings)
    line = sheet.lines[heads.start - 1]
    _add_stand_ins(sheet, heads, table, positions, findings)
    units = {name: heads.units[place] for name, place in positions.items()}
    factors = _factors(sheet, line, table, units, findings)
    wide = {f"{WIDE}{one.position}": one.position for one in turned}
    cells = _cells(sheet, heads, positions | wide, findings)
    cells = cells.assign(**{name: text for name, text in constants.items() if name not in cells})
    cells = _with_year(cells, sheet, heads, table, findings)
    headings = {name: heads.texts[place].split("|")[-1] for name, place in positions.items()}
    if turned:
        wide_cells = cells
        cells, turned_units, left = turn(cells, turned, table, heads.units)
        factors |= _factors(sheet, line, table, turned_units, findings)
        met = Text("表头中的年份、年级等", "years, grades or the like as headings")
        done = Text(f"{len(turned)} 列已转为行", f"{len(turned)} columns turned to rows")
        if len(cells):
            findings.notice(Notice(sheet.file, met, done, row=line))
        compare_sums(sheet, wide_cells, turned, left, findings)
    if missing := missing_columns(table, cells.columns):
        _refuse_missing(sheet, heads, table, missing, findings)
        return None
    by_position = {position: name for name, position in positions.items()}
    return Body(
        sheet.file,
        cells,
        headings,
        factors,
        frozenset((at, by_position[spot]) for at, spot in sheet.merged if spot in by_position),
        tuple(one.heading for one in turned),
    )
