r"""Why the number of teachers that are missing changes: the factors of pupils, and retirement.

With n pupils per teacher by the norm, the same in every year, and T the present teachers who stay,

.. math:: \Delta(P/n - T) = \sum_k \Delta_k(P)/n + (T_0 - T_1)

where the contributions :math:`\Delta_k` to the change of pupils P are those of
:func:`forecasting.why.split_change`.
"""

from functools import cache

import numpy as np
import pandas as pd

from features.arrays import FloatArray
from forecasting.provision.provision import Provision
from forecasting.why import FIGURES, PARTS, DemandChain, part_table, split_change

OF_PUPILS = PARTS[: PARTS.index("standards")]
RETIREMENT = "retirement"
TEACHER_PARTS = (*OF_PUPILS, RETIREMENT)
NAMES = {name: name.replace("seats", "teachers") for name in FIGURES}
KEYS = ["scenario", "adcode", "county", "stage", "from_year", "to_year", "part"]
COLUMNS = [*KEYS, *NAMES.values()]


@cache
def no_teacher_changes() -> pd.DataFrame:
    """Return the table without rows, the same for all callers."""
    types = dict.fromkeys(KEYS, "str") | dict.fromkeys(NAMES.values(), "float64")
    types |= {"from_year": "int64", "to_year": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=types[name]) for name in COLUMNS})


def teacher_change_table(
    chain: DemandChain, provision: Provision, scenario: str, names: dict[str, str], now: int
) -> pd.DataFrame:
    """Return the rows of ``why_teachers.csv``: from ``now`` to each later year.

    ``total`` is the change of required less staying teachers. Counties and stages without teachers
    by age have no rows.

    Parameters
    ----------
    chain : levels of the scenario
    provision : teachers of the same areas, stages and years
    scenario : name of the scenario
    names : adcode → name
    now : present school year
    """
    present = min(now, chain.years[-1])
    later = [year for year in chain.years if year > present]
    staying, per_pupil = provision.teachers_staying, _teachers_per_pupil(chain, provision)
    first = staying[..., chain.years.index(present)]
    known = np.isfinite(per_pupil) & np.isfinite(first)
    if not later or not known.any():
        return no_teacher_changes()
    before, splits, held = chain.at(present)[: len(OF_PUPILS)], [], []
    for year in later:
        left = first - staying[..., chain.years.index(year)]
        held.append(known & np.isfinite(left))
        change = split_change(before, chain.at(year)[: len(OF_PUPILS)])
        parts = change * np.nan_to_num(per_pupil)[..., None]
        gone = np.broadcast_to(np.nan_to_num(left)[None, ..., None], (1, *parts.shape[1:]))
        splits.append(np.concatenate([parts, gone]))
    table = part_table(splits, (chain.areas, chain.stages, TEACHER_PARTS), names)
    table = table.assign(scenario=scenario, from_year=present)
    table["to_year"] = np.array(later)[table["split"]]
    kept = np.repeat(np.stack(held).ravel(), len(TEACHER_PARTS))
    return table[kept].rename(columns=NAMES)[COLUMNS].reset_index(drop=True)


def _teachers_per_pupil(chain: DemandChain, provision: Provision) -> FloatArray:
    """Return the norm, (area, stage); NaN without one."""
    pupils = chain.levels[len(OF_PUPILS) - 1].mean(axis=-1, dtype=float)
    norm = provision.teachers_required.sum(axis=-1) / pupils.sum(axis=-1)
    return np.asarray(norm, dtype=float)
