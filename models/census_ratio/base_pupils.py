"""Pupils of the base year, reported or estimated, and their split by stage."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import stage_index
from data.reference.china_panel import PUPILS_YEAR, county_pupils
from features.arrays import FloatArray
from features.migration.learned_change import PredictedChange
from features.ratios.learned_ratio import PRIMARY, SECONDARY, TARGETS, child_residents
from features.ratios.predicted_ratio import draw_ratios, log_ratio_sd

# Bounds on the junior share of regular secondary pupils: neither school is empty.
FEWEST_JUNIOR, MOST_JUNIOR = 0.3, 0.95
SMALLEST = 1e-9


@dataclass(frozen=True)
class BasePupils:
    """Primary pupils and those of junior and general senior schools together, by area.

    Parameters
    ----------
    persons : (area, target, draw), targets as in :data:`features.ratios.learned_ratio.TARGETS`
    log_sd : (area, target) spread of the log of pupils not reported
    reported : (area, target) True where the figure is reported, and so the same in every draw
    """

    persons: FloatArray
    log_sd: FloatArray
    reported: npt.NDArray[np.bool_]

    def of(self, target: str) -> FloatArray:
        """Pupils of one target as (area, draw)."""
        return self.persons[:, TARGETS.index(target)]

    def log_sd_of(self, target: str) -> FloatArray:
        """Spread of the log of pupils of one target that are not reported, by area."""
        return self.log_sd[:, TARGETS.index(target)]


def base_pupils(
    groups: pd.DataFrame,
    predicted: PredictedChange,
    enrolment: pd.DataFrame,
    year: int,
    draws: int,
    seed: int,
) -> BasePupils:
    """Return the pupils of the census year.

    Parameters
    ----------
    groups : table of :func:`features.ageing.census_table.group_table`
    predicted : result of :func:`features.ratios.predicted_ratio.predict_ratios`
    enrolment : ``adcode, year, stage, pupils`` as reported
    year : school year of the census
    draws, seed : number of draws and their seed
    """
    reported = reported_pupils(enrolment, year, list(groups.index))
    ratio = draw_ratios(groups, predicted, reported, draws, seed)
    persons = child_residents(groups).clip(min=1.0)[:, :, None] * np.exp(ratio)
    return BasePupils(
        persons, log_ratio_sd(predicted.of(list(groups.index))), (reported > 0).to_numpy()
    )


def reported_pupils(enrolment: pd.DataFrame, year: int, areas: list[str]) -> pd.DataFrame:
    """Return the pupils of ``year`` by area and target, NaN where none are reported.

    The planner's own figures take precedence over those of the county yearbook.
    """
    wide = enrolment[enrolment["year"] == year].pivot_table(
        index="adcode", columns="stage", values="pupils"
    )
    stages = ["primary", "junior", "general_senior"]
    wide = wide.reindex(index=areas, columns=stages).astype(float)
    own = pd.DataFrame(
        {PRIMARY: wide["primary"], SECONDARY: wide["junior"] + wide["general_senior"]}
    )
    if year != PUPILS_YEAR:
        return own
    return own.fillna(_yearbook().reindex(areas))


@cache
def _yearbook() -> pd.DataFrame:
    return county_pupils().set_index("adcode")[list(TARGETS)].astype(float)


def split_secondary(base: BasePupils, residents: FloatArray) -> tuple[FloatArray, FloatArray]:
    r"""Split secondary pupils into junior and general senior pupils, each (area, draw).

    .. math:: J = \hat J + \kappa\,(S - \hat J - \hat G),\qquad
              \kappa = \frac{(\sigma_1\hat J)^2}{(\sigma_2 S)^2}

    with :math:`\hat J` residents of junior age times the county's primary ratio and :math:`\hat G`
    residents of senior age times the average ratio of all counties. The difference of :math:`S`
    from their sum is attributed to junior pupils by their share of its variance: nearly all
    children attend junior schools, while general senior schools take pupils from elsewhere.

    Parameters
    ----------
    base : pupils of the base year
    residents : (area, stage, draw) residents of the base year
    """
    primary, secondary = base.of(PRIMARY), base.of(SECONDARY)
    ratio = primary / residents[:, stage_index("primary")].clip(min=SMALLEST)
    expected = residents[:, stage_index("junior")] * ratio
    expected = np.clip(expected, FEWEST_JUNIOR * secondary, MOST_JUNIOR * secondary)
    youths = residents[:, stage_index("general_senior")]
    general = youths * (secondary - expected).sum(axis=0) / youths.sum(axis=0).clip(min=SMALLEST)
    spreads = base.log_sd_of(PRIMARY) / base.log_sd_of(SECONDARY)
    share = spreads[:, None] * expected / secondary
    junior = expected + np.minimum(share**2, 1.0) * (secondary - expected - general)
    junior = np.clip(junior, FEWEST_JUNIOR * secondary, MOST_JUNIOR * secondary)
    return junior, secondary - junior
