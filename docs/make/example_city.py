"""The synthetic city of six counties in ``data/reference/examples/six_counties``.

Run ``python -m docs.make.example_city``. Every figure is drawn from one seed; the shape of births
over the years is the nation's. Names, codes and places belong to nobody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.stages import STAGES, Stage
from data.reference.fertility import national_births
from docs.make.example_schools import schools_of, staff_of, towns_of
from features.arrays import FloatArray

FOLDER = Path("data") / "reference" / "examples" / "six_counties"
SEED = 20261128
BOARDERS_IN_DISTRICTS = 0.2  # of the share of boarders in counties
SOURCE = "虚构演示数据（docs/make/example_city.py）"
CITY = "459900"
YEARS, LAST = tuple(range(2016, 2026)), 2025
# Pupils per resident child of the ages of each stage.
RATIOS = {"kindergarten": 0.92, "primary": 1.0, "junior": 0.99, "general_senior": 0.6,
          "vocational_senior": 0.3}  # fmt: skip


@dataclass(frozen=True)
class County:
    """One synthetic county.

    Parameters
    ----------
    adcode, name, type, core : row of ``areas``
    residents : residents in 2020
    urban : urban share in 2020
    drift : yearly net migration rate
    lon, lat : its centre
    """

    adcode: str
    name: str
    type: str
    core: bool
    residents: int
    urban: float
    drift: float
    lon: float
    lat: float


COUNTIES = (
    County("459901", "虚构东区", "区", True, 320_000, 0.92, 0.012, 100.30, 40.00),
    County("459902", "虚构西区", "区", True, 260_000, 0.88, 0.006, 100.00, 40.00),
    County("459903", "虚构青石县", "县", False, 380_000, 0.42, -0.006, 99.50, 40.30),
    County("459904", "虚构白水县", "县", False, 210_000, 0.38, -0.009, 99.60, 39.60),
    County("459905", "虚构竹林县", "县", False, 150_000, 0.35, -0.011, 100.80, 39.60),
    County("459906", "虚构江口市", "市", False, 460_000, 0.50, -0.003, 100.90, 40.40),
)


@cache
def known_births() -> "pd.Series[float]":
    """Return the nation's births by year."""
    return national_births().set_index("year")["births"].astype(float)


def births_of_nation(year: int) -> float:
    """Return the nation's births, before the first known year a steady number."""
    return float(known_births().get(year, known_births().iloc[0]))


