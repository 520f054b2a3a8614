"""One way from sheets to tables: which table, which headings, which values, joined and summed."""

import re
from collections.abc import Sequence

from data.contract.fields import Table
from data.contract.table_reading import Reading
from data.contract.tables import TABLE_BY_NAME, TABLES
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataProblem
from data.reading.formats.sheet import Sheet
from data.reading.headings.columns import body_of
from data.reading.headings.heads import find_heads, missing_columns
from data.reading.headings.titles import constants_of, table_of, titled
from data.reading.joined import join_readings
from data.reading.school_sums import is_by_school, with_school_sums
from data.reading.values import own_names, read_values

Assigned = tuple[Sheet, Table, dict[str, str]]
_FEWEST = 2  # headings known of a table without a name; two more where a needed one is missing
_MISSING = 1.5


def read_sheet(
    sheet: Sheet, table: Table, constants: dict[str, str], names: dict[str, str], findings: Findings
) -> Reading | None:
    """Return one table from one sheet, or None if it has no rows or cannot be read."""
    body = body_of(sheet, table, findings, constants, names)
    if body is None:
        return None
    body, values = read_values(body, table, names, findings)
    if values.empty:
        return None
    rows = values[~values["bad"]].drop(columns="bad")
    codes = frozenset(values["adcode"].dropna()) if "adcode" in values else frozenset()
    complete = len(rows) == len(values)
    known = own_names(body, table)
    return Reading(
        table, (sheet.file,), body.headings, rows, codes, complete, (body.turned,), known
    )


def assign(sheet: Sheet, names: dict[str, str], findings: Findings) -> Assigned | None:
    """Return the table of a sheet by its title, that of its file, or its headings.

    None for a sheet that is no table, or may be one of several, which is refused.
    """
    title, county = _without_county(sheet.title, names)
    if title and (found := titled(title)):
        return sheet, found[0], county | found[1]
    stem, of_file = _without_county(sheet.stem, names)
    found = None
    if stem and (found := titled(stem)):
        said = (county or None) if not title else constants_of(title, found[0])
        if said is not None or title.lower().startswith("sheet"):
            return sheet, found[0], of_file | found[1] | (said or {}) | county
    fitting = _by_headings(sheet, names)
    if not fitting and stem and found and _has_headings(sheet, found[0], names):
        return sheet, found[0], of_file | found[1]  # what it lacks is named, not passed over
    if len(fitting) != 1:
        _report_unknown(sheet, [table for table, _ in fitting], findings)
        return None
    ((table, said),) = fitting
    met = Text("表名不认识", "unknown table name")
    done = Text(f"按表头读作“{table.title}”", f"by its headings read as {table.name}")
    findings.notice(Notice(sheet.file, met, done, value=sheet.title))
    return sheet, table, said


def _has_headings(sheet: Sheet, table: Table, names: dict[str, str]) -> bool:
    heads = find_heads(sheet, table, names)
    return heads is not None and heads.known > _FEWEST


def _without_county(title: str, names: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Return a title without the county that it names, and that county as a column."""
    named = max((name for name in names if name in title), key=len, default="")
    rest = re.sub(r"[（(]\s*[）)]", "", title.replace(named, "", 1)) if named else title
    return rest.strip(" _-—·"), {"adcode": named} if named else {}


def _by_headings(sheet: Sheet, names: dict[str, str]) -> list[tuple[Table, dict[str, str]]]:
    """Return the tables of which the sheet and its title say most, if they have what is needed.

    A table of which only one needed column is missing stands for itself: the column is named later.
    """
    best: list[tuple[float, Table, dict[str, str]]] = []
    for table in TABLES:
        title, county = _without_county(sheet.title, names)
        said = county | (constants_of(title, table) or {})
        heads = find_heads(sheet, table, names)
        if heads is None:
            continue
        keys = {name for one in heads.meant if one is not None for name, _ in one.keys}
        own = {one.column for one in heads.meant if one is not None and one.column}
        figure = {column.name for column in table.columns if column.kind == "count"} if keys else ()
        have = {*own, *keys, *figure, *said}
        missing = missing_columns(table, map(str, have))
        if heads.known > _FEWEST + 2 * len(missing) and len(missing) <= 1:
            best.append((heads.known - _MISSING * len(missing), table, said))
    most = max((score for score, *_ in best), default=0.0)
    return [(table, said) for score, table, said in best if score == most]


def _report_unknown(sheet: Sheet, fitting: list[Table], findings: Findings) -> None:
    """Refuse a title near that of a table and headings of several tables, report any other."""
    _, near = table_of(sheet.title)
    expected = Text("认识的表名", "a known table name")
    if near in TABLE_BY_NAME:
        title = TABLE_BY_NAME[near].title
        how_to_fix = Text(f"是否指 {title}（{near}）？请改名", f"is {near} meant? rename it")
        findings.refuse(DataProblem(sheet.file, expected, how_to_fix, value=sheet.title))
    elif fitting:
        zh, en = "还是".join(one.title for one in fitting), " or ".join(one.name for one in fitting)
        expected = Text(f"看得出是哪张表（{zh}？）", f"one table that its headings fit ({en}?)")
        how_to_fix = Text(f"把表名改成 {zh}，或补上表头", f"name it {en}, or add headings")
        findings.refuse(DataProblem(sheet.file, expected, how_to_fix, value=sheet.title))
    else:
        met = Text("表名不认识", "unknown table name")
        zh, en = "、".join(table.title for table in TABLES), ", ".join(TABLE_BY_NAME)
        done = Text(f"未读取；可用表名：{zh}", f"not read; known: {en}")
        findings.notice(Notice(sheet.file, met, done))


def _lists_areas(sheet: Sheet) -> bool:
    """Return whether a sheet is the list of areas, by its title or else by its headings."""
    found = titled(sheet.title) or (titled(sheet.stem) if sheet.stem else None)
    fitting = [found[0]] if found else [table for table, _ in _by_headings(sheet, {})]
    return fitting == [TABLES[0]]


def read_tables(sheets: Sequence[Sheet], findings: Findings) -> dict[str, Reading]:
    """Return every table that ``sheets`` hold, areas first: names stand for codes in the others."""
    names: dict[str, str] = {}
    parts: dict[str, list[Reading]] = {}
    empty: list[Table] = []
    waiting = list(sheets)
    areas = [one for one in waiting if _lists_areas(one)]
    for sheet in [*areas, *(one for one in waiting if one not in areas)]:
        assigned = assign(sheet, names, findings)
        if assigned is None:
            continue
        _, table, constants = assigned
        by_school = is_by_school(sheet, table)
        before = len(findings.problems)
        wanted = TABLE_BY_NAME["schools"] if by_school else table
        reading = read_sheet(sheet, wanted, constants, names, findings)
        if reading is None:
            empty += [table] * (len(findings.problems) == before)
            continue
        parts.setdefault(f"{table.name}/schools" if by_school else table.name, []).append(reading)
        names.update(reading.names)
    readings = {name: join_readings(own, findings) for name, own in parts.items()}
    _report_empty([table for table in empty if table.name not in readings], findings)
    return with_school_sums(readings, findings)


def _report_empty(tables: list[Table], findings: Findings) -> None:
    if tables:
        met = Text("没有数据的表（空表、只有表头或示例行）", "tables without data")
        zh = "、".join(dict.fromkeys(table.title for table in tables))
        en = ", ".join(dict.fromkeys(table.name for table in tables))
        done = Text(f"视为没有这些表：{zh}", f"taken as not there: {en}")
        findings.notice(Notice("-", met, done))
