"""The solver HiGHS, which prints nothing."""

import highspy


class SilentHighs(highspy.Highs):
    """HiGHS with its output off before its constructor could print the version."""

    def enableCallbacks(self) -> None:  # noqa: N802 (named by highspy)
        """Turn the output off, then do what highspy does while it constructs."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def silent_solver(relative_gap: float, seconds: float) -> highspy.Highs:
    """Return HiGHS, which stops at ``relative_gap`` from the best bound or after ``seconds``.

    It runs on one thread, so that the result does not depend on the machine.
    """
    solver = SilentHighs()  # type: ignore[no-untyped-call]
    options = {"threads": 1, "mip_rel_gap": relative_gap, "time_limit": seconds}
    for option, value in options.items():
        solver.setOptionValue(option, value)
    return solver
