"""Parts of a made-up study, as a forecast leaves them on disk."""

from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_CODES
from data.language import Text
from data.scenario.schema import load_scenario
from experiments.parts.scenario_cache import DRAWS, FILES
from experiments.results.draws_file import write_draws
from experiments.tracking.study_runs import ScenarioRun, StudyRuns
from forecasting.seat_draws import SeatDraws
from forecasting.tables import ForecastTables
from tests.synthetic_demand import synthetic_changes, synthetic_demand

COUNTIES = {"450312": "临桂区", "450321": "阳朔县"}
NAMES = {"450312": "临桂区"}
SCENARIOS = [load_scenario("baseline", NAMES), load_scenario("new_district", NAMES)]
TABLE = ("baseline", "low_fertility")  # the made-up rows that stand for the two
STUDY = StudyRuns(
    title=Text("桂林市学位需求", "Guilin"),
    description=Text("哪里缺学位？", "Where are seats short?"),
    now=2026,
    digests={"births.csv": "ab" * 32},
    data_digest="cd" * 32,
    parameters={"seed": "1", "now": "2026"},
    shown=(*COUNTIES, "450300"),
)


def seat_draws() -> SeatDraws:
    """Two draws: 10 seats short in one, 30 idle in the other, everywhere and always."""
    seats = np.full((2, 4, 16, 2), 100.0, dtype=np.float32)
    return SeatDraws(
        tuple(COUNTIES), STAGE_CODES, tuple(range(2020, 2036)), seats, seats + np.float32([-10, 30])
    )


def part(folder: Path, place: int) -> ScenarioRun:
    """A part on disk as a study leaves it."""
    path = folder / f"{place:064d}"
    demand = synthetic_demand(COUNTIES)
    changes = synthetic_changes(demand)
    name = SCENARIOS[place].name
    own = [
        rows[rows["scenario"] == TABLE[place]].assign(scenario=name) for rows in (demand, changes)
    ]
    (path / FILES).mkdir(parents=True)
    (path / FILES / "学位需求预测.xlsx").write_bytes(name.encode())
    empty = pd.DataFrame({"scenario": [], "adcode": []}, dtype=str)
    tables = ForecastTables(own[0], own[1], empty, empty)
    for table in ("demand", "changes", "differences", "residence"):
        getattr(tables, table).to_parquet(path / f"{table}.parquet")
    write_draws(seat_draws(), path / DRAWS)
    return ScenarioRun(SCENARIOS[place], SCENARIOS[0], place, path, folder / f"{0:064d}")
