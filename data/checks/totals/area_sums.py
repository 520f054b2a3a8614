"""Areas that are sums of other areas, by name, by code or by their figures: compared, left out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.table_reading import ROUNDING, SPELLED, Reading
from data.findings import Findings
from data.language import Text
from data.reading.cells.codes import sum_scope

CANDIDATES = 100  # the largest areas: a sum is not among the small ones
FEWEST_CELLS = 4  # in so many cells figures are not equal to the sum of all others by chance
FEWEST_EXACT = 6  # nor to that of some neighbours
LIKELY = (0.8, 1.25)  # times the areas below its code: a sum with other figures, not an area
_ABOVE = re.compile(r"(\d\d)0{3,4}|(\d{4})00", re.ASCII)
_CHECKED = Text("已与各行之和核对，不重复计入", "compared with its rows and not counted again")
_UNCHECKED = Text("未计入，也无从核对", "not counted, and nothing to compare it with")

FloatArray = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AreaRows:
    """The rows of a table of areas.

    Parameters
    ----------
    reading : the table
    rows : those of its rows that are compared
    area, measure : columns of the identifiers and of the figures
    cells : the other columns of its key
    coded : codes are those of Chinese areas, so that 450300 is the sum of 450302, 450303 …
    """

    reading: Reading
    rows: pd.DataFrame
    area: str
    measure: str
    cells: tuple[str, ...]
    coded: bool = False

    def wide(self) -> pd.DataFrame:
        """Return figures by cell and area, areas in the order of the file."""
        keyed = self.rows.fillna(dict.fromkeys(self.cells, -1.0))
        wide = keyed.pivot_table(
            index=list(self.cells), columns=self.area, values=self.measure, aggfunc="sum"
        )
        return wide[self.rows[self.area].unique()]

    def texts(self) -> dict[str, str]:
        """Return area → how the file spells it, in the order of the file."""
        first = self.rows.drop_duplicates(self.area)
        return dict(zip(first[self.area], first[f"{self.area}{SPELLED}"].astype(str), strict=True))


def without_sums_of_areas(table: AreaRows, findings: Findings) -> pd.DataFrame:
    """Return the rows of areas that are no sums of others; refuse sums that contradict them."""
    wide = table.wide()
    values = wide.to_numpy(dtype=float)
    texts = table.texts()
    scopes = {name: scope for name, text in texts.items() if (scope := sum_scope(text)) is not None}
    plain = np.array([at for at, name in enumerate(wide.columns) if name not in scopes], dtype=int)
    sums: dict[int, Places | None] = dict(_sums_by_figures(values, plain))
    plain = plain[~np.isin(plain, list(sums))]
    for at, below in _coded_sums([texts[name] for name in wide.columns], plain):
        if table.coded or _likely(values, at, below):
            sums[at] = below
            _compare(table, wide, at, below, findings)
    plain = plain[~np.isin(plain, list(sums))]
    for name, scope in scopes.items():
        at = wide.columns.tolist().index(name)
        parts = _parts(values, at, plain)
        if parts is None and not scope:
            _compare(table, wide, at, plain, findings)
        sums[at] = plain if parts is None and not scope else parts
    for at, parts in sums.items():
        _report(table, wide.columns[at], texts[wide.columns[at]], parts is not None, findings)
    return table.rows[~table.rows[table.area].isin(wide.columns[list(sums)])]


def _sums_by_figures(values: FloatArray, plain: Places) -> Iterator[tuple[int, Places]]:
    """Yield areas that are the sum of all others, or exactly that of some neighbours."""
    largest = plain[np.argsort(-np.nansum(values[:, plain], axis=0), kind="stable")][:CANDIDATES]
    for at in largest:
        parts = _parts(values, int(at), plain[plain != at])
        if parts is not None:
            plain = plain[plain != at]
            yield int(at), parts


def _parts(values: FloatArray, at: int, others: Places) -> Places | None:
    """Return those of ``others`` whose sum the area is: all of them, or neighbours in the file."""
    total = values[:, at]
    known = ~np.isnan(total)
    sums = np.nansum(values if known.all() else values[known], axis=0)
    mine, theirs = sums[at], sums[others]
    if abs(theirs.sum() - mine) <= ROUNDING * mine and len(others) > 1:
        summed = np.nansum(values[:, others], axis=1)
        if _equal(total, summed, ROUNDING, FEWEST_CELLS):
            return others
    ends = np.concatenate([[0.0], theirs.cumsum()])
    last = np.searchsorted(ends, ends + mine - 0.5)
    found = (last < len(ends)) & (np.abs(ends[last % len(ends)] - ends - mine) <= 0.5)
    for first in np.flatnonzero(found):
        run = others[first : last[first]]
        summed = np.nansum(values[:, run], axis=1)
        apart = len(run) > 1 and (sums[run] < mine).all()
        if apart and _equal(total, summed, 0.0, FEWEST_EXACT):
            return run
    return None


def _equal(total: FloatArray, summed: FloatArray, share: float, fewest: int) -> bool:
    """Return whether a total is the sum wherever it is known, in enough cells with anybody."""
    known = ~np.isnan(total) & ((total > 0) | (summed > 0))
    near = np.abs(total - summed)[known] <= share * summed[known] + 0.5
    return bool(known.sum() >= fewest and near.all())


def _coded_sums(codes: list[str], plain: Places) -> Iterator[tuple[int, Places]]:
    """Yield areas whose code is above those of others, as 450300 or 36000 is, with the others."""
    for at in plain:
        if match := _ABOVE.fullmatch(codes[at]):
            start, length = match[1] or match[2], len(codes[at])
            alike = [one for one in plain if len(codes[one]) == length and one != at]
            below = [one for one in alike if codes[one].startswith(start)]
            below = [one for one in below if not _ABOVE.fullmatch(codes[one])]
            if len(below) > 1:
                yield int(at), np.array(below)


def _likely(values: FloatArray, at: int, below: Places) -> bool:
    summed = np.nansum(values[:, below], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = values[:, at] / summed
    times = times[np.isfinite(times)]
    return bool(len(times) and LIKELY[0] <= np.median(times) <= LIKELY[1])


def _compare(
    table: AreaRows, wide: pd.DataFrame, at: int, parts: Places, findings: Findings
) -> None:
    """Refuse the figures of a sum below its parts, or above them where none of these is missing."""
    found = wide.iloc[:, parts]
    summed, total = found.sum(axis=1), wide.iloc[:, at]
    slack = ROUNDING * summed + 1
    off = (summed - total > slack) | ((total - summed > slack) & found.notna().all(axis=1))
    if not off.any():
        return
    mine = table.rows[table.rows[table.area] == wide.columns[at]]
    keyed = mine.fillna(dict.fromkeys(table.cells, -1.0)).set_index(list(table.cells)).index
    for place, cell in zip(mine.index, keyed, strict=True):
        if off[cell]:
            number = f"{summed[cell]:,.0f}"
            expected = Text(f"各行之和 {number}", f"the sum of its rows {number}")
            how_to_fix = Text("核对合计行，补上缺少的行，或删去合计行",
                              "check the sum, add the missing rows, or delete it")  # fmt: skip
            findings.refuse(table.reading.problem(place, table.measure, expected, how_to_fix))


def _report(table: AreaRows, name: str, text: str, compared: bool, findings: Findings) -> None:
    mine = table.rows[table.rows[table.area] == name]
    met = Text("一个地区是其余地区之和", "an area that is the sum of others")
    done = _CHECKED if compared else _UNCHECKED
    notice = table.reading.notice(mine.index[0], table.area, text, met, done)
    findings.notice(notice, len(mine))
