r"""Why the seats required change: an exact decomposition into factors.

Seats are a product of factors, each the ratio of one level to the preceding level:

.. math:: S = \underbrace{C}_{births}\cdot
              \underbrace{P^0/C}_{survivorship}\cdot
              \underbrace{P/P^0}_{migration}\cdot
              \underbrace{E^*/P}_{enrolment\ ratio}\cdot
              \underbrace{G/E^*}_{policy}\cdot
              \underbrace{S/G}_{standards}

with C the cohorts of the stage's ages as born or counted, :math:`P^0` the survivors, P the
residents, :math:`E^*` pupils without the effect of the targets, G pupils and S seats required.
The logarithmic-mean Divisia index attributes a part of the change to each factor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import exprel

from features.arrays import FloatArray, Population, require_shape
from forecasting.intervals import interval_ends
from models.stage_pupils import StagePupils, stage_population

PARTS = ("births", "survivorship", "migration", "enrolment_ratio", "policy", "standards")
FIGURES = ["seats", "seats_lo80", "seats_hi80", "total", "total_lo80", "total_hi80"]
CHANGE_COLUMNS = ["scenario", "adcode", "county", "stage", "from_year", "to_year", "part", *FIGURES]
DIFFERENCE_COLUMNS = [
    "scenario",
    "compared_with",
    "adcode",
    "county",
    "stage",
    "year",
    "part",
    *FIGURES,
]
LevelArray = npt.NDArray[np.floating]
NOBODY = 1e-9  # stands for an empty level, whose logarithm does not exist (Ang and Liu 2007)


@dataclass(frozen=True)
class DemandChain:
    """The levels from births to the seats required, one per factor.

    Parameters
    ----------
    areas, stages, years : labels of the axes
    levels : (factor, area, stage, year, draw) persons, and last seats, in the order of ``PARTS``,
        all above 0; single precision for counties, whose numbers of seats it holds exactly
    """

    areas: tuple[str, ...]
    stages: tuple[str, ...]
    years: tuple[int, ...]
    levels: LevelArray

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        labels = {"part": PARTS, "area": self.areas, "stage": self.stages, "year": self.years}
        lengths = {name: len(label) for name, label in labels.items()}
        require_shape("levels", self.levels, lengths | {"draw": self.levels.shape[-1]})

    def with_city(self, adcode: str) -> "DemandChain":
        """Return the chain with the city as one more area; moves between its counties cancel."""
        city = self.levels.sum(axis=1, keepdims=True)
        levels = np.concatenate([self.levels, city], axis=1)
        return DemandChain((*self.areas, adcode), self.stages, self.years, levels)

    def of(self, areas: tuple[str, ...]) -> "DemandChain":
        """Return the chain of ``areas`` only."""
        rows = [self.areas.index(area) for area in areas]
        return DemandChain(areas, self.stages, self.years, self.levels[:, rows])

    def plus(self, other: "DemandChain", adcode: str) -> "DemandChain":
        """Return the sum of two single areas as one area with code ``adcode``."""
        levels = np.add(self.levels, other.levels, dtype=float)
        return DemandChain((adcode,), self.stages, self.years, levels)

    def residents(self, areas: tuple[str, ...]) -> FloatArray:
        """Return residents of each stage's ages in ``areas`` as (area, stage, year, draw)."""
        rows = [self.areas.index(area) for area in areas]
        return self.levels[PARTS.index("migration"), rows].astype(float)

    def at(self, year: int) -> FloatArray:
        """Return the factors of one year as (part, area, stage, draw)."""
        levels = self.levels[:, :, :, self.years.index(year)].astype(float)
        return np.concatenate([levels[:1], levels[1:] / levels[:-1]])


def demand_chain(
    populations: tuple[Population, Population, Population],
    pupils: StagePupils,
    required: FloatArray,
) -> DemandChain:
    """Return the chain of one scenario from its levels.

    Parameters
    ----------
    populations : cohorts as born or counted, survivors, and residents
    pupils : pupils, including the effect of policy
    required : (area, stage, year, draw) seats
    """
    levels = np.empty((len(PARTS), *required.shape), dtype=np.float32)
    for place, population in enumerate(populations):
        levels[place] = stage_population(population)
    levels[3] = pupils.pupils / pupils.policy[..., None]
    levels[4], levels[5] = pupils.pupils, required
    above_zero = np.maximum(levels, np.float32(NOBODY), out=levels)
    return DemandChain(pupils.areas, pupils.stages, pupils.years, above_zero)


