"""Rows of sums (合计, 麒麟区合计): compared with their parts, and not counted again."""

import re
from collections.abc import Iterator

import pandas as pd

from data.contract.fields import Table
from data.contract.table_reading import ROUNDING
from data.findings import Findings, Notice
from data.language import Text
from data.place import line_of
from data.problems import DataProblem
from data.reading.cells.codes import SUM, SUM_NAME
from data.reading.headings.columns import Body

_CHECKED = Text("已与各行之和核对，不重复计入", "compared with its rows and not counted again")
_UNCHECKED = Text("未计入，也无从核对", "not counted, and nothing to compare it with")
_MET = Text("合计行", "row of a sum")


def without_total_rows(
    values: pd.DataFrame, body: Body, table: Table, findings: Findings
) -> pd.DataFrame:
    """Return ``values`` without rows of sums; refuse those that are not the sum of their rows.

    The sum of a county that has no row to compare it with is the county's own figure.
    """
    if "adcode" not in values:
        return values
    code = values["adcode"].astype(object)
    if {"id", "name"} <= set(values):  # the sum of a county's schools stands among their names
        summed = values["name"].astype(str).str.fullmatch(SUM_NAME)
        code = code.mask(summed, SUM + code.fillna("").astype(str).str.removeprefix(SUM))
    total = code.map(lambda one: isinstance(one, str) and one.startswith(SUM)).astype(bool)
    if not total.any():
        return values
    scope = code[total].str.removeprefix(SUM)
    rest = values[~total]
    alone = ~scope.isin(rest["adcode"].dropna()) & scope.str.fullmatch(r"\d{6}")
    values = values.copy()
    values.loc[alone.index[alone], "adcode"] = scope[alone]
    sums = values.loc[scope.index[~alone]]
    heading = body.headings.get("adcode", "adcode")
    counts = [one.name for one in table.columns if one.kind == "count"]
    own: list[object] = []
    for place, compared, problem in _compared(sums, scope, rest, counts, table):
        if problem:
            column, stated, summed = problem
            expected = Text(f"各行之和 {summed:,.0f}", f"the sum of its rows {summed:,.0f}")
            how_to_fix = Text(
                "核对合计行，或补上缺少的行", "check the sum, or add the missing rows"
            )
            at = line_of(place), body.headings.get(column, column), f"{stated:,.0f}"
            findings.refuse(DataProblem(body.file, expected, how_to_fix, *at))
        elif not compared and "id" not in values and re.fullmatch(r"\d{6}", str(scope[place])):
            own.append(place)
        else:
            done = _CHECKED if compared else _UNCHECKED
            value = str(body.cells.loc[place, "adcode"]) if "adcode" in body.cells else None
            findings.notice(Notice(body.file, _MET, done, line_of(place), heading, value))
    values.loc[own, "adcode"] = scope.loc[own]
    return values.drop(index=sums.index.difference(own))


def _compared(
    sums: pd.DataFrame, scope: pd.Series, rest: pd.DataFrame, counts: list[str], table: Table
) -> Iterator[tuple[object, bool, tuple[str, float, float] | None]]:
    """Yield place, whether it could be compared, and column, figure and sum where they differ."""
    apart = [name for name in table.key if name in sums and name not in {"adcode", "id"}]
    # The city's own row stands among its counties: their sum leaves it out.
    counties = rest[~rest["adcode"].astype(str).str.endswith("00")]
    for place, row in sums.iterrows():
        rows = counties if len(counties) else rest
        if scope[place]:
            rows = rest[rest["adcode"] == scope[place]]
        for name in apart:
            if pd.notna(row[name]):
                rows = rows[rows[name] == row[name]]
        for name in counts:
            if pd.isna(row[name]) or rows[name].isna().any() or rows.empty:
                continue
            summed = float(rows[name].sum())
            if abs(summed - row[name]) > ROUNDING * row[name] + 1:
                yield place, True, (name, float(row[name]), summed)
                break
        else:
            yield place, len(rows) > 0, None
