import pytest

from experiments.charts.waterfall import waterfall, waterfalls
from tests.synthetic_demand import synthetic_changes, synthetic_demand


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


def test_the_bars_are_those_of_the_first_scenario_of_the_city():
    demand = synthetic_demand()
    changes = synthetic_changes(demand)
    city = changes.query("adcode == '450300' and scenario == 'baseline'")
    drawn = waterfalls(demand, changes, "zh")
    for stage, bars in waterfalls(demand, city, "zh").items():
        assert bars.equals(drawn[stage])
