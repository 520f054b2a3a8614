r"""The progression model of enrolment by grade.

Pupils of area a, grade g and school year t progress to the next grade a year later; the first grade
follows its own past and births; the area's total is moved towards its own trend and, where its
growth fluctuated from year to year, towards its last value:

.. math::

    \hat N_{a,g,t+k} &= \hat N_{a,g-1,t+k-1} \exp(x_{a,g,t,k} \cdot w_k) \quad (g > 1)

    \hat N_{a,1,t+k} &= N_{a,1,t} \exp(z_{a,t,k} \cdot v_k)

    \tilde N_{a,g,t+k} &= \hat N_{a,g,t+k}
        \left( N_{a,t} e^{b_{a,t}(\phi + \dots + \phi^k)} / \hat N_{a,t+k} \right)^{\lambda s_a}
        \left( N_{a,t} / \hat N_{a,t+k} \right)^{1 - s_a}

    N_{a,g,t+k} &= \tilde N_{a,g,t+k} \exp(c_k + u_{a,k} + e_{a,g,k})

===========  ==================  ==========================================  =====================
parameter    unit                meaning                                     estimated
===========  ==================  ==========================================  =====================
x            log ratio           levels of past progression ratios, of all   ``ratios``
                                 areas together and the area's own; the      (``area_wide``)
                                 part common to its grades is bounded
w            share               weight of each level k years ahead          past origins, with a
                                                                             prior (``learning``)
z            log growth          forecasts of the first grade: level,        ``entry``
                                 trends, births
v            share               weight of each forecast k years ahead       past origins, with a
                                                                             prior (``learning``)
b            log growth a year   the area's own damped trend                 ``area_total``
s            share               shrinkage of the area's growth, smaller      its cohorts' noise
                                 the more it fluctuated                      (``area_total``)
c, u, e      log error           common to all areas, of the area, of the    past origins
                                 grade; e persists along a cohort            (``errors``, ``draws``)
===========  ==================  ==========================================  =====================

Rows that are stages (totals of several grades) follow ``hidden_cohorts`` instead of the first two
equations. Gaps are filled first (``rows.gaps``), missing grades are inserted
(``rows.missing_grades``).

>>> import numpy as np, pandas as pd
>>> from models.history import build_history
>>> rows = [("a", y, str(g), 100.0) for y in range(2010, 2020) for g in (1, 2, 3)]
>>> table = pd.DataFrame(rows, columns=["area_id", "year", "grade", "enrolment"])
>>> fitted = ProgressionModel().fit(build_history(table, births=None))
>>> fitted.forecast(2, 100, np.random.default_rng(1)).median.round()
array([[[100., 100., 100.],
        [100., 100., 100.]]])
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from data.language import Text
from features.arrays import BoolArray
from models.history import EnrolmentForecast, EnrolmentHistory
from models.progression import errors
from models.progression.draws import simulate
from models.progression.errors import PastErrors
from models.progression.learning import FIRST_ORIGIN, REACH
from models.progression.point_model import PointModel, fit_point_model
from models.progression.ratios import IntArray
from models.progression.rows.gaps import without_common_steps, without_outliers
from models.progression.rows.missing_grades import insert_skipped
from models.progression.rows.open_grades import without_empty_end

BETWEEN = Text("部分年级的历史，其间各级按届推算", "some grades, the cohorts between them inferred")


@dataclass(frozen=True)
class FittedProgression:
    """The progression model fitted to a history.

    Parameters
    ----------
    history : the fitted history, gaps filled
    reported : (area, grade) True where the grade was ever reported
    point_model : progression, entry and trend, including inserted grades
    own : (grade,) indices of the history's grades among those of ``point_model``
    past : forecasts from past origins and actual values
    """

    history: EnrolmentHistory
    reported: BoolArray
    point_model: PointModel
    own: IntArray
    past: PastErrors

    @property
    def linked(self) -> BoolArray:
        """Return (area, grade) True where the grade before feeds the grade."""
        linked: BoolArray = self.point_model.known.ratios.linked[:, self.own]
        return linked

    @property
    def basis(self) -> Text:
        """Return the basis of the forecast, in words."""
        inserted = len(self.own) < len(self.point_model.history.grades)
        return BETWEEN if inserted else self.point_model.basis

    def forecast(self, horizon: int, draws: int, rng: np.random.Generator) -> EnrolmentForecast:
        """Return a forecast 1 … ``horizon`` years after the history with ``draws`` draws."""
        past = self.history
        last = len(past.years) - 1
        median = self.point_model.forecast(last, horizon)[..., self.own]
        entry: BoolArray = np.asarray(~self.linked.any(axis=0) & self.linked.any())
        scale = errors.measure(self.past, median, horizon, entry)
        seed = int(rng.integers(2**32))
        return EnrolmentForecast(
            areas=past.areas,
            years=tuple(range(past.years[-1] + 1, past.years[-1] + 1 + horizon)),
            grades=past.grades,
            median=median,
            shown=self.reported | (median > 0).any(axis=1),
            sample=partial(simulate, median, past.areas, scale, draws, seed),
        )


@dataclass(frozen=True)
class ProgressionModel:
    """The progression model; its equations are in the module's docstring.

    Parameters
    ----------
    stages : durations in years of consecutive stages if the rows of the history are stages, such as
        (6, 3, 3); empty if the rows are grades or the durations are to be inferred
    entry_age : age in full years of the first row's youngest pupils at the start of the school
        year; None if it follows from the grade's code
    graded : True if the rows are known to be grades
    """

    stages: tuple[int, ...] = ()
    entry_age: int | None = None
    graded: bool = False

    def fit(self, history: EnrolmentHistory) -> FittedProgression:
        """Return the model fitted to ``history``."""
        reported: BoolArray = np.asarray(np.isfinite(history.pupils).any(axis=1))
        history = without_common_steps(without_empty_end(without_outliers(history)))
        complete, own = history, np.arange(len(history.grades))
        if not self.stages:
            complete, own = insert_skipped(history)
        model = fit_point_model(complete, self.stages, self.entry_age, self.graded)
        history = replace(history, pupils=model.history.pupils[..., own])
        last = len(history.years) - 1
        first = min(FIRST_ORIGIN, max(last - 3, min(last - 1, 1), 0))
        actual, forecast = model.past(range(first, last), max(min(REACH, last - first), 1))
        # Hidden cohorts of few years rest on their prior: their errors do not shrink with years.
        graded = bool(model.known.ratios.linked.any())
        known = tuple(range(first + 1, max(last, first + 1) + 1)) if graded else ()
        past = PastErrors(actual[..., own], forecast[..., own], known, last + 1)
        return FittedProgression(history, reported, model, own, past)
