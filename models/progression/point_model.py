"""Point forecasts from past origins and the last year, by the model that the history supports."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.language import Text
from features.arrays import BoolArray, FloatArray
from models.history import EnrolmentHistory
from models.progression import entry, hidden_cohorts, ratios, stage_systems
from models.progression import equation as cohort
from models.progression.area_total import draw_growth
from models.progression.learning import REACH, Known, Learned, learn
from models.progression.rows.gaps import fill_along_cohorts, fill_gaps
from models.progression.rows.open_grades import find_open
from models.progression.rows.row_meaning import find_pairs

GRADES = Text("分年级历史", "the history of grades")
ONE_YEAR = Text("仅一年的分年级人数", "the grades of a single year")
STAGES = Text("分学段历史中的各届人数", "the cohorts inside the history of stages")
ROWS = Text("各行自身的历史", "each row's own history")


@dataclass(frozen=True)
class PointModel:
    """The fitted point model.

    Parameters
    ----------
    history : the history, gaps filled
    known, learned : progression and entry of grades
    staged : (area,) True where the rows are stages forecast by hidden cohorts
    stages : the hidden cohorts of those areas; None if grades are known
    """

    history: EnrolmentHistory
    known: Known
    learned: Learned
    staged: BoolArray
    stages: hidden_cohorts.StageFilter | None

    def forecast(self, origin: int, horizon: int) -> FloatArray:
        """Return pupils (area, step, grade) for 1 … ``horizon`` years after index ``origin``."""
        found = cohort.project(self.known, self.learned, origin, horizon)
        if self.known.ratios.linked.any():
            return draw_growth(found, self.history.pupils[:, : origin + 1])
        if self.stages is not None:
            paths = self.stages.forecast(origin, horizon)
            found[self.staged, :, -paths.shape[2] :] = paths
        return found

    @property
    def basis(self) -> Text:
        """Return the basis of the forecast, in words."""
        if self.known.ratios.linked.any():
            return GRADES if self.known.pupils.shape[1] > 1 else ONE_YEAR
        if self.stages is None:
            return ROWS
        years = self.stages.system.widths
        return Text(
            f"{STAGES.zh}（学制 {'、'.join(map(str, years))} 年）",
            f"{STAGES.en} of {', '.join(map(str, years))} years",
        )

    def past(self, origins: Sequence[int], reach: int) -> tuple[FloatArray, FloatArray]:
        """Return actual and predicted pupils (area, origin, step, grade), NaN if unknown."""
        pupils = self.history.pupils
        shape = (pupils.shape[0], max(len(origins), 1), reach, pupils.shape[2])
        actual, forecast = np.full(shape, np.nan), np.full(shape, np.nan)
        for row, origin in enumerate(origins):
            steps = min(reach, pupils.shape[1] - 1 - origin)
            actual[:, row, :steps] = pupils[:, origin + 1 : origin + 1 + steps]
            forecast[:, row, :steps] = self.forecast(origin, steps)
        return actual, forecast


def fit_point_model(
    history: EnrolmentHistory,
    widths: tuple[int, ...] = (),
    entry_age: int | None = None,
    graded: bool = False,
) -> PointModel:
    """Fit the point model to ``history``; its gaps are filled first.

    Parameters
    ----------
    history : pupils and births
    widths : durations in years if the rows are stages; inferred if empty
    entry_age : age in full years of the first row's youngest pupils at the start of the school year
    graded : True if the rows are known to be grades
    """
    pairs = history.consecutive
    if not graded:
        pairs = find_pairs(history.pupils, history.consecutive)
    if widths:
        pairs = np.zeros_like(pairs)
    reported = np.asarray(np.isfinite(history.pupils).any(axis=1))
    history = fill_gaps(fill_along_cohorts(history) if pairs.any() else history)
    observed = ratios.observe(history.pupils, pairs & find_open(history.pupils, reported))
    known = Known(
        np.nan_to_num(history.pupils),
        observed,
        [ratios.outlook_at(observed, origin) for origin in range(len(history.years))],
        entry.observe_entry(history, ~observed.linked, entry_age),
    )
    staged, hidden = _stages(history, bool(observed.linked.any()), widths, entry_age)
    return PointModel(history, known, learn(known, REACH), staged, hidden)


def _stages(
    history: EnrolmentHistory, graded: bool, widths: tuple[int, ...], entry_age: int | None
) -> tuple[BoolArray, hidden_cohorts.StageFilter | None]:
    """Return which areas are forecast by hidden cohorts, and those cohorts."""
    pupils = history.pupils
    usable = np.asarray(np.nan_to_num(pupils[:, -1]).min(axis=1) > 0)
    if graded or not usable.any() or not (widths or history.consecutive[1:].all()):
        return np.zeros(len(pupils), bool), None
    lag = entry.typical_lag(stage_systems.FIRST_GRADE)
    if widths and entry_age is not None:
        lag = entry.lag_of(history, 0, entry_age)
    data = stage_systems.stage_data(history, lag).take(np.flatnonzero(usable))
    system = widths or stage_systems.find_system(data)
    if not system:
        return np.zeros(len(pupils), bool), None
    chain = slice(pupils.shape[2] - len(system), None)
    return usable, hidden_cohorts.fit_filter(data.take(slice(None), chain), system)
