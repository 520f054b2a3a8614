"""The tables of a results folder read back: all that the forecast tells, or refused.

Digests tell what was changed by accident. They can be made to fit whatever was written there on
purpose, so the tables are looked at as well.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from pandas.api.types import is_integer_dtype, is_numeric_dtype

from data.language import Text
from data.problems import DataError, DataProblem
from data.contract.stages import STAGE_CODES
from features.urban.residence_split import RESIDENCES
from forecasting.demand import COLUMNS, LABELS, WARNINGS
from forecasting.why import CHANGE_COLUMNS, DIFFERENCE_COLUMNS, PARTS

RESIDENCE_COLUMNS = (
    *("scenario", "adcode", "county", "stage", "year", "residence"),
    *("children", "children_lo80", "children_hi80", "basis"),
)
WORDS: Mapping[str, Collection[str]] = {
    "stage": STAGE_CODES,
    "part": PARTS,
    "residence": RESIDENCES,
    "warning": [level for _, level in WARNINGS],
}
RUN_AGAIN = Text(
    "请给出 xuewei forecast 写出的文件夹，或重新运行预测",
    "name a folder that xuewei forecast wrote, or run the forecast again",
)
YEARS = ("year", "from_year", "to_year")
TEXTS = (*LABELS, "compared_with", "part", "residence")


@dataclass(frozen=True)
class Form:
    """A table of the results folder.

    Parameters
    ----------
    file : its name there
    columns : all of them
    key : those that tell a row from the others of its area
    apart : it tells of all scenarios but the first, if of any
    may_be_empty : there may be nothing to tell
    """

    file: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    apart: bool = False
    may_be_empty: bool = False

    def read(self, folder: Path, shown: list[str]) -> pd.DataFrame:
        """Return the rows of the areas ``shown``.

        Raises
        ------
        ValueError
            The file has other columns.
        """
        path = folder / self.file
        if path.suffix == ".csv":
            return pd.read_csv(path, dtype={"adcode": str})
        if set(pq.read_schema(path).names) != set(self.columns):
            raise ValueError("other columns")
        return pd.read_parquet(path, filters=[("adcode", "in", shown)])

    def check(
        self, table: pd.DataFrame, scenarios: Collection[str], shown: Collection[str]
    ) -> None:
        """Raise a ValueError unless each area has every combination of its labels once."""
        if table.empty and self.may_be_empty:
            return
        figures = table.columns.difference([*TEXTS, *YEARS])
        labels = table[[*self.key, "adcode"]]
        known = {name: WORDS[name] for name in WORDS if name in table}
        areas = set(table["adcode"])
        rows = table.groupby("adcode").size()
        spans = labels.groupby("adcode")[list(self.key)].nunique()
        if "from_year" in self.key:  # from one year to another is one label
            pairs = labels.drop_duplicates(["adcode", "from_year", "to_year"])
            spans = spans.drop(columns="to_year").assign(from_year=pairs.groupby("adcode").size())
        if not (
            set(table.columns) == set(self.columns)
            and all(is_numeric_dtype(table[name]) for name in figures)
            and all(is_integer_dtype(table[name]) for name in YEARS if name in table)
            and all(table[name].isin(words).all() for name, words in known.items())
            and areas <= set(shown)
            and (self.may_be_empty or areas == set(shown))
            and table["scenario"].isin(scenarios).all()
            and (spans["scenario"] == len(scenarios) - self.apart).all()
            and not labels.duplicated().any()
            and table.notna().all(axis=None)
            and (spans.prod(axis=1) == rows).all()
        ):
            raise ValueError("not as the forecast writes it")


DEMAND = Form("demand.parquet", tuple(COLUMNS), ("scenario", "stage", "year"))
CHANGES = Form(
    "why.csv", tuple(CHANGE_COLUMNS), ("scenario", "stage", "from_year", "to_year", "part")
)
DIFFERENCES = Form(
    "why_scenarios.csv",
    tuple(DIFFERENCE_COLUMNS),
    ("scenario", "stage", "year", "part"),
    apart=True,
    may_be_empty=True,
)
RESIDENCE = Form(
    "residence.csv",
    RESIDENCE_COLUMNS,
    ("scenario", "stage", "year", "residence"),
    may_be_empty=True,
)
FORMS = {"demand": DEMAND, "changes": CHANGES, "differences": DIFFERENCES, "residence": RESIDENCE}


def read_tables(
    folder: Path, scenarios: Collection[str], shown: list[str]
) -> dict[str, pd.DataFrame]:
    """Return name → table of the areas ``shown``.

    Raises
    ------
    DataError
        The tables that are missing or broken, or do not tell of every area and scenario.
    """
    tables, problems = {}, []
    for name, form in FORMS.items():
        try:
            tables[name] = form.read(folder, shown)
            form.check(tables[name], scenarios, shown)
        except (OSError, ValueError, LookupError, TypeError, NotImplementedError):
            expected = Text("预测写出的完整表格", "a whole table as the forecast wrote it")
            problems.append(DataProblem(str(folder / form.file), expected, RUN_AGAIN))
    if problems:
        raise DataError(problems)
    return tables
