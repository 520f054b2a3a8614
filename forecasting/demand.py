"""Seats required, the gap to the seats available, and the resulting warning level."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.bases import SEATS_STATED, PupilsBasis, in_use
from data.contract.rungs import Rung
from features.arrays import FloatArray
from forecasting.intervals import interval_ends
from forecasting.provision.provision import Provision
from forecasting.rounding import ClassRounding
from forecasting.supply import Supply
from models.stage_pupils import StagePupils, over_stages


class WarningLevel(StrEnum):
    """A 学位预警 level, given only where current seats are reported."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"


NO_WARNING = ""  # no warning where current seats are not reported
WARNINGS = (
    (0.8, WarningLevel.RED),
    (0.5, WarningLevel.ORANGE),
    (0.2, WarningLevel.YELLOW),
    (0.0, WarningLevel.GREEN),
)
COLUMNS = [
    "scenario",
    "adcode",
    "county",
    "stage",
    "year",
    "pupils",
    "pupils_lo80",
    "pupils_hi80",
    "pupils_lo95",
    "pupils_hi95",
    "classes",
    "seats_required",
    "seats_required_lo80",
    "seats_required_hi80",
    "seats_available",
    "gap",
    "gap_lo80",
    "gap_hi80",
    "shortage_probability",
    "warning",
    "rung",
    "pupils_basis",
    "supply_basis",
    "teachers_required",
    "teachers_staying",
    "teachers_short",
    "boarding_required",
    "boarding_beds",
]
LABELS = (
    *("scenario", "adcode", "county", "stage", "warning", "rung"),
    *("pupils_basis", "supply_basis"),
)
# A stage without a staffing norm, a county without a table of teachers or boarders.
MAY_BE_EMPTY = COLUMNS[COLUMNS.index("teachers_required") :]


@dataclass(frozen=True)
class SeatDemand:
    """Pupils, seats required and seats available over the same (area, stage, year, draw).

    Parameters
    ----------
    pupils : pupils by draw
    required : (area, stage, year, draw) seats of complete classes
    supply : seats available
    classes : (area, stage, year) mean number of classes required
    provision : mean teachers and boarding places
    """

    pupils: StagePupils
    required: FloatArray
    supply: Supply
    classes: FloatArray
    provision: Provision

    def city(self, adcode: str) -> "SeatDemand":
        """Return the city as one area: the sum of its counties in every draw.

        Its rung is the weakest of its counties', and its seats count as reported only if those of
        all its counties are.
        """
        one = StagePupils(
            (adcode,),
            self.pupils.stages,
            self.pupils.years,
            self.pupils.pupils.sum(axis=0, keepdims=True),
            np.all(self.pupils.observed, axis=0, keepdims=True),
            np.array([[Rung.weakest(column) for column in self.pupils.rung.T]]),
            _policy_of_sum(self.pupils),
        )
        seats = self.supply.seats.sum(axis=0, keepdims=True)
        supply = Supply(seats, np.any(self.supply.estimated, axis=0, keepdims=True))
        required, classes = (
            part.sum(axis=0, keepdims=True) for part in (self.required, self.classes)
        )
        return SeatDemand(one, required, supply, classes, self.provision.total())

    def append_areas(self, other: "SeatDemand") -> "SeatDemand":
        """Return the areas of both along one axis; stages, years and draws must be the same."""
        both = (self.pupils, other.pupils)
        pupils = replace(
            both[0],
            areas=(*both[0].areas, *both[1].areas),
            pupils=np.concatenate([one.pupils for one in both]),
            observed=np.concatenate([one.observed for one in both]),
            rung=np.concatenate([one.rung for one in both]),
            policy=np.concatenate([one.policy for one in both]),
        )
        seats, estimated = (
            np.concatenate([getattr(self.supply, name), getattr(other.supply, name)])
            for name in ("seats", "estimated")
        )
        required, classes = (
            np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("required", "classes")
        )
        provision = self.provision.append_areas(other.provision)
        return SeatDemand(pupils, required, Supply(seats, estimated), classes, provision)


def _policy_of_sum(pupils: StagePupils) -> FloatArray:
    """Return the policy path (1, stage, year) of the sum of all areas."""
    mean = np.maximum(pupils.pupils.mean(axis=-1), 1e-9)
    return mean.sum(axis=0, keepdims=True) / (mean / pupils.policy).sum(axis=0, keepdims=True)


