"""One census as a wide table: one row per area, one column per sex × age group."""

import numpy as np
import pandas as pd

GROUPS = (0, *range(5, 90, 5))  # lower ages; 0 stands for 0-4, 85 is open


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
    group = np.minimum(census["age_lower"] // 5 * 5, 85)
    order = census["adcode"].drop_duplicates()
    keyed = census.assign(group=group.astype(int))
    wide = keyed.pivot_table(
        index="adcode", columns=["sex", "group"], values="persons", aggfunc="sum"
    )
    columns = pd.MultiIndex.from_product([("M", "F"), GROUPS])
    wide = wide.reindex(columns=columns).astype(float)
    infants = census[(census["age_lower"] == 0) & (census["age_upper"] == 0)]
    wide["I", 0] = infants.groupby("adcode")["persons"].sum().astype(float)
    return wide.loc[list(order)]


def add_sexes(groups: pd.DataFrame) -> pd.DataFrame:
    """Return persons by group, sexes added, from :func:`group_table`."""
    return groups["M"] + groups["F"]
