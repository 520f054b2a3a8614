"""Urban share of each county, adding up to the city's, and children who follow it to the core."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.reference.china_panel import CENSUS_YEARS, county_attributes
from features.arrays import FloatArray, Population, require_shape
from features.randomness import balanced_normal, named_generator

TARGET_YEAR = 2035
# Half a person on each side keeps the logit of an all-urban district finite.
CONTINUITY = 0.5
# The pace of one decade predicts the next only in part; two points cannot show how much.
OWN_PART = 0.5
# Years of the nation that make a pace: over fewer it is the rounding of published shares.
SHORTEST = 3
NEWTON_STEPS = 12
# Urban share of a county at the start, above which rural remnants make its pace erratic.
BANDS = (0.6, 0.85)
MOSTLY_URBAN = 0.999
POSSIBLE = (1e-6, 1 - 1e-6)
NORMAL_MIDDLE = 2 * 1.2816  # the middle four fifths of a normal curve, in standard deviations


@dataclass(frozen=True)
class UrbanPath:
    """Urban share of residents.

    Parameters
    ----------
    areas : adcodes
    years : calendar years
    share : (area, year, draw) urban residents over residents
    city : (year, draw) the same for all areas together
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    share: FloatArray
    city: FloatArray

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        lengths = {"year": len(self.years), "draw": self.share.shape[-1]}
        require_shape("share", self.share, {"area": len(self.areas)} | lengths)
        require_shape("city", self.city, lengths)


def urban_paths(
    points: pd.DataFrame,
    city: str,
    residents: pd.Series,
    nation: pd.Series,
    years: range,
    draws: int,
    seed: int,
) -> UrbanPath:
    r"""Return the urban share of each county and of the city in ``years``, as draws.

    The United Nations' method: the growth difference of urban and rural people goes on, so that
    the share is logistic,

    .. math:: \operatorname{logit} u_i(t)=\operatorname{logit} u_i(t_0)+(t-t_0)\,d_i,\qquad
              \sum_i w_i\,u_i(t)=u(t)

    through every point known and from the last one on at the pace :math:`d_i`: half the area's own,
    half that of the area above it (:data:`OWN_PART`), with the spread that the panel shows between
    cities and inside them (:func:`pace_spread`). The city leads: one shift of all counties' logits
    per year and draw makes their urban residents add up to the city's.

    Parameters
    ----------
    points : ``adcode, year, population, urban_population`` of counties and city; an area without
        any has the share of the city, a city without any that of its counties, else the nation's
    city : adcode
    residents : residents by adcode of the counties, the weights :math:`w`
    nation : urban share by year; its latest pace counts (:data:`SHORTEST`)
    years : calendar years, from the census on
    draws : number of draws
    seed : seed of the random draws

    References
    ----------
    United Nations (1974), Manual VIII: Methods for Projections of Urban and Rural Population.
    """
    known = _logits(points, city, tuple(residents.index), nation)
    above = _latest_pace(nation)
    between_cities, within = pace_spread()
    centre = _pace(known[city], above)
    noise = balanced_normal(named_generator(seed, "urban pace"), (draws,))
    city_share = _logistic(_path(known[city], years, centre + between_cities * noise))
    logits = np.empty((len(residents), len(years), draws))
    for row, adcode in enumerate(residents.index):
        own = balanced_normal(named_generator(seed, "urban pace", str(adcode)), (draws,))
        start = float(_logistic(known[adcode].to_numpy()[-1:])[0])
        pace = _pace(known[adcode], centre) + within[np.digitize(start, BANDS)] * own
        logits[row] = _path(known[adcode], years, pace)
    weight = (residents / residents.sum()).to_numpy(dtype=float)
    share = shares_adding_up(logits, weight, city_share)
    return UrbanPath(tuple(map(str, residents.index)), tuple(years), share, city_share)


@cache
def pace_spread() -> tuple[float, FloatArray]:
    """Return the spread of the yearly pace between cities, and within a city by :data:`BANDS`.

    Estimated from the panel's counties between its censuses: the standard deviation of a normal
    curve with the same central four fifths, since the tails are long. Where few residents are
    still rural their number doubles or halves easily, so the spread depends on the share at the
    start; a fully urban county has no pace.
    """
    first, second = (county_attributes(year).set_index("adcode") for year in CENSUS_YEARS)
    both = first.index.intersection(second.index)
    logits = [_logit_of_counts(table.loc[both]) for table in (first, second)]
    start = _logistic(logits[0].to_numpy())
    partly = start < MOSTLY_URBAN
    pace = (logits[1] - logits[0])[partly] / (CENSUS_YEARS[1] - CENSUS_YEARS[0])
    by_city = pace.groupby(pace.index.str[:4])
    within = pace - by_city.transform("median")
    band = np.digitize(start[partly], BANDS)
    spreads = [_middle_spread(within[band == one]) for one in range(len(BANDS) + 1)]
    return _middle_spread(by_city.median()), np.array(spreads)


def shares_adding_up(logits: FloatArray, weight: FloatArray, city: FloatArray) -> FloatArray:
    r"""Return shares (area, year, draw) whose weighted sum is the city's (year, draw).

    Newton's method for the common shift :math:`\delta` of the logits, on the logit of the sum,
    which is nearly straight in :math:`\delta`.
    """
    wanted, shift = _logit(city), np.zeros_like(city)
    weight = weight.reshape(len(weight), *weight.shape[1:] or (1, 1))
    for _ in range(NEWTON_STEPS):
        share = _logistic(logits + shift)
        total = (weight * share).sum(axis=0)
        slope = (weight * share * (1 - share)).sum(axis=0) / (total * (1 - total))
        shift = shift + np.clip((wanted - _logit(total)) / slope, -2.0, 2.0)
    return _logistic(logits + shift)


