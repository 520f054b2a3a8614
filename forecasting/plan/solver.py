"""The solver HiGHS without a word of its own."""

from highspy._core import _Highs


def silent_solver(relative_gap: float, seconds: float) -> _Highs:
    """Return HiGHS, which stops at ``relative_gap`` from the best bound or after ``seconds``.

    It runs on one thread, for the same answer on every machine.
    """
    # The class around it, highspy.Highs, greets on standard output before it can be silenced.
    solver = _Highs()
    options = {"output_flag": False, "threads": 1}
    for option, value in {**options, "mip_rel_gap": relative_gap, "time_limit": seconds}.items():
        solver.setOptionValue(option, value)
    return solver
