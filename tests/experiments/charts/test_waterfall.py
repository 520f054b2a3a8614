from pathlib import Path

import pytest

from experiments.charts.waterfall import waterfall, write_why_chart
from tests.synthetic_demand import synthetic_changes, synthetic_demand

TITLES = {"baseline": "基准"}


def test_bars_lead_from_the_first_years_seats_to_the_last_years():
    demand = synthetic_demand({"450312": "临桂区"}).query("scenario == 'baseline'")
    changes = synthetic_changes(demand)
    mine = "adcode == '450312' and stage == 'primary'"
    seats = demand.query(mine).set_index("year")["seats_required"]
    bars = waterfall(changes.query(f"{mine} and to_year == 2035"), float(seats[2026]), "zh")
    assert len(bars) == 8
    assert bars["right"].iloc[0] == seats[2026]
    assert bars["right"].iloc[-1] == pytest.approx(seats[2035])
    inner = bars.iloc[1:-1]
    assert inner["left"].tolist() == [seats[2026], *inner["right"].iloc[:-1]]
    rises = inner["right"] > inner["left"]
    assert (inner["kind"] == rises.map({True: "up", False: "down"})).all()


def test_the_picture_shows_the_first_scenario_of_the_city_alone(tmp_path: Path):
    demand = synthetic_demand()
    changes = synthetic_changes(demand)
    city = changes.query("adcode == '450300' and scenario == 'baseline'")
    for name, table in (("a", changes), ("b", city), ("c", city.assign(seats=1.0))):
        write_why_chart(demand, table, tmp_path / f"{name}.png", TITLES, "zh")
    pictures = {file.stem: file.read_bytes() for file in tmp_path.iterdir()}
    assert pictures["a"].startswith(b"\x89PNG")
    assert pictures["a"] == pictures["b"] != pictures["c"]
