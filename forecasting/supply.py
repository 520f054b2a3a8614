"""Existing seats and seats that projects will add, with their uncertainty."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import geom

from data.scenario.assumptions import over
from data.scenario.parts import Pipeline
from features.arrays import FloatArray
from features.randomness import named_generator
from models.stage_pupils import StagePupils

PLAN_YEARS = 5


@dataclass(frozen=True)
class Supply:
    """Seats by area, stage and year.

    Parameters
    ----------
    seats : (area, stage, year, draw)
    estimated : (area, stage) True where current seats are inferred from enrolment
    """

    seats: FloatArray
    estimated: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Delivery:
    """Timing of the opening of unfinished projects.

    Parameters
    ----------
    baseline : share of planned seats that opened within the last plan period
    delivered : (area,) the same share under the scenario
    delay_years : (area,) additional delay under the scenario, years
    now : present year, from which the scenario differs
    """

    baseline: float
    delivered: FloatArray
    delay_years: FloatArray
    now: int


def delivery(pipeline: Pipeline, areas: Sequence[str], baseline: float, now: int) -> Delivery:
    """Return the delivery of a scenario in each of ``areas``, given the baseline share."""
    share = over(pipeline.delivered, areas, (now,), now, baseline)[:, 0]
    delay = over(pipeline.delay_years, areas, (now,), now, 0.0)[:, 0]
    return Delivery(baseline, share, delay, now)


def yearly_opening_probability(delivered: float) -> float:
    """Return the yearly probability that a due project opens, from the share delivered in a plan.

    With openings planned evenly over the plan's years, a project due in year k has
    ``PLAN_YEARS + 1 - k`` chances before the plan ends, so the delivered share is the mean of
    ``1 - (1-h)^j`` over j = 1 … PLAN_YEARS; this is solved for h.

    >>> round(yearly_opening_probability(0.5), 3)
    0.223
    """
    chances = np.arange(1, PLAN_YEARS + 1)
    return float(brentq(lambda h: (1 - (1 - h) ** chances).mean() - delivered, 1e-9, 1.0))


def seats_available(
    pupils: StagePupils,
    in_use: FloatArray,
    capacity: pd.DataFrame | None,
    projects: pd.DataFrame | None,
    delivery: Delivery,
    seed: int,
) -> Supply:
    """Return seats available: capacity where reported, else the seats in use in the first year.

    Parameters
    ----------
    pupils : forecast whose first year is the base year
    in_use : (area, stage, draw) seats of the classes taught in the base year
    capacity : adcode, year, stage, seats; the latest year is used; ``retiring_seats`` are lost
        from ``retiring_year`` on
    projects : project_id, adcode, stage, seats, planned_opening_year, status
    delivery : timing of the opening of projects
    seed : seed of the delays
    """
    shape = pupils.pupils.shape
    seats = np.repeat(in_use[:, :, None], shape[2], axis=2)
    estimated = np.ones(shape[:2], dtype=bool)
    if capacity is not None:
        reported = (
            capacity.dropna(subset="seats").groupby(["adcode", "stage", "year"])["seats"].sum()
        )
        for (adcode, stage, _), count in reported.sort_index().items():
            if adcode in pupils.areas:
                cell = pupils.areas.index(adcode), pupils.stages.index(stage)
                seats[cell] = count
                estimated[cell] = False
        seats = seats - _retired(pupils, capacity)
    if projects is not None:
        seats = seats + project_seats(pupils, projects, delivery, seed)
    return Supply(seats, estimated)


def seats_at_norm(capacity: pd.DataFrame, class_size: Mapping[str, float]) -> pd.DataFrame:
    """Return ``capacity`` with seats counted at the norm.

    Classes without a count of seats get the norm's. Places beyond the norm in oversized classes are
    to be removed and are not counted as seats.

    Parameters
    ----------
    capacity : stage, seats, classes, class_size; one row per county, year and stage
    class_size : stage → pupils per class by the norm
    """
    norm = capacity["stage"].map(class_size).astype(float)
    stated = capacity["class_size"].astype(float).fillna(norm)
    seats = capacity["seats"].astype(float).fillna(capacity["classes"].astype(float) * norm)
    return capacity.assign(seats=seats * np.minimum(1.0, norm / stated))


def _retired(pupils: StagePupils, capacity: pd.DataFrame) -> FloatArray:
    """Return seats retired by each year, (area, stage, year, 1)."""
    gone = np.zeros((*pupils.pupils.shape[:3], 1))
    if "retiring_seats" not in capacity:
        return gone
    latest = capacity["year"] == capacity.groupby(["adcode", "stage"])["year"].transform("max")
    for row in capacity[latest & capacity["retiring_seats"].notna()].to_dict("records"):
        if row["adcode"] in pupils.areas:
            cell = pupils.areas.index(row["adcode"]), pupils.stages.index(row["stage"])
            gone[cell][np.array(pupils.years) >= row["retiring_year"]] += row["retiring_seats"]
    return gone


def with_class_size(
    supply: Supply,
    pupils: StagePupils,
    norm: Mapping[str, float],
    planned: Mapping[str, FloatArray],
) -> Supply:
    """Return the seats of the same classrooms at a scenario's class sizes, (area, year) each.

    ``seats × planned / norm``: a room for 45 has 35 seats in classes of 35.
    """
    seats = supply.seats.copy()
    for stage, size in planned.items():
        seats[:, pupils.stages.index(stage)] *= (size / norm[stage])[:, :, None]
    return Supply(seats, supply.estimated)


def project_seats(
    pupils: StagePupils, projects: pd.DataFrame, delivery: Delivery, seed: int
) -> FloatArray:
    """Return seats that ``projects`` add, as (area, stage, year, draw), opening late at random.

    A finished project opens when planned; any other opens a geometrically distributed number of
    years late. Openings before the present year follow the baseline; later ones follow the
    scenario, at the same random quantile, and never in the past.
    """
    added: FloatArray = np.zeros_like(pupils.pupils)
    years = np.array(pupils.years)
    for project in projects.to_dict("records"):
        if project["adcode"] not in pupils.areas:
            continue
        area = pupils.areas.index(project["adcode"])
        opening: FloatArray = np.full(added.shape[-1], float(project["planned_opening_year"]))
        if project["status"] != "finished":
            quantiles = named_generator(seed, "project", str(project["project_id"]))
            opening = _opening(opening, delivery, area, quantiles.random(len(opening)))
        stage = pupils.stages.index(project["stage"])
        added[area, stage] += project["seats"] * (years[:, None] >= opening)
    return added


def _opening(
    planned: FloatArray, delivery: Delivery, area: int, quantile: FloatArray
) -> FloatArray:
    """Return the opening year of an unfinished project in each draw."""
    usual = planned + _wait(quantile, delivery.baseline)
    late = planned + _wait(quantile, float(delivery.delivered[area])) + delivery.delay_years[area]
    return np.where(usual < delivery.now, usual, np.maximum(late, delivery.now))


def _wait(quantile: FloatArray, delivered: float) -> FloatArray:
    """Return the delay in years beyond the planned year: a quantile of the geometric law."""
    chance = yearly_opening_probability(delivered)
    return geom.ppf(quantile, chance) - 1 if chance < 1 else np.zeros_like(quantile)
