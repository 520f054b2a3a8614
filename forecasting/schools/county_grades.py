r"""The pupils of a county's stage by grade, from the stage's forecast and residents by age.

.. math::

    N_{g,t} = N_t \frac{\rho_{g,t} P_{g,t}}{\sum_h \rho_{h,t} P_{h,t}}, \qquad
    \rho_{g,t} = \rho_{g-1,t-1}, \qquad
    \rho_{1,t} = \text{mean of the last } K \text{ years}

with N the stage's pupils, P residents of the grade's age and ρ pupils of the county's schools per
resident, which moves on with its cohort. Without grades ρ is 1.
"""

import numpy as np

from features.arrays import FloatArray

ENTRY_YEARS = 3
TINY = 1e-9


def county_grades(pupils: FloatArray, residents: FloatArray, known: FloatArray) -> FloatArray:
    """Return pupils (year, grade, draw), which add up to ``pupils`` over grades.

    Parameters
    ----------
    pupils : (year, draw) pupils of the stage; the first year is the last with known schools
    residents : (past years + year, grade, draw) residents of each grade's age, as many years
        before as ``known`` has before its last
    known : (past years + 1, grade) pupils of the schools up to the last year with known schools
    """
    past, grades = len(known), residents.shape[1]
    people = np.maximum(residents, TINY)
    ratio = known[..., None] / people[:past] if known.sum() > 0 else np.ones_like(people[:past])
    entry = ratio[-ENTRY_YEARS:, :1].mean(axis=0)
    levels = [ratio[-1]]
    for _ in range(len(pupils) - 1):
        levels.append(np.concatenate([entry, levels[-1][: grades - 1]]))
    weight = np.stack(levels) * people[past - 1 :]
    total = weight.sum(axis=1, keepdims=True)
    even = np.full_like(weight, 1 / grades)
    share = np.where(total > TINY, weight / np.where(total > TINY, total, 1.0), even)
    return share * pupils[:, None]
