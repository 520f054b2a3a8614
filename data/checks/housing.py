"""Check of the tables ``housing`` and ``dwelling_yields`` against each other."""

from collections.abc import Iterator

from data.contract.fields import ALL_KINDS
from data.contract.table_reading import Readings
from data.language import Text
from data.problems import DataProblem


def known_kinds(readings: Readings) -> Iterator[DataProblem]:
    """Require pupils per dwelling of each kind of dwelling, or of any kind, where there are any."""
    if "housing" not in readings or "dwelling_yields" not in readings:
        return
    housing = readings["housing"]
    known = set(readings["dwelling_yields"].rows["kind"])
    if ALL_KINDS in known:
        return
    strange = ~housing.rows["kind"].isin(known | {ALL_KINDS})
    for line in housing.rows.index[strange]:
        listed = "、".join(sorted(known))
        expected = Text(f"住房学生数表中的类型：{listed}", f"a kind of dwelling_yields: {listed}")
        how_to_fix = Text("改正类型，或在该表中补上它", "correct it, or add it to that table")
        yield housing.problem(line, "kind", expected, how_to_fix)
