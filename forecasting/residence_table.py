"""The rows of ``residence.csv``: children of each stage in the city, in towns, in villages."""

import numpy as np
import pandas as pd

from data.stages import STAGES
from features.population import Population
from features.residence import RESIDENCES, children_by_residence
from features.urbanization import UrbanPath

COLUMNS = [
    *("scenario", "adcode", "county", "stage", "year", "residence"),
    *("children", "children_lo80", "children_hi80", "basis"),
]
BASIS = "estimate: children live in city, town and village as all residents do"


def residence_table(
    population: Population,
    path: UrbanPath,
    city_proper: pd.DataFrame,
    scenario: str,
    names: dict[str, str],
) -> pd.DataFrame:
    """Return one row a county × stage × year × residence, mean and 80 % range of its children.

    Parameters
    ----------
    population : residents by single year of age
    path : urban share of the same counties and years
    city_proper : ``adcode, city_population, urban_population`` of the last census
    scenario : identifier
    names : adcode → name
    """
    parts = []
    for stage in STAGES:
        children = population.between(stage.first_age, stage.last_age)
        split = np.moveaxis(children_by_residence(children, path, city_proper), 1, 2)
        labels = [population.areas, [stage.code], population.years, RESIDENCES]
        low, high = np.percentile(split, [10, 90], axis=-1).round()
        figures = {
            "children": split.mean(axis=-1).round().ravel(),
            "children_lo80": low.ravel(),
            "children_hi80": high.ravel(),
        }
        index = pd.MultiIndex.from_product(labels, names=["adcode", "stage", "year", "residence"])
        parts.append(pd.DataFrame(figures, index=index).reset_index())
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(scenario=scenario, county=table["adcode"].map(names), basis=BASIS)
    return table[COLUMNS]
