"""PySAL's access and spopt beside ours; they live in an environment of their own.

``python -m venv PEERS && PEERS/bin/pip install access spopt``, then
``PEERS/bin/python benchmarks/siting_peers.py access FILE`` writes the figures that
``tests/forecasting/siting/test_accessibility.py`` compares with, and ``… time FOLDER`` times both
on the
points that ``make bench-siting`` leaves in ``FOLDER``.
"""

import json
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pulp
from access import Access
from spopt.locate import PMedian


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
    luck = np.random.default_rng(1)
    places, schools = (
        luck.uniform(0, 5000, (60, 2)).round(1),
        luck.uniform(0, 5000, (15, 2)).round(1),
    )
    children, seats = luck.integers(1, 90, 60), luck.integers(90, 900, 15)
    found = floating_catchments(places, children, schools, seats, 1000.0)
    content = {
        "radius": 1000, "places": places.tolist(), "schools": schools.tolist(),
        "children": children.tolist(), "seats": seats.tolist(), "seats_per_child": found.tolist(),
    }  # fmt: skip
    path.write_text(json.dumps(content) + "\n", encoding="utf-8")


def timed_access(points: dict[str, np.ndarray]) -> None:
    begun = time.perf_counter()
    found = floating_catchments(
        points["places"], points["children"], points["schools"], points["seats"], 1000.0
    )
    seconds = time.perf_counter() - begun
    print(f"access {len(points['places']):,} × {len(points['schools']):,}: {seconds:.2f} s")
    print(f"  largest difference {np.abs(found - points['found']).max():.2e}")


def timed_spopt(points: dict[str, np.ndarray]) -> None:
    ways = np.hypot(*(points["lived"][:, None] - points["sites"][None]).transpose(2, 0, 1))
    begun = time.perf_counter()
    model = PMedian.from_cost_matrix(
        ways, points["wanted"], p_facilities=int(points["opened"]),
        facility_capacities=points["room"], fulfill_predefined_fac=False,
    )  # fmt: skip
    built = time.perf_counter() - begun
    try:
        solved = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=120, gapRel=0.01))
        told = pulp.LpStatus[solved.problem.status]
    except RuntimeError as error:
        told = str(error).splitlines()[0]
    seconds = time.perf_counter() - begun
    print(f"spopt capacitated p-median {ways.shape}: built {built:.1f} s, {seconds:.1f} s, {told}")


if __name__ == "__main__":
    if sys.argv[1] == "access":
        write_access(Path(sys.argv[2]))
    else:
        timed_access(dict(np.load(Path(sys.argv[2]) / "access.npz")))
        timed_spopt(dict(np.load(Path(sys.argv[2]) / "siting.npz")))
