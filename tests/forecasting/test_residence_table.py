import numpy as np
import pandas as pd

from features.population import Population
from features.urbanization import UrbanPath
from forecasting.residence_table import COLUMNS, residence_table

PROPER = pd.DataFrame({"adcode": ["450312"], "city_population": [90], "urban_population": [100]})


def test_primary_children_of_a_district_by_hand():
    persons = np.full((1, 1, 20, 3), 100.0)  # six ages of 100: 600 of primary age
    people = Population(("450312",), (2025,), tuple(range(20)), persons)
    path = UrbanPath(("450312",), (2025,), np.full((1, 1, 3), 0.5), np.full((1, 3), 0.5))
    table = residence_table(people, path, PROPER, "baseline", {"450312": "临桂区"})
    assert list(table.columns) == COLUMNS
    primary = table[table["stage"] == "primary"].set_index("residence")["children"]
    # Half are urban; nine in ten of these live in the built-up city.
    assert primary.to_dict() == {"city": 270.0, "town": 30.0, "village": 300.0}
    assert table["basis"].str.startswith("estimate").all()
    assert len(table) == 4 * 3
