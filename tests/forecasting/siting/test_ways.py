"""A river between two villages: the table of ways sees the bridge, a straight line does not."""

from dataclasses import replace

import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.contract.stages import STAGES
from forecasting.siting.places import ground
from forecasting.siting.siting_tables import SitingTables, site_all

NAMES = {"450312": "临桂区"}
PRIMARY = ("450312", "primary")


def villages(trips: pd.DataFrame | None) -> DataBundle:
    """Return two villages 300 m apart with 60 children each and a school of 120 seats at one."""
    here = {"adcode": "450312", "lat": 25.2, "basis": "observed", "datum": "CGCS2000"}
    point = [110.2, 110.203]
    settlements = pd.DataFrame(
        [
            here | {"id": f"V{place}", "name": "村", "setting": "urban", "lon": lon}
            for place, lon in enumerate(point)
        ]
    ).assign(population=100.0, **{f"age_{s.first_age}_{s.last_age}": 60.0 for s in STAGES})
    school = here | {
        "id": "X", "name": "校", "stage": "primary", "seats": 120.0, "pupils": 100, "classes": 3,
        "year": 2025, "grade": "all", "lon": point[0],
    }  # fmt: skip
    bundle = load_bundle(None)
    tables = replace(
        bundle.tables,
        settlements=settlements,
        schools=pd.DataFrame([school]),
        projects=None,
        sites=None,
        trips=trips,
    )
    return replace(bundle, tables=tables)


def sited(trips: pd.DataFrame | None) -> SitingTables:
    known = ground(villages(trips))
    assert known is not None
    wanted = pd.DataFrame(
        {"year": [2030.0], "children": [120.0], "seats": [0.0]},
        index=pd.MultiIndex.from_tuples([PRIMARY]),
    )
    return site_all(known, wanted, NAMES)


def matrix(**ways: list[float]) -> pd.DataFrame:
    """Return the table ``trips`` of the two villages, in km or minutes."""
    return pd.DataFrame({"from": ["V0", "V1"], "to": "X", "km": pd.NA, "minutes": pd.NA} | ways)


def test_without_the_table_straight_lines_are_used_and_said():
    found = sited(None)
    assert found.trips["children"].tolist() == pytest.approx([60, 60])
    assert found.access["out_of_reach"].tolist() == [0]
    assert any("距离按直线算" in note.zh for note in found.notes)


def test_a_long_way_round_is_out_of_reach():
    # 500 m is the urban radius of a primary school; the bridge makes it 4 km.
    found = sited(matrix(km=[0.1, 4.0]))
    assert found.trips[["settlement", "metres"]].to_numpy().tolist() == [["V0", 100.0]]
    (row,) = found.access.to_dict("records")
    assert (row["out_of_reach"], row["share_within_before"]) == (60, 0.5)
    assert row["longest_m_before"] == 4000.0
    assert any("距离按上学路程表的路程" in note.zh for note in found.notes)


def test_minutes_are_held_against_the_longest_time():
    # 30 minutes is the longest way to a primary school in the standards.
    found = sited(matrix(minutes=[5.0, 30.0]))
    assert found.trips[["settlement", "minutes"]].to_numpy().tolist() == [["V0", 5.0], ["V1", 30.0]]
    assert found.trips["metres"].isna().all()
    late = sited(matrix(minutes=[5.0, 31.0])).access.iloc[0]
    assert late["out_of_reach"] == 60
    assert late["longest_min_before"] == 31.0


def test_a_county_without_ways_keeps_straight_lines():
    ways = matrix(km=[0.1, 4.0]).assign(**{"from": ["W0", "W1"]})
    assert sited(ways).access["out_of_reach"].tolist() == [0]
