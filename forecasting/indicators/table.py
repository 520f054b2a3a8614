"""The table of indicators: a value for each county and year, or the table that is missing."""

import pandas as pd

from data.contract.tables import TABLE_BY_NAME
from data.data_folder import Tables
from data.language import Text
from data.reference.indicator_norms import Norm
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.registry import INDICATORS, Indicator

COLUMNS = [
    "adcode", "county", "group", "code", "stage", "year", "numerator", "denominator", "value",
    "threshold", "sense", "met", "plan_numerator", "plan_denominator", "plan_value", "plan_met",
    "basis", "missing", "norm_status",
]  # fmt: skip
EACH_SCHOOL = "each school"
NOT_DUE = "not_due"  # the norm does not ask it of this county


def indicator_table(case: IndicatorCase) -> pd.DataFrame:
    """Return every indicator of every county and year, in the columns ``COLUMNS``.

    ``met`` is ``yes``, ``no`` or empty without a norm. Where a county has no value, ``missing``
    names the table and column, as ``schools.teaching_m2``, or is ``not_due``.
    """
    parts = [_rows(case, one, stage) for one in INDICATORS for stage in one.stages]
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _rows(case: IndicatorCase, indicator: Indicator, stage: str) -> pd.DataFrame:
    found = indicator.measure(case, stage)
    norm = case.norms.get((indicator.code, stage))
    absent = [code for code in case.counties if code not in set(found["adcode"])]
    empty = pd.DataFrame(
        {
            "adcode": absent,
            "year": [case.now] * len(absent),
            "missing": [missing(case, indicator, stage, code) for code in absent],
        }
    )
    table = pd.concat([found, empty], ignore_index=True) if absent else found
    table = table.reindex(columns=[*found.columns, "missing"])
    order = {code: place for place, code in enumerate(case.names)}
    table = table.sort_values(
        ["adcode", "year"], key=lambda one: one.map(order) if one.name == "adcode" else one,
        kind="stable",
    )  # fmt: skip
    table["value"] = table["numerator"] / table["denominator"].where(table["denominator"] > 0)
    table["plan_value"] = table["plan_numerator"] / table["plan_denominator"].where(
        table["plan_denominator"] > 0
    )
    return table.assign(
        county=table["adcode"].map(case.names),
        group=str(indicator.group),
        code=indicator.code,
        stage=stage,
        threshold=norm.threshold if norm else float("nan"),
        sense=norm.sense if norm else "none",
        met=[_met(norm, value) for value in table["value"]],
        plan_met=[_met(norm, value) for value in table["plan_value"]],
        basis=table["basis"].astype(object).fillna(""),
        missing=table["missing"].astype(object).fillna(""),
        norm_status=norm.status if norm else "",
    )


def _met(norm: Norm | None, value: float) -> str:
    """Return ``yes`` or ``no``; a norm for each school is met if all schools meet it."""
    if norm is None or pd.isna(value):
        return ""
    met = value >= 1 - 1e-9 if norm.applies_to == EACH_SCHOOL else norm.met_by(value)
    return "" if met is None else "yes" if met else "no"


def missing(case: IndicatorCase, indicator: Indicator, stage: str, adcode: str) -> str:
    """Return the first table and column that a county lacks, or ``not_due``."""
    stages = ("primary", "junior") if stage == "compulsory" else (stage,)
    for table, column in indicator.needs:
        if not _has(case.tables, table, column, adcode, stages):
            return f"{table}.{column}"
    return NOT_DUE


def _has(tables: Tables, name: str, column: str, adcode: str, stages: tuple[str, ...]) -> bool:
    table = getattr(tables, name)
    if table is None or column not in table:
        return False
    rows = table[table["adcode"] == adcode]
    if "stage" in rows and column not in ("kind", "id"):
        rows = rows[rows["stage"].isin(stages)]
    return bool(rows[column].notna().any())


def missing_words(code: str) -> Text:
    """Return in words what ``missing`` says.

    >>> missing_words("schools.teaching_m2").zh
    '缺学校表的“教学及辅助用房面积”'
    """
    if not code:
        return Text("", "")
    if code == NOT_DUE:
        return Text("不适用", "does not apply")
    name, column = code.split(".")
    table = TABLE_BY_NAME[name]
    title = table.column(column).title
    if column == "id":
        return Text(f"缺{table.title}表", f"missing: table {name}")
    return Text(f"缺{table.title}表的“{title}”", f"missing: {column} of table {name}")
