"""A results folder of made-up figures, as a forecast leaves it on disk."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_CODES
from data.language import Text
from data.scenario.schema import Scenario, load_scenario
from data.settings import Settings
from experiments.results.draws_file import draws_path, write_draws
from experiments.results.results_folder import (
    DELIVERABLES,
    StudyText,
    write_demand,
    write_figures,
    write_manifest,
)
from forecasting.seat_draws import SeatDraws
from tests.synthetic_demand import synthetic_changes, synthetic_demand

COUNTIES = {"450312": "临桂区", "450321": "阳朔县"}
NAMES = {"450312": "临桂区"}
SCENARIOS = [load_scenario("baseline", NAMES), load_scenario("new_district", NAMES)]
ROWS = {"new_district": "quality_and_access"}  # the made-up rows that stand for it
STUDY = StudyText(Text("桂林市学位需求", "Guilin"), Text("哪里缺学位？", "Where are seats short?"))
SETTINGS = Settings(now=2026, until=2035, draws=2, seed=1)
DATA = {
    "data": "guilin",
    "names": COUNTIES | {"450300": "桂林市"},
    "data_sha256": {"births.csv": "ab" * 32},
    "tables": {
        "births": {
            "columns": {"adcode": "string", "year": "long", "births": "long", "source": "string"},
            "num_rows": 34,
            "num_elements": 136,
            "missing": {"source": 2},
            "years": [2019, 2020],
        }
    },
    "observed_years": {},
}


def seat_draws(counties: Mapping[str, str] = COUNTIES) -> SeatDraws:
    """Two draws: 10 seats short in one, 30 idle in the other, everywhere and always."""
    seats = np.full((len(counties), len(STAGE_CODES), 16, 2), 100.0, dtype=np.float32)
    years = tuple(range(2020, 2036))
    available = seats + np.float32([-10, 30])
    return SeatDraws(tuple(counties), STAGE_CODES, years, seats, available)


def write_synthetic_results(
    folder: Path,
    scenarios: list[Scenario] = SCENARIOS,
    study: StudyText = STUDY,
    settings: Settings = SETTINGS,
) -> Path:
    """Write the folder and return it; its deliverables are empty files."""
    folder.mkdir(parents=True)
    demand = synthetic_demand(COUNTIES)
    changes = synthetic_changes(demand)
    names = [one.name for one in scenarios]
    own = [
        pd.concat([rows[rows["scenario"] == ROWS.get(n, n)].assign(scenario=n) for n in names])
        for rows in (demand, changes)
    ]
    write_demand(own[0], folder)
    write_figures(own[1], folder / "why.csv")
    empty = pd.DataFrame(columns=["scenario", "adcode", "stage", "year", "part", "seats"])
    for name in ("why_scenarios", "residence"):
        write_figures(empty, folder / f"{name}.csv")
    for name in names:
        write_draws(seat_draws(), draws_path(folder, name))
    digests = dict.fromkeys(names, "ab")
    shown = (*COUNTIES, "450300")
    write_manifest(folder, study, scenarios, DATA, settings, digests, shown)
    for name in DELIVERABLES:
        (folder / name).write_text(name, encoding="utf-8")
    return folder
