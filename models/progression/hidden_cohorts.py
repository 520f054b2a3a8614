r"""Stage totals without grades: hidden cohorts estimated by a Kalman filter.

A stage total does not show its grades, but totals of many years identify them: the change in
primary pupils is entrants minus leavers, and the leavers are the entrants of six years before.
Births determine the cohorts that have not entered yet. With one hidden cohort per year of age,
including those born and not yet in school, in units of the mean cohort of the area,

.. math::

    x_{g,t} = \rho_g x_{g-1,t-1} + \epsilon_{g,t}, \qquad
    x_{1,t} = x_{1,t-1} + s_{t-1} + \epsilon_{1,t}, \qquad
    s_t = \phi s_{t-1} + \eta_t,

    y_{k,t} = \sum_{g \in k} x_{g,t} + c_{k,t}, \qquad
    b_t = x_{1,t} + d + \nu_t

where rho is 1 except at the first grade of a stage, c is the part of a stage not explained by its
cohorts (other schools, pupils from elsewhere), a slow random walk, b are the births of the youngest
cohort with known births and d their excess over it (migration before school age). If no births are
known the youngest cohort is the one that enters. Variances depend on an area's size: for a cohort
of n pupils the variance is a / n larger than for a large one.

References
----------
Durbin and Koopman (2012), Time Series Analysis by State Space Methods, ch. 4.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import minimize

from features.arrays import BoolArray, FloatArray, require_shape
from models.progression.ratios import IntArray

YOUNGEST = 0  # its index in the state; older cohorts follow
COHORT_NOISE, COHORT_NOISE_PUPIL = 0.006, 0.02  # yearly change by moving and dropping out: sd, and
PRESCHOOL_NOISE, PRESCHOOL_NOISE_PUPIL = 0.008, 0.05  # variance times pupils of the mean cohort
ENTRY_NOISE, ENTRY_NOISE_PUPIL = 0.02, 0.3
BIRTHS_NOISE_PUPIL = 0.15
BIRTHS_BEYOND_PRIOR = 0.075
GROWTH_NOISE = 0.006
GROWTH_DAMPING = 0.9
BEYOND_NOISE = 0.006
BEYOND_PRIOR = 0.1  # of a stage's pupils
SIZE_PRIOR = 0.3
GROWTH_PRIOR = 0.03
PASSAGE_PRIOR = 0.15  # prior standard deviation of log rho between stages
TAIL = 6.0  # degrees of freedom of the innovations, for robustness to single outliers
UNKNOWN = 1e6  # variance of a missing observation
SAMPLED = 60  # number of areas that the passage between stages is estimated from


@dataclass(frozen=True)
class StageSystem:
    """State space model of consecutive stages: cohorts, entry growth, excess of stages and births.

    Parameters
    ----------
    transition : (state, state)
    noise : (area, state) variances
    prior : (area, state, state)
    observed : (observation, state); stages, then births if they are known
    observation_noise : (area, observation) variances
    cohorts : number of states that are cohorts
    widths : duration of each stage in years
    """

    transition: FloatArray
    noise: FloatArray
    prior: FloatArray
    observed: FloatArray
    observation_noise: FloatArray
    cohorts: int
    widths: tuple[int, ...]


@dataclass(frozen=True)
class StageData:
    """Observations of the cohorts.

    Parameters
    ----------
    pupils : (area, year, stage), NaN where unknown
    births : (area, year) of the cohort that enters ``ahead`` years later, NaN where unknown
    ahead : years from a cohort's known births to its entry; 0 if births are unknown
    """

    pupils: FloatArray
    births: FloatArray
    ahead: int

    def __post_init__(self) -> None:
        """Check the shapes."""
        areas, years, _ = self.pupils.shape
        require_shape("births", self.births, {"area": areas, "year": years})

    def take(self, rows: IntArray | slice, stages: slice = slice(None)) -> "StageData":
        """Return the data of some areas and stages."""
        return StageData(self.pupils[rows][..., stages], self.births[rows], self.ahead)

    @property
    def unit(self) -> FloatArray:
        """Return pupils (area,) of all stages averaged over the years, at least 1."""
        known = np.isfinite(self.pupils)
        mean = np.where(known, self.pupils, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        return np.maximum(mean.sum(axis=1), 1.0)


def build_system(
    widths: tuple[int, ...], passage: FloatArray, ahead: int, size: FloatArray
) -> StageSystem:
    """Return the state space model of stages that last ``widths`` years.

    Parameters
    ----------
    widths : duration of each stage in years
    passage : (stage - 1,) rho at the first grade of the second and later stages
    ahead : see :class:`StageData`
    size : (area,) pupils of the mean cohort
    """
    cohorts, later, born = ahead + sum(widths), len(widths) - 1, int(ahead > 0)
    starts = ahead + np.cumsum(widths)[:-1]
    transition = block_diag(np.eye(cohorts, k=-1), GROWTH_DAMPING, np.eye(later + born))
    transition[YOUNGEST, [YOUNGEST, cohorts]] = 1.0
    transition[starts, starts - 1] = passage
    beyond = np.array(widths[1:], float)
    states = len(transition)
    observed = np.zeros((len(widths) + born, states))
    observed[: len(widths), ahead:cohorts] = np.repeat(np.eye(len(widths)), widths, axis=1)
    observed[1 : len(widths), cohorts + 1 : cohorts + 1 + later] = np.eye(later)
    if born:
        observed[-1, [YOUNGEST, states - 1]] = 1.0
    noise = np.zeros((len(size), states))
    school = slice(ahead + 1, cohorts)
    noise[:, 1 : ahead + 1] = (PRESCHOOL_NOISE**2 + PRESCHOOL_NOISE_PUPIL / size)[:, None]
    noise[:, school] = (COHORT_NOISE**2 + COHORT_NOISE_PUPIL / size)[:, None]
    entry = ENTRY_NOISE**2 + ENTRY_NOISE_PUPIL / size
    noise[:, YOUNGEST] = entry
    noise[:, cohorts] = GROWTH_NOISE**2
    noise[:, cohorts + 1 : cohorts + 1 + later] = (BEYOND_NOISE * beyond) ** 2
    # Cohorts of neighbouring ages are similar: a random walk over the ages.
    age = np.arange(cohorts, 0, -1)
    walk = (2 * ENTRY_NOISE) ** 2 * np.minimum.outer(age, age) + SIZE_PRIOR**2
    rest = [GROWTH_PRIOR**2, *((BEYOND_PRIOR * beyond) ** 2), *[BIRTHS_BEYOND_PRIOR**2] * born]
    prior = np.repeat(block_diag(walk, np.diag(rest))[None], len(size), axis=0)
    places = np.arange(cohorts)
    prior[:, places, places] += (ENTRY_NOISE_PUPIL / size)[:, None]
    seen = np.zeros((len(size), len(observed)))
    if born:
        seen[:, -1] = BIRTHS_NOISE_PUPIL / size
    return StageSystem(transition, noise, prior, observed, seen, cohorts, widths)


def filtered(seen: FloatArray, system: StageSystem) -> tuple[FloatArray, FloatArray, float]:
    """Return filtered states and covariances, and their negative log likelihood.

    Parameters
    ----------
    seen : (area, year, observation) in units of the area's mean cohort, NaN where unknown
    system : the state space model

    Returns
    -------
    states (area, year, state), covariances (area, year, state, state), and the negative log
    likelihood per area with heavy-tailed innovations
    """
    move, look = system.transition, system.observed
    state = np.zeros(system.noise.shape)
    state[:, : system.cohorts] = 1.0
    diagonal, seen_diagonal = np.arange(len(move)), np.arange(len(look))
    covariance, misfit, states, covariances = system.prior, 0.0, [], []
    for year in range(seen.shape[1]):
        if year:
            state = state @ move.T
            covariance = move @ covariance @ move.T
            covariance[:, diagonal, diagonal] += system.noise
        missing = np.isnan(seen[:, year])
        spread = look @ covariance @ look.T
        spread[:, seen_diagonal, seen_diagonal] += 1e-7 + system.observation_noise
        spread[:, seen_diagonal, seen_diagonal] += np.where(missing, UNKNOWN, 0.0)
        innovation = np.where(missing, 0.0, np.nan_to_num(seen[:, year]) - state @ look.T)
        gain = np.swapaxes(np.linalg.solve(spread, look @ covariance), 1, 2)
        if year > 1:  # the first two years initialise the filter
            misfit += _surprise(innovation, spread, missing)
        state = state + (gain @ innovation[..., None])[..., 0]
        covariance = covariance - gain @ (look @ covariance)
        states.append(state)
        covariances.append(covariance)
    return np.stack(states, axis=1), np.stack(covariances, axis=1), misfit


def _surprise(innovation: FloatArray, spread: FloatArray, missing: BoolArray) -> float:
    """Return the negative log likelihood per area of a year's innovations (area, observation)."""
    distance = (innovation * np.linalg.solve(spread, innovation[..., None])[..., 0]).sum(axis=1)
    made = (~missing).sum(axis=1)
    volume = np.linalg.slogdet(spread)[1] - missing.sum(axis=1) * np.log(UNKNOWN)
    heavy = (TAIL + made) * np.log1p(distance / TAIL)
    return 0.5 * float((volume + heavy).mean())


