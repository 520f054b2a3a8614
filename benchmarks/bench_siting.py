"""Siting: published instances against their optima, and generated cases with the true gap.

``make bench-siting FOLDER=…`` reads instances of the OR-Library, Holmberg and Yang in the form of
``Oscar-Oliveira/OR-Datasets`` (facilities, customers, capacities, fixed costs, demands, cost of a
customer's complete demand) with their optima in ``os``. Those are of the single-source problem; a
demand that may be split costs no more. Without a folder only the generated cases are run.
"""

import gzip
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from data.bundle import load_bundle
from data.contract.stages import PLANNED
from forecasting.siting.accessibility import access
from forecasting.siting.location import locate, relaxation
from forecasting.siting.location_program import Location
from forecasting.siting.siting_case import SitingCase, possible_trips
from forecasting.siting.siting_model import NODES, RELATIVE_GAP, location_problem

# A side of the square in which the places lie, in metres: a town, and a county for seniors.
SIDES = {"kindergarten": 8_000, "primary": 8_000, "junior": 12_000, "general_senior": 30_000}
EXACT = 1e-4


def read_instance(path: Path) -> Location:
    """Return a published instance; a facility is one class of all its capacity."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as file:
        figures = np.array(file.read().split(), dtype=float)
    sites, places = int(figures[0]), int(figures[1])
    ends = np.cumsum([2, sites, sites, places, sites * places])
    _, capacity, fixed, demand, cost, *_ = np.split(figures, ends)
    place, facility = np.indices((places, sites))
    each = (cost.reshape(places, sites) / demand[:, None]).ravel()
    return Location(
        demand=demand,
        place=place.ravel(),
        facility=facility.ravel(),
        cost=each,
        room=np.zeros(0),
        size=capacity,
        least=np.ones(sites, dtype=int),
        most=np.ones(sites, dtype=int),
        seat_cost=0.0,
        fixed=fixed,
        unseated=float(100 * each.max() + fixed.max()),
        seats_most=np.inf,
    )


def run_instances(folder: Path) -> None:
    """Print what is found for each instance in ``folder``, with the true gap and the time."""
    optima = {
        path: path.parent / "os" for path in folder.glob("*/p*") if (path.parent / "os").exists()
    }
    optima |= {path: path.with_suffix(".optimum") for path in folder.glob("*.gz")}
    for path in sorted(optima, key=lambda one: (one.stat().st_size, one.name)):
        known = [float(line) for line in optima[path].read_text(encoding="utf-8").split()]
        number = int(path.name.split(".")[0].split("p")[-1])
        best = known[min(number, len(known)) - 1]
        begun, used = time.perf_counter(), time.process_time()
        found = locate(read_instance(path), EXACT, NODES)
        print(
            f"{path.parent.name}/{path.name}: {found.objective:,.3f}, true gap {found.gap:.4%}, "
            f"single source {best:,.3f}, {time.perf_counter() - begun:.1f} s "
            f"({time.process_time() - used:.1f} of processor)",
            flush=True,
        )


def run_two_stage(path: Path) -> None:
    """Print the mean cost over demand scenarios of sites chosen for one demand per customer.

    Sites and capacities are fixed first, for the mean or a quantile of each customer's demand;
    then every scenario is served at least cost, a missing unit at twice the longest way. The mean
    of the scenarios' own bounds, each known in advance, is a bound for any choice.
    """
    data = np.load(path)
    apart = data["customers"][:, None] - data["candidates"][None]
    ways = np.hypot(apart[..., 0], apart[..., 1]) * float(data["unit_transportation_cost"])
    place, facility = (axis.ravel() for axis in np.indices(ways.shape))
    sites, penalty = len(data["candidates"]), 2 * float(ways.max())

    def problem(demand: np.ndarray) -> Location:
        return Location(
            demand=demand,
            place=place,
            facility=facility,
            cost=ways.ravel(),
            room=np.zeros(0),
            size=np.ones(sites),
            least=data["capacity_min"].astype(int),
            most=data["capacity_max"].astype(int),
            seat_cost=data["capacity_cost"],
            fixed=data["building_cost"],
            unseated=penalty,
            seats_most=np.inf,
        )

    demands = data["demand"]
    ahead = float(np.mean([relaxation(problem(one)).bound for one in demands]))
    print(f"two-stage, {len(demands)} scenarios: bound if demand were known {ahead:,.0f}")
    chosen = {f"{share:.0%} quantile": np.quantile(demands, share, axis=0) for share in (0.8, 0.95)}
    for title, demand in {"mean": demands.mean(axis=0), **chosen}.items():
        classes = locate(problem(demand), EXACT, NODES).classes
        held = replace(
            problem(demand), room=classes.astype(float), size=np.zeros(0), fixed=np.zeros(0),
            least=np.zeros(0, int), most=np.zeros(0, int), seat_cost=0.0,
        )  # fmt: skip
        paid = float(data["building_cost"][classes > 0].sum() + data["capacity_cost"] @ classes)
        served = [locate(replace(held, demand=one), EXACT, NODES).objective for one in demands]
        print(
            f"two-stage, by the {title}: {int((classes > 0).sum())} sites, "
            f"{paid + np.mean(served):,.0f}, {(paid + np.mean(served)) / ahead - 1:.2%} above it",
            flush=True,
        )


def stage_case(
    side: float, radius: float, size: int, seed: int, counts: tuple[int, int, int]
) -> SitingCase:
    """Return places, schools and sites at random in a square."""
    generator = np.random.default_rng(seed)
    places, schools, sites = counts
    children = generator.lognormal(3, 0.7, places)
    return SitingCase(
        places=generator.uniform(0, side, (places, 2)),
        children=children,
        radius=np.full(places, radius),
        schools=generator.uniform(0, side, (schools, 2)),
        seats=generator.integers(4, 30, schools) * float(size),
        sites=generator.uniform(0, side, (sites, 2)),
        least=np.full(sites, 6),
        most=generator.integers(6, 37, sites),
        class_size=size,
        seats_wanted=0.6 * children.sum(),
    )


def run_case(title: str, case: SitingCase, gap: float, nodes: int) -> None:
    """Print what is found for a generated case, with the gap to the bound for all trips."""
    begun, used = time.perf_counter(), time.process_time()
    trips = possible_trips(case)
    found = locate(location_problem(case, trips), gap, nodes)
    print(
        f"{title}: {len(trips.place):,} possible trips, {found.objective:,.1f}, true gap "
        f"{found.gap:.3%}, {time.perf_counter() - begun:.1f} s "
        f"({time.process_time() - used:.1f} of processor)",
        flush=True,
    )


def run_generated() -> None:
    """Run seeds 1 to 3 of 2,000 places × 300 sites a stage, and 1,276 settlements × 50 schools."""
    norms = load_bundle(None).table("standards").set_index(["stage", "measure"])["value"]
    for seed in (1, 2, 3):
        for stage in PLANNED:
            radius, size = (norms[stage.code, name] for name in ("walking_radius_m", "class_size"))
            case = stage_case(SIDES[stage.code], float(radius), int(size), seed, (2_000, 60, 300))
            run_case(f"seed {seed} {stage.code}", case, RELATIVE_GAP, NODES)
    county = stage_case(30_000, 30_000, 50, 1, (1_276, 10, 40))
    run_case("1,276 settlements × 50 schools", county, 1e-3, 10_000)


def time_access() -> None:
    """Print the time of access for 20,000 places × 3,000 schools."""
    generator = np.random.default_rng(1)
    places = generator.uniform(0, 50_000, (20_000, 2))
    schools = generator.uniform(0, 50_000, (3_000, 2))
    children, seats = generator.uniform(0, 100, 20_000), generator.uniform(100, 1000, 3_000)
    for radius in (500.0, 1000.0, 2500.0):
        begun = time.perf_counter()
        access(places, children, np.full(20_000, radius), schools, seats)
        print(f"access 20,000 × 3,000 at {radius:,.0f} m: {time.perf_counter() - begun:.3f} s")


if __name__ == "__main__":
    time_access()
    run_generated()
    if len(sys.argv) > 1:
        for scenarios in Path(sys.argv[1]).glob("*.npz"):
            run_two_stage(scenarios)
        run_instances(Path(sys.argv[1]))
