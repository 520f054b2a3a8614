r"""The share of each school in its county's pupils, grade by grade.

The county's forecast is better known than any school's, so schools share it. With
:math:`q_{i,g,t}` the share of school i in the pupils of grade g in year t,

.. math::

    q_{i,1,t+1} &\propto a_i, \qquad
    a_{i,t} = a_{i,t-1} + \alpha (q_{i,1,t} - a_{i,t-1})

    q_{i,g,t+1} &\propto q_{i,g-1,t}\, e^{r_{i,g}}, \qquad
    r_{i,g} = \frac{m_{i,g}}{m_{i,g} + M}\, \hat r_{i,g}

    x_{i,g,t} &= q_{i,g,t} N_{g,t} \left( \frac{Q_{i,T}}{Q_{i,t}} \right)^{w}

and once more divided by the sum over schools, so that the schools add up to the county's
:math:`N_{g,t}`.

=========  ==================  =================================================================
parameter  unit                meaning
=========  ==================  =================================================================
a          share               entry: level of the share in the first grade
alpha      share               weight of the last year in that level, ``ENTRY_WEIGHT``
r          log ratio           progression relative to the county's: shrunk median of the last
                               ``YEARS`` years, within ``BOUND``, but at least what every one of
                               ``FEWEST`` years or more showed
m, M       pupils              pupils that r was seen on; ``PRIOR_PUPILS`` of a prior without any
                               difference from the county (empirical Bayes)
Q, w       share               share in all grades, which in the last year T says something about
                               the future by itself (``PULL``): its place among the schools that
                               are neither opening nor phasing out
=========  ==================  =================================================================

Grades are fed by the grade before where that had ``FEEDING`` of their pupils or more; in others,
such as the first grade of a school for the upper grades, pupils enter by the share a. A school
grows grade by grade where the grade before is new; a grade that its pupils never reached,
although ``CERTAIN`` or more were expected, is not taught there; first grades without entrants stay
so once ``CERTAIN`` or more are missing (one in twenty by chance); a closed school stays closed.
A school without grades has one share, whose growth in the last ``TREND_YEARS`` years goes on at
:math:`\phi, \phi^2, \dots` of its size (``DAMPING``, within ``TREND_BOUND``).

A school that is to open takes the share of entrants that its seats are of all seats, so that it
fills as its county's schools are filled, grade by grade (without grades: in as many years).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.arrays import FloatArray
from forecasting.schools.openings import Openings

BoolArray = npt.NDArray[np.bool_]

YEARS = 5
PRIOR_PUPILS = 1000.0
BOUND = 0.05
FEWEST = 3
FEEDING = 1 / 3
ENTRY_WEIGHT = 0.5
PULL = 0.5
TREND_YEARS, TREND_BOUND, DAMPING = 3, 0.05, 0.4
CERTAIN = 3.0  # Poisson: none at all has a probability of 5 %
TINY = 1e-9


@dataclass(frozen=True)
class FittedShares:
    """Shares of the schools of one county and stage.

    Parameters
    ----------
    last : (school, grade) shares in the last year
    entry : (school, grade) share of those who enter in a grade that no grade feeds
    progression : (school, grade) factor from the grade before, relative to the county's; 0 where
        the grade is not taught
    fed : (school, grade) True where pupils come from the grade before
    total : (school,) share in all grades in the last year
    settled : (school,) True for a school that is neither opening nor phasing out
    trend : (school,) yearly growth of the log share, 0 where grades are known
    openings : schools that open later
    """

    last: FloatArray
    entry: FloatArray
    progression: FloatArray
    fed: BoolArray
    total: FloatArray
    settled: BoolArray
    trend: FloatArray
    openings: Openings

    def forecast(self, county: FloatArray, inflow: FloatArray | None = None) -> FloatArray:
        """Return shares (school, year, grade) in each grade of ``county``.

        Parameters
        ----------
        county : (year, grade) pupils expected in the county after the last year
        inflow : (school, year) entrants to the first grade relative to the usual, from
            :func:`forecasting.schools.own_leavers.relative_inflow`; None takes the usual
        """
        shares, years = self.last, []
        for year, pupils in enumerate(county, start=1):
            shares = self._next(shares, self._entering(year, inflow))
            taught = shares.sum(axis=0) > 0
            # What the county has in a grade that no school teaches goes to all that are open.
            shares = np.where(taught, shares, self.total[:, None])
            years.append(self._pulled(shares, pupils))
        return np.stack(years, axis=1)

    def _entering(self, year: int, inflow: FloatArray | None) -> FloatArray:
        """Return the share of those who enter in a grade that no grade feeds, (school, grade)."""
        grown = self.trend * (DAMPING ** np.arange(1, year + 1)).sum()
        entry = self.entry * np.exp(grown)[:, None]
        if inflow is not None:
            entry[:, 0] *= inflow[:, year - 1]
        entry[:, 0] += self.openings.intake(self.entry[:, 0]) * self.openings.started(year)
        return entry

    def _next(self, shares: FloatArray, entering: FloatArray) -> FloatArray:
        """Return the shares one year later, with the shares of those ``entering``."""
        before = np.zeros_like(shares)
        before[:, 1:] = shares[:, :-1]
        return normalised(np.where(self.fed, before * self.progression, entering))

    def _pulled(self, shares: FloatArray, pupils: FloatArray) -> FloatArray:
        """Return the shares with that in all grades moved towards the last year's."""
        own = shares @ pupils / max(pupils.sum(), TINY)
        move = self.settled & (own > 0)
        # The settled schools keep among them what opening and closing ones leave.
        usual = self.total * (own[move].sum() / max(self.total[move].sum(), TINY))
        factor = np.where(move, (usual / np.where(move, own, 1.0)) ** PULL, 1.0)
        return normalised(shares * factor[:, None])


