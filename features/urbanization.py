"""Urban share of each county, and children who move to the urban core as it rises."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.population import FloatArray, Population, require_shape
from features.randomness import named_generator

TARGET_YEAR = 2035
# Half a person on each side keeps the logit of an all-urban district finite.
CONTINUITY = 0.5


@dataclass(frozen=True)
class UrbanPath:
    """Urban share of residents.

    Parameters
    ----------
    areas : adcodes
    years : calendar years
    share : (area, year, draw) urban residents over residents
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    share: FloatArray

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        lengths = {"area": len(self.areas), "year": len(self.years)}
        require_shape("share", self.share, lengths | {"draw": self.share.shape[-1]})

    def of_city(self, persons: pd.Series) -> FloatArray:
        """Return the share of the areas together as (year, draw), weighted by ``persons``.

        Parameters
        ----------
        persons : residents by adcode; areas that it lacks do not count
        """
        weight = persons.reindex(list(self.areas)).fillna(0.0).to_numpy(dtype=float)
        if weight.sum() <= 0:
            raise ValueError("none of the areas has residents to weigh its urban share with")
        return np.einsum("p,pyd->yd", weight / weight.sum(), self.share)


def urban_paths(
    points: pd.DataFrame,
    until: int,
    draws: int,
    seed: int,
) -> UrbanPath:
    r"""Return the urban share of each area from its last two points to ``until``, as draws.

    The United Nations' method: the growth difference of urban and rural people is carried on, so
    that the share is logistic,

    .. math:: \operatorname{logit} u_i(t)=\operatorname{logit} u_i(t_0)+(t-t_0)\,d_i

    The difference between an area's first and last point is drawn half-way to that of all areas
    together, and the spread between areas is the uncertainty of both: one decade says little of
    the next.

    Parameters
    ----------
    points : ``adcode, year, population, urban_population``; areas with one usable point take the
        common growth difference, areas with none are left out

    References
    ----------
    United Nations (1974), Manual VIII: Methods for Projections of Urban and Rural Population.
    """
    table = _usable(points)
    first, last = table.groupby("adcode").first(), table.groupby("adcode").last()
    span = (last["year"] - first["year"]).to_numpy()
    many = span > 0
    pace = (last["logit"] - first["logit"]).to_numpy()[many] / span[many]
    whole = np.average(pace, weights=last["population"].to_numpy(dtype=float)[many])
    spread = 1.4826 * np.median(np.abs(pace - np.median(pace)))
    centre = np.full(len(last), whole)
    centre[many] = whole + 0.5 * (np.clip(pace, whole - 3 * spread, whole + 3 * spread) - whole)
    common = named_generator(seed, "urban pace").standard_normal(draws)
    own = [
        named_generator(seed, "urban pace", adcode).standard_normal(draws) for adcode in last.index
    ]
    growth = centre[:, None] + spread * np.sqrt(0.5) * (common + np.array(own))
    years = np.arange(int(last["year"].min()), until + 1)
    lapse = years - last["year"].to_numpy()[:, None]
    start = last["logit"].to_numpy()[:, None, None]
    return UrbanPath(
        tuple(last.index),
        tuple(int(year) for year in years),
        _logistic(start + lapse[:, :, None] * growth[:, None]),
    )


def raised_share(
    share: FloatArray, years: tuple[int, ...], above_2035: float, from_year: int
) -> FloatArray:
    """Return a share (year, draw) that is ``above_2035`` higher in 2035, in a straight line.

    The line starts at 0 in ``from_year``; after 2035 the lead stays. Shares stay within 0 and 1.
    """
    way = (np.array(years) - from_year) / (TARGET_YEAR - from_year)
    return np.clip(share + above_2035 * np.clip(way, 0.0, 1.0)[:, None], 0.0, 1.0)


def urban_shift(
    population: Population,
    urban_core: npt.NDArray[np.bool_],
    baseline_share: FloatArray,
    scenario_share: FloatArray,
) -> FloatArray:
    r"""Return persons to add to each county so that children follow the scenario's urban share.

    .. math:: M_t(x)=\bigl(u^s_t-u^b_t\bigr)\,P_t(x)\quad\text{of the city}

    children leave the counties outside the core in proportion to those who live there and join
    the core in proportion to those who live there; a lower share moves them back. No more leave
    than there are, and the sum over the city is zero in every year, age and draw.

    Parameters
    ----------
    urban_core : (area,) True for districts of the urban core
    baseline_share, scenario_share : (year, draw) urban share of the city

    Returns
    -------
    (area, year, age, draw) persons

    Raises
    ------
    ValueError : shares of another shape than the population's years and draws
    """
    persons = population.persons
    lengths = {"year": len(population.years), "draw": persons.shape[-1]}
    extra = np.broadcast_to(scenario_share - baseline_share, tuple(lengths.values()))
    core = np.where(urban_core[:, None, None, None], persons, 0.0)
    rest = persons - core
    core_total, rest_total = core.sum(axis=0), rest.sum(axis=0)
    wanted = extra[:, None, :] * (core_total + rest_total)
    moved = np.clip(wanted, -core_total, rest_total)
    # Where one side has no children there is no place to weigh arrivals by: nobody moves.
    moved = np.where((core_total > 0) & (rest_total > 0), moved, 0.0)
    into_core = np.divide(core, core_total, out=np.zeros_like(core), where=core_total > 0)
    out_of_rest = np.divide(rest, rest_total, out=np.zeros_like(rest), where=rest_total > 0)
    return moved * (into_core - out_of_rest)


def _usable(points: pd.DataFrame) -> pd.DataFrame:
    """Return the points that state an urban population, with their logit, oldest first."""
    table = points.dropna(subset=["population", "urban_population"]).sort_values(["adcode", "year"])
    urban = table["urban_population"].to_numpy(dtype=float)
    rural = table["population"].to_numpy(dtype=float) - urban
    return table.assign(logit=np.log((urban + CONTINUITY) / (rural + CONTINUITY)))


def _logistic(logit: FloatArray) -> FloatArray:
    # 1 - 1e-12 keeps the way back open for a share that has come to one.
    return np.clip(1 / (1 + np.exp(-logit)), 1e-12, 1 - 1e-12)