@dataclass(frozen=True)
class StageFilter:
    """Filtered hidden cohorts of some areas in each year.

    Parameters
    ----------
    system : the state space
    state : (area, year, state) in units of the area's mean cohort
    covariance : (area, year, state, state)
    unit : (area,) pupils of the mean cohort
    stages : number of observations that are stages
    """

    system: StageSystem
    state: FloatArray
    covariance: FloatArray
    unit: FloatArray
    stages: int

    def forecast(self, origin: int | slice, horizon: int) -> FloatArray:
        """Return pupils (area, step, stage), or (area, origin, step, stage) of many origins."""
        look, steps = self.system.observed[: self.stages], []
        for _ in range(horizon):
            look = look @ self.system.transition
            steps.append(np.maximum(self.state[:, origin] @ look.T, 0.0))
        found = np.stack(steps, axis=-2)
        return found * self.unit.reshape(-1, *[1] * (found.ndim - 1))

    def spread(self, origin: int, horizon: int) -> FloatArray:
        """Return the predictive standard deviation of log pupils (area, step, stage).

        The variance ahead is that of the state at the origin plus the noise accumulated until then.
        """
        look, steps = self.system.observed[: self.stages], []
        noise = np.zeros((len(self.unit), self.stages))
        for _ in range(horizon):
            noise = noise + self.system.noise @ (look**2).T
            look = look @ self.system.transition
            known = np.einsum("ks,ast,kt->ak", look, self.covariance[:, origin], look)
            steps.append(np.sqrt(np.maximum(known + noise, 0.0)))
        level = self.forecast(origin, horizon) / self.unit[:, None, None]
        return np.stack(steps, axis=1) / np.maximum(level, 0.05)


def fit_filter(data: StageData, widths: tuple[int, ...]) -> StageFilter:
    """Return the filtered cohorts of stages.

    Parameters
    ----------
    data : pupils by stage, and births
    widths : duration of each stage in years
    """
    unit = data.unit / sum(widths)
    born = [data.births[..., None]] if data.ahead else []
    seen = np.concatenate([data.pupils, *born], axis=2) / unit[:, None, None]
    rows = np.argsort(unit, kind="stable")[:: max(1, len(unit) // SAMPLED)]

    def misfit(log_passage: FloatArray) -> float:
        system = build_system(widths, np.exp(log_passage), data.ahead, unit[rows])
        pull = 0.5 * float((log_passage**2).sum()) / PASSAGE_PRIOR**2
        return float(np.sqrt(len(unit))) * filtered(seen[rows], system)[2] + pull

    passage = np.exp(minimize(misfit, np.zeros(len(widths) - 1), method="L-BFGS-B").x)
    system = build_system(widths, passage, data.ahead, unit)
    state, covariance, _ = filtered(seen, system)
    return StageFilter(system, state, covariance, unit, data.pupils.shape[2])