def normalised(shares: FloatArray) -> FloatArray:
    """Return ``shares`` divided by their sum over schools; a grade without any stays without."""
    total = shares.sum(axis=0)
    return np.asarray(shares / np.where(total > 0, total, 1.0))


def fit_shares(pupils: FloatArray, openings: Openings | None = None) -> FittedShares:
    """Return the shares of schools.

    Parameters
    ----------
    pupils : (school, year, grade) pupils
    openings : schools that open later, without pupils so far
    """
    openings = openings or Openings.none(len(pupils))
    open_now = pupils[:, -1].sum(axis=1) > 0
    last = normalised(pupils[:, -1])
    ratio, fed = _progression(pupils), _fed(pupils)
    fed[openings.ahead > 0, 1:] = True
    entry = np.where(open_now[:, None], _entry(pupils), 0.0)
    total = pupils[:, -1].sum(axis=1)
    first = np.argmax(~fed & (pupils[:, -YEARS:].sum(axis=1) > 0), axis=1)
    entering = np.take_along_axis(entry, first[:, None], axis=1)[:, 0] > 0
    return FittedShares(
        last=last,
        entry=entry,
        progression=ratio,
        fed=fed,
        total=total / max(total.sum(), TINY),
        settled=open_now & entering & _grown(pupils) & (pupils.shape[2] > 1),
        trend=_trend(pupils),
        openings=openings,
    )


def _fed(pupils: FloatArray) -> BoolArray:
    """Return (school, grade) True where pupils come from the grade before.

    The last transition decides: a few stray pupils in the grade before do not feed a grade. A grade
    that has been empty, and those of a new school, are fed by a grade with pupils today.
    """
    fed = np.zeros((len(pupils), pupils.shape[2]), dtype=bool)
    fed[:, 1:] = pupils[:, -1, :-1] > 0
    if pupils.shape[1] > 1:
        before, own = pupils[:, -2, :-1], pupils[:, -1, 1:]
        known = (own > 0) & (pupils[:, -2].sum(axis=1, keepdims=True) > 0)
        fed[:, 1:] = np.where(known, before >= own * FEEDING, fed[:, 1:])
    return fed


