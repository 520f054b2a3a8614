"""A mixed-integer linear program kept as whole arrays, and its solution by HiGHS."""

from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_matrix

from features.arrays import FloatArray
from forecasting.plan.solver import silent_solver

IndexArray = npt.NDArray[np.int64]


@dataclass
class Program:
    r"""``min c'x + constant`` subject to ``lower <= A x <= upper``, bounds and whole numbers.

    Columns and rows are added a block at a time; a block of columns is known by the array of its
    numbers, which has the shape of what it stands for.
    """

    constant: float = 0.0
    _columns: list[tuple[FloatArray, FloatArray, FloatArray, npt.NDArray[np.bool_]]] = field(
        default_factory=list
    )
    _rows: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)
    _entries: list[tuple[IndexArray, IndexArray, FloatArray]] = field(default_factory=list)
    _width: int = 0
    _height: int = 0

    def columns(
        self,
        shape: tuple[int, ...],
        cost: npt.ArrayLike = 0.0,
        upper: npt.ArrayLike = np.inf,
        *,
        lower: npt.ArrayLike = 0.0,
        whole: bool = True,
    ) -> IndexArray:
        """Add columns and return their numbers in ``shape``; the rest broadcasts to it."""
        count = int(np.prod(shape))
        spread = [
            np.broadcast_to(np.asarray(v, float), shape).ravel() for v in (cost, lower, upper)
        ]
        self._columns.append((spread[0], spread[1], spread[2], np.full(count, whole)))
        numbers = np.arange(self._width, self._width + count).reshape(shape)
        self._width += count
        return numbers

    def rows(
        self,
        shape: tuple[int, ...],
        lower: npt.ArrayLike = -np.inf,
        upper: npt.ArrayLike = np.inf,
    ) -> IndexArray:
        """Add empty rows between the bounds, which broadcast, and return their numbers."""
        count = int(np.prod(shape))
        bounds = [np.broadcast_to(np.asarray(b, float), shape).ravel() for b in (lower, upper)]
        self._rows.append((bounds[0], bounds[1]))
        numbers = np.arange(self._height, self._height + count).reshape(shape)
        self._height += count
        return numbers

    def put(self, rows: IndexArray, columns: IndexArray, coefficients: npt.ArrayLike) -> None:
        """Add ``coefficients × columns`` to ``rows``; the three broadcast to each other."""
        spread = np.broadcast_arrays(rows, columns, np.asarray(coefficients, float))
        self._entries.append((spread[0].ravel(), spread[1].ravel(), spread[2].ravel()))

    @property
    def cost(self) -> FloatArray:
        """Cost of each column."""
        return np.concatenate([block[0] for block in self._columns])

    @property
    def bounds(self) -> tuple[FloatArray, FloatArray]:
        """Least and greatest value of each column."""
        return (
            np.concatenate([block[1] for block in self._columns]),
            np.concatenate([block[2] for block in self._columns]),
        )

    @property
    def whole(self) -> npt.NDArray[np.bool_]:
        """Tell which columns are whole numbers."""
        return np.concatenate([block[3] for block in self._columns])

    @property
    def limits(self) -> tuple[FloatArray, FloatArray]:
        """Least and greatest value of each row."""
        return (
            np.concatenate([block[0] for block in self._rows]),
            np.concatenate([block[1] for block in self._rows]),
        )

    @property
    def matrix(self) -> csc_matrix:
        """Coefficients as (row, column); entries of one cell add up."""
        rows, columns, values = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        return csc_matrix((values, (rows, columns)), shape=(self._height, self._width))


@dataclass(frozen=True)
class Solution:
    """Values of the columns, what they cost, and how far from the best they can be.

    Parameters
    ----------
    values : (column,)
    objective : cost of ``values``, the constant included
    bound : no solution costs less
    """

    values: FloatArray
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Distance to the bound as a share of the objective."""
        return abs(self.objective - self.bound) / max(abs(self.objective), 1.0)


class InfeasibleError(ValueError):
    """No values satisfy all the rows."""


def solve(program: Program, relative_gap: float, seconds: float) -> Solution:
    """Return the cheapest values to within ``relative_gap``, or the best found in ``seconds``.

    Raises
    ------
    InfeasibleError
        The rules contradict each other.
    """
    solver = silent_solver(relative_gap, seconds)
    solver.passModel(_model(program))
    solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise InfeasibleError(solver.modelStatusToString(solver.getModelStatus()))
    return Solution(
        np.array(solver.getSolution().col_value),
        info.objective_function_value,
        info.mip_dual_bound if program.whole.any() else info.objective_function_value,
    )


def _model(program: Program) -> highspy.HighsLp:
    """Return the program in the solver's own form, whole arrays at once."""
    matrix = program.matrix
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.offset_ = program.constant
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = program.bounds
    model.row_lower_, model.row_upper_ = program.limits
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.whole]
    return model
