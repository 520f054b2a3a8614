"""Problems found and repairs made while a data folder is read."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from data.language import Text
from data.problems import DataError, DataProblem

MOST = 20_000  # problems of one reading: to collect more would help nobody


class Notice(DataProblem):
    """A repair or an omission that the user should know of.

    ``expected`` says what was met, ``how_to_fix`` what was done about it.
    """


@dataclass
class Findings:
    """Problems and notices in the order in which a reader meets them.

    Equal repairs in one column are reported once, with the first place and their number: a thousand
    equal lines would hide the one that matters. Problems are never merged.
    """

    _problems: dict[DataProblem, None] = field(default_factory=dict)
    _notices: dict[Hashable, tuple[Notice, int]] = field(default_factory=dict)

    def refuse(self, problem: DataProblem) -> None:
        """Add a problem unless the very same one is there.

        Raises
        ------
        DataError : there are so many that reading on would help nobody
        """
        self._problems.setdefault(problem)
        if len(self._problems) == MOST:
            expected = Text(f"少于 {MOST} 个问题", f"less than {MOST} problems")
            how_to_fix = Text("已停止检查；改正以上问题后重试", "checking stopped: fix these first")
            raise DataError([*self._problems, DataProblem(problem.file, expected, how_to_fix)])

    def notice(self, notice: Notice, times: int = 1) -> None:
        """Add a notice that stands for ``times`` cells or rows."""
        key = (notice.file, notice.column, notice.expected, notice.how_to_fix)
        first, so_far = self._notices.get(key, (notice, 0))
        self._notices[key] = (first, so_far + times)

    @property
    def problems(self) -> list[DataProblem]:
        """Return the problems."""
        return list(self._problems)

    @property
    def notices(self) -> list[Notice]:
        """Return the notices, each with the number of places it stands for."""
        return [
            replace(
                notice,
                how_to_fix=Text(
                    f"{notice.how_to_fix.zh}（共 {times} 处）",
                    f"{notice.how_to_fix.en} ({times} places)",
                ),
            )
            if times > 1
            else notice
            for notice, times in self._notices.values()
        ]
