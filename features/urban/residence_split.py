"""Children by where they live: the built-up city, towns, villages."""

import numpy as np
import pandas as pd

from features.arrays import FloatArray
from features.urban.urban_path import UrbanPath

RESIDENCES = ("city", "town", "village")


def children_by_residence(
    children: FloatArray, path: UrbanPath, city_proper: pd.DataFrame
) -> FloatArray:
    r"""Return children in the city (城区), towns (镇区) and villages (乡村), an estimate.

    .. math:: C^{city}=C\,u\,q,\qquad C^{town}=C\,u\,(1-q),\qquad C^{village}=C\,(1-u)

    with the urban share :math:`u` of residents and the part :math:`q` of urban residents who live
    in the built-up city, from the census of the complete city that a district belongs to. Counties
    without a city have only towns and villages. No county table gives the age structure of the
    three, so children are assumed to be distributed as all residents are.

    Parameters
    ----------
    children : (area, …, year, draw) persons, of the areas and years of ``path``
    city_proper : ``adcode, city_population, urban_population`` of the last census

    Returns
    -------
    (area, …, year, residence, draw) children in the order of :data:`RESIDENCES`
    """
    table = city_proper.set_index("adcode")
    part = (table["city_population"] / table["urban_population"]).reindex(list(path.areas))
    between = tuple(range(1, children.ndim - 2))
    inside = np.expand_dims(part.fillna(0.0).to_numpy(dtype=float), (*between, -2, -1))
    urban = children * np.expand_dims(path.share, between)
    return np.stack([urban * inside, urban * (1 - inside), children - urban], axis=-2)
