"""From a table's text to typed values, with every repair and every cell that has no value."""

import re

import numpy as np
import pandas as pd

from data.contract.columns import NUMBERS, WHOLE
from data.contract.fields import EXAMPLE_MARK, LATITUDES, LONGITUDES, Table
from data.findings import Findings, Notice
from data.language import Text
from data.place import line_of
from data.problems import DataProblem
from data.reading.cells.clean import clean, is_identifier
from data.reading.cells.codes import age_group, area
from data.reading.column_values import agreed, by_text
from data.reading.headings.columns import AGAIN, Body
from data.reading.headings.heads import AGE_GROUP
from data.reading.schemas import schema_problems
from data.reading.stage_of_grade import with_stages, with_stages_of_totals
from data.reading.totals import without_total_rows

_FOOTNOTE = re.compile(
    r"^[（(]?(?:注|备注|说明|附注|资料来源|数据来源|来源|制表|审核|填表|note|source)\s*\d*[：:）).、]",
    re.I,
)


def _replaced(body: Body, cells: pd.DataFrame) -> Body:
    return Body(body.file, cells, body.headings, body.factors, body.merged, body.turned)


def _with_ages(body: Body) -> Body:
    """Return ``body`` with age_lower and age_upper where it had age groups such as 0-4岁."""
    if AGE_GROUP not in body.cells:
        return body
    texts = body.cells[AGE_GROUP].astype(str)
    groups = [age_group(text) or (text, text) for text in texts]
    cells = body.cells.drop(columns=[AGE_GROUP, *({"age_lower", "age_upper"} & set(body.cells))])
    cells["age_lower"] = [lower for lower, _ in groups]
    cells["age_upper"] = [upper for _, upper in groups]
    heading = body.headings.get(AGE_GROUP, AGE_GROUP)
    headings = body.headings | {"age_lower": heading, "age_upper": heading}
    return Body(body.file, cells, headings, body.factors, body.merged, body.turned)


def _without_examples(body: Body, table: Table, findings: Findings) -> Body:
    """Return ``body`` without rows marked as examples; refuse those that were filled in."""
    if "source" not in body.cells:
        return body
    source = body.cells["source"].astype(str).str.strip()
    marked = source.str.startswith(EXAMPLE_MARK)
    for place, row in body.cells[marked].iterrows():
        pristine = all(row[c.name].strip() == c.example for c in table.columns if c.name in row)
        expected, line = Text("示例行", "example row"), line_of(place)
        if pristine and marked.all():
            continue  # An untouched template is reported once for the whole folder.
        if pristine:
            done = Text("未读取；请换成真实数据", "not read; replace it by your data")
            findings.notice(Notice(body.file, expected, done, line))
            continue
        real = Text("真实数据的来源", "the source of real data")
        how_to_fix = Text(
            "此行已修改但仍标为示例：改写来源或删行", "changed but marked: rename or delete"
        )
        heading, value = body.headings["source"], str(row["source"])
        findings.refuse(DataProblem(body.file, real, how_to_fix, line, heading, value))
    return _replaced(body, body.cells[~marked])


def _without_footnotes(body: Body, findings: Findings) -> Body:
    """Return ``body`` without rows that hold one remark, be it in a merged range of cells."""
    starts = np.zeros(len(body.cells), dtype=bool)
    for name in body.cells:
        starts |= by_text(body.cells[name], _FOOTNOTE.match).astype(bool)
    if not starts.any():
        return body
    rows = body.cells[starts].itertuples(index=False, name=None)
    remarks = [words.pop() if len(words := {c.strip() for c in row} - {""}) == 1 else None
               for row in rows]  # fmt: skip
    starts[starts] = [remark is not None for remark in remarks]
    if not starts.any():
        return body
    met, done = Text("表下的注释", "a remark below the table"), Text("已跳过", "skipped")
    first = next(remark for remark in remarks if remark is not None)
    line = line_of(body.cells.index[starts][0])
    findings.notice(Notice(body.file, met, done, line, value=first), int(starts.sum()))
    return _replaced(body, body.cells[~starts])


def own_names(body: Body, table: Table) -> dict[str, str]:
    """Return name → code of a list of areas, which may name the area above by its name."""
    if table.name != "areas" or not {"name", "adcode"} <= set(body.cells) or body.cells.empty:
        return {}
    pairs = body.cells[["name", "adcode"]].map(lambda text: str(clean(text).value))
    pairs["adcode"] = [area(code).value if is_identifier(code) else "" for code in pairs["adcode"]]
    pairs = pairs[pairs["adcode"].str.fullmatch(r"\d{6}") & (pairs["name"] != "None")]
    pairs = pairs.drop_duplicates("name", keep=False)
    return dict(zip(pairs["name"], pairs["adcode"], strict=True))


def _repair_ticks(
    values: pd.DataFrame, body: Body, table: Table, findings: Findings
) -> pd.DataFrame:
    """Return a column in which only what is true was ticked with the rest as false."""
    fixed = values.copy()
    for column in table.columns:
        if column.kind != "flag" or not (values[column.name].dropna() == "true").any():
            continue
        blank = values[column.name].isna()
        if blank.any() and (values[column.name].dropna() == "true").all():
            fixed[column.name] = values[column.name].where(~blank, "false")
            met = Text("只填了“是”的列", "a column in which only yes is filled in")
            done = Text("空格按“否”读取", "empty cells taken as no")
            place = values.index[blank][0]
            heading = body.headings.get(column.name)
            findings.notice(Notice(body.file, met, done, line_of(place), heading), int(blank.sum()))
    return fixed


