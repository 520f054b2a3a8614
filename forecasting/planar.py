"""Projection of places to metres: the CGCS2000 Gauss-Krüger zone of the data."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import Transformer

from features.arrays import FloatArray

GEOGRAPHIC = "EPSG:4490"
# EPSG numbers the three-degree zones without a zone prefix from 75°E on, one per meridian.
_FIRST_ZONE, _FIRST_MERIDIAN, _LAST_ZONE = 4534, 75, 4554


def planar_crs(longitude: float) -> str:
    """Return the three-degree CGCS2000 zone whose central meridian is nearest to ``longitude``.

    >>> planar_crs(116.4), planar_crs(103.8)
    ('EPSG:4548', 'EPSG:4544')

    References
    ----------
    EPSG 4534-4554, CGCS2000 / 3-degree Gauss-Kruger CM 75E to 135E.
    """
    zone = _FIRST_ZONE + round((longitude - _FIRST_MERIDIAN) / 3)
    return f"EPSG:{min(max(zone, _FIRST_ZONE), _LAST_ZONE)}"


def planar(places: pd.DataFrame, crs: str) -> FloatArray:
    """Return (place, 2) easting and northing in metres of ``lon, lat`` in degrees.

    WGS 84 and CGCS2000 differ by centimetres, negligible for ways to school.
    """
    to_metres = Transformer.from_crs(GEOGRAPHIC, crs, always_xy=True)
    lon, lat = (places[name].to_numpy(dtype=float) for name in ("lon", "lat"))
    return np.column_stack(to_metres.transform(lon, lat))


def middle_longitude(longitudes: npt.ArrayLike) -> float:
    """Return the longitude midway between the westernmost and easternmost of the data."""
    known = np.asarray(longitudes, dtype=float)
    return float((np.nanmin(known) + np.nanmax(known)) / 2)
