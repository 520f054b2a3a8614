import numpy as np
import pandas as pd

from features.urban.urban_path import UrbanPath
from forecasting.residence_table import residence_table
from forecasting.why import PARTS, DemandChain

PROPER = pd.DataFrame({"adcode": ["450312"], "city_population": [90], "urban_population": [100]})


def test_children_of_a_district_by_hand():
    levels = np.full((len(PARTS), 2, 1, 1, 3), 1.0)
    levels[PARTS.index("migration"), 0] = 600.0  # residents of primary age
    chain = DemandChain(("450312", "450300"), ("primary",), (2025,), levels)
    path = UrbanPath(("450312",), (2025,), np.full((1, 1, 3), 0.5), np.full((1, 3), 0.5))
    table = residence_table(chain, path, PROPER, "baseline")
    # Half are urban; nine in ten of these live in the built-up city.
    found = table.set_index("residence")["children"]
    assert found.to_dict() == {"city": 270.0, "town": 30.0, "village": 300.0}
    assert set(table["adcode"]) == {"450312"}
    assert table["basis"].str.startswith("estimate").all()
