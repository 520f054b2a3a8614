"""Reconciliation of a small hierarchy by hierarchicalforecast.

Run ``make reconciliation-peer``; the tests need only the file it writes. Two areas with three
grades each, their totals and the total of both, base forecasts that do not add up.
"""

import json
import sys
from pathlib import Path

import numpy as np
from hierarchicalforecast.methods import BottomUp, MinTrace

BOTTOM = 6
GROUPS = [[0, 1, 2, 3, 4, 5], [0, 1, 2], [3, 4, 5]]
PAST, AHEAD = 40, 3


def main() -> None:
    """Write base forecasts, past errors and the reconciled forecasts of each method."""
    random = np.random.default_rng(1)
    summing = np.concatenate(
        [[[float(place in group) for place in range(BOTTOM)] for group in GROUPS], np.eye(BOTTOM)]
    )
    level = summing @ random.uniform(50, 200, BOTTOM)
    base = level[:, None] * random.normal(1.0, 0.1, (len(level), AHEAD))
    actual = level[:, None] * random.normal(1.0, 0.05, (len(level), PAST))
    fitted = actual + level[:, None] * random.normal(0.0, 0.05, actual.shape)
    known = {"S": summing, "y_hat": base, "y_insample": actual, "y_hat_insample": fitted}
    methods = {
        "bottom_up": BottomUp(),
        "ols": MinTrace("ols"),
        "wls_struct": MinTrace("wls_struct"),
        "wls_var": MinTrace("wls_var"),
        "mint_cov": MinTrace("mint_cov"),
    }
    found = {name: method.fit_predict(**known)["mean"].tolist() for name, method in methods.items()}
    content = {
        "summing": summing.tolist(),
        "base": base.tolist(),
        "errors": (actual - fitted).tolist(),
        "reconciled": found,
    }
    Path(sys.argv[1]).write_text(json.dumps(content) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
