r"""Entrants of a nine-year school's junior section follow those who leave its own primary section.

With :math:`a_i` the school's share of the county's entrants to grade 7, :math:`q_{i,t}` its share
of those who left grade 6 the year before and :math:`u_i` the usual level of q, smoothed as a is,

.. math::

    a_{i,t} = a_i + \lambda \min(1, a_i / u_i) (q_{i,t} - u_i)

for schools whose entrants usually number their own leavers, within ``NEAR`` (the median over the
years), with :math:`\lambda` = ``BELIEF``. A school that takes in many others, or whose leavers go
elsewhere, keeps its share: there its own grade 6 says less than the share does (decision 006).
"""

import numpy as np

from features.arrays import FloatArray
from forecasting.schools.counts import SchoolCounts
from forecasting.schools.shares import ENTRY_WEIGHT, FittedShares, normalised

NEAR = 1.1  # entrants per own leaver, or the inverse
BELIEF = 0.5


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
        if school not in below.ids or shares.entry[place, 0] <= 0:
            continue
        own = below.ids.index(school)
        if _keeps_its_leavers(counts.pupils[place, :, 0], below.pupils[own, :, -1]):
            leavers = np.concatenate([past[own, -1:], ahead[own, : years - 1, -1]])
            entry, usual = float(shares.entry[place, 0]), _level(past[own, :-1])
            stay = BELIEF * min(1.0, entry / usual)
            inflow[place] = np.maximum(1 + stay * (leavers - usual) / entry, 0.0)
    return inflow


def _keeps_its_leavers(entrants: FloatArray, leavers: FloatArray) -> bool:
    """Return whether ``entrants`` number the ``leavers`` of the year before; both (year,)."""
    years = min(len(entrants), len(leavers)) - 1
    before, after = leavers[-years - 1 : -1], entrants[len(entrants) - years :]
    known = (before > 0) & (after > 0)
    if not known.any():
        return False
    usual = float(np.median(after[known] / before[known]))
    return 1 / NEAR <= usual <= NEAR


def _level(shares: FloatArray) -> float:
    """Return the smoothed level of ``shares``, (year,), from the first that is not 0."""
    taught = shares[np.argmax(shares > 0) :]
    level = float(taught[0])
    for share in taught[1:]:
        level += ENTRY_WEIGHT * (float(share) - level)
    return level
