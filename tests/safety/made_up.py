"""A made-up city of four counties with every table a forecast reads; cases spoil one thing in it.

Every child is born in the county and stays: a cohort of county ``i`` born in year ``y`` is
``births(i, y)``, and nine tenths of it are pupils of the grade of its age.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.stages import STAGES

CITY = "990100"
COUNTIES = {"990101": 4000, "990102": 1500, "990103": 600, "990104": 300}
FIRST_AGE = {stage.code: stage.first_age for stage in STAGES}
GRADES = {stage.code: stage.grades for stage in STAGES}
LOWER = (0, 1, *range(5, 90, 5))
BORN, TAUGHT = range(2011, 2025), range(2015, 2025)
ENROLLED = 0.9

Tables = dict[str, pd.DataFrame]


def births_of(size: float, year: int) -> float:
    """Return births of a county: a slow wave, falling since 2016."""
    return size * (1 + 0.08 * np.sin(year / 4)) * 0.95 ** max(year - 2016, 0)


def areas(counties: dict[str, int]) -> pd.DataFrame:
    rows = [(CITY, "虚构市", None, "市", "否")]
    rows += [
        (adcode, f"虚构{place}县", CITY, "县", "是" if place == 0 else "否")
        for place, adcode in enumerate(counties)
    ]
    return pd.DataFrame(rows, columns=["adcode", "name", "parent", "type", "urban_core"])


def population(counties: dict[str, int], years: tuple[int, ...] = (2010, 2020)) -> pd.DataFrame:
    rows = [
        (adcode, year, lower, None if lower == 85 else lower + width - 1, sex, persons)
        for adcode, size in counties.items()
        for year in years
        for sex, part in (("male", 0.51), ("female", 0.49))
        for lower in LOWER
        for width in [{0: 1, 1: 4}.get(lower, 5)]
        for persons in [round(part * _group(size, year, lower, width))]
    ]
    names = ["adcode", "year", "age_lower", "age_upper", "sex", "persons"]
    return pd.DataFrame(rows, columns=names).astype({"age_upper": "Int64"})


def _group(size: float, year: int, lower: int, width: int) -> float:
    alive = np.exp(-max(lower - 40, 0) / 30)
    return alive * sum(births_of(size, year - age) for age in range(lower, lower + width))


def births(counties: dict[str, int]) -> pd.DataFrame:
    rows = [
        (a, year, round(births_of(size, year))) for a, size in counties.items() for year in BORN
    ]
    return pd.DataFrame(rows, columns=["adcode", "year", "births"])


def enrolment(counties: dict[str, int]) -> pd.DataFrame:
    rows = [
        (adcode, year, stage, grade, round(ENROLLED * births_of(size, year - age)))
        for adcode, size in counties.items()
        for year in TAUGHT
        for stage, grades in GRADES.items()
        for grade, age in zip(grades, range(FIRST_AGE[stage], 20), strict=False)
    ]
    return pd.DataFrame(rows, columns=["adcode", "year", "stage", "grade", "pupils"])


def capacity(counties: dict[str, int]) -> pd.DataFrame:
    rows = [
        (adcode, TAUGHT[-1], stage, 45 * round(len(grades) * size / 45))
        for adcode, size in counties.items()
        for stage, grades in GRADES.items()
    ]
    return pd.DataFrame(rows, columns=["adcode", "year", "stage", "seats"])


def projects(counties: dict[str, int]) -> pd.DataFrame:
    first = next(iter(counties))
    rows = [
        ("P-1", first, "primary", 900, 2027, "started"),
        ("P-2", first, "general_senior", 500, 2025, "planned"),
    ]
    names = ["project_id", "adcode", "stage", "seats", "planned_opening_year", "status"]
    return pd.DataFrame(rows, columns=names)


def city(counties: dict[str, int] = COUNTIES) -> Tables:
    """Return every table of the made-up city."""
    makers = (areas, population, births, enrolment, capacity, projects)
    return {make.__name__: make(counties) for make in makers}


def write_folder(tables: Tables, folder: Path) -> Path:
    """Write a data folder."""
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.assign(source="虚构").to_csv(folder / f"{name}.csv", index=False)
    return folder


def write_files(tables: Tables, folder: Path) -> dict[str, Path]:
    """Write what the commands read that take single files, of the same figures."""
    files = {name: folder / f"{name}.csv" for name in ("history", "births", "census")}
    if "enrolment" in tables:
        history = tables["enrolment"].rename(columns={"adcode": "area_id", "pupils": "enrolment"})
        if (history["grade"] == "all").any():  # rows are stages: codes one apart
            codes = {stage: str(place) for place, stage in enumerate(GRADES)}
            history["grade"] = history["stage"].map(codes)
        history[["area_id", "year", "grade", "enrolment"]].to_csv(files["history"], index=False)
    if "births" in tables:
        tables["births"].to_csv(files["births"], index=False)
    sexes = {"male": "M", "female": "F"}
    census = tables["population"]
    if not (census["sex"] == "all").any():
        census.assign(sex=census["sex"].map(sexes)).to_csv(files["census"], index=False)
    return files