def seats_required(
    pupils: StagePupils,
    class_size: Mapping[str, npt.ArrayLike],
    reserve: npt.ArrayLike,
    rounding: ClassRounding,
) -> FloatArray:
    """Return seats of complete classes of the standard size, planning reserve included.

    ``classes(pupils × (1 + reserve), class size) × class size``

    Parameters
    ----------
    pupils : pupils by draw
    class_size : stage → pupils per class; broadcasts to (area, year)
    reserve : share of seats kept in reserve; broadcasts to (area, year)
    rounding : classes that pupils fill in their schools and grades

    Returns
    -------
    (area, stage, year, draw) seats
    """
    size = over_stages(pupils, class_size)[..., None]
    reserved = over_stages(pupils, dict.fromkeys(pupils.stages, reserve))[..., None]
    return rounding.classes(pupils.pupils * (1 + reserved), size) * size


def seat_demand(
    pupils: StagePupils,
    required: FloatArray,
    supply: Supply,
    class_size: Mapping[str, npt.ArrayLike],
    provision: Provision,
) -> SeatDemand:
    """Return the demand with the classes it requires.

    Parameters
    ----------
    pupils : pupils by draw
    required : (area, stage, year, draw) seats
    supply : seats available
    class_size : stage → pupils per class; broadcasts to (area, year)
    provision : teachers and boarding places of the same pupils
    """
    classes = required.mean(axis=-1) / over_stages(pupils, class_size)
    return SeatDemand(pupils, required, supply, classes, provision)


def staffing_norms(standards: pd.DataFrame) -> dict[str, float]:
    """Return pupils per teacher by stage, from the norms that have a source."""
    sourced = ~standards["basis"].isin(["assumption", "estimate"])
    rows = standards[sourced & (standards["measure"] == "pupils_per_teacher")]
    return dict(zip(rows["stage"], rows["value"].astype(float), strict=True))


def warning_level(probability: float) -> WarningLevel:
    """Return the 学位预警 level of a shortage probability.

    >>> [str(warning_level(p)) for p in (0.9, 0.8, 0.5, 0.2, 0.1)]
    ['red', 'red', 'orange', 'yellow', 'green']
    """
    return next(level for least, level in WARNINGS if probability >= least)


def demand_table(demand: SeatDemand, scenario: str, names: dict[str, str]) -> pd.DataFrame:
    """Return the rows of ``demand.csv`` for one scenario, one per county × stage × year.

    Parameters
    ----------
    demand : pupils and seats by draw
    scenario : name of the scenario
    names : adcode → name
    """
    pupils = demand.pupils
    index = pd.MultiIndex.from_product(
        [pupils.areas, pupils.stages, pupils.years], names=["adcode", "stage", "year"]
    )
    gap = demand.required - demand.supply.seats
    columns = (
        _summary("pupils", pupils.pupils, (10, 90, 2.5, 97.5))
        | {"classes": demand.classes.round().ravel()}
        | _summary("seats_required", demand.required, (10, 90))
        | {"seats_available": np.median(demand.supply.seats, axis=-1).round().ravel()}
        | _summary("gap", gap, (10, 90))
    )
    table = pd.DataFrame(columns, index=index).reset_index()
    table["shortage_probability"] = (gap > 0).mean(axis=-1).round(4).ravel()
    cells = pupils.pupils.shape[:3]
    stated = ~np.broadcast_to(demand.supply.estimated[:, :, None], cells).ravel()
    level = table["shortage_probability"].map(warning_level)
    table["warning"] = level.where(stated, NO_WARNING)
    table["scenario"] = scenario
    table["county"] = table["adcode"].map(names)
    table["rung"] = np.repeat(pupils.rung.ravel().astype(str), cells[2])
    seen = pupils.observed.ravel()
    table["pupils_basis"] = np.where(seen, PupilsBasis.OBSERVED, PupilsBasis.ESTIMATE)
    table["supply_basis"] = np.where(stated, SEATS_STATED, in_use(pupils.years[0]))
    return table.assign(**demand.provision.columns())[COLUMNS]


def rounded(demand: pd.DataFrame) -> pd.DataFrame:
    """Return counts as integers and probabilities with four decimals, as written to files.

    This keeps platform-dependent last digits out of the files.
    """
    counts = demand.columns.difference([*LABELS, "shortage_probability"])
    return demand.assign(
        **{column: demand[column].round().astype("Int64") for column in counts},
        shortage_probability=demand["shortage_probability"].round(4),
    )[list(demand.columns)]


def _summary(name: str, draws: FloatArray, levels: tuple[float, ...]) -> dict[str, FloatArray]:
    """Return the rounded mean of ``draws`` and the quantiles that bound its intervals."""
    suffixes = ("_lo80", "_hi80", "_lo95", "_hi95")
    quantiles = interval_ends(draws, levels).round()
    named = {name + suffix: q.ravel() for suffix, q in zip(suffixes, quantiles, strict=False)}
    return {name: draws.mean(axis=-1).round().ravel()} | named
