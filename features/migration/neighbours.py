"""Predictors of the counties around a county, by distance, across borders."""

import numpy as np
import pandas as pd
from sklearn.neighbors import BallTree

from data.reference.china_panel import places

NEIGHBOURS = 8


def neighbour_predictors(own: pd.DataFrame, is_sum: np.ndarray) -> pd.DataFrame:
    """Return the mean of the eight nearest counties and the county's distance from it.

    Parameters
    ----------
    own : one row per county, six-digit adcode as the index, predictors as columns
    is_sum : (row,) True for a row that adds up others, which is nobody's neighbour

    Returns
    -------
    Columns ``around_…`` and ``from_around_…``; NaN for a county whose place is not known.
    """
    place = np.radians(places_of(own.index)[["lat", "lon"]].to_numpy())
    known = np.isfinite(place).all(axis=1)
    candidates = np.flatnonzero(known & ~is_sum)
    around = np.full(own.shape, np.nan)
    count = min(NEIGHBOURS, len(candidates) - 1)
    if count > 0:
        tree = BallTree(place[candidates], metric="haversine")
        nearest = candidates[tree.query(place[known], k=count + 1, return_distance=False)]
        values = own.to_numpy(dtype=float)[nearest]
        itself = nearest == np.flatnonzero(known)[:, None]
        # A sum row is not among the candidates: its farthest neighbour goes instead of itself.
        itself[~itself.any(axis=1), -1] = True
        around[known] = np.nanmean(np.where(itself[:, :, None], np.nan, values), axis=1)
    mean = pd.DataFrame(around, index=own.index, columns=own.columns)
    return pd.concat([mean.add_prefix("around_"), (own - mean).add_prefix("from_around_")], axis=1)


def places_of(areas: pd.Index) -> pd.DataFrame:
    """Return ``lon, lat`` of each area; the middle of its prefecture or province if not known."""
    known = places()
    found = known.reindex(areas)
    for digits in (4, 2):
        middle = known.groupby(known.index.str[:digits]).mean()
        found = found.fillna(middle.reindex(areas.astype(str).str[:digits]).set_axis(areas))
    return found