def split_change(before: FloatArray, after: FloatArray) -> FloatArray:
    r"""Return each factor's contribution to the change of their product.

    .. math:: \Delta_k = L(S_0, S_1)\,\ln\frac{f_{k,1}}{f_{k,0}},\qquad
              L(S_0, S_1) = \frac{S_1 - S_0}{\ln S_1 - \ln S_0}

    The contributions add up to :math:`S_1 - S_0`; that of an unchanged factor is 0, and if only one
    factor changes it accounts for everything.

    Parameters
    ----------
    before, after : (factor, …) of two years of a scenario, or of two scenarios in one year; above 0

    References
    ----------
    Ang (2004), Energy Policy 32, 1131-1139; (2005), Energy Policy 33, 867-871.

    >>> split_change(np.array([100.0, 0.5]), np.array([200.0, 0.5])).round(9).tolist()
    [50.0, 0.0]
    """
    growth = np.log(after / before)
    return before.prod(axis=0) * exprel(growth.sum(axis=0)) * growth


def change_table(
    chain: DemandChain, scenario: str, names: dict[str, str], now: int
) -> pd.DataFrame:
    """Return the rows of ``why.csv``: first year to ``now``, and ``now`` to each later year.

    Parameters
    ----------
    chain : levels of the scenario
    scenario : name of the scenario
    names : adcode → name
    now : present school year
    """
    present = min(now, chain.years[-1])
    spans = [(chain.years[0], present)]
    spans += [(present, year) for year in chain.years if year > present]
    factors = {year: chain.at(year) for year in {year for span in spans for year in span}}
    splits = [split_change(factors[first], factors[last]) for first, last in spans]
    table = part_table(splits, (chain.areas, chain.stages, PARTS), names)
    from_year, to_year = np.array(spans)[table["split"]].T
    labels = {"scenario": scenario, "from_year": from_year, "to_year": to_year}
    return table.assign(**labels)[CHANGE_COLUMNS]


def difference_table(
    chains: dict[str, DemandChain], names: dict[str, str], years: Sequence[int]
) -> pd.DataFrame:
    """Return the rows of ``why_scenarios.csv``: each scenario minus the first, in each year.

    Parameters
    ----------
    chains : scenario → chain, all from the same draws, so that differences are not noise
    names : adcode → name
    years : school years to compare
    """
    (first, baseline), *others = chains.items()
    tables = []
    for name, chain in others:
        splits = [split_change(baseline.at(year), chain.at(year)) for year in years]
        if splits:
            table = part_table(splits, (chain.areas, chain.stages, PARTS), names)
            year = np.array(years)[table["split"]]
            tables.append(table.assign(scenario=name, compared_with=first, year=year))
    empty = pd.DataFrame(columns=DIFFERENCE_COLUMNS)
    return pd.concat(tables, ignore_index=True)[DIFFERENCE_COLUMNS] if tables else empty


def latest_change(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the first scenario's rows of ``why.csv`` up to the last year, from the latest start.

    The start is the present, or the first year if the forecast ends in the present.
    """
    mine = changes[changes["scenario"] == changes["scenario"].iloc[0]]
    last = mine[mine["to_year"] == mine["to_year"].max()]
    return last[last["from_year"] == last["from_year"].max()]


def part_table(
    splits: Sequence[FloatArray],
    labels: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]],
    names: dict[str, str],
) -> pd.DataFrame:
    """Return one row per split × area × stage × factor: mean and 80 % range of part and total.

    Parameters
    ----------
    splits : (factor, area, stage, draw) each; the column ``split`` numbers them
    labels : areas, stages and factors
    names : adcode → name
    """
    levels = [range(len(splits)), *labels]
    index = pd.MultiIndex.from_product(levels, names=["split", "adcode", "stage", "part"])
    figures = np.stack([_figures(parts) for parts in splits], axis=1)
    columns = dict(zip(FIGURES, figures.reshape(len(FIGURES), -1), strict=True))
    table = pd.DataFrame(columns, index=index).reset_index()
    return table.assign(county=table["adcode"].map(names))


def _figures(parts: FloatArray) -> FloatArray:
    """Return ``FIGURES`` as (figure, area, stage, part) of the parts (part, area, stage, draw)."""
    own = np.moveaxis(np.stack(_mean_and_range(parts)), 1, -1)
    total = np.stack(_mean_and_range(parts.sum(axis=0)))[..., None]
    return np.concatenate([own, np.broadcast_to(total, own.shape)])


def _mean_and_range(draws: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean and bounds of the 80 % range over the last axis."""
    low, high = interval_ends(draws, (10, 90))
    return draws.mean(axis=-1), low, high
