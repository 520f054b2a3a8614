"""The pandera schema of each table, and its failures in a planner's words."""

from difflib import get_close_matches
from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from data.contract.columns import CONFUSED, NUMBERS, WHOLE, YEARS, Column
from data.contract.fields import Table
from data.findings import MOST
from data.language import Text
from data.place import line_of
from data.problems import DataProblem
from data.reading.headings.columns import Body, heading_at

_CODE = "six digits"
_BOUNDS = "bounds"
_WHOLE = "whole number"
_WORD = "known word"
_TEN_THOUSANDS = {"persons": "万人", "seats": "万个", "pieces": "万"}
# After so many of them reading stops; to collect all would take longer than to read the table.
_SOME: dict[str, Any] = {"n_failure_cases": MOST}


def _checks(column: Column) -> list[pa.Check]:
    if column.kind == "adcode":
        return [pa.Check.str_matches(r"^[0-9]{6}$", error=_CODE, **_SOME)]
    if column.kind in NUMBERS:
        bounds = pa.Check.in_range(column.low, column.high, error=_BOUNDS, **_SOME)
        whole = pa.Check(lambda values: values % 1 == 0, error=_WHOLE, **_SOME)
        return [bounds, whole] if column.kind in WHOLE else [bounds]
    return (
        [pa.Check.isin(list(column.vocabulary), error=_WORD, **_SOME)] if column.vocabulary else []
    )


def schema_of(table: Table) -> pa.DataFrameSchema:
    """Return the schema of ``table`` over numbers as float and everything else as text."""
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                float if column.kind in NUMBERS else object,
                _checks(column),
                nullable=not column.needed,
            )
            for column in table.columns
        },
        strict=True,
        name=table.name,
    )


def _expected(column: Column, check: str, value: object) -> tuple[Text, Text]:
    """Return what was expected of ``column`` and how to fix it."""
    if check == _CODE:
        return (
            Text("六位行政区划代码", "a six-digit county code"),
            Text("填写 areas 表中的代码", "write a code of the table areas"),
        )
    if check == _BOUNDS:
        hint = Text("核对数值、单位，或两列是否填反", "check value, unit, or swapped columns")
        if column.kind in {"count", "amount"} and isinstance(value, float) and value < 0:
            hint = Text(
                "未报告的（如 -1、-2、-9）请留空：空格表示没有报告",
                "a code for missing (-1, -2, -9)? An empty cell means not reported",
            )
        if column.kind == "ratio":
            hint = Text("填小数：102% 写 1.02", "write a fraction: 102 % is 1.02")
        low, high = f"{column.low:,.10g}", f"{column.high:,.10g}"
        if column.kind in YEARS:
            low, high = low.replace(",", ""), high.replace(",", "")
        return Text(f"{low} 至 {high}", f"{low} to {high}"), hint
    if check == _WHOLE:
        zh, en = "改成整数", "round it"
        if column.unit in _TEN_THOUSANDS:
            unit = _TEN_THOUSANDS[column.unit]
            zh += f"；若以{unit}为单位，表头写成“{column.title}（{unit}）”"
            en += f", or head the column {column.name}（{unit}） if that is its unit"
        return Text("整数", "a whole number"), Text(zh, en)
    if check == _WORD:
        return _word_expected(column, str(value))
    hint = Text("补上此值；没有数据则删去此行", "fill it in, or delete the row if it is unknown")
    return Text("非空单元格", "a value"), hint


def _word_expected(column: Column, word: str) -> tuple[Text, Text]:
    """Return the accepted words, and the one that ``word`` is likely meant to be."""
    known = Text("、".join(column.choices()), ", ".join(column.vocabulary))
    if word.upper() in CONFUSED:
        return known, CONFUSED[word.upper()]
    words = [word for code, others in column.vocabulary.items() for word in (code, *others)]
    near = get_close_matches(word, words, n=1)
    zh, en = (f"，是否指 {near[0]}？", f", is {near[0]} meant?") if near else ("", "")
    return known, Text(f"改为其中之一{zh}", f"write one of them{en}")


def schema_problems(values: pd.DataFrame, body: Body, table: Table) -> list[DataProblem]:
    """Return one problem per cell of ``values`` (index = place) that breaks the schema."""
    try:
        schema_of(table).validate(values, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    order = {column.name: position for position, column in enumerate(table.columns)}
    problems = []
    for case in sorted(
        cases.itertuples(), key=lambda case: (case.index, order.get(case.column, -1))
    ):
        column = table.column(case.column)
        expected, how_to_fix = _expected(column, str(case.check), case.failure_case)
        value = body.cells.loc[case.index, case.column] if case.column in body.cells else None
        at = line_of(case.index), heading_at(body, case.index, case.column)
        problems.append(DataProblem(body.file, expected, how_to_fix, *at, value if value else None))
    return problems