def raised_share(
    share: FloatArray, years: tuple[int, ...], above_2035: float, from_year: int
) -> FloatArray:
    """Return a share (year, draw) that is ``above_2035`` higher in 2035, in a straight line.

    The line starts at 0 in ``from_year``; after 2035 the lead stays. Shares stay within 0 and 1.
    """
    way = (np.array(years) - from_year) / (TARGET_YEAR - from_year)
    return np.clip(share + above_2035 * np.clip(way, 0.0, 1.0)[:, None], 0.0, 1.0)


def raised_path(
    path: UrbanPath, raised: FloatArray, before: FloatArray, after: FloatArray
) -> UrbanPath:
    r"""Return the path of the counties that belongs to another share of the city.

    .. math:: \frac{\sum_i C^s_i u^s_i}{\sum_i C^s_i} - \frac{\sum_i C_i u_i}{\sum_i C_i} = u^s - u

    The children who have moved to the core account for a part of the city's change, the counties'
    own shares for the rest: their logits move alike.

    Parameters
    ----------
    raised : (year, draw) urban share of the city
    before, after : (area, year, draw) children, those that follow the share moved
    """
    urban = (_weights_of(before) * path.share).sum(axis=0)
    wanted = np.clip(urban + raised - path.city, *POSSIBLE)
    weight = _weights_of(after)
    return UrbanPath(
        path.areas, path.years, shares_adding_up(_logit(path.share), weight, wanted), raised
    )


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
    # Where one side has no children there are no weights for arrivals: nobody moves.
    moved = np.where((core_total > 0) & (rest_total > 0), moved, 0.0)
    into_core = np.divide(core, core_total, out=np.zeros_like(core), where=core_total > 0)
    out_of_rest = np.divide(rest, rest_total, out=np.zeros_like(rest), where=rest_total > 0)
    return moved * (into_core - out_of_rest)


def _weights_of(persons: FloatArray) -> FloatArray:
    """Return ``persons`` over their sum, equal weights where there is nobody."""
    total = persons.sum(axis=0)
    even = np.full_like(persons, 1 / len(persons))
    return np.divide(persons, total, out=even, where=total > 0)


def _logits(
    points: pd.DataFrame, city: str, counties: tuple[str, ...], nation: pd.Series
) -> dict[str, pd.Series]:
    """Return the logits by year of the city and of each county."""
    table = points.dropna(subset=["population", "urban_population"])
    table = table.sort_values("year", kind="stable")
    logit, year = _logit_of_counts(table).to_numpy(), table["year"].to_numpy()
    found = {
        str(adcode): pd.Series(logit[rows], year[rows])
        for adcode, rows in table.groupby("adcode").indices.items()
    }
    if city not in found:
        inside = table[table["adcode"].isin(counties)]
        sums = inside.groupby("year")[["population", "urban_population"]].sum()
        complete = sums[inside.groupby("year").size() == len(counties)]
        found[city] = _logit_of_counts(complete) if len(complete) else _logit(nation.sort_index())
    return {area: found.get(area, found[city]) for area in (city, *counties)}


def _latest_pace(nation: pd.Series) -> float:
    """Return the yearly change of the nation's logit up to its last point."""
    known = nation.sort_index()
    logit = pd.Series(_logit(known.to_numpy(dtype=float)), known.index)
    before = logit[logit.index <= logit.index[-1] - SHORTEST].iloc[-1:]
    return float((logit.iloc[-1] - before.iloc[0]) / (logit.index[-1] - before.index[0]))


def _pace(known: pd.Series, above: float) -> float:
    """Return the yearly change of the logit to expect, from the line through the last point."""
    lapse = known.index.to_numpy(dtype=float)[:-1] - known.index[-1]
    if not len(lapse):
        return above
    own = float(lapse @ (known.to_numpy()[:-1] - known.iloc[-1]) / (lapse @ lapse))
    return OWN_PART * own + (1 - OWN_PART) * above


def _path(known: pd.Series, years: range, pace: FloatArray) -> FloatArray:
    """Return logits (year, draw) through the known points and at ``pace`` after the last."""
    calendar = np.array(years, dtype=float)
    through = np.interp(calendar, known.index.to_numpy(dtype=float), known.to_numpy())
    return through[:, None] + np.maximum(calendar - known.index[-1], 0.0)[:, None] * pace


def _logit_of_counts(table: pd.DataFrame) -> pd.Series:
    urban = table["urban_population"].astype(float)
    return np.log((urban + CONTINUITY) / (table["population"] - urban + CONTINUITY))


def _middle_spread(values: pd.Series) -> float:
    return float((values.quantile(0.9) - values.quantile(0.1)) / NORMAL_MIDDLE)


def _logit(share: FloatArray) -> FloatArray:
    return np.log(share / (1 - share))


def _logistic(logit: FloatArray) -> FloatArray:
    # 1 - 1e-12 keeps the logit of a share that has reached one finite.
    return np.clip(1 / (1 + np.exp(-logit)), 1e-12, 1 - 1e-12)
