"""Wide tables turned to long ones: grades, ages, years or ownerships that stand in headings."""

from dataclasses import dataclass

import pandas as pd

from data.contract.fields import Table
from data.place import place_of
from data.reading.headings.words import TOTAL, Key, Meaning, figure_of

WIDE = "\n"  # no heading begins with it: the cells of a turned column until they are turned


@dataclass(frozen=True)
class Turned:
    """A column whose heading is a key of its figures, such as a grade or year."""

    position: int
    heading: str
    meaning: Meaning

    def keys(self, shown: frozenset[str], table: Table) -> tuple[Key, ...] | None:
        """Return the keys of the cells; a total is ``all`` of what the other headings divide.

        None for a sum that no column of the table can say, such as one over years.
        """
        keys: dict[str, str] = dict(self.meaning.keys)
        if keys.pop(TOTAL, None) is None:
            return tuple(keys.items())
        open_keys = [name for name in shown - set(keys) if name != TOTAL]
        for name in open_keys:
            if name == "adcode":  # compared with its counties like the row of a sum
                keys[name] = self.heading.split("|")[-1]
                continue
            if not any(one.name == name and "all" in one.vocabulary for one in table.columns):
                return None
            keys[name] = "all"
        return tuple(keys.items())


def turn(
    cells: pd.DataFrame,
    turned: list[Turned],
    table: Table,
    units: list[str],
) -> tuple[pd.DataFrame, dict[str, str], list[Turned]]:
    """Return ``cells`` with one row per key that stood in a heading, units, columns left out.

    Cells of ``turned`` columns stand under their position. A figure with a column of its own and
    no key in its heading is the total of all keys. Rows without any figure are left out: an empty
    cell of a wide table means not reported.
    """
    figure = figure_of(table)
    shown = frozenset(name for one in turned for name, _ in one.meaning.keys)
    groups: dict[tuple[Key, ...], dict[str, str]] = {}
    first: dict[tuple[Key, ...], int] = {}
    used: dict[str, str] = {}
    left: list[Turned] = []
    for number, one in enumerate(turned, start=1):
        keys = one.keys(shown, table)
        column = one.meaning.column or (figure.name if figure else None)
        if keys is None or column is None or column in groups.get(keys, {}):
            left.append(one)
            continue
        groups.setdefault(keys, {})[column] = f"{WIDE}{one.position}"
        first.setdefault(keys, number)
        used |= {column: units[one.position]}
    own = [name for name in cells if not name.startswith(WIDE)]
    counted = {column for group in groups.values() for column in group}
    counted |= {one.name for one in table.columns if one.kind in {"count", "amount"}} & set(own)
    base = [name for name in own if name not in counted]
    totals = Turned(0, "", Meaning(None, ((TOTAL, ""),))).keys(shown, table)
    plain = {name: name for name in own if name in counted}
    if plain and totals is not None:
        groups[totals] = plain | groups.get(totals, {})
        first.setdefault(totals, 0)
    if not groups:
        return cells[own], used, left
    parts = []
    for keys, columns in groups.items():
        part = cells[base].assign(**dict(keys))
        part = part.assign(**{name: cells[at].to_numpy() for name, at in columns.items()})
        filled = part[list(columns)].map(str.strip).ne("").any(axis=1)
        part.index = part.index + place_of(0, first[keys])
        parts.append(part[filled.to_numpy()])
    long = pd.concat(parts).fillna("")
    return long.sort_index(key=lambda places: places & (2**24 - 1), kind="stable"), used, left
