"""Draws of the pupils per resident of a city's counties, conditioned on those that some report."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from data.reference.china_panel import ATTRIBUTE_COLUMNS
from features.ageing.census_table import group_table
from features.arrays import FloatArray
from features.births.city_births import exact_observation
from features.births.share_walk import Paths, condition
from features.migration.change_errors import LEVELS, ErrorShape
from features.migration.learned_change import PredictedChange, with_surroundings
from features.migration.predictors import predictors_of
from features.randomness import balanced_normal, named_generator, stratified_normal
from features.ratios.learned_ratio import TARGETS, child_residents, china_learned_ratio

# Keeps the system solvable where the scores of a county determine one another.
JITTER = 1e-6


def predict_ratios(
    census: pd.DataFrame, attributes: pd.DataFrame | None, left_out: tuple[str, ...] = ()
) -> PredictedChange:
    """Return the log ratios of pupils to residents predicted from one census.

    Parameters
    ----------
    census : ``adcode, year, sex (M/F), age_lower, age_upper, persons`` of one year
    attributes : ``adcode`` and attribute columns, or None
    left_out : provinces not to learn from, for benchmarks
    """
    groups = group_table(census)
    known = () if attributes is None else tuple(attributes.columns.intersection(ATTRIBUTE_COLUMNS))
    model = china_learned_ratio(known, left_out)
    wide, stated = with_surroundings(groups, attributes, int(census["year"].iloc[0]), known)
    predictors = predictors_of(wide, stated).loc[groups.index].reindex(columns=list(model.columns))
    expected = pd.DataFrame(model.predict(predictors), index=groups.index)
    return PredictedChange(expected, model.errors.expect(predictors), model.errors.shape)


def draw_ratios(
    groups: pd.DataFrame, predicted: PredictedChange, pupils: pd.DataFrame, draws: int, seed: int
) -> FloatArray:
    r"""Return draws of the log ratio of pupils to residents by the census, (area, target, draw).

    .. math:: z^* = z + K(z_o - Hz)

    The errors of all counties are normal scores :math:`z`, made of components of the province,
    the city and the county. The reported scores :math:`z_o` fix their own errors and shift those of
    the other counties and of the other target by the correlation measured in the provinces left
    out. Reported figures are reproduced exactly.

    Parameters
    ----------
    groups : table of :func:`features.ageing.census_table.group_table`, the counties of a city
    predicted : predicted log ratios and the spread of their errors
    pupils : adcode × target, NaN where not reported
    draws : number of draws
    seed : seed of the random draws
    """
    areas = [str(adcode) for adcode in groups.index]
    rows = predicted.of(areas)
    residents = child_residents(groups).clip(min=1.0)
    expected, spread = rows.expected.to_numpy(), rows.spread.to_numpy()
    window = rows.shape.windows(areas, np.log(residents[:, 0]))
    width = window.shape[2]
    with np.errstate(divide="ignore"):
        given = pupils.reindex(index=areas, columns=list(TARGETS)).to_numpy(dtype=float)
        reported = np.log(given / residents)
    reported[~np.isfinite(reported)] = np.nan
    known = _scores((reported - expected) / spread, window)
    random = named_generator(seed, "pupil ratio", "reported")
    prior = Paths(_score_draws(rows.shape, areas, draws, seed), _covariance(rows.shape, areas))
    observed = exact_observation(known.ravel())
    found = condition(prior, observed, random)
    middle = condition(Paths(np.zeros((known.size, 1)), prior.covariance), observed, random).draws
    sd = np.sqrt(np.diag(found.covariance).clip(min=0.0))[:, None]
    score = middle + sd * stratified_normal(found.draws)
    rank = (ndtr(score) * width).astype(int).clip(0, width - 1).reshape(len(areas), -1, draws)
    errors = spread[:, :, None] * np.take_along_axis(window, rank, axis=2)
    drawn = expected[:, :, None] + errors
    return np.where(np.isnan(reported)[:, :, None], drawn, reported[:, :, None])


def log_ratio_sd(predicted: PredictedChange) -> FloatArray:
    """Return the standard deviation of the log ratio not reported, as (area, target)."""
    low, high = np.quantile(predicted.shape.standardised, [0.1, 0.9], axis=0)
    return predicted.spread.to_numpy() * (high - low) / (2 * ndtri(0.9))


def _scores(standardised: FloatArray, window: FloatArray) -> FloatArray:
    """Return normal scores (area, target) of errors among those of like counties, NaN unknown."""
    below = (window < standardised[:, :, None]).sum(axis=2)
    score: FloatArray = ndtri((below + 0.5) / (window.shape[2] + 1))
    return np.where(np.isnan(standardised), np.nan, score)


def _covariance(shape: ErrorShape, areas: Sequence[str]) -> FloatArray:
    """Return the covariance of the scores, area by area and target by target in each."""
    codes = np.array(areas)
    total = JITTER * np.eye(len(codes) * shape.standardised.shape[1])
    for name, root in shape.components.items():
        group = codes.astype(f"U{LEVELS[name]}") if name in LEVELS else codes
        total += np.kron(group[:, None] == group, root @ root.T)
    return total


def _score_draws(shape: ErrorShape, areas: Sequence[str], draws: int, seed: int) -> FloatArray:
    """Return scores of each area and target as (area × target, draw), nothing being reported."""
    targets = shape.standardised.shape[1]
    result = np.zeros((len(areas), targets, draws))
    for name, root in shape.components.items():
        above = ""
        for row, code in enumerate(areas):
            key = code[: LEVELS.get(name, len(code))]
            if key != above:  # neighbours share the draws of their city and province
                random = named_generator(seed, "pupil ratio", name, key)
                above, shared = key, root @ balanced_normal(random, (targets, draws))
            result[row] += shared
    return result.reshape(-1, draws)
