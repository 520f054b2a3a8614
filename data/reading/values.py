"""From a table's text to typed values, telling every repair and every cell that has no value."""

import re

import pandas as pd

from data.contract.columns import NUMBERS, WHOLE, Column
from data.contract.fields import EXAMPLE_MARK, LATITUDES, LONGITUDES, Table
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataProblem
from data.reading.cells import (
    ADCODE_BY_NAME,
    MISSING_MARK,
    Cell,
    UnreadableError,
    age_group,
    read_cell,
)
from data.reading.headings import AGE_GROUP, Body
from data.reading.schemas import schema_problems

_FOOTNOTE = re.compile(
    r"^[（(]?(?:注|备注|说明|附注|资料来源|数据来源|来源|note|source)\s*\d*[：:）).、]", re.I
)
_MENDED = Text("已改正后读取", "mended and read")
_AS_MISSING = Text("按缺失处理", "taken as missing")
_BY_NAME = Text("已按 areas 表换成代码", "replaced by the code from areas")


def _with_ages(body: Body) -> Body:
    """Return ``body`` with age_lower and age_upper where it had age groups such as 0-4岁."""
    if AGE_GROUP not in body.cells:
        return body
    texts = body.cells[AGE_GROUP].astype(str)
    groups = [age_group(text) or (text, text) for text in texts]
    cells = body.cells.drop(columns=[AGE_GROUP, *({"age_lower", "age_upper"} & set(body.cells))])
    cells["age_lower"] = [lower for lower, _ in groups]
    cells["age_upper"] = [upper for _, upper in groups]
    heading = body.headings[AGE_GROUP]
    headings = body.headings | {"age_lower": heading, "age_upper": heading}
    return Body(body.file, cells, headings, body.factors, body.merged)


def _without_examples(body: Body, table: Table, findings: Findings) -> Body:
    """Return ``body`` without rows marked as examples; refuse those that were filled in."""
    if "source" not in body.cells:
        return body
    source = body.cells["source"].astype(str).str.strip()
    marked = source.str.startswith(EXAMPLE_MARK)
    for line, row in body.cells[marked].iterrows():
        pristine = all(row[c.name].strip() == c.example for c in table.columns if c.name in row)
        expected = Text("示例行", "example row")
        if pristine and marked.all():
            continue  # An untouched template is told once for the whole folder.
        if pristine:
            remedy = Text("未读取；请换成真实数据", "not read; replace it by your data")
            findings.notice(Notice(body.file, expected, remedy, int(str(line))))
        else:
            findings.refuse(
                DataProblem(
                    body.file,
                    Text("真实数据的来源", "the source of real data"),
                    Text(
                        "此行已修改但仍标为示例：改写来源或删行",
                        "changed but marked: rename or delete",
                    ),
                    int(str(line)),
                    body.headings["source"],
                    str(row["source"]),
                )
            )
    return Body(body.file, body.cells[~marked], body.headings, body.factors, body.merged)


def _without_footnotes(body: Body, findings: Findings) -> Body:
    """Return ``body`` without rows that hold one remark, be it in a merged range of cells."""
    rows = body.cells.itertuples(index=False, name=None)
    remarks = [_remark(row) for row in rows]
    told = [remark for remark in remarks if remark is not None]
    if not told:
        return body
    met, done = Text("表下的注释", "a remark below the table"), Text("已跳过", "skipped")
    noted = [remark is not None for remark in remarks]
    line = int(str(body.cells.index[noted][0]))
    findings.notice(Notice(body.file, met, done, line, value=told[0]), len(told))
    rest = body.cells[[remark is None for remark in remarks]]
    return Body(body.file, rest, body.headings, body.factors, body.merged)


def _remark(row: tuple[str, ...]) -> str | None:
    """Return the remark that is all there is in a row."""
    words = {cell.strip() for cell in row} - {""}
    if len(words) != 1 or not _FOOTNOTE.match(word := min(words)):
        return None
    return word


def _refuse_merged_numbers(body: Body, table: Table, findings: Findings) -> None:
    """Words may be spread over a merged range, numbers not: one figure would count many times."""
    for line, name in sorted(body.merged):
        if line not in body.cells.index or name == AGE_GROUP:
            continue
        heading, met = body.headings[name], Text("合并单元格", "merged cells")
        if table.column(name).kind in {"count", "amount", "ratio"}:
            expected = Text("每行一个数值，不合并单元格", "one value a row, no merged cells")
            remedy = Text("取消合并并逐行填写", "unmerge and fill in each row")
            value = str(body.cells.loc[line, name])
            findings.refuse(DataProblem(body.file, expected, remedy, line, heading, value))
        else:
            remedy = Text("已填入每一行", "filled into each row")
            findings.notice(Notice(body.file, met, remedy, line, heading))


