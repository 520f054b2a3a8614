"""Time of siting 2,000 places × 300 sites a stage, and of access for 20,000 places × 3,000 schools.

``make bench-siting`` prints them beside scipy's ``milp`` on the same programs, and leaves the
points in ``benchmarks/cache/siting`` for ``benchmarks/siting_peers.py``.
"""

import time
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from data.bundle import load_bundle
from data.contract.stages import PLANNED
from forecasting.siting.accessibility import access
from forecasting.siting.siting_case import SitingCase, possible_trips
from forecasting.siting.siting_model import RELATIVE_GAP, SECONDS, site_program, site_schools

POINTS = Path("benchmarks") / "cache" / "siting"
# A side of the square in which 2,000 places lie, in metres: a town, and a county for seniors.
SIDES = {"kindergarten": 8_000, "primary": 8_000, "junior": 12_000, "general_senior": 30_000}
PLACES, SCHOOLS, SITES = 2_000, 60, 300


def stage_case(stage: str, radius: float, size: int, luck: np.random.Generator) -> SitingCase:
    side = SIDES[stage]
    children = luck.lognormal(3, 0.7, PLACES)
    return SitingCase(
        places=luck.uniform(0, side, (PLACES, 2)),
        children=children,
        radius=np.full(PLACES, radius),
        schools=luck.uniform(0, side, (SCHOOLS, 2)),
        seats=luck.integers(4, 30, SCHOOLS) * float(size),
        sites=luck.uniform(0, side, (SITES, 2)),
        least=np.full(SITES, 6),
        most=luck.integers(6, 37, SITES),
        class_size=size,
        seats_wanted=0.6 * children.sum(),
    )


def time_siting() -> None:
    norms = load_bundle(None).table("standards").set_index(["stage", "measure"])["value"]
    print(f"siting {PLACES:,} places × {SITES} sites, gap asked {RELATIVE_GAP:.0%}, one thread")
    for stage in PLANNED:
        radius, size = (norms[stage.code, name] for name in ("walking_radius_m", "class_size"))
        case = stage_case(stage.code, float(radius), int(size), np.random.default_rng(1))
        begun, used = time.perf_counter(), time.process_time()
        found = site_schools(case)
        wall, processor = time.perf_counter() - begun, time.process_time() - used
        program = site_program(case, possible_trips(case))
        begun = time.perf_counter()
        other = milp(
            program.cost,
            integrality=program.whole.astype(int),
            bounds=Bounds(0, program.upper),
            constraints=LinearConstraint(program.matrix, program.row_lower, program.row_upper),
            options={"mip_rel_gap": RELATIVE_GAP, "time_limit": SECONDS},
        )
        peer = time.perf_counter() - begun
        print(
            f"{stage.code:13} {len(found.trips.place):6,} trips  {wall:5.1f} s "
            f"(processor {processor:4.1f} s)  objective {found.objective:10,.1f} gap "
            f"{found.gap:.2%} | milp {peer:5.1f} s {other.fun:10,.1f} gap {other.mip_gap:.2%}",
            flush=True,
        )
        if stage.code == "primary":
            room = np.concatenate([case.seats, case.most * float(case.class_size)])
            np.savez(
                POINTS / "siting.npz",
                lived=case.places,
                sites=np.concatenate([case.schools, case.sites]),
                wanted=case.children,
                room=room,
                opened=SCHOOLS + int((found.classes > 0).sum()),
            )


def time_access() -> None:
    luck = np.random.default_rng(1)
    places, schools = luck.uniform(0, 50_000, (20_000, 2)), luck.uniform(0, 50_000, (3_000, 2))
    children, seats = luck.uniform(0, 100, 20_000), luck.uniform(100, 1000, 3_000)
    for radius in (500.0, 1000.0, 2500.0):
        begun = time.perf_counter()
        found = access(places, children, np.full(20_000, radius), schools, seats)
        print(f"access 20,000 × 3,000 at {radius:,.0f} m: {time.perf_counter() - begun:.3f} s")
        if radius == 1000.0:
            np.savez(
                POINTS / "access.npz",
                places=places,
                children=children,
                schools=schools,
                seats=seats,
                found=found.seats_per_child,
            )


if __name__ == "__main__":
    POINTS.mkdir(parents=True, exist_ok=True)
    time_access()
    time_siting()