def _progression(pupils: FloatArray) -> FloatArray:
    """Return the relative progression, (school, grade)."""
    years = min(YEARS, pupils.shape[1] - 1)
    ratio = np.ones((len(pupils), pupils.shape[2]))
    if not years:
        return ratio
    before, after = pupils[:, -years - 1 : -1, :-1], pupils[:, -years:, 1:]
    county = after.sum(axis=0) / np.maximum(before.sum(axis=0), TINY)
    hoped = before * county
    both = (hoped > 0) & (after > 0)
    ratios = np.where(both, after, 1.0) / np.where(both, hoped, 1.0)
    expected = hoped.sum(axis=1)
    never = ~both.any(axis=1) & (expected >= CERTAIN)
    ratio[:, 1:] = np.where(never, 0.0, np.exp(_relative(np.log(ratios), both, expected)))
    return ratio


def _relative(logs: FloatArray, known: BoolArray, expected: FloatArray) -> FloatArray:
    """Return the log progression relative to the county's, (school, grade).

    Parameters
    ----------
    logs : (school, year, grade) log of pupils over those expected at the county's progression
    known : True where ``logs`` is known
    expected : (school, grade) pupils expected over the years
    """
    count = known.sum(axis=1)
    none = ~known.any(axis=1, keepdims=True)
    median = np.nanmedian(np.where(known | none, logs, np.nan), axis=1)
    shrunk = np.clip(median * expected / (expected + PRIOR_PUPILS), -BOUND, BOUND)
    enough = count >= FEWEST
    least = np.where(enough, np.where(known, logs, np.inf).min(axis=1), 0.0)
    most = np.where(enough, np.where(known, logs, -np.inf).max(axis=1), 0.0)
    every = np.maximum(least, 0.0) + np.minimum(most, 0.0)
    return np.where(np.abs(every) > np.abs(shrunk), every, shrunk)


def _entry(pupils: FloatArray) -> FloatArray:
    """Return the level of each grade's share, (school, grade), 0 where entry has ended."""
    if pupils.shape[2] == 1:
        return normalised(pupils[:, -1])
    shares = pupils / np.maximum(pupils.sum(axis=0), TINY)
    is_open = pupils.sum(axis=2) > 0
    level, started = np.zeros(shares[:, 0].shape), np.zeros(len(pupils), dtype=bool)
    for year in range(pupils.shape[1]):
        taught = (pupils[:, year] > 0) @ pupils[:, year].sum(axis=0)
        overall = pupils[:, year].sum(axis=1) / np.maximum(taught, TINY)
        begin = (overall[:, None] + shares[:, year]) / 2
        follow = level + ENTRY_WEIGHT * (shares[:, year] - level)
        level = np.where(started[:, None], follow, begin) * is_open[:, year, None]
        started = is_open[:, year]
    return np.where(_ended(pupils), 0.0, level)


def _trend(pupils: FloatArray) -> FloatArray:
    """Return the yearly growth of each school's log share, (school,)."""
    years = min(TREND_YEARS, pupils.shape[1] - 1)
    if pupils.shape[2] > 1 or not years:
        return np.zeros(len(pupils))
    shares = (pupils / np.maximum(pupils.sum(axis=0), TINY))[:, -years - 1 :, 0]
    known = (shares > 0).all(axis=1)
    ends = np.where(known[:, None], shares[:, [0, -1]], 1.0)
    growth = (np.log(ends[:, 1]) - np.log(ends[:, 0])) / years
    return np.asarray(np.clip(growth, -TREND_BOUND, TREND_BOUND))


def _ended(pupils: FloatArray) -> BoolArray:
    """Return (school, grade) True where a grade has been empty for longer than chance allows."""
    empty = np.cumprod(pupils[:, ::-1] == 0, axis=1).sum(axis=1)
    years = pupils.shape[1]
    place = np.arange(years)[None, :, None]
    usual_years = (place < years - empty[:, None]) & (place >= years - empty[:, None] - 3)
    usual = (pupils * usual_years).sum(axis=1) / np.maximum(usual_years.sum(axis=1), 1)
    return np.asarray((usual == 0) | (empty * usual >= CERTAIN))


def _grown(pupils: FloatArray) -> BoolArray:
    """Return (school,) True where the same grades have been taught for three years."""
    recent = pupils[:, -3:] > 0
    return np.asarray((recent.all(axis=1) == recent.any(axis=1)).all(axis=1))
