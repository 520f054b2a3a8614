from pathlib import Path

from experiments.charts.seats_chart import write_chart
from tests.synthetic_demand import synthetic_demand

TITLES = {"baseline": "基准", "low_fertility": "低生育"}


def test_the_picture_depends_on_the_citys_figures_alone(tmp_path: Path):
    demand = synthetic_demand().query("scenario in @TITLES")
    city = demand.query("adcode == '450300'")
    for name, table in (("a", demand), ("b", city), ("c", city.assign(seats_required=1.0))):
        write_chart(table, tmp_path / f"{name}.png", TITLES, "zh")
    pictures = {file.stem: file.read_bytes() for file in tmp_path.iterdir()}
    assert pictures["a"].startswith(b"\x89PNG")
    assert pictures["a"] == pictures["b"] != pictures["c"]


def test_county_names_are_drawn_as_letters_and_not_as_boxes(tmp_path: Path):
    demand = synthetic_demand({"450312": "临桂区"}).query("adcode == '450312'")
    for name, county in (("a", "临桂区"), ("b", "灵川县")):
        write_chart(demand.assign(county=county), tmp_path / f"{name}.png", TITLES, "zh")
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()
