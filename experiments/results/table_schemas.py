"""The tables of a results folder as pandera schemas: read back complete, or refused.

Digests show what was changed by accident. They can be made to fit whatever was written there on
purpose, so the tables are looked at as well.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
import pyarrow.parquet as pq
from pandera.errors import SchemaError, SchemaErrors

from data.contract.bases import PupilsBasis
from data.contract.rungs import Rung
from data.contract.stages import STAGE_CODES
from data.language import Text
from data.problems import DataError, DataProblem
from features.urban.residence_split import RESIDENCES
from forecasting.demand import COLUMNS, LABELS, MAY_BE_EMPTY, NO_WARNING, WarningLevel
from forecasting.provision import teacher_why
from forecasting.schools import table as school_table
from forecasting.why import CHANGE_COLUMNS, DIFFERENCE_COLUMNS, PARTS

RESIDENCE_COLUMNS = (
    *("scenario", "adcode", "county", "stage", "year", "residence"),
    *("children", "children_lo80", "children_hi80", "basis"),
)
WORDS: dict[str, Collection[str]] = {
    "stage": STAGE_CODES,
    "part": [*PARTS, teacher_why.RETIREMENT],
    "residence": RESIDENCES,
    "warning": [NO_WARNING, *WarningLevel],
    "rung": list(Rung),
    "pupils_basis": list(PupilsBasis),
}
RUN_AGAIN = Text(
    "请给出 xuewei forecast 写出的文件夹，或重新运行预测",
    "name a folder that xuewei forecast wrote, or run the forecast again",
)
YEARS = ("year", "from_year", "to_year")
TEXTS = (*LABELS, *school_table.TEXTS, "compared_with", "part", "residence")
CODES = {"adcode": str, "school_id": str}
EMPTY_CELLS = (*MAY_BE_EMPTY, *school_table.UNKNOWN, *school_table.LABELS)


@dataclass(frozen=True)
class TableSchema:
    """A table of the results folder.

    Parameters
    ----------
    file : file name
    columns : all columns
    key : columns that distinguish the rows of one area
    all_scenarios : whether it has rows of the first scenario too
    may_be_empty : whether it may have no rows
    every_label : whether each area has every combination of its labels
    optional : whether a missing file is a table without rows
    """

    file: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    all_scenarios: bool = True
    may_be_empty: bool = False
    every_label: bool = True
    optional: bool = False

    def read(self, folder: Path, shown: list[str]) -> pd.DataFrame:
        """Return the rows of the areas ``shown``.

        Raises
        ------
        ValueError
            The file has other columns.
        """
        path = folder / self.file
        if self.optional and not path.exists():
            return pd.DataFrame(columns=list(self.columns))
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype=CODES)
        if set(pq.read_schema(path).names) != set(self.columns):
            raise ValueError("other columns")
        return pd.read_parquet(path, filters=[("adcode", "in", shown)])

    def check(
        self, table: pd.DataFrame, scenarios: Collection[str], shown: Collection[str]
    ) -> None:
        """Raise a SchemaError unless each area has every combination of its labels once."""
        if table.empty and self.may_be_empty:
            return
        words = WORDS | {"scenario": scenarios, "adcode": shown}
        columns = {
            name: pa.Column(
                None,
                [*([pa.Check.isin(list(words[name]))] if name in words else []), *_kind(name)],
                nullable=name in EMPTY_CELLS,
            )
            for name in self.columns
        }
        count = len(scenarios) - (not self.all_scenarios)
        areas = 0 if self.may_be_empty else len(shown)
        every = pa.Check(lambda rows: self._is_complete(rows, count, areas))
        unique = [*self.key, "adcode"]
        pa.DataFrameSchema(columns, every, strict=True, unique=unique).validate(table)

    def _is_complete(self, table: pd.DataFrame, scenarios: int, areas: int) -> bool:
        """Return whether each area has one row per combination of its labels."""
        if not self.every_label:
            return True
        by_area = table.groupby("adcode")
        spans = by_area[list(self.key)].nunique()
        if "from_year" in self.key:  # from one year to another is one label
            pairs = table.drop_duplicates(["adcode", "from_year", "to_year"])
            sizes = pairs.groupby("adcode").size()
            spans = spans.drop(columns="to_year").assign(from_year=sizes)
        return bool(
            (spans["scenario"] == scenarios).all()
            and (spans.prod(axis=1) == by_area.size()).all()
            and len(spans) >= areas
        )


def _kind(column: str) -> list[pa.Check]:
    """Return the check of a column's type: integer years, numbers, or anything."""
    if column in YEARS:
        return [pa.Check(lambda values: pd.api.types.is_integer_dtype(values))]
    if column in TEXTS:
        return []
    return [pa.Check(lambda values: pd.api.types.is_numeric_dtype(values))]


DEMAND = TableSchema("demand.parquet", tuple(COLUMNS), ("scenario", "stage", "year"))
CHANGES = TableSchema(
    "why.csv", tuple(CHANGE_COLUMNS), ("scenario", "stage", "from_year", "to_year", "part")
)
DIFFERENCES = TableSchema(
    "why_scenarios.csv",
    tuple(DIFFERENCE_COLUMNS),
    ("scenario", "stage", "year", "part"),
    all_scenarios=False,
    may_be_empty=True,
)
RESIDENCE = TableSchema(
    "residence.csv",
    RESIDENCE_COLUMNS,
    ("scenario", "stage", "year", "residence"),
    may_be_empty=True,
)
SCHOOLS = TableSchema(
    school_table.FILE,
    tuple(school_table.COLUMNS),
    tuple(school_table.KEY),
    may_be_empty=True,
    every_label=False,
    optional=True,
)
STAFFING = TableSchema(
    "why_teachers.csv",
    tuple(teacher_why.COLUMNS),
    ("scenario", "stage", "to_year", "part"),
    may_be_empty=True,
    every_label=False,
    optional=True,
)
TABLE_SCHEMAS = {
    "demand": DEMAND,
    "changes": CHANGES,
    "differences": DIFFERENCES,
    "residence": RESIDENCE,
    "schools": SCHOOLS,
    "staffing": STAFFING,
}


# One column too many is a SchemaError, two are SchemaErrors.
_BROKEN = (
    OSError,
    SchemaError,
    SchemaErrors,
    ValueError,
    LookupError,
    TypeError,
    NotImplementedError,
)


def read_result_tables(
    folder: Path, scenarios: Collection[str], shown: list[str]
) -> dict[str, pd.DataFrame]:
    """Return name → table of the areas ``shown``.

    Raises
    ------
    DataError
        The tables that are missing or broken, or lack an area or scenario.
    """
    tables, problems = {}, []
    for name, schema in TABLE_SCHEMAS.items():
        try:
            tables[name] = schema.read(folder, shown)
            schema.check(tables[name], scenarios, shown)
        except _BROKEN:
            expected = Text("预测写出的完整表格", "a complete table as the forecast wrote it")
            problems.append(DataProblem(str(folder / schema.file), expected, RUN_AGAIN))
    if problems:
        raise DataError(problems)
    return tables
