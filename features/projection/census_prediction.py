"""Predictions for the counties of all cities from a census: the slow part of a start."""

import pickle
from collections.abc import Sequence
from dataclasses import dataclass

from joblib import Parallel, delayed

from data.bundle import DataBundle
from features.migration.learned_change import PredictedChange, foresee_change
from features.projection.base_census import (
    has_attributes,
    jump_off_year,
    known_attributes,
    panel_census,
)
from features.ratios.predicted_ratio import predict_ratios


@dataclass(frozen=True)
class CensusPrediction:
    """Predictions for each county from one census, before anything is drawn.

    Parameters
    ----------
    change : predicted ten-year log change of its cohorts
    ratios : predicted log ratio of pupils to resident children
    """

    change: PredictedChange
    ratios: PredictedChange

    def of(self, areas: Sequence[str]) -> "CensusPrediction":
        """Return the predictions for ``areas`` alone."""
        return CensusPrediction(self.change.of(areas), self.ratios.of(areas))


def predict_from_census(bundle: DataBundle) -> dict[str, CensusPrediction]:
    """Return city → predictions for its counties from the census: the slow part.

    Cities with the same census year, whose attributes are all known or all unknown, are predicted
    together, each with the others as its surroundings. Those of several cities are predicted in
    parallel where joblib is set to.

    Raises
    ------
    DataError
        No census year has all counties of a city.
    """
    cities = bundle.cities
    inputs = [_census_inputs(city) for city in cities]
    groups: dict[tuple[int, bool], list[str]] = {}
    for group, city in zip(inputs, cities, strict=True):
        groups.setdefault(group, []).extend(city.counties)
    censuses = {
        group: (
            panel_census(bundle.tables.population, group[0], tuple(areas)),
            known_attributes(group[0], tuple(areas)),
        )
        for group, areas in groups.items()
    }
    # As bytes, which a scheduler keeps for another worker should one die; and without files.
    tasks = [
        delayed(_predict_packed)(pickle.dumps((predict, *given)))
        for given in censuses.values()
        for predict in (foresee_change, predict_ratios)
    ]
    jobs = None if len(cities) > 1 else 1  # as joblib is set to, or here
    found = iter(Parallel(jobs, max_nbytes=None)(tasks))
    predicted = {group: CensusPrediction(next(found), next(found)) for group in censuses}
    return {
        city.city: predicted[group].of(city.counties)
        for group, city in zip(inputs, cities, strict=True)
    }


def _predict_packed(packed: bytes) -> PredictedChange:
    predict, census, attributes = pickle.loads(packed)  # noqa: S301 - from predict_from_census
    return predict(census, attributes)


def _census_inputs(city: DataBundle) -> tuple[int, bool]:
    """Return the census to start from, and whether it has attributes of the city's counties."""
    year = jump_off_year(city.tables.population, city.counties)
    return year, has_attributes(year, city.counties)
