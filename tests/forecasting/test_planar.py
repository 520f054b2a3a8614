import numpy as np
import pandas as pd
import pytest

from forecasting.planar import planar, planar_crs


def test_a_degree_of_latitude_and_the_central_meridian():
    places = pd.DataFrame({"lon": [111.0, 111.0, 110.0], "lat": [25.0, 26.0, 25.0]})
    metres = planar(places, "EPSG:4546")
    # On its central meridian a Gauss-Krüger zone has easting 500,000 and true scale.
    np.testing.assert_allclose(metres[:2, 0], 500_000, atol=1e-3)
    assert metres[1, 1] - metres[0, 1] == pytest.approx(110_780, abs=30)
    # cos(25°) of 111,320 m, the ellipsoid apart.
    assert metres[0, 0] - metres[2, 0] == pytest.approx(100_930, abs=50)


@pytest.mark.parametrize(("lon", "crs"), [(73.5, 4534), (75.0, 4534), (112.6, 4547), (135, 4554)])
def test_the_nearest_meridian_is_the_zone(lon: float, crs: int):
    assert planar_crs(lon) == f"EPSG:{crs}"
