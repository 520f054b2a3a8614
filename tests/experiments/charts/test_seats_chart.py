from pathlib import Path

from experiments.charts.seats_chart import seats_chart, write_chart
from forecasting.headline import lead_area
from tests.synthetic_demand import synthetic_demand

TITLES = {"baseline": "基准", "quality_and_access": "提质扩容"}


def test_the_picture_holds_the_citys_figures_alone_by_stage():
    demand = synthetic_demand().query("scenario in @TITLES")
    chart = seats_chart(lead_area(demand), TITLES, "zh")
    values = chart["data"]["values"]
    city = demand.query("adcode == '450300'")
    assert len(values) == len(city)
    assert sum(row["seats_required"] for row in values) == city["seats_required"].sum()
    assert {row["scenario"] for row in values} == set(TITLES.values())
    assert {row["stage"] for row in values} == set(chart["facet"]["sort"])


def test_county_names_are_drawn_as_letters_and_not_as_boxes(tmp_path: Path):
    demand = synthetic_demand({"450312": "临桂区"}).query("adcode == '450312'")
    for name, county in (("a", "临桂区"), ("b", "灵川县")):
        write_chart(demand.assign(county=county), tmp_path / f"{name}.png", TITLES, "zh")
    pictures = [(tmp_path / f"{name}.png").read_bytes() for name in "ab"]
    assert pictures[0].startswith(b"\x89PNG")
    assert pictures[0] != pictures[1]