def survival(
    age: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the share of a birth cohort alive at ``age`` (Gompertz)."""
    return np.asarray(np.exp(-0.00004 * (np.exp(0.095 * age) - 1) / 0.095), dtype=float)


def people(county: County, year: int) -> "pd.Series[float]":
    """Return residents by single year of age 0-99 in ``year``."""
    ages = np.arange(100)

    def raw(when: int) -> FloatArray:
        born = np.array([births_of_nation(when - age - 1) for age in ages])
        return born * survival(ages.astype(float))

    scale = county.residents / raw(2020).sum()
    return pd.Series(raw(year) * scale * np.exp(county.drift * (year - 2020)), index=ages)


def areas() -> Iterator[dict[str, object]]:
    """Yield the rows of ``areas``."""
    yield {"adcode": CITY, "name": "虚构市", "type": "市", "urban_core": "否"}
    for one in COUNTIES:
        core = "是" if one.core else "否"
        yield {"adcode": one.adcode, "name": one.name, "parent": CITY, "type": one.type,
               "urban_core": core, "area_km2": 400 if one.core else 2000}  # fmt: skip


def population() -> Iterator[dict[str, object]]:
    """Yield the rows of ``population``: two censuses by sex and five years of age."""
    for county in COUNTIES:
        for year in (2010, 2020):
            ages = people(county, year)
            for low in range(0, 100, 5):
                last = low == 85
                count = ages[low:].sum() if last else ages[low : low + 5].sum()
                for sex, share in (("male", 0.515), ("female", 0.485)):
                    yield {"adcode": county.adcode, "year": year, "age_lower": low,
                           "age_upper": None if last else low + 4, "sex": sex,
                           "persons": round(count * share)}  # fmt: skip
                if last:
                    break


def totals() -> Iterator[dict[str, object]]:
    """Yield the rows of ``totals``, the city's among them."""
    for year, less in ((2010, 0.13), (2020, 0.0), (2024, -0.03)):
        rows = []
        for county in COUNTIES:
            count = round(people(county, year).sum())
            share = min(0.97, county.urban - less)
            rows.append((county.adcode, count, round(count * share)))
        rows.append((CITY, sum(row[1] for row in rows), sum(row[2] for row in rows)))
        for adcode, count, urban in rows:
            yield {"adcode": adcode, "year": year, "population": count, "urban_population": urban}


def births() -> Iterator[dict[str, object]]:
    """Yield the rows of ``births``."""
    for county in COUNTIES:
        for year in YEARS:
            at_birth = people(county, year)[0] / survival(np.array([0.0]))[0]
            yield {"adcode": county.adcode, "year": year, "births": round(at_birth)}


def pupils_of(
    county: County, stage: Stage, year: int, random: np.random.Generator
) -> dict[str, int]:
    """Return grade → pupils."""
    ages = people(county, year)
    noise = np.exp(random.normal(0, 0.008, stage.years))
    ratio = RATIOS[stage.code] * (1.02 if county.core else 0.99)
    return {
        grade: round(float(ages[stage.first_age + place] * ratio * noise[place]))
        for place, grade in enumerate(stage.grades)
    }


def enrolment(random: np.random.Generator) -> Iterator[dict[str, object]]:
    """Yield the rows of ``enrolment``: by grade, and their sum with boarders and migrants."""
    for county in COUNTIES:
        for stage in STAGES:
            for year in YEARS:
                grades = pupils_of(county, stage, year, random)
                keys = {"adcode": county.adcode, "year": year, "stage": stage.code}
                for grade, count in grades.items():
                    yield keys | {"grade": grade, "pupils": count}
                total = sum(grades.values())
                row = keys | {"grade": "all", "pupils": total}
                row |= {"entrants": grades[stage.grades[0]]}
                yield row | _groups(county, stage, total) if year == LAST else row


def _groups(county: County, stage: Stage, total: int) -> dict[str, int]:
    """Return boarders and migrant children of compulsory education and senior schools."""
    if stage.code == "kindergarten":
        return {}
    boards = {"primary": 0.08, "junior": 0.4}.get(stage.code, 0.7)
    boards *= BOARDERS_IN_DISTRICTS if county.core else 1.0
    found = {"boarders": round(total * boards)}
    if stage.code in ("primary", "junior"):
        migrants = round(total * (0.22 if county.core else 0.04))
        share = 0.8 if county.adcode == "459901" else 0.92
        found |= {"migrants": migrants, "migrants_public": round(migrants * share)}
    return found


def capacity(schools: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the rows of ``capacity``: the sums of the schools by owner, with boarding beds."""
    core = {one.adcode for one in COUNTIES if one.core}
    own = schools[(schools["grade"] == "all") & (schools["kind"] != "special")]
    keys = ["adcode", "year", "stage", "ownership"]
    for key, rows in own.groupby(keys, sort=True):
        row = dict(zip(keys, key, strict=True))
        beds = {"junior": 0.35, "general_senior": 0.75, "primary": 0.06}.get(str(row["stage"]))
        if beds is not None and str(row["adcode"]) in core:
            beds *= BOARDERS_IN_DISTRICTS
        yield row | {
            "schools": len(rows),
            "seats": int(rows["seats"].sum()),
            "classes": int(rows["classes"].sum()),
            "boarding_beds": None if beds is None else round(beds * rows["seats"].sum()),
        }


def projects() -> Iterator[dict[str, object]]:
    """Yield the rows of ``projects``."""
    for code, adcode, stage, seats, year, status in (
        ("P-1", "459901", "junior", 1200, 2027, "started"),
        ("P-2", "459901", "general_senior", 1500, 2028, "planned"),
        ("P-3", "459906", "general_senior", 900, 2027, "started"),
    ):
        yield {"project_id": code, "adcode": adcode, "stage": stage, "seats": seats,
               "planned_opening_year": year, "status": status}  # fmt: skip


README = f"""# 虚构的六县区示例（synthetic）

全部数字、名称和地点均为虚构，由 `make examples` 按随机种子 {SEED} 生成，
仅供演示和测试，不得用于决策。
Every figure, name and place is made up; written by `make examples` from the seed {SEED}.

```
xuewei forecast --data data/reference/examples/six_counties --out results-six
xuewei plan results-six
xuewei indicators results-six
```
"""


def write(folder: Path = FOLDER) -> None:
    """Write every table of the synthetic city."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    pupils = pd.DataFrame(list(enrolment(random)))
    towns = pd.DataFrame([row for one in COUNTIES for row in towns_of(one, random)])
    schools = pd.DataFrame([row for one in COUNTIES
                            for row in schools_of(one, pupils, towns, random)])  # fmt: skip
    tables = {
        "areas": list(areas()),
        "population": list(population()),
        "totals": list(totals()),
        "births": list(births()),
        "enrolment": pupils,
        "capacity": list(capacity(schools)),
        "projects": list(projects()),
        "schools": schools,
        "teachers": [row for one in COUNTIES for row in staff_of(one, pupils, random)],
        "settlements": towns,
    }
    for name, rows in tables.items():
        table = pd.DataFrame(rows).assign(basis="synthetic", source=SOURCE)
        whole = table.select_dtypes("float").columns.difference(["lon", "lat", "area_km2"])
        table[whole] = table[whole].round().astype("Int64")
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "README.md").write_text(README, encoding="utf-8")


if __name__ == "__main__":
    write()
