"""The rows of ``residence.csv``: children by stage in city, town and village."""

import pandas as pd

from features.urban.residence_split import RESIDENCES, children_by_residence
from features.urban.urban_path import UrbanPath
from forecasting.intervals import interval_ends
from forecasting.why import DemandChain

BASIS = "estimate: children live in city, town and village as all residents do"
KEYS = ["adcode", "stage", "year", "residence"]


def residence_table(
    chain: DemandChain, path: UrbanPath, city_proper: pd.DataFrame, scenario: str
) -> pd.DataFrame:
    """Return one row per county × stage × year × residence: mean and 80 % range of children.

    Parameters
    ----------
    chain : decomposition that includes residents of each stage's ages
    path : urban share of the counties in the years of ``chain``
    city_proper : ``adcode, city_population, urban_population`` of the last census
    scenario : name of the scenario
    """
    split = children_by_residence(chain.residents(path.areas), path, city_proper)
    low, high = interval_ends(split, (10, 90)).round()
    index = pd.MultiIndex.from_product([path.areas, chain.stages, chain.years, RESIDENCES])
    figures = {
        "children": split.mean(axis=-1).round().ravel(),
        "children_lo80": low.ravel(),
        "children_hi80": high.ravel(),
    }
    table = pd.DataFrame(figures, index=index.set_names(KEYS)).reset_index()
    table.insert(0, "scenario", scenario)
    return table.assign(basis=BASIS)
