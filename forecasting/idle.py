"""When most seats are required, and from when on seats remain idle."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.contract.stages import STAGE_BY_CODE
from forecasting.seat_draws import SeatArray, SeatDraws

SURE = 0.8  # probability from which seats count as idle; the same as that of a red warning
SHORT = 0.5  # probability from which seats count as short: an orange or red warning

SHORTAGE = (
    "short_from",
    "short_until",
    "short_year",
    "short_probability",
    "lower",
    "lower_covers",
)


def with_city(draws: SeatDraws, adcode: str) -> SeatDraws:
    """Return ``draws`` with the city, the sum of its counties in every draw, as one more area."""
    required, available = (
        np.concatenate([seats, seats.sum(axis=0, keepdims=True)])
        for seats in (draws.required, draws.available)
    )
    return SeatDraws((*draws.areas, adcode), draws.stages, draws.years, required, available)


def peak_and_idle(draws: SeatDraws, now: int) -> pd.DataFrame:
    """Return one row per area and stage on the years from ``now`` on.

    Parameters
    ----------
    draws : seats by draw
    now : present school year

    Returns
    -------
    adcode, stage;
    ``peak_year`` of the highest mean of required seats, ``peak`` with its 80 % interval;
    ``short_from`` and ``short_until``, the first and last year in which a shortage is more likely
    than not (missing if there is none), ``short_year`` of the highest mean gap among them,
    ``short`` with its interval, ``short_probability``;
    ``lower``: idle seats in that year at the stage that feeds it, and ``lower_covers``: the
    probability that they cover the shortage (missing if no stage feeds it);
    ``idle_from``: first year from which on seats are idle with a probability of at least ``SURE``
    in every year (missing if there is none); ``idle`` seats of the last year with interval,
    negative for a shortage, and ``idle_share`` of the seats available.
    """
    ahead = [place for place, year in enumerate(draws.years) if year >= now]
    years = tuple(draws.years[place] for place in ahead)
    gap, required = draws.gap[:, :, ahead], draws.required[:, :, ahead]
    available = draws.available[:, :, ahead]
    labels = pd.MultiIndex.from_product([draws.areas, draws.stages], names=["adcode", "stage"])
    rows = [
        _peak(required[a, s], years)
        | _shortage(gap[a], draws.stages, stage, years)
        | _idle(gap[a, s], available[a, s], years)
        for a in range(len(draws.areas))
        for s, stage in enumerate(draws.stages)
    ]
    return pd.DataFrame(rows, index=labels).reset_index()


def _peak(required: SeatArray, years: tuple[int, ...]) -> dict[str, float]:
    top = int(required.mean(axis=1).argmax())
    return {"peak_year": years[top]} | _figures("peak", required[top])


def _shortage(
    gaps: SeatArray, stages: tuple[str, ...], stage: str, years: tuple[int, ...]
) -> dict[str, float]:
    """Return the worst year of ``stage``, and the idle seats of the stage that feeds it."""
    gap = gaps[stages.index(stage)]
    chance = (gap > 0).mean(axis=1)
    likely = chance >= SHORT
    if not likely.any():
        return dict.fromkeys(SHORTAGE, np.nan) | _figures("short", np.full(1, np.nan))
    worst = int(np.where(likely, gap.mean(axis=1), -np.inf).argmax())
    found = dict.fromkeys(SHORTAGE, np.nan) | {
        "short_from": years[int(likely.argmax())],
        "short_until": years[len(years) - 1 - int(likely[::-1].argmax())],
        "short_year": years[worst],
        "short_probability": float(chance[worst]),
    }
    lower = STAGE_BY_CODE[stage].fed_by
    if lower in stages:
        idle = np.maximum(-gaps[stages.index(lower), worst], 0)
        covered = idle >= np.maximum(gap[worst], 0)
        found |= {"lower": float(idle.mean()), "lower_covers": float(covered.mean())}
    return found | _figures("short", gap[worst])


def _idle(gap: SeatArray, available: SeatArray, years: tuple[int, ...]) -> dict[str, float]:
    sure = (gap < 0).mean(axis=1) >= SURE
    lasting = np.logical_and.accumulate(sure[::-1])[::-1]
    seats = float(available[-1].mean())
    return {
        "idle_from": years[int(lasting.argmax())] if lasting.any() else np.nan,
        "idle_share": -float(gap[-1].mean()) / seats if seats else np.nan,
    } | _figures("idle", -gap[-1])


def _figures(name: str, draws: npt.NDArray[np.float64] | SeatArray) -> dict[str, float]:
    """Return mean and bounds of the 80 % interval of (draw,)."""
    low, high = np.percentile(draws, (10, 90))
    return {name: float(draws.mean()), f"{name}_lo80": float(low), f"{name}_hi80": float(high)}
