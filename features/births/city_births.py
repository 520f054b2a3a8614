"""Births of the city, from what is published to the last year of the forecast."""

from functools import lru_cache

import numpy as np
import pandas as pd

from data.checks.outliers import outliers
from features.ageing.survivorship import log_survival
from features.arrays import Births, FloatArray
from features.births.childbearing import effective_women
from features.births.national import future_levels, log_births_per_woman
from features.births.share_walk import (
    Observation,
    Paths,
    condition,
    covariance_of,
    draw_walks,
    share_step_sd,
    walk_covariance,
)
from features.randomness import named_generator, thinned

YEARS_BEFORE_CENSUS = 11
OLDEST_COHORT = 9
# China's censuses count on 1 November: ten months of a calendar year's births are aged 0.
SHARE_BEFORE_CENSUS = 10 / 12
# Log error of a count of small children as births: 0-4 of one city in 2010 were 4 % fewer than
# those of 10-14 in 2020 (census books), which is undercount and migration together.
COUNT_ERROR = 0.04
# Zero births have no logarithm; half a child replaces them.
FEWEST = 0.5
# A city's level is not known beforehand.
DIFFUSE_SD = 1.0
# Draws of the city's births before they are thinned: the mean of a skewed variable needs many.
STEADY_DRAWS = 20_000


def nowcast_births(  # noqa: PLR0913, PLR0917 - the published tables stay apart, as the bundle has them
    city: str,
    births_above: pd.DataFrame,
    vital_rates: pd.DataFrame,
    census: pd.DataFrame,
    women: pd.DataFrame,
    draws: int,
    seed: int,
    own: pd.DataFrame | None = None,
) -> Births:
    r"""Return births of the city in the years of ``women``, as draws.

    .. math:: \log B_t = \log W_t + n_t + d_t

    with :math:`W` the effective women of the city, :math:`n` the nation's log births per effective
    woman (published, then a local level with drift uncertainty) and :math:`d` the city's distance
    from it, a random walk observed through the cohorts of the census, birth rates published
    since and the planner's own births, which are kept as they are. Births known for only some
    counties enter in
    :func:`features.births.county_births.downscale_births`.

    Parameters
    ----------
    city : adcode
    births_above : ``adcode, year, births`` of the nation (000000), and of the city where published
    vital_rates : ``adcode, year, measure, value``
    census : ``adcode, year, sex, age_lower, age_upper, persons`` of one year, of the city or of
        all its counties
    women : effective women by county and year, from :func:`women_of_births`
    draws : number of draws
    seed : seed of the random draws
    own : ``adcode, year, births`` of the city or its counties, or None

    Raises
    ------
    ValueError : no national births
    """
    origin = int(census["year"].iloc[0])
    years = range(women.columns[0], women.columns[-1] + 1)
    series = log_births_per_woman(births_above)
    base = series.reindex(list(years)).ffill().bfill().to_numpy()
    expected = women.sum().to_numpy() * np.exp(base)
    published = births_above.loc[births_above["adcode"] == city, ["adcode", "year", "births"]]
    known = known_births(published, own, (city, *women.index), years)
    counted = _city_births(known, city, list(women.index))
    evidence = _join(
        _cohort_observation(census, expected, years),
        _rate_observation(vital_rates, city, census, expected, years, set(counted.dropna().index)),
        exact_observation(np.log(counted.clip(lower=FEWEST).to_numpy() / expected)),
    )
    random = named_generator(seed, "births", city)
    many = max(draws, STEADY_DRAWS)
    level = condition(_prior(series, years, origin, many, seed), evidence, random)
    observed = counted.notna().to_numpy()
    births = expected[:, None] * np.exp(thinned(level.draws, draws))
    births = np.where(observed[:, None], counted.to_numpy()[:, None], births)
    return Births((city,), tuple(years), births[None], observed[None])


def women_of_births(census: pd.DataFrame, until: int) -> pd.DataFrame:
    """Return effective women from eleven years before ``census`` to ``until``, county × year."""
    origin = int(census["year"].iloc[0])
    return effective_women(census, range(origin - YEARS_BEFORE_CENSUS, until + 1))


def scale_births(births: Births, multiple: FloatArray) -> Births:
    """Return births times ``multiple`` (area, year); observed area-years stay untouched."""
    factor = np.where(births.observed, 1.0, multiple)[:, :, None]
    return Births(births.areas, births.years, births.births * factor, births.observed)


def _prior(series: pd.Series, years: range, origin: int, draws: int, seed: int) -> Paths:
    """Return the log distance from expected births before any observation."""
    national = tuple(zip(series.index.tolist(), series.tolist(), strict=True))
    return _common_prior(national, years, origin, draws, seed)


