import pandas as pd
import pytest

from forecasting.headline import headlines, in_reading_order
from tests.synthetic_demand import COUNTIES, synthetic_demand


def test_headline_figures_are_those_of_a_plain_loop():
    demand = synthetic_demand({"450312": "临桂区", "450321": "阳朔县"})
    records = demand.to_dict("records")
    for row in headlines(demand, now=2026).to_dict("records"):
        own = [
            one
            for one in records
            if all(one[key] == row[key] for key in ("scenario", "adcode", "stage"))
        ]
        ahead = [one for one in own if one["year"] >= 2026]
        by_year = {one["year"]: one for one in own}
        most = max(one["pupils"] for one in ahead)
        assert row["pupils_now"] == by_year[2026]["pupils"]
        assert row["peak_pupils"] == most == by_year[row["peak_year"]]["pupils"]
        assert row["gap_hi80_2030"] == by_year[2030]["gap_hi80"]
        likeliest = max(one["shortage_probability"] for one in ahead)
        assert row["shortage_probability"] == likeliest
        assert by_year[row["warning_year"]]["warning"] == row["warning"]


def test_a_peak_before_now_is_not_a_peak():
    demand = synthetic_demand().query("stage == 'kindergarten'").copy()
    demand["pupils"] = 3000 - demand["year"]
    assert headlines(demand, now=2026)["peak_year"].eq(2026).all()


def test_a_year_beyond_the_table_is_missing_and_not_zero():
    short = synthetic_demand().query("year <= 2030")
    assert headlines(short, now=2026)["gap_2035"].isna().all()


@pytest.mark.parametrize("seed", [1, 2])
def test_reading_order_does_not_depend_on_the_order_of_rows(seed: int):
    demand = synthetic_demand()
    shuffled = pd.concat([demand[:1], demand[1:].sample(frac=1, random_state=seed)])
    expected = in_reading_order(demand).query("scenario == 'baseline'")
    found = in_reading_order(shuffled).query("scenario == 'baseline'")
    pd.testing.assert_frame_equal(found, expected)
    assert list(dict.fromkeys(found["adcode"])) == [*COUNTIES, "450300"]
