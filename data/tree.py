"""The areas of a data folder as a tree: counties, cities, and the areas above."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from data.language import Text
from data.problems import DataProblem

# As many as a person reads, and as MLflow shows next to each other.
MOST_SHOWN = 200


@dataclass(frozen=True)
class AreaTree:
    """Which area lies in which.

    Parameters
    ----------
    parents : adcode → adcode of the area above, of all areas that have one, in table order
    """

    parents: dict[str, str]

    @cached_property
    def counties(self) -> tuple[str, ...]:
        """The areas to forecast: those that lie in another and hold none."""
        above = set(self.parents.values())
        return tuple(area for area in self.parents if area not in above)

    @cached_property
    def cities(self) -> dict[str, tuple[str, ...]]:
        """Area → the counties right below it, for all that have some."""
        found: dict[str, list[str]] = {}
        for county in self.counties:
            found.setdefault(self.parents[county], []).append(county)
        return {city: tuple(counties) for city, counties in found.items()}

    def above(self, area: str) -> tuple[str, ...]:
        """Return the areas that ``area`` lies in, the nearest first."""
        found: list[str] = []
        while (area := self.parents.get(area, "")) and area not in found:
            found.append(area)
        return tuple(found)

    def counties_of(self, area: str) -> tuple[str, ...]:
        """Return the counties in ``area``, itself if it is one."""
        return tuple(one for one in self.counties if one == area or area in self.above(one))

    def parts(self, counties: Collection[str]) -> tuple[str, ...]:
        """Return the areas of one level that people read about.

        They are ``counties``, or where those are more than :data:`MOST_SHOWN` the areas above, as
        far up as needed.
        """
        parts = list(counties)
        while len(parts) > MOST_SHOWN and any(part in self.parents for part in parts):
            parts = list(dict.fromkeys(self.parents.get(part, part) for part in parts))
        return tuple(parts)

    def lowest_common_area(self, areas: Iterable[str]) -> tuple[str, ...]:
        """Return the lowest area that holds all of ``areas`` in a tuple, empty if there is none."""
        chains = [self.above(area) for area in areas]
        shared = [one for one in chains[0] if all(one in chain for chain in chains)]
        return tuple(shared[:1])


def area_tree(areas: pd.DataFrame) -> AreaTree:
    """Return the tree of the table ``areas``."""
    placed = areas.dropna(subset="parent")
    return AreaTree(dict(zip(placed["adcode"], placed["parent"].astype(str), strict=True)))


def tree_problems(areas: pd.DataFrame) -> list[DataProblem]:
    """Return the errors of the tree of areas: no parent at all, or a cycle."""
    tree = area_tree(areas)
    if not tree.parents:
        expected = Text("各县区的上级代码", "the parent adcode of each county")
        how_to_fix = Text("填写 parent 列，例如 110100", "fill the column parent, e.g. 110100")
        return [DataProblem("areas", expected, how_to_fix, column="parent")]
    expected = Text("不在它自己之下的上级", "a parent that does not lie in the area itself")
    how_to_fix = Text("改正上级代码", "correct the parent")
    return [
        DataProblem("areas", expected, how_to_fix, column="parent", value=area)
        for area, parent in tree.parents.items()
        if area == parent or area in tree.above(parent)
    ]
