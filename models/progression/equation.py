r"""The cohort model: entry into the first grade, and progression from grade to grade.

.. math::

    N_{a,g,t+k} = N_{a,g-1,t+k-1} \exp(x_{a,g,t} \cdot w_k), \qquad
    N_{a,1,t+k} = N_{a,1,t} \exp(z_{a,t,k} \cdot v_k)

with x the levels of past log progression ratios (``ratios.NAMES``), z forecasts of the entry
(``entry.NAMES``) and w, v >= 0 learned from past origins (``learning``).
"""

import numpy as np

from features.arrays import FloatArray
from models.progression import entry as entries
from models.progression.learning import Known, Learned
from models.progression.rows.open_grades import entry_base


def at_step(weights: FloatArray, step: int) -> FloatArray:
    """Return the weights (feature,) at a horizon; beyond the last horizon those of the last."""
    return weights[min(step, len(weights)) - 1]


def entry_change(entry: entries.Entry, learned: Learned, origin: int, step: int) -> FloatArray:
    """Return (area, entry) log growth of entry grades over ``step`` years from ``origin``.

    Births are used where they are known for the entering cohort and for past ones.
    """
    features = entries.features_at(entry, origin, step)
    plain = features[..., : entries.WITHOUT_BIRTHS] @ at_step(learned.entry, step)
    born = np.nan_to_num(features) @ at_step(learned.births, step)
    known = np.isfinite(features).all(axis=-1)
    return np.where(known, born, np.nan_to_num(plain))


def project(known: Known, learned: Learned, origin: int, horizon: int) -> FloatArray:
    """Return pupils (area, step, grade) forecast from year index ``origin``.

    Parameters
    ----------
    known : history without gaps, with its ratios
    learned : weights of the features
    origin : index of the last year used
    horizon : years ahead
    """
    entry, base = known.entry, known.pupils[:, origin]
    enters, pupils = entry_base(known.pupils[:, : origin + 1]), [base]
    for step in range(1, horizon + 1):
        fed = np.zeros_like(base)
        fed[:, 1:] = pupils[-1][:, :-1]
        growth = known.outlooks[origin] @ at_step(learned.progression, step)
        entered = np.zeros_like(base)
        change = np.exp(entry_change(entry, learned, origin, step))
        entered[:, entry.grades] = enters[:, entry.grades] * change
        pupils.append(np.where(known.ratios.linked, fed * np.exp(growth), entered))
    return np.stack(pupils[1:], axis=1)
