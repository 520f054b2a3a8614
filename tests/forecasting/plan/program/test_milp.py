"""HiGHS by its own interface against SciPy's, on the same matrices."""

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from forecasting.plan.program.milp import InfeasibleError, Program, solve
from forecasting.plan.program.plan_model import build_program
from tests.synthetic_plan import random_case


@pytest.mark.parametrize("seed", range(4))
def test_scipy_finds_the_same_objective(seed: int):
    program, _ = build_program(random_case(seed))
    solution = solve(program, 1e-6, 60)
    peer = milp(
        program.cost,
        integrality=program.integer.astype(int),
        bounds=Bounds(*program.bounds),
        constraints=LinearConstraint(program.matrix, *program.limits),
        options={"mip_rel_gap": 1e-6},
    )
    assert peer.fun + program.constant == pytest.approx(solution.objective, rel=2e-6)
    assert solution.gap <= 1e-6


def test_a_program_by_hand():
    # 3 a + 2 b with a + b >= 2.5 in integers, b at most 2: one a, two b.
    program = Program(constant=1.0)
    one, other = program.columns((1,), 3.0), program.columns((1,), 2.0, 2.0)
    rows = program.rows((1,), lower=2.5)
    program.put(rows, one, 1.0)
    program.put(rows, other, 1.0)
    solution = solve(program, 0.0, 10)
    np.testing.assert_allclose(solution.values, [1.0, 2.0])
    assert solution.objective == pytest.approx(8.0)


def test_contradictory_constraints_are_reported():
    program = Program()
    column = program.columns((1,), 1.0, 2.0)
    program.put(program.rows((1,), lower=3.0), column, 1.0)
    with pytest.raises(InfeasibleError, match=r"[Ii]nfeasible"):
        solve(program, 0.0, 10)


def test_no_time_is_no_contradiction():
    program, _ = build_program(random_case(0))
    hurried, settled = solve(program, 1e-6, 0.0), solve(program, 1e-6, 60)
    assert hurried.objective >= settled.objective * (1 - 1e-6)
    assert hurried.bound <= settled.objective * (1 + 1e-6)
