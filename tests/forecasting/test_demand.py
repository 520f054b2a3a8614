from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.contract.rungs import Rung
from data.contract.stages import STAGE_CODES
from data.data_folder import Tables
from forecasting.demand import COLUMNS, demand_table, seat_demand, seats_required, warning_level
from forecasting.provision.provision import provision_for
from forecasting.supply import (
    Delivery,
    seats_at_norm,
    seats_available,
    yearly_opening_probability,
)
from models.stage_pupils import StagePupils
from tests.synthetic_demand import ClassesOfTotal

SIZES = dict(zip(STAGE_CODES, (30, 45, 50, 50, 50), strict=True))
TOTAL = ClassesOfTotal()
NO_TABLES = Tables(pd.DataFrame(), pd.DataFrame())
AS_EVER = Delivery(0.5, np.full(2, 0.5), np.zeros(2), now=2020)


def pupils_of(values: np.ndarray, areas: tuple[str, ...] = ("450312", "450321")) -> StagePupils:
    """(area, stage, year) → one StagePupils of four equal draws from 2020 on."""
    draws = np.repeat(values[..., None].astype(float), 4, axis=-1)
    years = tuple(range(2020, 2020 + values.shape[2]))
    seen = np.zeros(values.shape, dtype=bool)
    rung = np.full(values.shape[:2], Rung.CENSUS)
    policy = np.ones(values.shape)
    return StagePupils(areas, STAGE_CODES, years, draws, seen, rung, policy)


def test_seats_are_those_of_complete_classes():
    pupils = pupils_of(np.full((1, 5, 1), 100), ("450312",))
    required = seats_required(pupils, SIZES, 0.0, TOTAL)
    # 100 pupils: 4 classes of 30, 3 of 45, 2 of 50.
    assert required[0, :, 0, 0].tolist() == [120, 135, 100, 100, 100]


def test_reserve_adds_to_what_must_be_housed():
    pupils = pupils_of(np.full((1, 5, 1), 90), ("450312",))
    required = seats_required(pupils, SIZES, 0.05, TOTAL)
    assert required[0, 1, 0, 0] == 135  # 94.5 pupils no longer fit two classes of 45


@pytest.mark.parametrize("delivered", [0.2, 45669 / 94000, 0.9])
def test_opening_probability_reproduces_the_delivered_share(delivered: float):
    chance = yearly_opening_probability(delivered)
    due = [1 - (1 - chance) ** chances for chances in (1, 2, 3, 4, 5)]
    assert np.mean(due) == pytest.approx(delivered)


def test_projects_open_never_before_their_planned_year_and_finished_ones_on_time():
    pupils = pupils_of(np.full((2, 5, 6), 100))
    projects = pd.DataFrame(
        {
            "project_id": ["a", "b"],
            "adcode": ["450312", "450321"],
            "stage": ["primary", "junior"],
            "seats": [900, 500],
            "planned_opening_year": [2022, 2023],
            "status": ["started", "finished"],
        }
    )
    supply = seats_available(pupils, pupils.pupils[:, :, 0], None, projects, AS_EVER, seed=1)
    assert (supply.seats[0, 1, :2] == 100).all()
    assert set(np.unique(supply.seats[0, 1])) <= {100.0, 1000.0}
    assert supply.seats[1, 2, :, 0].tolist() == [100, 100, 100, 600, 600, 600]


def test_reported_capacity_replaces_the_estimate_and_says_so():
    pupils = pupils_of(np.full((2, 5, 2), 100))
    capacity = pd.DataFrame(
        {
            "adcode": ["450312"] * 3,
            "year": [2020, 2021, 2021],
            "stage": ["primary"] * 3,
            "seats": [50, 80, 30],
        }
    )
    supply = seats_available(pupils, pupils.pupils[:, :, 0], capacity, None, AS_EVER, seed=1)
    assert (supply.seats[0, 1] == 110).all()
    assert not supply.estimated[0, 1]
    assert supply.estimated.sum() == 9


def test_seats_given_up_go_from_their_year_on():
    pupils = pupils_of(np.full((2, 5, 3), 100))
    capacity = pd.DataFrame(
        {
            "adcode": ["450312", "450312"],
            "year": [2020, 2021],
            "stage": ["primary", "primary"],
            "seats": [900, 900],
            "retiring_seats": [500, 270],
            "retiring_year": [2020, 2022],
        }
    )
    supply = seats_available(pupils, pupils.pupils[:, :, 0], capacity, None, AS_EVER, seed=1)
    assert supply.seats[0, 1, :, 0].tolist() == [900, 900, 630]


def test_oversize_classes_and_bare_classes_count_at_the_norm():
    capacity = pd.DataFrame(
        {
            "stage": ["primary", "primary", "junior", "junior"],
            "seats": [600, 450, np.nan, 400],
            "classes": [10, 10, 8, 10],
            "class_size": [60, np.nan, np.nan, 40],
        }
    )
    assert seats_at_norm(capacity, SIZES)["seats"].tolist() == [450, 450, 400, 400]


