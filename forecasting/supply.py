"""Seats that exist and seats that projects will add, each with its doubt."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import brentq

from features.population import FloatArray
from features.randomness import named_generator
from models.stage_pupils import StagePupils

PLAN_YEARS = 5


@dataclass(frozen=True)
class Supply:
    """Seats by area, stage and year.

    Parameters
    ----------
    seats : (area, stage, year, draw)
    estimated : (area, stage) True where today's seats are inferred from enrolment
    """

    seats: FloatArray
    estimated: npt.NDArray[np.bool_]


def yearly_opening_probability(delivered: float) -> float:
    """Return the chance a year that a due project opens, from the share delivered in a plan.

    With openings planned evenly over the plan's years, a project due in year k has
    ``PLAN_YEARS + 1 - k`` chances before the plan ends, so the delivered share is the mean of
    ``1 - (1-h)^j`` over j = 1 … PLAN_YEARS; this is solved for h.

    >>> round(yearly_opening_probability(0.5), 3)
    0.223
    """
    chances = np.arange(1, PLAN_YEARS + 1)
    return float(brentq(lambda h: (1 - (1 - h) ** chances).mean() - delivered, 1e-9, 1 - 1e-9))


def seats_available(
    pupils: StagePupils,
    in_use: FloatArray,
    capacity: pd.DataFrame | None,
    projects: pd.DataFrame | None,
    delivered: float,
    seed: int,
) -> Supply:
    """Return seats available: counted capacity where reported, else those in use in the first year.

    Parameters
    ----------
    pupils : forecast whose first year is the base year
    in_use : (area, stage, draw) seats of the classes that were taught in the base year
    capacity : adcode, year, stage, seats; the latest year counts
    projects : project_id, adcode, stage, seats, planned_opening_year, status
    delivered : share of planned seats that opened within the last plan's years
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
    if projects is not None:
        seats = seats + project_seats(pupils, projects, yearly_opening_probability(delivered), seed)
    return Supply(seats, estimated)


def project_seats(
    pupils: StagePupils, projects: pd.DataFrame, opening_probability: float, seed: int
) -> FloatArray:
    """Return seats that ``projects`` add, as (area, stage, year, draw), opening late at random.

    A finished project opens when planned; any other waits a geometric number of years beyond its
    planned one.
    """
    added: FloatArray = np.zeros_like(pupils.pupils)
    years = np.array(pupils.years)
    for project in projects.to_dict("records"):
        if project["adcode"] not in pupils.areas:
            continue
        delay: FloatArray = np.zeros(added.shape[-1])
        if project["status"] != "finished":
            generator = named_generator(seed, "project", str(project["project_id"]))
            delay = generator.geometric(opening_probability, size=delay.shape).astype(float) - 1
        opens = years[:, None] >= project["planned_opening_year"] + delay
        cell = pupils.areas.index(project["adcode"]), pupils.stages.index(project["stage"])
        added[cell] += project["seats"] * opens
    return added
