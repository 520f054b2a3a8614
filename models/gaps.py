"""Fill what was not reported, so that every area ends in the same year."""

import numpy as np
import pandas as pd

from features.population import FloatArray
from models.history import EnrolmentHistory


def fill_gaps(history: EnrolmentHistory) -> EnrolmentHistory:
    """Return ``history`` with gaps inside a row's span interpolated and its last value carried on.

    A row that starts late stays unknown before its first year; one that was never reported is 0.
    """
    filled = np.stack(
        [_filled(history.pupils[:, :, grade]) for grade in range(len(history.grades))], axis=2
    )
    never = np.isnan(filled).all(axis=1)
    filled[:, -1] = np.where(never, 0.0, filled[:, -1])
    return EnrolmentHistory(
        history.areas,
        history.years,
        history.grades,
        filled,
        history.consecutive,
        history.birth_years,
        history.births,
    )


def _filled(pupils: FloatArray) -> FloatArray:
    """Return (area, year) interpolated inside and carried forward at the end."""
    wide = pd.DataFrame(pupils).interpolate(axis=1, limit_area="inside").ffill(axis=1)
    return np.array(wide, dtype=float)