def test_the_table_has_the_fixed_columns_and_the_gap_is_required_less_available():
    pupils = pupils_of(np.arange(20).reshape(2, 5, 2) * 100)
    required = seats_required(pupils, SIZES, 0.0, TOTAL)
    supply = seats_available(pupils, required[:, :, 0], None, None, AS_EVER, seed=1)
    provision = provision_for(pupils, NO_TABLES, {"primary": 19})
    demand = seat_demand(pupils, required, supply, SIZES, provision)
    table = demand_table(demand, "baseline", {"450312": "临桂区", "450321": "阳朔县"})
    assert table.columns.tolist() == list(COLUMNS)
    assert len(table) == 20
    difference = table["seats_required"] - table["seats_available"]
    assert (table["gap"] - difference).abs().max() <= 1
    city = demand_table(demand.city("450300"), "baseline", {"450300": "桂林市"})
    assert city["pupils"].sum() == table["pupils"].sum()
    assert city["classes"].sum() == table["classes"].sum()
    primary = table[table["stage"] == "primary"]
    assert (primary["teachers_required"] - primary["pupils"] / 19).abs().max() <= 0.5
    assert table[table["stage"] != "primary"]["teachers_required"].isna().all()
    assert table[["teachers_staying", "teachers_short", "boarding_beds"]].isna().all(axis=None)


def test_only_stated_seats_can_be_short():
    pupils = pupils_of(np.full((2, 5, 2), 100))
    capacity = pd.DataFrame(
        {"adcode": ["450312"], "year": [2020], "stage": ["primary"], "seats": [45]}
    )
    required = seats_required(pupils, SIZES, 0.0, TOTAL)
    supply = seats_available(pupils, required[:, :, 0], capacity, None, AS_EVER, seed=1)
    demand = seat_demand(pupils, required, supply, SIZES, provision_for(pupils, NO_TABLES, {}))
    table = demand_table(demand, "baseline", {"450312": "临桂区", "450321": "阳朔县"})
    stated = (table["adcode"] == "450312") & (table["stage"] == "primary")
    assert set(table[stated]["supply_basis"]) == {"reported"}
    assert set(table[stated]["warning"]) == {"red"}
    assert set(table[~stated]["supply_basis"]) == {"in_use_2020"}
    assert set(table[~stated]["warning"]) == {""}
    # One of two counties is not stated, so the city is not.
    city = demand_table(demand.city("450300"), "baseline", {"450300": "桂林市"})
    assert set(city["warning"]) == {""}


def test_warning_levels_stand_at_the_designed_probabilities():
    assert [warning_level(p) for p in (1, 0.8, 0.79, 0.5, 0.2, 0.19, 0)] == [
        "red", "red", "orange", "orange", "yellow", "green", "green"
    ]  # fmt: skip


def openings(delivered: float, delay_years: tuple[int, int], now: int) -> np.ndarray:
    """Seats of two projects due in 2022, one a county, as (area, year, draw)."""
    draws = np.full((2, 5, 12, 4000), 0.0)
    pupils = pupils_of(np.zeros((2, 5, 12)))
    pupils = replace(pupils, pupils=draws)
    projects = pd.DataFrame(
        {
            "project_id": ["a", "b"],
            "adcode": ["450312", "450321"],
            "stage": ["primary", "primary"],
            "seats": [900, 900],
            "planned_opening_year": [2022, 2022],
            "status": ["started", "planned"],
        }
    )
    delivery = Delivery(0.5, np.full(2, delivered), np.array(delay_years, dtype=float), now)
    none = np.zeros((2, 5, 4000))
    return seats_available(pupils, none, None, projects, delivery, seed=1).seats[:, 1]


def test_a_delay_moves_the_opening_in_its_county_and_never_the_past():
    usual, late = openings(0.5, (0, 0), 2024), openings(0.5, (2, 0), 2024)
    assert (late[0, :4] == usual[0, :4]).all()  # 2020-2023
    assert (late[0, 4:] <= usual[0, 4:]).all()
    assert late[0, 5].mean() < usual[0, 5].mean()
    assert (late[1] == usual[1]).all()
    # Who was to open in 2024 or later opens exactly two years after.
    opened = usual[0, 3] > 0
    assert (late[0, 6:, ~opened] == usual[0, 4:-2, ~opened]).all()


def test_full_delivery_opens_everything_from_the_present_year():
    usual, timely = openings(0.5, (0, 0), 2024), openings(1.0, (0, 0), 2024)
    assert (timely[:, :4] == usual[:, :4]).all()
    assert (timely[:, 4:] == 900).all()
    assert usual[:, 4].mean() < 900


def test_delivered_share_is_met_within_five_years_of_a_plan():
    # One chance a year at the yearly probability, the first in the planned year.
    seats = openings(0.5, (0, 0), 2020)
    chance = yearly_opening_probability(0.5)
    assert (seats[0, 2] > 0).mean() == pytest.approx(chance, abs=0.03)


def test_class_size_and_reserve_go_by_county_and_year():
    pupils = pupils_of(np.full((2, 5, 2), 90))
    sizes = {**SIZES, "primary": np.array([[45, 45], [45, 30]])}
    required = seats_required(pupils, sizes, np.array([[0.0, 0.2], [0.0, 0.0]]), TOTAL)
    assert required[:, 1, :, 0].tolist() == [[90, 135], [90, 90]]
    assert required[:, 3, :, 0].tolist() == [[100, 150], [100, 100]]
