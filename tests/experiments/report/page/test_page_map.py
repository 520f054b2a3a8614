"""The map of the report: a label lies inside its county, and counties not forecast have none."""

from data.bundle import load_bundle
from experiments.report.page.page_map import map_sheets


def test_counties_that_were_not_requested_are_drawn_without_a_label():
    boundaries = load_bundle(None).tables.boundaries
    sheets = map_sheets(boundaries, {"450312": "临桂区"})
    (main,) = sheets
    labels = {shape["adcode"]: shape["name"] for shape in main.shapes if "x" in shape}
    assert labels == {"450312": "临桂区"}
    assert len(main.shapes) == len(boundaries)
