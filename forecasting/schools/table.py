"""The rows of ``schools.csv``: one per scenario, school, stage and year."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.checks.points import SYNTHETIC
from data.contract.bases import PupilsBasis
from data.schools import planned_schools, schools_listed
from forecasting.demand import staffing_norms
from forecasting.intervals import interval_ends
from forecasting.schools.forecast import SchoolForecast, StageForecast

FILE = "schools.csv"
REPORTED = "reported"  # the basis of a school that is not made up
TEXTS = {
    "scenario": "str",
    "adcode": "str",
    "county": "str",
    "town": "str",
    "school_id": "str",
    "school": "str",
    "kind": "str",
    "ownership": "str",
    "stage": "str",
    "pupils_basis": "str",
    "basis": "str",
}
PUPILS = ["pupils", "pupils_lo80", "pupils_hi80", "pupils_lo95", "pupils_hi95"]
COLUMNS = [
    *("scenario", "adcode", "county", "town", "school_id", "school", "kind", "ownership"),
    *("stage", "year", *PUPILS, "classes", "seats_required", "teachers_required"),
    *("seats", "surplus", "shortage_probability", "pupils_basis", "basis"),
]
KEY = ["scenario", "school_id", "stage", "year"]
UNKNOWN = ("seats", "surplus", "shortage_probability")  # of a school whose seats are not stated
LABELS = ("town", "kind", "ownership")
TYPES = {name: TEXTS.get(name, "float64") for name in COLUMNS} | {"year": "int64"}


@cache
def no_schools() -> pd.DataFrame:
    """Return the table without rows; read-only."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in TYPES.items()})


def school_table(bundle: DataBundle, forecast: SchoolForecast, scenario: str) -> pd.DataFrame:
    """Return one row per school, stage and year from its first known year on.

    ``surplus`` is seats less pupils; the seats are those stated for the latest year, else its
    classes times the norm's class size, and are missing where neither is known.
    ``teachers_required`` are pupils over the staffing norm, missing without one. ``pupils_basis``
    says whether pupils were counted or are an estimate, ``basis`` whether the school is made up.

    Parameters
    ----------
    bundle : tables of the city, with its schools and norms
    forecast : forecast of every school
    scenario : name of the scenario
    """
    schools = bundle.tables.schools
    if schools is None or not forecast.stages:
        return no_schools()
    about = school_facts(schools, bundle.table("standards"))
    rows = pd.concat([_rows(one, forecast.years) for one in forecast.stages])
    table = rows.merge(about, on=["adcode", "school_id", "stage"], how="left")
    table["surplus"] = table["seats"] - table["pupils"]
    staffing = table["stage"].map(staffing_norms(bundle.table("standards"))).astype(float)
    table["teachers_required"] = table["pupils"] / staffing
    table["shortage_probability"] = np.nan
    table["shortage_probability"] = np.concatenate(list(_shortages(forecast, table)))
    opens = pd.to_numeric(table.pop("opens")).fillna(0)
    table = table[table["year"] >= opens]
    made_up = table.pop("synthetic").astype(bool)
    table["basis"] = np.where(made_up, SYNTHETIC, REPORTED)
    table["scenario"], table["county"] = scenario, table["adcode"].map(bundle.names)
    return table[COLUMNS].astype(TYPES)


def school_facts(schools: pd.DataFrame, standards: pd.DataFrame) -> pd.DataFrame:
    """Return one row per school and stage: ``adcode, school_id, stage``, name, kind, seats today.

    ``synthetic`` is True where a row of the school is marked as made up; ``opens`` is the first
    year of a school that is not yet open.
    """
    today = schools_listed(schools).rename(columns={"id": "school_id", "name": "school"})
    planned = planned_schools(schools).set_index(["id", "stage"])["opening_year"]
    key = pd.MultiIndex.from_frame(today[["school_id", "stage"]])
    today["opens"] = planned.reindex(key).astype("Float64").astype(float).to_numpy()
    sizes = standards[standards["measure"] == "class_size"].set_index("stage")["value"]
    norm = today["stage"].map(sizes).astype(float)
    seats = today["seats"].astype("Float64").astype(float)
    classes = today["classes"].astype("Float64").astype(float)
    today["seats"] = seats.fillna(classes * norm)
    marked = set(schools.loc[schools["basis"] == SYNTHETIC, "id"])
    today["synthetic"] = today["school_id"].isin(marked)
    for name in (*LABELS, "school"):
        today[name] = today[name].astype("str").where(today[name].notna(), "")
    columns = ["adcode", "school_id", "stage", "school", *LABELS, "seats", "opens", "synthetic"]
    return today[columns]


def _rows(one: StageForecast, years: tuple[int, ...]) -> pd.DataFrame:
    """Return pupils and classes of the schools of one county and stage."""
    counts = one.schools.counts
    kept = _kept(one, years)
    index = pd.MultiIndex.from_product(
        [counts.ids, [years[place] for place in kept]], names=["school_id", "year"]
    )
    ends = interval_ends(one.pupils[:, kept], (10, 90, 2.5, 97.5))
    figures = np.stack([one.pupils[:, kept].mean(axis=-1, dtype=float), *ends])
    seen = [place for place, at in enumerate(kept) if years[at] in counts.years]
    stated = counts.pupils.sum(axis=2)
    figures[:, :, seen] = stated[:, [counts.years.index(years[kept[place]]) for place in seen]]
    rows = pd.DataFrame(dict(zip(PUPILS, figures.reshape(len(PUPILS), -1), strict=True)), index)
    rows = rows.reset_index()
    known = rows["year"].isin(counts.years)
    return rows.assign(
        adcode=counts.adcode,
        stage=counts.stage,
        classes=one.classes[:, kept].ravel(),
        seats_required=one.seats[:, kept].ravel(),
        pupils_basis=np.where(known, PupilsBasis.OBSERVED, PupilsBasis.ESTIMATE),
    )


def _kept(one: StageForecast, years: tuple[int, ...]) -> list[int]:
    """Return the places of the years from the first known one on."""
    return [place for place, year in enumerate(years) if year >= one.schools.counts.years[0]]


def _shortages(forecast: SchoolForecast, table: pd.DataFrame) -> Iterator[np.ndarray]:
    """Yield the probability of more pupils than seats, in the order of the rows."""
    start = 0
    for one in forecast.stages:
        kept = _kept(one, forecast.years)
        drawn = one.pupils[:, kept].reshape(-1, one.pupils.shape[-1])
        seats = table["seats"].to_numpy()[start : start + len(drawn)]
        start += len(drawn)
        yield np.where(np.isnan(seats), np.nan, (drawn > seats[:, None] + 0.5).mean(axis=-1))
