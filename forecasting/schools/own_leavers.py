r"""Entrants of a nine-year school's junior section come first from its own primary section.

With :math:`a_i` the school's share of the county's entrants to grade 7, and :math:`q_{i,t}` its
share of those who left grade 6 the year before,

.. math::

    a_{i,t} = a_i - \min(a_i, u_i) + \min(1, a_i / u_i)\, q_{i,t}

with :math:`u_i` the usual level of q, smoothed as a is: what the school takes up to the number of
its own leavers follows them, and what it takes beyond them from other schools stays.
"""

import numpy as np

from features.arrays import FloatArray
from forecasting.schools.counts import SchoolCounts
from forecasting.schools.shares import ENTRY_WEIGHT, FittedShares, normalised


def relative_inflow(
    counts: SchoolCounts, shares: FittedShares, below: SchoolCounts, ahead: FloatArray
) -> FloatArray:
    """Return :math:`a_{i,t} / a_i`, (school, year); 1 for schools without a section below.

    Parameters
    ----------
    counts, shares : schools of the stage, and their shares
    below : schools of the stage that feeds it, counted until the same year
    ahead : (school below, year, grade) shares of the schools below in the years after that
    """
    years = ahead.shape[1]
    inflow = np.ones((len(counts.ids), years))
    past = np.stack([normalised(one)[:, -1] for one in np.moveaxis(below.pupils, 1, 0)], axis=1)
    for place, school in enumerate(counts.ids):
        entry = shares.entry[place, 0]
        if school not in below.ids or entry <= 0:
            continue
        own = below.ids.index(school)
        leavers = np.concatenate([past[own, -1:], ahead[own, : years - 1, -1]])
        usual = _level(past[own, :-1]) if past.shape[1] > 1 else past[own, -1]
        if usual > 0:
            kept = min(entry, usual)
            inflow[place] = (entry - kept + kept / usual * leavers) / entry
    return inflow


def _level(shares: FloatArray) -> float:
    """Return the smoothed level of ``shares``, (year,)."""
    level = float(shares[0])
    for share in shares[1:]:
        level += ENTRY_WEIGHT * (float(share) - level)
    return level