def _refuse_merged_numbers(body: Body, table: Table, findings: Findings) -> None:
    """Words may be spread over a merged range, numbers not: one figure would count many times."""
    lines = set(map(line_of, body.cells.index)) if body.merged else set()
    for line, name in sorted(body.merged):
        if line not in lines or name == AGE_GROUP:
            continue
        heading, met = body.headings[name], Text("合并单元格", "merged cells")
        if table.column(name.split(AGAIN)[0]).kind in {"count", "amount", "ratio"}:
            expected = Text("每行一个数值，不合并单元格", "one value per row, no merged cells")
            how_to_fix = Text("取消合并并逐行填写", "unmerge and fill in each row")
            value = str(body.cells.loc[line, name]) if line in body.cells.index else None
            findings.refuse(DataProblem(body.file, expected, how_to_fix, line, heading, value))
        else:
            how_to_fix = Text("已填入每一行", "filled into each row")
            findings.notice(Notice(body.file, met, how_to_fix, line, heading))


def _repair_percent(
    values: pd.DataFrame, body: Body, table: Table, findings: Findings
) -> pd.DataFrame:
    """Divide ratio columns by 100 where every value is beyond what a fraction can be.

    Values on both sides are left to the bounds, which refuse them: which are meant is ambiguous.
    """
    fixed = values.copy()
    for column in table.columns:
        if column.kind != "ratio" or column.name not in body.cells:
            continue
        given = values[column.name].dropna()
        given = given[given != 0]
        if len(given) and given.between(column.high, 100 * column.high, inclusive="right").all():
            fixed[column.name] = values[column.name] / 100
            met = Text("百分数写在小数列", "percent where a fraction belongs")
            done = Text("已除以 100", "divided by 100")
            heading, place = body.headings[column.name], given.index[0]
            value = str(body.cells.loc[place, column.name])
            notice = Notice(body.file, met, done, line_of(place), heading, value)
            findings.notice(notice, len(given))
    return fixed


def _repair_coordinates(values: pd.DataFrame, body: Body, findings: Findings) -> pd.DataFrame:
    """Swap longitude and latitude where they can only be the other way round in China."""
    if not {"lon", "lat"} <= set(values):
        return values
    swapped = values["lon"].between(*LATITUDES) & values["lat"].between(*LONGITUDES)
    if not swapped.any():
        return values
    fixed = values.copy()
    fixed.loc[swapped, ["lon", "lat"]] = values.loc[swapped, ["lat", "lon"]].to_numpy()
    met = Text("经度与纬度填反", "longitude and latitude swapped")
    done = Text("已对调", "exchanged")
    line, times = line_of(values.index[swapped][0]), int(swapped.sum())
    findings.notice(Notice(body.file, met, done, line, body.headings.get("lon")), times)
    return fixed


def read_values(
    body: Body, table: Table, names: dict[str, str], findings: Findings
) -> tuple[Body, pd.DataFrame]:
    """Return the body as read and its values: float numbers, text otherwise, index = place.

    The column ``bad`` marks rows with a problem.
    """
    body = _without_footnotes(body, findings)
    body = _with_ages(_without_examples(body, table, findings))
    names = names | own_names(body, table)
    _refuse_merged_numbers(body, table, findings)
    before = len(findings.problems)
    columns = {
        column.name: agreed(body, column.name, column, names, findings)
        if column.name in body.cells
        else np.full(len(body.cells), column.default, dtype=object)
        for column in table.columns
    }
    if "id" in columns and "id" not in body.cells:  # schools without a code go by their names
        columns["id"] = columns["name"]
    values = with_stages(pd.DataFrame(columns, index=body.cells.index, dtype=object))
    for column in table.columns:
        if column.kind in NUMBERS:
            values[column.name] = values[column.name].astype(float)
        elif column.kind == "text" and column.default is not None:
            values[column.name] = values[column.name].fillna(column.default)
    if "source" in values:
        values["source"] = values["source"].fillna(body.file)
    values = with_stages_of_totals(
        _repair_ticks(values, body, table, findings), body.file, findings
    )
    values = without_total_rows(values, body, table, findings)
    values = _repair_coordinates(_repair_percent(values, body, table, findings), body, findings)
    reported = {(problem.row, problem.column) for problem in findings.problems[before:]}
    for problem in schema_problems(values, body, table):
        if (problem.row, problem.column) not in reported:
            findings.refuse(problem)
    bad = {problem.row for problem in findings.problems[before:]}
    return body, values.assign(bad=values.index.map(line_of).isin(bad) if bad else False)


def typed(values: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame that the pipelines get: integers, floats, booleans and strings."""
    frame = values[[column.name for column in table.columns]].reset_index(drop=True)
    for column in table.columns:
        if column.kind in WHOLE:
            frame[column.name] = frame[column.name].astype("int64" if column.needed else "Int64")
        elif column.kind == "flag":
            frame[column.name] = frame[column.name].map({"true": True, "false": False}).astype(bool)
        elif column.kind not in NUMBERS:
            frame[column.name] = frame[column.name].astype("str")
    return frame