def _cell(text: str, column: Column, factor: str, names: dict[str, str]) -> Cell | UnreadableError:
    try:
        return read_cell(text, column, factor, names)
    except UnreadableError as error:
        return error


def _column_values(
    body: Body, column: Column, names: dict[str, str], findings: Findings
) -> list[float | str | None]:
    """Return the values of one column; each distinct text is read once."""
    texts: list[str] = body.cells[column.name].tolist()
    heading, factor = body.headings[column.name], body.factors.get(column.name, "1")
    read: dict[str, Cell | UnreadableError] = {}
    values: list[float | str | None] = []
    for row, text in zip(body.cells.index.tolist(), texts, strict=True):
        # Read as they come: to look for the nearest name of each bad one could take hours.
        if text not in read:
            read[text] = _cell(text, column, factor, names)
        found = read[text]
        if isinstance(found, UnreadableError):
            problem = DataProblem(body.file, found.expected, found.remedy, row, heading, text)
            findings.refuse(problem)
            values.append(None)
            continue
        for repair in found.repairs:
            done = {MISSING_MARK: _AS_MISSING, ADCODE_BY_NAME: _BY_NAME}.get(repair, _MENDED)
            findings.notice(Notice(body.file, repair, done, row, heading, text))
        values.append(found.value)
    return values


def _mend_percent(
    values: pd.DataFrame, body: Body, table: Table, findings: Findings
) -> pd.DataFrame:
    """Divide ratio columns by 100 where every value is beyond what a fraction can be.

    Values on both sides are left to the bounds, which refuse them: nobody can tell which are meant.
    """
    mended = values.copy()
    for column in table.columns:
        if column.kind != "ratio" or column.name not in body.cells:
            continue
        given = values[column.name].dropna()
        given = given[given != 0]
        if len(given) and given.between(column.high, 100 * column.high, inclusive="right").all():
            mended[column.name] = values[column.name] / 100
            met = Text("百分数写在小数列", "percent where a fraction belongs")
            done = Text("已除以 100", "divided by 100")
            heading, line = body.headings[column.name], int(str(given.index[0]))
            value = str(body.cells.loc[line, column.name])
            findings.notice(Notice(body.file, met, done, line, heading, value), len(given))
    return mended


def _mend_coordinates(values: pd.DataFrame, body: Body, findings: Findings) -> pd.DataFrame:
    """Swap longitude and latitude where they can only be the other way round in China."""
    if not {"lon", "lat"} <= set(values):
        return values
    swapped = values["lon"].between(*LATITUDES) & values["lat"].between(*LONGITUDES)
    if not swapped.any():
        return values
    mended = values.copy()
    mended.loc[swapped, ["lon", "lat"]] = values.loc[swapped, ["lat", "lon"]].to_numpy()
    line = int(str(values.index[swapped][0]))
    met, done = (
        Text("经度与纬度填反", "longitude and latitude swapped"),
        Text("已对调", "exchanged"),
    )
    findings.notice(
        Notice(body.file, met, done, line, body.headings.get("lon")), int(swapped.sum())
    )
    return mended


def read_values(
    body: Body, table: Table, names: dict[str, str], findings: Findings
) -> tuple[Body, pd.DataFrame]:
    """Return the body as read and its values: float numbers, text otherwise, index = line.

    The column ``bad`` marks rows with a problem.
    """
    body = _without_footnotes(body, findings)
    body = _with_ages(_without_examples(body, table, findings))
    _refuse_merged_numbers(body, table, findings)
    before = len(findings.problems)
    columns = {
        column.name: _column_values(body, column, names, findings)
        if column.name in body.cells
        else [column.default] * len(body.cells)
        for column in table.columns
    }
    values = pd.DataFrame(columns, index=body.cells.index, dtype=object)
    for column in table.columns:
        if column.kind in NUMBERS:
            values[column.name] = values[column.name].astype(float)
    values["source"] = values["source"].fillna(body.file)
    values = _mend_coordinates(_mend_percent(values, body, table, findings), body, findings)
    told = {(problem.row, problem.column) for problem in findings.problems[before:]}
    for problem in schema_problems(values, body, table):
        if (problem.row, problem.column) not in told:
            findings.refuse(problem)
    bad = {problem.row for problem in findings.problems[before:]}
    return body, values.assign(bad=values.index.isin(bad))


def typed(values: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame that the pipelines get: whole numbers, floats, booleans and strings."""
    frame = values[[column.name for column in table.columns]].reset_index(drop=True)
    for column in table.columns:
        if column.kind in WHOLE:
            frame[column.name] = frame[column.name].astype("int64" if column.needed else "Int64")
        elif column.kind == "flag":
            frame[column.name] = frame[column.name].map({"true": True, "false": False}).astype(bool)
        elif column.kind not in NUMBERS:
            frame[column.name] = frame[column.name].astype("str")
    return frame
