"""Seats required, the gap to the seats available, and the warning that follows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.rungs import rung_line
from features.arrays import FloatArray
from forecasting.intervals import interval_ends
from forecasting.supply import Supply
from models.stage_pupils import StagePupils

BESIDE = " | "  # between the rungs of the counties of a city
WARNINGS = ((0.8, "red"), (0.5, "orange"), (0.2, "yellow"), (0.0, "green"))
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
    "basis",
]
LABELS = ("scenario", "adcode", "county", "stage", "warning", "rung", "basis")


@dataclass(frozen=True)
class SeatDemand:
    """Pupils, seats required and seats available over the same (area, stage, year, draw)."""

    pupils: StagePupils
    required: FloatArray
    supply: Supply

    def city(self, adcode: str) -> "SeatDemand":
        """Return the city as one area: the sum of its counties in every draw."""
        rungs = [
            BESIDE.join(dict.fromkeys(part for label in column for part in label.split(BESIDE)))
            for column in self.pupils.rung.T
        ]
        one = StagePupils(
            (adcode,),
            self.pupils.stages,
            self.pupils.years,
            self.pupils.pupils.sum(axis=0, keepdims=True),
            np.all(self.pupils.observed, axis=0, keepdims=True),
            np.array([rungs]),
            _policy_of_sum(self.pupils),
        )
        seats = self.supply.seats.sum(axis=0, keepdims=True)
        supply = Supply(seats, np.any(self.supply.estimated, axis=0, keepdims=True))
        return SeatDemand(one, self.required.sum(axis=0, keepdims=True), supply)

    def beside(self, other: "SeatDemand") -> "SeatDemand":
        """Return the areas of both, of the same stages, years and draws."""
        both = (self.pupils, other.pupils)
        pupils = replace(
            both[0],
            areas=(*both[0].areas, *both[1].areas),
            pupils=np.concatenate([one.pupils for one in both]),
            observed=np.concatenate([one.observed for one in both]),
            rung=np.concatenate([one.rung for one in both]),
            policy=np.concatenate([one.policy for one in both]),
        )
        seats, guessed = (
            np.concatenate([getattr(self.supply, name), getattr(other.supply, name)])
            for name in ("seats", "estimated")
        )
        required = np.concatenate([self.required, other.required])
        return SeatDemand(pupils, required, Supply(seats, guessed))


def _policy_of_sum(pupils: StagePupils) -> FloatArray:
    """Return the policy path (1, stage, year) of all areas together."""
    mean = np.maximum(pupils.pupils.mean(axis=-1), 1e-9)
    return mean.sum(axis=0, keepdims=True) / (mean / pupils.policy).sum(axis=0, keepdims=True)


def seats_required(
    pupils: StagePupils, class_size: Mapping[str, npt.ArrayLike], reserve: npt.ArrayLike
) -> FloatArray:
    """Return seats for whole classes of the standard size, planning reserve included.

    ``ceil(pupils × (1 + reserve) / class size) × class size``; class sizes and reserve broadcast
    to (area, year).
    """
    cells = len(pupils.areas), len(pupils.years)
    sizes = [np.broadcast_to(np.asarray(class_size[s], dtype=float), cells) for s in pupils.stages]
    size = np.stack(sizes, axis=1)[:, :, :, None]
    with_reserve = np.broadcast_to(1 + np.asarray(reserve, dtype=float), cells)[:, None, :, None]
    # A share of a millionth pupil is rounding, not a class.
    return np.ceil(pupils.pupils * with_reserve / size - 1e-6) * size


def warning_level(probability: float) -> str:
    """Return the 学位预警 level of a shortage probability.

    >>> [warning_level(p) for p in (0.9, 0.8, 0.5, 0.2, 0.1)]
    ['red', 'red', 'orange', 'yellow', 'green']
    """
    return next(level for least, level in WARNINGS if probability >= least)


def demand_table(demand: SeatDemand, scenario: str, names: dict[str, str]) -> pd.DataFrame:
    """Return the rows of ``demand.csv`` for one scenario, one a county × stage × year."""
    pupils = demand.pupils
    index = pd.MultiIndex.from_product(
        [pupils.areas, pupils.stages, pupils.years], names=["adcode", "stage", "year"]
    )
    gap = demand.required - demand.supply.seats
    columns = (
        _summary("pupils", pupils.pupils, (10, 90, 2.5, 97.5))
        | _summary("seats_required", demand.required, (10, 90))
        | {"seats_available": np.median(demand.supply.seats, axis=-1).round().ravel()}
        | _summary("gap", gap, (10, 90))
    )
    table = pd.DataFrame(columns, index=index).reset_index()
    table["shortage_probability"] = (gap > 0).mean(axis=-1).round(4).ravel()
    table["warning"] = table["shortage_probability"].map(warning_level)
    table["scenario"] = scenario
    table["county"] = table["adcode"].map(names)
    cells = pupils.pupils.shape[:3]
    lines = [_rung_lines(label) for label in pupils.rung.ravel()]
    table["rung"] = np.repeat(lines, cells[2])
    estimated = np.broadcast_to(demand.supply.estimated[:, :, None], cells)
    table["basis"] = [
        f"pupils: {'observed' if seen else 'estimate'}; "
        f"seats: {'estimate (in use in ' + str(pupils.years[0]) + ')' if guess else 'observed'}"
        for seen, guess in zip(pupils.observed.ravel(), estimated.ravel(), strict=True)
    ]
    return table[COLUMNS]


def rounded(demand: pd.DataFrame) -> pd.DataFrame:
    """Return counts as whole numbers and probabilities with four decimals, as outputs tell them.

    So no last binary digit reaches a file.
    """
    counts = demand.columns.difference([*LABELS, "shortage_probability"])
    return demand.assign(
        **{column: demand[column].round().astype("Int64") for column in counts},
        shortage_probability=demand["shortage_probability"].round(4),
    )[list(demand.columns)]


def _rung_lines(label: str) -> str:
    return BESIDE.join(rung_line(part).en for part in label.split(BESIDE))


def _summary(name: str, draws: FloatArray, levels: tuple[float, ...]) -> dict[str, FloatArray]:
    """Return the rounded mean of ``draws`` and the quantiles that bound its intervals."""
    suffixes = ("_lo80", "_hi80", "_lo95", "_hi95")
    quantiles = interval_ends(draws, levels).round()
    named = {name + suffix: q.ravel() for suffix, q in zip(suffixes, quantiles, strict=False)}
    return {name: draws.mean(axis=-1).round().ravel()} | named
