"""Columns of sums that no row of the table can hold: compared with their parts, not read."""

import pandas as pd

from data.contract.table_reading import ROUNDING
from data.findings import Findings, Notice
from data.language import Text
from data.problems import DataProblem
from data.reading.formats.sheet import Sheet
from data.reading.headings.turned import WIDE, Turned
from data.reading.headings.words import TOTAL


def compare_sums(
    sheet: Sheet, cells: pd.DataFrame, turned: list[Turned], left: list[Turned], findings: Findings
) -> None:
    """Refuse figures of ``left``, columns over ages or years, that are not the sum of their parts.

    Parameters
    ----------
    sheet : where they stand
    cells : rows before they were turned, index = line
    turned : columns whose heading is a key
    left : those of them that became no rows
    findings : takes problems, and what could not be compared
    """
    for one in left:
        parts = _parts(one, turned)
        compared = 0
        if parts:
            stated = _numbers(cells, one)
            summed = pd.concat([_numbers(cells, part) for part in parts], axis=1).sum(
                axis=1, skipna=False
            )
            compared = int((stated.notna() & summed.notna()).sum())
            slack = ROUNDING * summed.abs() + summed.abs().ge(100)
            for line in cells.index[(stated - summed).abs() > slack]:
                expected = Text(
                    f"各列之和 {summed[line]:,.10g}", f"the sum of its columns {summed[line]:,.10g}"
                )
                how_to_fix = Text("核对合计", "check the total")
                value = str(cells.loc[line, f"{WIDE}{one.position}"])
                findings.refuse(
                    DataProblem(sheet.file, expected, how_to_fix, int(line), one.heading, value)
                )
        met = Text("合计列", "a column of sums")
        done = Text("已与各列核对，不计入", "compared with its columns and not counted")
        if not compared:
            met = Text("合计列，或与另一列同义", "a column of sums, or one that says the same")
            done = Text("未读取，未核对", "neither read nor compared")
        findings.notice(Notice(sheet.file, met, done, column=one.heading))


def _parts(total: Turned, turned: list[Turned]) -> list[Turned]:
    """Return the columns that a total sums up; none where that is not clear."""
    own = {key for key in total.meaning.keys if key[0] != TOTAL}
    if TOTAL not in dict(total.meaning.keys):
        return []
    parts = [
        one
        for one in turned
        if TOTAL not in dict(one.meaning.keys)
        and own <= set(one.meaning.keys)
        and one.meaning.column == total.meaning.column
    ]
    alike = {frozenset(dict(one.meaning.keys)) for one in parts}
    return parts if len(parts) > 1 and len(alike) == 1 else []


def _numbers(cells: pd.DataFrame, one: Turned) -> pd.Series:
    texts = cells[f"{WIDE}{one.position}"].astype(str).str.replace(",", "").str.strip()
    return pd.to_numeric(texts, errors="coerce")
