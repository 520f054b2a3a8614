r"""Expected cost of shortage and idle seats as straight pieces, however many draws there are.

With gap ``G`` (seats short before the plan) and ``x`` seats added, a year costs

.. math:: f(x) = s\,E[(G-x)^+] + h\,E[(x-G)^+],

``s`` a missing and ``h`` an idle seat-year. ``f`` is convex, so the chords between its values at
some nodes are convex as well, and a program that minimises fills the cheapest pieces first.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray

PIECES = 32


@dataclass(frozen=True)
class Pieces:
    """Straight pieces of the expected cost of each cell.

    Parameters
    ----------
    start : (…) seats added at the first node, where the first piece ends on its left
    cost : (…) expected cost there
    width : (…, piece) seats that a piece spans; the first and the last have no end
    slope : (…, piece) cost a seat along it, rising
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
    """Return f of ``added`` seats, (…), over the draws on the last axis of ``gap``."""
    left = gap - added[..., None]
    missing = np.maximum(left, 0).mean(-1)
    return short * missing + idle * (missing - left.mean(-1))


def pieces(gap: npt.NDArray[np.floating], short: FloatArray, idle: FloatArray) -> Pieces:
    """Return the pieces of f for each cell of ``gap``, whose last axis holds the draws.

    The nodes are quantiles of the gap, so that no piece holds more than its part of the draws.
    """
    ordered = np.sort(gap.astype(float), axis=-1)
    count = ordered.shape[-1]
    # A node a draw is exact; beyond that, quantiles.
    places = np.unique(np.linspace(0, count - 1, min(count, PIECES)).round().astype(int))
    nodes = ordered[..., places]
    below = np.concatenate([np.zeros((*gap.shape[:-1], 1)), np.cumsum(ordered, axis=-1)], axis=-1)
    idle_sum = nodes * (places + 1) - below[..., places + 1]
    # Draws equal to a node add nothing on either side, so counting up to its place is enough.
    surplus = idle_sum / count
    missing = surplus + ordered.mean(-1, keepdims=True) - nodes
    value = short[..., None] * missing + idle[..., None] * surplus
    width = np.diff(nodes, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(width > 0, np.diff(value, axis=-1) / width, 0.0)
    ends = np.full((*gap.shape[:-1], 1), np.inf)
    return Pieces(
        nodes[..., 0],
        value[..., 0],
        np.concatenate([ends, width, ends], axis=-1),
        np.concatenate([-short[..., None], slope, idle[..., None]], axis=-1),
    )
