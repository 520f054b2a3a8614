"""One census as a wide table: one row per area, one column per sex × age group."""

from itertools import product

import numpy as np
import pandas as pd

SEXES = ("M", "F")
GROUPS = (0, *range(5, 90, 5))  # lower ages; 0 stands for 0-4, 85 is open
COLUMNS = pd.MultiIndex.from_tuples([*product(SEXES, GROUPS), ("I", 0)])


def group_table(census: pd.DataFrame) -> pd.DataFrame:
    """Return persons by (sex, group) with areas as rows, from a long census table.

    Finer groups are added up to 0-4, 5-9 … 85+; this is where 0 and 1-4 become one group. The
    column ``("I", 0)`` keeps age 0 of both sexes where the table has it, NaN where not.

    Parameters
    ----------
    census : ``adcode, sex (M/F), age_lower, age_upper, persons``

    Returns
    -------
    Frame with one row per adcode, in the order of first appearance, and columns (sex, group).
    """
    row, areas = pd.factorize(census["adcode"])
    sex = pd.Index(SEXES).get_indexer(census["sex"])
    lower = census["age_lower"].to_numpy(dtype=int)
    persons = np.nan_to_num(census["persons"].to_numpy(dtype=float))
    column = sex * len(GROUPS) + np.minimum(lower // 5, len(GROUPS) - 1)
    infant = (lower == 0) & (census["age_upper"] == 0).fillna(False).to_numpy(dtype=bool)
    table = np.full((len(areas), 1 + len(SEXES) * len(GROUPS)), np.nan)
    table[row[sex >= 0], column[sex >= 0]] = 0.0
    table[row[infant], -1] = 0.0
    np.add.at(table, (row[sex >= 0], column[sex >= 0]), persons[sex >= 0])
    np.add.at(table, (row[infant], -1), persons[infant])
    return pd.DataFrame(table, pd.Index(areas, name="adcode"), COLUMNS)


def add_sexes(groups: pd.DataFrame) -> pd.DataFrame:
    """Return persons by group, sexes added, from :func:`group_table`."""
    sex, lower = (groups.columns.get_level_values(level) for level in (0, 1))
    persons = groups.to_numpy()
    males, females = (persons[:, sex == one] for one in SEXES)
    return pd.DataFrame(males + females, groups.index, lower[sex == SEXES[0]])
