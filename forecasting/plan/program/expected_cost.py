r"""Piecewise linear expected cost of missing and idle seats, of a size independent of the draws.

With gap ``G`` (seats short before the plan) and ``x`` seats added, the cost of a year is

.. math:: f(x) = s\,E[(G-x)^+] + h\,E[(x-G)^+],

``s`` per missing and ``h`` per idle seat-year. ``f`` is convex, so its linear interpolation
between nodes is convex as well, and a minimising program fills the cheapest segments first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray

SEGMENTS = 32


@dataclass(frozen=True)
class Segments:
    """Linear segments of the expected cost of each cell.

    Parameters
    ----------
    start : (…) seats added at the first node, the upper end of the first segment
    cost : (…) expected cost there
    width : (…, segment) seats that a segment spans; infinite for the first and the last
    slope : (…, segment) cost per seat, increasing
    """

    start: FloatArray
    cost: FloatArray
    width: FloatArray
    slope: FloatArray


def expected_cost(
    gap: npt.NDArray[np.floating],
    added: npt.NDArray[np.floating],
    short: FloatArray,
    idle: FloatArray,
) -> FloatArray:
    """Return the expected cost f of added seats.

    Parameters
    ----------
    gap : (…, draw) seats short before the plan
    added : (…) seats added
    short, idle : (…) cost per missing and per idle seat-year
    """
    left = gap - added[..., None]
    missing = np.maximum(left, 0).mean(-1)
    return short * missing + idle * (missing - left.mean(-1))


def segments(gap: npt.NDArray[np.floating], short: FloatArray, idle: FloatArray) -> Segments:
    """Return the linear segments of f for each cell.

    The nodes are quantiles of the gap, so that the draws are spread evenly over the segments.

    Parameters
    ----------
    gap : (…, draw) seats short before the plan
    short, idle : (…) cost per missing and per idle seat-year
    """
    ordered = np.sort(gap.astype(float), axis=-1)
    count = ordered.shape[-1]
    # One node per draw is exact; with more draws, nodes are quantiles.
    places = np.unique(np.linspace(0, count - 1, min(count, SEGMENTS)).round().astype(int))
    nodes = ordered[..., places]
    below = np.concatenate([np.zeros((*gap.shape[:-1], 1)), np.cumsum(ordered, axis=-1)], axis=-1)
    idle_sum = nodes * (places + 1) - below[..., places + 1]
    # Draws equal to a node contribute nothing on either side, so counting up to its index suffices.
    surplus = idle_sum / count
    missing = surplus + ordered.mean(-1, keepdims=True) - nodes
    value = short[..., None] * missing + idle[..., None] * surplus
    width = np.diff(nodes, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(width > 0, np.diff(value, axis=-1) / width, 0.0)
    ends = np.full((*gap.shape[:-1], 1), np.inf)
    return Segments(
        nodes[..., 0],
        value[..., 0],
        np.concatenate([ends, width, ends], axis=-1),
        np.concatenate([-short[..., None], slope, idle[..., None]], axis=-1),
    )
