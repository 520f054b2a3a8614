"""A small census that is like the bundled one, for tests of population."""

import numpy as np
import pandas as pd

LOWER = (0, 1, *range(5, 90, 5))


def census_rows(areas: tuple[str, ...], year: int = 2010) -> pd.DataFrame:
    """Return a long census table of ``areas``, each of them a little larger than the one before."""
    rows = []
    for rank, adcode in enumerate(areas):
        for sex, excess in (("M", 1.05), ("F", 1.0)):
            for lower in LOWER:
                width = {0: 1, 1: 4}.get(lower, 5)
                upper = np.nan if lower == 85 else lower + width - 1
                persons = round(width * excess * (1000 + 100 * rank) * np.exp(-lower / 60))
                rows.append((adcode, year, sex, lower, upper, persons))
    return pd.DataFrame(
        rows, columns=["adcode", "year", "sex", "age_lower", "age_upper", "persons"]
    )
