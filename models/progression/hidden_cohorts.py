r"""Stage totals without grades: the cohorts inside them, found by a Kalman filter.

A stage total hides its grades, yet the totals of many years tell them: this year's primary differs
from last year's by who entered and who left, and who left are the entrants of six years before.
With one hidden cohort a year of age, in units of the mean cohort of the area,

.. math::

    x_{g,t} = \rho_g x_{g-1,t-1} + \epsilon_{g,t}, \qquad
    x_{1,t} = x_{1,t-1} b_t / b_{t-1} + s_{t-1} + \epsilon_{1,t}, \qquad
    s_t = \phi s_{t-1} + \eta_t,

    y_{k,t} = \sum_{g \in k} x_{g,t} + c_{k,t}

where b are births of the entering cohort (left out where unknown), rho is 1 but at the first grade
of a stage, and c is what an area's stage has beyond its cohorts (other schools, pupils from
elsewhere), a slow random walk. All areas share the covariances, so one gain serves them all.

References
----------
Durbin and Koopman (2012), Time Series Analysis by State Space Methods, ch. 4.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import minimize

from features.arrays import FloatArray
from models.history import EnrolmentHistory
from models.progression import entry
from models.progression.ratios import nanmedian

# Years that the stages of a school system last, the commonest first.
SYSTEMS = (
    *((6, 3, 3), (5, 4, 3), (6, 4, 2), (6, 2, 4), (4, 5, 3), (4, 4, 4)),
    *((6, 3), (6, 6), (3, 3), (8, 4), (9, 3), (5, 4), (6, 4), (5, 7)),
)
CLEARLY_BETTER = 0.85  # of the error of the commoner system, before a rarer one is believed
JUDGED_STEPS = 3
FEWEST_YEARS = 6  # a shorter history cannot tell systems apart
ENTRY = 0  # place of the youngest cohort in the state
ENTRY_AGE = 1  # the grade that the first stage begins with, for the births that enter
COHORT_NOISE = 0.006  # a cohort's yearly change by moving and dropping out
ENTRY_NOISE = 0.02
GROWTH_NOISE = 0.006
GROWTH_DAMPING = 0.9
BEYOND_NOISE = 0.006
BEYOND_PRIOR = 0.1  # of a stage's pupils
SIZE_PRIOR = 0.3
GROWTH_PRIOR = 0.03
PASSAGE_PRIOR = 0.15  # standard deviation of log rho between stages
TAIL = 6.0  # degrees of freedom of the innovations: one odd year must not decide


@dataclass(frozen=True)
class StageSystem:
    """State space of stages that follow one another; the state is grades, entry growth, beyond.

    Parameters
    ----------
    transition, noise, prior : (state, state)
    observed : (stage, state)
    """

    transition: FloatArray
    noise: FloatArray
    prior: FloatArray
    observed: FloatArray


def build_system(widths: tuple[int, ...], passage: FloatArray) -> StageSystem:
    """Return the system of stages ``widths`` years long.

    Parameters
    ----------
    passage : (stage - 1,) rho at the first grade of the second and later stages
    """
    grades, later = sum(widths), len(widths) - 1
    starts = np.cumsum(widths)[:-1]
    transition = block_diag(np.eye(grades, k=-1), GROWTH_DAMPING, np.eye(later))
    growth = grades  # its place in the state: after the cohorts
    transition[ENTRY, [ENTRY, growth]] = 1.0
    transition[starts, starts - 1] = passage
    beyond = np.array(widths[1:], float)
    observed = np.zeros((len(widths), grades + 1 + later))
    observed[:, :grades] = np.repeat(np.eye(len(widths)), widths, axis=1)
    observed[1:, grades + 1 :] = np.eye(later)
    cohorts = [COHORT_NOISE**2] * (grades - 1)
    noise = np.diag([ENTRY_NOISE**2, *cohorts, GROWTH_NOISE**2, *((BEYOND_NOISE * beyond) ** 2)])
    # Cohorts born near one another are alike: a random walk over the ages.
    age = np.arange(grades, 0, -1)
    walk = (2 * ENTRY_NOISE) ** 2 * np.minimum.outer(age, age) + SIZE_PRIOR**2
    prior = block_diag(walk, GROWTH_PRIOR**2, np.diag((BEYOND_PRIOR * beyond) ** 2))
    return StageSystem(transition, noise, prior, observed)


def filtered(
    pupils: FloatArray, system: StageSystem, birth_growth: FloatArray
) -> tuple[FloatArray, float]:
    """Return states (area, year, state) given the years until then, and their misfit.

    Parameters
    ----------
    pupils : (area, year, stage) in units of the area's mean cohort
    birth_growth : (area, year) births of the entering cohort over those of the cohort before

    Returns
    -------
    states, and minus the log likelihood an area under heavy-tailed innovations
    """
    areas, years, stages = pupils.shape
    state = np.zeros((areas, len(system.prior)))
    state[:, :-stages] = 1.0
    covariance, states, misfit = system.prior, [], 0.0
    for year in range(years):
        if year:
            state = advance(state, system, birth_growth[:, year])
            covariance = system.transition @ covariance @ system.transition.T + system.noise
        spread = system.observed @ covariance @ system.observed.T + 1e-7 * np.eye(stages)
        innovation = pupils[:, year] - state @ system.observed.T
        gain = np.linalg.solve(spread, system.observed @ covariance).T
        if year > 1:  # the first two years settle the start
            distance = (np.linalg.solve(spread, innovation.T).T * innovation).sum(1)
            misfit += 0.5 * float(np.linalg.slogdet(spread)[1])
            misfit += 0.5 * (TAIL + stages) * float(np.log1p(distance / TAIL).mean())
        state = state + innovation @ gain.T
        covariance = covariance - gain @ system.observed @ covariance
        states.append(state)
    return np.stack(states, axis=1), misfit


def advance(state: FloatArray, system: StageSystem, birth_growth: FloatArray) -> FloatArray:
    """Return the states (area, …, state) one year on."""
    following = state @ system.transition.T
    following[..., ENTRY] += state[..., ENTRY] * (birth_growth - 1.0)
    return following


@dataclass(frozen=True)
class StageFilter:
    """The cohorts hidden in the stages of some areas, as known in each year.

    Parameters
    ----------
    system : the state space
    state : (area, year, state) in units of the area's mean cohort
    unit : (area,) pupils of the mean cohort
    birth_growth : (area, year + ahead), 1 where births are unknown
    """

    system: StageSystem
    state: FloatArray
    unit: FloatArray
    birth_growth: FloatArray

    def forecast(self, origin: int | slice, horizon: int) -> FloatArray:
        """Return pupils (area, step, stage), or (area, origin, step, stage) of many origins."""
        years = np.arange(self.state.shape[1])[origin]
        state, steps = self.state[:, origin], []
        for step in range(1, horizon + 1):
            state = advance(state, self.system, self.birth_growth[:, years + step])
            steps.append(np.maximum(state @ self.system.observed.T, 0.0))
        found = np.stack(steps, axis=-2)
        return found * self.unit.reshape(-1, *[1] * (found.ndim - 1))


def fit_filter(
    pupils: FloatArray, widths: tuple[int, ...], birth_growth: FloatArray
) -> StageFilter:
    """Return the cohorts hidden in stages ``widths`` years long.

    Parameters
    ----------
    pupils : (area, year, stage) known in every year
    birth_growth : (area, year + ahead), 1 where births are unknown
    """
    unit = np.maximum(pupils.mean(axis=1).sum(axis=1) / sum(widths), 1e-9)
    scaled = pupils / unit[:, None, None]

    def misfit(log_passage: FloatArray) -> float:
        system = build_system(widths, np.exp(log_passage))
        pull = 0.5 * float((log_passage**2).sum()) / PASSAGE_PRIOR**2
        return float(np.sqrt(len(pupils))) * filtered(scaled, system, birth_growth)[1] + pull

    passage = np.exp(minimize(misfit, np.zeros(len(widths) - 1), method="L-BFGS-B").x)
    system = build_system(widths, passage)
    return StageFilter(system, filtered(scaled, system, birth_growth)[0], unit, birth_growth)


def birth_growth(history: EnrolmentHistory, horizon: int) -> FloatArray:
    """Return (area, year + horizon) births of the entering cohort over those of the one before."""
    years = np.arange(history.years[0] - 1, history.years[-1] + horizon + 1, dtype=float)
    if not history.birth_years:
        return np.ones((len(history.areas), len(years) - 1))
    born = entry.lagged(
        history.births, history.birth_years[0], years, entry.typical_lag(str(ENTRY_AGE))
    )
    return np.exp(np.nan_to_num(np.diff(born, axis=1)))


def trend(pupils: FloatArray, horizon: int) -> FloatArray:
    """Return pupils (area, origin, step, stage) growing as in the year before each origin."""
    floor = np.maximum(pupils, 0.5)
    growth = np.ones_like(floor)
    growth[:, 1:] = floor[:, 1:] / floor[:, :-1]
    steps = np.arange(1, horizon + 1)[:, None]
    return floor[:, :, None] * growth[:, :, None] ** steps


def past_error(pupils: FloatArray, paths: FloatArray) -> float:
    """Return the typical absolute log error of ``paths`` (area, origin, step, stage)."""
    known = np.log(np.maximum(pupils, 0.5))
    errors = []
    for step in range(1, JUDGED_STEPS + 1):
        foretold = np.log(np.maximum(paths[:, 2:-step, step - 1], 0.5))
        errors.append(nanmedian(np.abs(foretold - known[:, 2 + step :]), (0, 1)))
    return float(np.mean(errors))


def find_system(pupils: FloatArray, growth: FloatArray) -> tuple[int, ...]:
    """Return the years of the last stages of ``pupils`` (area, year, stage); () if none fits.

    The first system is believed whose cohorts would have foretold the past better than the growth
    of each stage did; another one if it would have done so clearly better still.
    """
    rows = pupils.shape[2]
    if pupils.shape[1] < FEWEST_YEARS:
        return next((system for system in SYSTEMS if rows - 1 <= len(system) <= rows), ())
    found: tuple[int, ...] = ()
    least = past_error(pupils, trend(pupils, JUDGED_STEPS))
    for system in SYSTEMS:
        if not rows - 1 <= len(system) <= rows:
            continue
        paths = trend(pupils, JUDGED_STEPS)
        chain = slice(rows - len(system), None)
        hidden = fit_filter(pupils[..., chain], system, growth)
        paths[..., chain] = hidden.forecast(slice(None), JUDGED_STEPS)
        error = past_error(pupils, paths)
        if error < (CLEARLY_BETTER if found else 1.0) * least:
            least, found = error, system
    return found
