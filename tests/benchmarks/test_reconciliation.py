"""Our reconciliation against hierarchicalforecast's answers on the same matrices."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.reconciliation import reconcile, summing_matrix

PEER = json.loads((Path(__file__).parent / "reconciliation.json").read_text(encoding="utf-8"))
SUMMING, BASE, ERRORS = (np.array(PEER[name]) for name in ("summing", "base", "errors"))
COVARIANCES = {
    "ols": np.eye(len(SUMMING)),
    "wls_struct": np.diag(SUMMING.sum(axis=1)),
    "wls_var": np.diag((ERRORS**2).mean(axis=1)),
    "mint_cov": np.cov(ERRORS),
}


def test_the_summing_matrix_is_theirs():
    groups = {"all": list(range(6)), "north": [0, 1, 2], "south": [3, 4, 5]}
    assert np.array_equal(summing_matrix(groups, 6), SUMMING)


@pytest.mark.parametrize("method", COVARIANCES)
def test_hierarchicalforecast_gives_the_same(method: str):
    ours = reconcile(BASE.T, SUMMING, COVARIANCES[method])
    assert pytest.approx(np.array(PEER["reconciled"][method]), rel=1e-6) == ours.T


def test_sums_of_grade_draws_are_bottom_up():
    """What every forecast of ours does draw by draw: the grades stand, all else is their sum."""
    grades = BASE[3:]
    assert np.allclose(SUMMING @ grades, np.array(PEER["reconciled"]["bottom_up"]))
    # No error in the grades leaves all of the move to the sums.
    trusted = np.diag([1.0] * 3 + [1e-9] * 6)
    assert np.allclose(reconcile(BASE.T, SUMMING, trusted).T, SUMMING @ grades, rtol=1e-6)


def test_what_adds_up_already_stays():
    coherent = np.random.default_rng(1).uniform(10, 20, (50, 6)) @ SUMMING.T
    assert np.allclose(reconcile(coherent, SUMMING, COVARIANCES["mint_cov"]), coherent)


def test_shapes_that_do_not_fit_are_both_named():
    with pytest.raises(ValueError, match=r"\(9, 6\).*\(5, 6\)"):
        reconcile(np.ones(5), SUMMING, np.eye(5))
