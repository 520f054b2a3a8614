"""Draws whose means do not depend on the seed."""

import numpy as np
import pytest
from scipy.special import ndtri

from features.randomness import balanced_normal, named_generator, strata, thinned


@pytest.mark.parametrize("draws", [1, 7, 500])
def test_balanced_deviates_mirror_one_another(draws: int):
    deviates = balanced_normal(named_generator(1, "a"), (3, draws))
    half = draws // 2
    assert deviates.shape == (3, draws)
    assert (deviates[:, -half:] == -deviates[:, :half]).all() or draws == 1


def test_strata_keep_the_order_and_fill_the_range_evenly():
    values = np.random.default_rng(1).standard_normal((2, 100))
    place = strata(values)
    assert (place.argsort(axis=1) == values.argsort(axis=1)).all()
    assert np.sort(place, axis=1)[0] == pytest.approx((np.arange(100) + 0.5) / 100)


def test_thinned_draws_have_the_quantiles_of_many_and_the_order_of_the_first():
    many = np.exp(np.random.default_rng(2).standard_normal((1, 20_000)))
    few = thinned(many, 500)
    assert (few.argsort() == many[:, :500].argsort()).all()
    assert few.mean() == pytest.approx(np.exp(0.5), rel=0.03)
    assert np.quantile(few, 0.9) == pytest.approx(np.exp(ndtri(0.9)), rel=0.03)