@lru_cache(maxsize=2)
def _common_prior(
    national: tuple[tuple[int, float], ...], years: range, origin: int, draws: int, seed: int
) -> Paths:
    """Return the prior of every city under the same national births (year, log); read-only."""
    series = pd.Series(dict(national))
    walk = walk_covariance(np.array(years), origin, DIFFUSE_SD, share_step_sd("city"))
    (prior,) = draw_walks(walk, draws, [named_generator(seed, "births share")])
    last = int(series.index[-1])
    later = [index for index, year in enumerate(years) if year > last]
    if not later:
        return prior
    ahead = years[-1] - last
    paths = future_levels(series, ahead, draws, seed) - series.iloc[-1]
    rows = [years[index] - last - 1 for index in later]
    level = np.zeros_like(prior.draws)
    level[later] = paths[rows]
    return Paths(prior.draws + level, walk + covariance_of(level))


def _cohort_observation(census: pd.DataFrame, expected: FloatArray, years: range) -> Observation:
    """Return the log births over expected births that the children of one census imply."""
    young = census[census["age_upper"].notna() & (census["age_upper"] <= OLDEST_COHORT)]
    origin = int(census["year"].iloc[0])
    counts = young.groupby(["age_lower", "age_upper"])["persons"].sum()
    rows, values, variances = [], [], []
    for (lower, upper), persons in counts[counts > 0].items():
        alive = cohort_weights(int(lower), int(upper), origin, years) * expected
        rows.append(alive / alive.sum())
        values.append(np.log(persons / alive.sum()))
        variances.append(COUNT_ERROR**2 + 1 / persons)
    return Observation(
        np.array(rows).reshape(-1, len(years)), np.array(values), np.array(variances)
    )


def cohort_weights(lower: int, upper: int, census_year: int, years: range) -> FloatArray:
    """Return the share of each year's births alive at ``lower`` to ``upper`` on census day."""
    survival = log_survival(range(census_year, census_year + 1), oldest=upper + 1)[0]
    weights = np.zeros(len(years))
    for age in range(lower, upper + 1):
        alive = np.exp(survival[0] + survival[:age].sum())
        born = census_year - age - years[0]
        weights[born] += SHARE_BEFORE_CENSUS * alive
        weights[born - 1] += (1 - SHARE_BEFORE_CENSUS) * alive
    return weights


def _rate_observation(
    vital_rates: pd.DataFrame,
    city: str,
    census: pd.DataFrame,
    expected: FloatArray,
    years: range,
    superseded: set[int],
) -> Observation:
    """Return the same from crude birth rates since the census, on the census population."""
    origin = int(census["year"].iloc[0])
    rates = vital_rates[
        (vital_rates["adcode"] == city)
        & (vital_rates["measure"] == "birth_rate_permille")
        & (vital_rates["year"] > origin)
        & (vital_rates["year"] <= years[-1])
        & ~vital_rates["year"].isin(superseded)
    ]
    column = (rates["year"] - years[0]).to_numpy(dtype=int)
    births = rates["value"].to_numpy(dtype=float) / 1000 * float(census["persons"].sum())
    values = np.log(births / expected[column])
    return Observation(np.eye(len(years))[column], values, np.full(len(values), COUNT_ERROR**2))


def exact_observation(values: FloatArray) -> Observation:
    """Return an observation without error of the years whose value is not NaN."""
    known = np.flatnonzero(~np.isnan(values))
    return Observation(np.eye(len(values))[known], values[known], np.zeros(len(known)))


def _join(*parts: Observation) -> Observation:
    return Observation(
        np.concatenate([part.weights for part in parts]),
        np.concatenate([part.averages for part in parts]),
        np.concatenate([part.variances for part in parts]),
    )


def known_births(
    published: pd.DataFrame | None,
    own: pd.DataFrame | None,
    areas: tuple[str, ...],
    years: range,
) -> pd.DataFrame:
    """Return known births with ``areas`` as rows and ``years`` as columns; own figures win.

    Outliers are not known.
    """
    given = [table[["adcode", "year", "births"]] for table in (published, own) if table is not None]
    if not given:
        return pd.DataFrame(np.nan, index=list(areas), columns=list(years))
    table = pd.concat(given).dropna().drop_duplicates(["adcode", "year"], keep="last")
    wide = table.pivot_table(index="adcode", columns="year", values="births").astype(float)
    wide = wide.mask(outliers(wide.to_numpy(), closing=False))
    return wide.reindex(index=list(areas), columns=list(years)).astype(float)


def _city_births(known: pd.DataFrame, city: str, areas: list[str]) -> pd.Series:
    """Return known births of the city: the counties' sum where all are known, else its own."""
    counties = known.loc[areas].sum(min_count=len(areas))
    return counties.fillna(known.loc[city] if city not in areas else counties)
