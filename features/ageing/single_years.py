"""Single years of age from age groups, every group total kept."""

import numpy as np

from features.arrays import FloatArray

NEWTON_STEPS = 12
# An empty group has no logarithm; half a person stands for it until the totals are restored.
EMPTY = 0.5
# The level of a smooth curve is free; this keeps the equations solvable without moving it.
RIDGE = 1e-9


def split_groups(
    groups: FloatArray, edges: FloatArray, exposure: FloatArray | None = None
) -> FloatArray:
    r"""Return single years from grouped persons as (area, age) by a composite link model.

    .. math:: G = C\,\gamma,\qquad \gamma(x)=e(x)\,\exp\eta(x),\qquad
              \min_\eta \sum_x\bigl(\eta(x+1)-\eta(x)\bigr)^2

    The penalised composite link model in the limit of no penalty on the fit: of all curves that
    keep every group total the smoothest. With the births of an age as ``exposure``, what is smooth
    is the part of them who live here, so that a year of many births stands out as it did.
    Newton's method on the Lagrangian, all areas at once.

    Parameters
    ----------
    groups : (area, group) persons
    edges : (group + 1,) lower age of each group and the upper edge of the last, whole numbers
    exposure : (area, age) births or any other known shape, positive; None for none

    References
    ----------
    Thompson and Baker (1981), J. R. Stat. Soc. C 30, 125-131. Eilers (2007), Stat. Model. 7,
    239-254. Rizzi, Gampe and Eilers (2015), Am. J. Epidemiol. 182, 138-147.
    """
    width = np.diff(edges).astype(int)
    member = np.repeat(np.eye(len(width)), width, axis=1)
    total = np.maximum(groups, EMPTY)
    shape = np.ones((len(groups), width.sum())) if exposure is None else exposure
    level = np.log((total / (shape @ member.T)) @ member)
    for _ in range(NEWTON_STEPS):
        level += np.clip(_newton_step(level, shape, total, member), -1.0, 1.0)
    single = shape * np.exp(level)
    return single * ((groups / (single @ member.T)) @ member)


def _newton_step(
    level: FloatArray, shape: FloatArray, total: FloatArray, member: FloatArray
) -> FloatArray:
    """Return the change of the log level (area, age) that makes it smoother and keeps totals."""
    ages, count = level.shape[1], len(member)
    roughness = np.diff(np.eye(ages), axis=0)
    penalty = roughness.T @ roughness + RIDGE * np.eye(ages)
    single = shape * np.exp(level)
    share = member * (single / (total @ member))[:, None]
    system = np.zeros((len(level), ages + count, ages + count))
    system[:, :ages, :ages] = penalty
    system[:, ages:, :ages] = share
    system[:, :ages, ages:] = share.swapaxes(1, 2)
    gap = np.concatenate([-level @ penalty, 1 - (single @ member.T) / total], axis=1)
    return np.linalg.solve(system, gap[:, :, None])[:, :ages, 0]
