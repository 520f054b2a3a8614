import numpy as np
import pandas as pd
import pytest

from features.urban.residence_split import RESIDENCES, children_by_residence
from features.urban.urban_path import UrbanPath

PROPER = pd.DataFrame({"adcode": ["450312"], "city_population": [90], "urban_population": [100]})


def test_a_district_has_a_city_and_a_county_only_towns_and_villages():
    share = np.array([[[0.5]], [[0.4]]])
    path = UrbanPath(("450312", "450321"), (2025,), share, share[0])
    children = np.array([[[1000.0]], [[500.0]]])
    found = children_by_residence(children, path, PROPER)
    assert RESIDENCES == ("city", "town", "village")
    assert found[0, 0, :, 0] == pytest.approx([450, 50, 500])
    assert found[1, 0, :, 0] == pytest.approx([0, 200, 300])
    by_stage = np.stack([children, 2 * children], axis=1)
    assert children_by_residence(by_stage, path, PROPER)[:, 1] == pytest.approx(2 * found)
    assert found.sum(axis=2) == pytest.approx(children)
