"""Evidence behind a forecast: published counts, school sizes and sources of its tables."""

import pandas as pd

from data.bundle import DataBundle
from data.contract.bases import PupilsBasis
from data.language import Text
from data.reference.school_sizes import national_school_sizes
from data.reference.source_texts import source_text
from forecasting.rounding import stated_schools


def observed_years(demand: pd.DataFrame) -> dict[str, list[int]]:
    """Return stage → years in which some area's pupils are a published count."""
    seen = demand[demand["pupils_basis"] == PupilsBasis.OBSERVED]
    return {
        str(stage): sorted({int(year) for year in rows["year"]})
        for stage, rows in seen.groupby("stage", sort=False)
    }


def school_size_basis(
    bundle: DataBundle, schools: pd.DataFrame
) -> dict[str, dict[str, object]]:
    """Return by stage the national mean school of the rounding, and which counties have their own.

    Parameters
    ----------
    bundle : input data
    schools : rows of ``schools.csv``, whose counties are rounded school by school
    """
    stated = stated_schools(bundle.tables.capacity, bundle.tables.schools)
    return {
        str(stage): {
            "pupils_per_school": round(float(row["pupils_per_school"]), 1),
            "year": int(row["year"]),
            "basis": "estimate",
            "source": row["source"],
            "counties_with_stated_schools": sorted(stated.loc[stated["stage"] == stage, "adcode"]),
            "counties_from_schools": sorted(
                schools.loc[schools["stage"] == stage, "adcode"].unique()
            ),
        }
        for stage, row in national_school_sizes().iterrows()
    }


def table_profiles(bundle: DataBundle) -> dict[str, dict[str, object]]:
    """Return table → its columns with their types, rows, years, and missing values by column.

    Types are those of MLflow's schema of a dataset.
    """
    held = {name: getattr(bundle.tables, name) for name in bundle.tables.__dataclass_fields__}
    return {name: _profile(table) for name, table in held.items() if table is not None}


def _profile(table: pd.DataFrame) -> dict[str, object]:
    kinds = {"i": "long", "u": "long", "f": "double", "b": "boolean"}
    missing = table.isna().sum()
    profile: dict[str, object] = {
        "columns": {str(name): kinds.get(kind.kind, "string") for name, kind in table.dtypes.items()},
        "num_rows": len(table),
        "num_elements": int(table.size),
        "missing": {str(name): int(count) for name, count in missing.items() if count},
    }
    if "year" in table and table["year"].notna().any():
        profile["years"] = [int(table["year"].min()), int(table["year"].max())]
    return profile


def sources(bundle: DataBundle) -> list[Text]:
    """Return the distinct sources of the forecast's input tables, in table order.

    Of the norms only the class sizes enter a forecast; the plan cites its own.
    """
    tables = {name: getattr(bundle.tables, name) for name in bundle.tables.__dataclass_fields__}
    norms = tables["standards"]
    tables["standards"] = norms[norms["measure"] == "class_size"] if norms is not None else None
    held = [t["source"] for t in tables.values() if isinstance(t, pd.DataFrame) and "source" in t]
    return list(dict.fromkeys(map(source_text, pd.concat(held).dropna().drop_duplicates())))
