"""A mixed-integer linear program in array form, and its solution by HiGHS."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import highspy
import numpy as np
import numpy.typing as npt
from scipy.sparse import bmat, csc_matrix
from scipy.sparse.csgraph import connected_components

from features.arrays import FloatArray
from forecasting.plan.program.solver import silent_solver

WORKERS = 2
IndexArray = npt.NDArray[np.int64]


@dataclass
class Program:
    r"""``min c'x + constant`` subject to ``lower <= A x <= upper``, bounds and integrality.

    Columns and rows are added in blocks. A block is referred to by the array of its column or row
    numbers, which has the shape of the quantity it represents.
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
        integer: bool = True,
    ) -> IndexArray:
        """Add columns and return their numbers as an array.

        Parameters
        ----------
        shape : shape of the block
        cost, upper, lower : cost per unit and bounds; broadcast to ``shape``
        integer : whether the columns are integers
        """
        count = int(np.prod(shape))
        spread = [
            np.broadcast_to(np.asarray(v, float), shape).ravel() for v in (cost, lower, upper)
        ]
        self._columns.append((spread[0], spread[1], spread[2], np.full(count, integer)))
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
    def integer(self) -> npt.NDArray[np.bool_]:
        """True where a column is an integer."""
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
    """Values of the columns, their cost, and a bound on the optimum.

    Parameters
    ----------
    values : (column,)
    objective : cost of ``values``, the constant included
    bound : lower bound on the cost of any solution
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
    """Return the optimum to within ``relative_gap``, or the best solution found in ``seconds``.

    If there is none by then, the first one found is returned.
    After fixed columns are removed, connected components of columns and rows are solved
    separately, which is fast where counties share nothing.

    Raises
    ------
    InfeasibleError
        The constraints contradict each other.
    """
    matrix, (low, high), (least, most) = program.matrix, program.bounds, program.limits
    fixed = low == high
    settled = matrix[:, fixed] @ low[fixed]
    values = low.copy()
    free = np.flatnonzero(~fixed)
    rest = matrix[:, free]
    label = connected_components(bmat([[None, rest], [rest.T, None]]), directed=False)[1]
    of_rows, of_columns = label[: matrix.shape[0]], label[matrix.shape[0] :]
    tied = np.isin(of_rows, of_columns)
    slack = 1e-6 * np.maximum(1.0, abs(settled))
    if ((least - slack > settled) | (most + slack < settled))[~tied].any():
        raise InfeasibleError("a row without free columns")

    def part(number: int) -> tuple[IndexArray, Solution]:
        rows, own = np.flatnonzero(of_rows == number), np.flatnonzero(of_columns == number)
        columns = free[own]
        model = _model(
            rest[rows][:, own],
            (program.cost[columns], low[columns], high[columns], program.integer[columns]),
            (least[rows] - settled[rows], most[rows] - settled[rows]),
        )
        return columns, _solve(model, relative_gap, seconds)

    with ThreadPoolExecutor(WORKERS) as threads:
        parts = list(threads.map(part, np.unique(of_columns)))
    for columns, solution in parts:
        values[columns] = solution.values
    constant = program.constant + float(program.cost[fixed] @ low[fixed])
    return Solution(
        values,
        constant + sum(solution.objective for _, solution in parts),
        constant + sum(solution.bound for _, solution in parts),
    )


def _solve(model: highspy.HighsLp, relative_gap: float, seconds: float) -> Solution:
    solver = silent_solver(relative_gap, seconds)
    solver.passModel(model)
    solver.run()
    found = highspy.SolutionStatus.kSolutionStatusFeasible
    late = solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    if late and solver.getInfo().primal_solution_status != found:
        # A program without a solution yet is not infeasible: the first one is waited for.
        solver.setOptionValue("time_limit", np.inf)
        solver.setOptionValue("mip_max_improving_sols", 1)
        solver.run()
    info = solver.getInfo()
    if info.primal_solution_status != found:
        raise InfeasibleError(solver.modelStatusToString(solver.getModelStatus()))
    is_mip = len(model.integrality_) > 0
    return Solution(
        np.array(solver.getSolution().col_value),
        info.objective_function_value,
        info.mip_dual_bound if is_mip else info.objective_function_value,
    )


def _model(
    matrix: csc_matrix,
    columns: tuple[FloatArray, FloatArray, FloatArray, npt.NDArray[np.bool_]],
    limits: tuple[FloatArray, FloatArray],
) -> highspy.HighsLp:
    """Return the program in the solver's own form.

    Parameters
    ----------
    matrix : (row, column) coefficients
    columns : cost, lower and upper bound of each column, and whether it is an integer
    limits : lower and upper bound of each row
    """
    matrix = csc_matrix(matrix)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_, model.col_lower_, model.col_upper_, integer = columns
    model.row_lower_, model.row_upper_ = limits
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    kinds = highspy.HighsVarType
    if integer.any():
        model.integrality_ = [kinds.kInteger if one else kinds.kContinuous for one in integer]
    return model
