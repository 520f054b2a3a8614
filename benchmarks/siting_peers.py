"""PySAL's access, an independent check of ours; it lives in an environment of its own.

``python -m venv PEERS && PEERS/bin/pip install access``, then
``PEERS/bin/python benchmarks/siting_peers.py access FILE`` writes the figures that
``tests/forecasting/siting/test_accessibility.py`` compares with.
"""

import json
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
from access import Access


def floating_catchments(
    places: np.ndarray, children: np.ndarray, schools: np.ndarray, seats: np.ndarray, radius: float
) -> np.ndarray:
    lived = gpd.GeoDataFrame(
        {"place": np.arange(len(places)), "children": children},
        geometry=gpd.points_from_xy(*places.T),
        crs=4546,
    )
    stand = gpd.GeoDataFrame(
        {"school": np.arange(len(schools)), "seats": seats},
        geometry=gpd.points_from_xy(*schools.T),
        crs=4546,
    )
    found = Access(
        demand_df=lived, demand_index="place", demand_value="children",
        supply_df=stand, supply_index="school", supply_value=["seats"],
    )  # fmt: skip
    found.create_euclidean_distance(threshold=radius, centroid_o=True, centroid_d=True)
    found.two_stage_fca(name="fca", cost="euclidean", max_cost=radius)
    return found.access_df["fca_seats"].fillna(0.0).to_numpy()


def write_access(path: Path) -> None:
    rng = np.random.default_rng(1)
    places, schools = (
        rng.uniform(0, 5000, (60, 2)).round(1),
        rng.uniform(0, 5000, (15, 2)).round(1),
    )
    children, seats = rng.integers(1, 90, 60), rng.integers(90, 900, 15)
    found = floating_catchments(places, children, schools, seats, 1000.0)
    content = {
        "radius": 1000, "places": places.tolist(), "schools": schools.tolist(),
        "children": children.tolist(), "seats": seats.tolist(), "seats_per_child": found.tolist(),
    }  # fmt: skip
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_access(Path(sys.argv[2]))
