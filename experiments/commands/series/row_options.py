"""Options on the meaning of the rows of an enrolment history: grades, stages, ages, mergers."""

from dataclasses import dataclass
from pathlib import Path

from data.language import Text
from data.problems import DataError, DataProblem
from models.history import EnrolmentHistory
from models.progression.model import ProgressionModel
from models.progression.rows.row_meaning import Rows, judge_rows

LONGEST_STAGE = 12  # years


@dataclass(frozen=True)
class RowMeaning:
    """Options on the meaning of the rows of an enrolment history.

    Parameters
    ----------
    stages : ``3,6,3,3``: each row is a complete stage of that many years; None to infer
    entry_age : age in full years of the first grade at the start of the school year
    crosswalk : CSV of areas that became part of another area
    grades : True if each row is a grade
    """

    stages: str | None = None
    entry_age: int | None = None
    crosswalk: Path | None = None
    grades: bool = False

    def model(self, history: EnrolmentHistory) -> ProgressionModel:
        """Return the model of ``history``.

        Raises
        ------
        DataError : not one number of years per row; both options, or neither where the rows may be
            grades as well as stages
        """
        if self.stages is not None:
            if self.grades:
                expected = Text("--stages 与 --grades 只能选其一", "either --stages or --grades")
                raise _bad_option("--grades", "", expected)
            return ProgressionModel(_widths(self.stages, len(history.grades)), self.entry_age)
        named = not all(code.strip().isdecimal() for code in history.grades)
        if not (self.grades or named):
            _require_clear(history)
        return ProgressionModel((), self.entry_age, graded=self.grades)


INFERRED = RowMeaning()


def _widths(stages: str, rows: int) -> tuple[int, ...]:
    """Return the years of each row."""
    parts = [part.strip() for part in stages.split(",")]
    fits = all(part.isdecimal() and 1 <= int(part) <= LONGEST_STAGE for part in parts)
    if not (fits and len(parts) == rows):
        expected = Text(
            f"每行一个学制年数，共 {rows} 个，如 6,3,3",
            f"the years of each of the {rows} stages, such as 6,3,3",
        )
        raise _bad_option("--stages", stages, expected)
    return tuple(int(part) for part in parts)


def _require_clear(history: EnrolmentHistory) -> None:
    """Raise a DataError if the rows may be grades as well as complete stages."""
    if judge_rows(history.pupils, history.consecutive) != Rows.UNCLEAR:
        return
    expected = Text(
        "看得出是年级还是整个学段的行；仅凭这几行的人数无法判断",
        "rows that are clearly grades or clearly complete stages; their numbers alone do not show",
    )
    fix = Text(
        "是年级请加 --grades；是学段请用 --stages 给出各行学制年数，如 --stages 6,3,3",
        "add --grades if they are grades, or --stages with the years of each row, such as "
        "--stages 6,3,3",
    )
    codes = ", ".join(history.grades)
    raise DataError([DataProblem("xuewei", expected, fix, None, "grade", codes)])


def _bad_option(option: str, value: str, expected: Text) -> DataError:
    fix = Text("改正命令行参数", "correct the command line")
    return DataError([DataProblem("xuewei", expected, fix, None, option, value)])
