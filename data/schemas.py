"""The pandera schema of each table, and what its failures mean to a planner."""

from difflib import get_close_matches

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from data.columns import NUMBERS, WHOLE, Column
from data.headings import Body
from data.language import Text
from data.problems import DataProblem
from data.tables import Table

_CODE = "six digits"
_BOUNDS = "bounds"
_WHOLE = "whole number"
_WORD = "known word"


def _checks(column: Column) -> list[pa.Check]:
    if column.kind == "adcode":
        return [pa.Check.str_matches(r"^[0-9]{6}$", error=_CODE)]
    if column.kind in NUMBERS:
        bounds = pa.Check.in_range(column.low, column.high, error=_BOUNDS)
        whole = pa.Check(lambda values: values % 1 == 0, error=_WHOLE)
        return [bounds, whole] if column.kind in WHOLE else [bounds]
    return [pa.Check.isin(list(column.vocabulary), error=_WORD)] if column.vocabulary else []


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
    """Return what was expected of ``column`` and how to mend it."""
    if check == _CODE:
        return (
            Text("六位行政区划代码", "a six-digit county code"),
            Text("填写 areas 表中的代码", "write a code of the table areas"),
        )
    if check == _BOUNDS:
        hint = Text("核对数值、单位，或两列是否填反", "check value, unit, or swapped columns")
        low, high = f"{column.low:,.10g}", f"{column.high:,.10g}"
        if column.kind == "year":
            low, high = low.replace(",", ""), high.replace(",", "")
        return Text(f"{low} 至 {high}", f"{low} to {high}"), hint
    if check == _WHOLE:
        return Text("整数", "a whole number"), Text(
            "四舍五入或核对单位", "round it or check the unit"
        )
    if check == _WORD:
        words = [(word, *others) for word, others in column.vocabulary.items()]
        near = get_close_matches(str(value), [w for row in words for w in row], n=1)
        titles = [row[1] if len(row) > 1 else row[0] for row in words]
        hint = near[0] if near else titles[0]
        expected = Text("、".join(titles), ", ".join(column.vocabulary))
        return expected, Text(f"改为其中之一，如 {hint}", f"write one of them, such as {hint}")
    return Text("非空单元格", "a value"), Text("补上此值", "fill it in")


def schema_problems(values: pd.DataFrame, body: Body, table: Table) -> list[DataProblem]:
    """Return one problem a cell of ``values`` (index = line of the file) that breaks the schema."""
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
        expected, remedy = _expected(column, str(case.check), case.failure_case)
        line = int(case.index)
        value = body.cells.loc[line, case.column] if case.column in body.cells else None
        heading = body.headings.get(case.column, case.column)
        problems.append(
            DataProblem(body.file, expected, remedy, line, heading, value if value else None)
        )
    return problems
