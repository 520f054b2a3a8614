"""The values of one column: each distinct text is read once; columns that say one thing agree."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from data.contract.columns import Column
from data.findings import Findings, Notice
from data.language import Text
from data.place import line_of
from data.problems import DataProblem
from data.reading.cells.clean import MISSING_MARK, Cell, UnreadableError
from data.reading.cells.codes import ADCODE_BY_NAME
from data.reading.cells.read_cell import read_cell
from data.reading.headings.columns import AGAIN, Body, heading_at

_FIXED = Text("已改正后读取", "fixed and read")
_AS_MISSING = Text("按缺失处理", "taken as missing")
_BY_NAME = Text("已按 areas 表换成代码", "replaced by the code from areas")


def _cell(text: str, column: Column, factor: str, names: dict[str, str]) -> Cell | UnreadableError:
    try:
        return read_cell(text, column, factor, names)
    except UnreadableError as error:
        return error


def column_values(
    body: Body, name: str, column: Column, names: dict[str, str], findings: Findings
) -> np.ndarray:
    """Return the values of one column; each distinct text is read once."""
    codes, texts = pd.factorize(body.cells[name].to_numpy(dtype=object))
    factor = body.factors.get(name, "1")
    read = [_cell(text, column, factor, names) for text in texts]
    values = np.array([None, *(getattr(one, "value", None) for one in read)], dtype=object)[1:]
    odd = [n for n, one in enumerate(read) if isinstance(one, UnreadableError) or one.repairs]
    for number, places in _places(codes, odd, body.cells.index):
        one, text = read[number], texts[number]
        heading, line = heading_at(body, places[0], name), line_of(places[0])
        if isinstance(one, UnreadableError):
            for place in places:
                at = line_of(place), heading_at(body, place, name)
                findings.refuse(DataProblem(body.file, one.expected, one.how_to_fix, *at, text))
            continue
        stated = name in body.headings  # what a title or heading states needs no notice
        for repair in one.repairs if stated else ():
            done = {MISSING_MARK: _AS_MISSING, ADCODE_BY_NAME: _BY_NAME}.get(repair, _FIXED)
            findings.notice(Notice(body.file, repair, done, line, heading, text), len(places))
    return values[codes] if len(values) else np.empty(0, dtype=object)


def _places(
    codes: np.ndarray, wanted: list[int], index: pd.Index
) -> Iterator[tuple[int, list[int]]]:
    """Yield each wanted code, in the order of its first row, with the places where it stands."""
    if not wanted:
        return
    rows = np.flatnonzero(np.isin(codes, wanted))
    for number, group in pd.Series(rows).groupby(codes[rows], sort=False):
        yield int(str(number)), index[group.to_numpy()].tolist()


def agreed(
    body: Body, name: str, column: Column, names: dict[str, str], findings: Findings
) -> np.ndarray:
    """Return the values of one column or several (code and name); refuse where they differ.

    Of codes and names the codes count: an unknown name alongside a code is no problem.
    """
    alike = [one for one in body.cells if one.split(AGAIN)[0] == name]
    if len(alike) == 1:
        return column_values(body, name, column, names, findings)
    areas = column.kind in {"adcode", "area"}
    own = Findings() if areas else findings
    read = {one: column_values(body, one, column, names, own) for one in alike}
    if areas:
        alike.sort(key=lambda one: -sum(str(value).isdigit() for value in read[one]))
    first, found = alike[0], read[alike[0]].copy()
    for other in alike[1:]:
        empty = _empty(found)
        found[empty] = read[other][empty]
        differ = ~_empty(read[other]) & (found != read[other])
        if areas:
            differ &= np.array([str(value).isdigit() for value in read[other]], dtype=bool)
        for row in np.flatnonzero(differ):
            _refuse_difference(body, first, other, int(row), str(found[row]), findings)
    if areas:  # what could not be read in any of the columns is reported, with its repairs
        rest = body.cells[_empty(found)] if _empty(found).any() else body.cells
        column_values(replace(body, cells=rest), first, column, names, findings)
    return found


def by_text(cells: pd.Series, function: Callable[[str], Any]) -> np.ndarray:
    """Return ``function`` of every cell, called once for each distinct text."""
    codes, texts = pd.factorize(cells.to_numpy(dtype=object))
    found = [function(text) for text in texts]
    return np.array([None, *found], dtype=object)[1:][codes] if found else np.empty(0, object)


def _empty(values: np.ndarray) -> np.ndarray:
    return np.array([value is None for value in values], dtype=bool)


def _refuse_difference(
    body: Body, name: str, again: str, row: int, found: str, findings: Findings
) -> None:
    first, heading = body.headings[name], body.headings[again]
    expected = Text(f"与“{first}”一致（{found}）", f"as in {first}: {found}")
    how_to_fix = Text("两列应相同，请改正其一", "both columns say the same: correct one")
    line, value = line_of(body.cells.index[row]), str(body.cells[again].iloc[row])
    findings.refuse(DataProblem(body.file, expected, how_to_fix, line, heading, value))
