"""The level of fertility: a change goes on for a while and fades."""

import numpy as np
import pandas as pd
import pytest

from features.births.national import future_levels, log_births_per_woman

YEARS, HORIZON, PERSISTENCE = 60, 8, 0.6


def past_and_future(seed: int, years: int = YEARS) -> tuple[pd.Series, np.ndarray]:
    """Return a level whose change fades by 0.6 a year, and the values after it."""
    random = np.random.default_rng(seed)
    change = np.zeros(years + HORIZON)
    for year in range(1, len(change)):
        change[year] = PERSISTENCE * change[year - 1] + 0.05 * random.standard_normal()
    level = change.cumsum()
    return pd.Series(level[:years], range(1960, 1960 + years)), level[years:]


def test_a_change_goes_on_and_fades():
    series, _ = past_and_future(1, years=4000)
    middle = np.median(future_levels(series, 20, 4000, 1), axis=1)
    last = series.diff().iloc[-1]
    assert middle[0] - series.iloc[-1] == pytest.approx(PERSISTENCE * last, abs=0.005)
    total = last * PERSISTENCE / (1 - PERSISTENCE)
    assert middle[-1] - series.iloc[-1] == pytest.approx(total, abs=0.05)


def test_the_interval_holds_at_least_as_often_as_it_says():
    """Shocks that stay as they were are met more often: those of real births have grown."""
    inside = []
    for seed in range(150):
        series, later = past_and_future(seed)
        low, high = np.quantile(future_levels(series, HORIZON, 400, seed), [0.1, 0.9], axis=1)
        inside.append((low < later) & (later < high))
    assert 0.72 < np.mean(inside) < 0.96


def test_uncertainty_grows_and_equal_seeds_give_equal_draws():
    series, _ = past_and_future(3)
    draws = future_levels(series, HORIZON, 500, 1)
    assert (np.diff(draws.std(axis=1)) > 0).all()
    assert (draws == future_levels(series, HORIZON, 500, 1)).all()


def test_a_year_without_national_births_is_named():
    table = pd.DataFrame({"adcode": "000000", "year": [2000, 2002], "births": [1.6e7, 1.6e7]})
    with pytest.raises(ValueError, match="2001"):
        log_births_per_woman(table)
    with pytest.raises(ValueError, match="000000"):
        log_births_per_woman(table.iloc[:0])
