"""Schools, towns and teachers of the synthetic city."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.contract.stages import STAGE_BY_CODE, STAGES

if TYPE_CHECKING:
    from docs.make.example_city import County

TOWNS = ("城关镇", "柳河镇", "石桥镇", "双溪乡", "云岭乡")
TOWN_WEIGHTS = (0.42, 0.2, 0.17, 0.13, 0.08)
CLASS_SIZE = {"kindergarten": 30, "primary": 45, "junior": 50, "general_senior": 50,
              "vocational_senior": 50}  # fmt: skip
# Schools of each stage by town; the first of the town takes the larger part.
COUNTS = {"kindergarten": (3, 2, 1, 1, 1), "primary": (3, 2, 2, 1, 2), "junior": (2, 1, 1, 1, 0),
          "general_senior": (2, 0, 0, 0, 0), "vocational_senior": (1, 0, 0, 0, 0)}  # fmt: skip
TITLES = {"kindergarten": "幼儿园", "primary": "小学", "junior": "初级中学",
          "general_senior": "高级中学", "vocational_senior": "职业学校"}  # fmt: skip
KINDS = {"general_senior": "senior", "vocational_senior": "vocational"}
SCHOOL_YEARS = (2023, 2024, 2025)
AGE_GROUPS = ((22, 29, 0.17), (30, 39, 0.27), (40, 49, 0.31), (50, 54, 0.18), (55, 59, 0.07))
FEMALE = {"kindergarten": 0.97, "primary": 0.68, "junior": 0.58, "general_senior": 0.55,
          "vocational_senior": 0.55}  # fmt: skip
POSTS = {"kindergarten": 16, "primary": 17.5, "junior": 13.2, "general_senior": 13.6,
         "vocational_senior": 20}  # fmt: skip


def towns_of(county: "County", random: np.random.Generator) -> Iterator[dict[str, object]]:
    """Yield the rows of ``settlements``: two places in each town."""
    for place, (town, weight) in enumerate(zip(TOWNS, TOWN_WEIGHTS, strict=True)):
        for part, share in (("东片", 0.6), ("西片", 0.4)):
            count = round(county.residents * weight * share)
            lon, lat = random.normal((county.lon, county.lat), 0.02 if not place else 0.12)
            ages = {(one.first_age, one.last_age): one for one in STAGES}
            children = {
                f"age_{low}_{high}": round(count * 0.0115 * (high - low + 1)) for low, high in ages
            }
            yield {
                "id": f"{county.adcode}-{place}{part[0]}", "name": f"{county.name}{town}{part}",
                "adcode": county.adcode, "town": town, "lon": round(lon, 5), "lat": round(lat, 5),
                "datum": "CGCS2000", "setting": "urban" if not place or county.core else "rural",
                "population": count, **children,
            }  # fmt: skip


def schools_of(
    county: "County", pupils: pd.DataFrame, towns: pd.DataFrame, random: np.random.Generator
) -> Iterator[dict[str, object]]:
    """Yield the rows of ``schools``: by grade for three years, and as they stand in the last."""
    for stage in STAGES:
        labels = list(_labels(county, stage.code))
        share = random.dirichlet([40 * label["weight"] for label in labels])
        for number, (label, part) in enumerate(zip(labels, share, strict=True)):
            own = _school(county, stage.code, label, number, towns, random)
            for year in SCHOOL_YEARS:
                counts = _counts(county, stage.code, year, pupils, part)
                keys = own["row"] | {"year": year, "stage": stage.code}
                for grade, count in counts.items():
                    yield keys | {"grade": grade, "pupils": count}
                if year == SCHOOL_YEARS[-1]:
                    total = sum(counts.values())
                    yield (
                        keys
                        | {"grade": "all", "pupils": total}
                        | _conditions(county, stage.code, total, own["private"], random)
                    )
    if county.residents > 400_000 or county.adcode == "459901":
        yield _special(county)


def _labels(county: "County", stage: str) -> Iterator[dict[str, object]]:
    for town, weight, count in zip(TOWNS, TOWN_WEIGHTS, COUNTS[stage], strict=True):
        for place in range(count):
            yield {"town": town, "weight": weight * (0.7 if not place else 0.3), "place": place}


def _counts(
    county: "County", stage: str, year: int, pupils: pd.DataFrame, part: float
) -> dict[str, int]:
    rows = pupils[(pupils["adcode"] == county.adcode) & (pupils["stage"] == stage)]
    rows = rows[(rows["year"] == year) & (rows["grade"] != "all")].set_index("grade")["pupils"]
    return {grade: round(float(rows[grade]) * part) for grade in STAGE_BY_CODE[stage].grades}


def _school(
    county: "County", stage: str, label: dict[str, object], number: int, towns: pd.DataFrame,
    random: np.random.Generator,
) -> dict[str, dict[str, object]]:  # fmt: skip
    """Return the fixed cells of a school; the school of 石桥镇 is one of nine years."""
    town, place = str(label["town"]), int(str(label["place"]))
    nine = town == "石桥镇" and not place and stage in ("primary", "junior")
    private = (stage == "kindergarten" and number % 2 == 1) or (
        stage == "primary" and county.core and number == 1
    )
    at = towns[(towns["adcode"] == county.adcode) & (towns["town"] == town)].iloc[place % 2]
    lon, lat = random.normal((float(at["lon"]), float(at["lat"])), 0.01)
    title = "九年制学校" if nine else f"第{'一二三'[place]}{TITLES[stage]}"
    code = f"{county.adcode}-9" if nine else f"{county.adcode}-{stage[:1].upper()}{number}"
    kind = "nine_year" if nine else KINDS.get(stage, stage)
    row: dict[str, object] = {
        "id": code, "name": f"{county.name}{town}{title}", "adcode": county.adcode, "kind": kind,
        "ownership": "private" if private else "public", "town": town, "lon": round(lon, 5),
        "lat": round(lat, 5), "datum": "CGCS2000",
    }  # fmt: skip
    inclusive = "true" if number % 4 == 1 or county.adcode != "459901" else "false"
    return {"row": row | ({"inclusive": inclusive} if private and stage == "kindergarten" else {}),
            "private": {"is": private}}  # fmt: skip


def _conditions(
    county: "County", stage: str, total: int, private: dict[str, object],
    random: np.random.Generator,
) -> dict[str, object]:  # fmt: skip
    """Return rooms, classes, seats and ground of a school in its last year."""
    crowded = 1.12 if county.core and stage in ("junior", "general_senior") else 0.86
    size = CLASS_SIZE[stage]
    classes = max(STAGE_BY_CODE[stage].years, round(total / (size * crowded)))
    rooms, ground = random.uniform(3.8, 8.5), random.uniform(5.0, 16.0)
    mean = total / classes
    largest = round(mean * random.uniform(1.02, 1.12))
    found: dict[str, object] = {
        "classes": classes, "seats": classes * size, "teaching_m2": round(total * rooms),
        "sports_m2": round(total * ground), "largest_class": largest,
        "teachers": round(total / POSTS[stage]),
    }  # fmt: skip
    if stage in ("primary", "junior", "general_senior"):
        found["large_classes"] = round(classes * 0.4) if largest >= 56 else 0
    return found


def _special(county: "County") -> dict[str, object]:
    return {
        "id": f"{county.adcode}-T", "name": f"{county.name}特殊教育学校", "adcode": county.adcode,
        "kind": "special", "ownership": "public", "town": TOWNS[0], "year": SCHOOL_YEARS[-1],
        "stage": "primary", "grade": "all", "pupils": 110, "classes": 11, "seats": 132,
    }  # fmt: skip


def staff_of(
    county: "County", pupils: pd.DataFrame, random: np.random.Generator
) -> Iterator[dict[str, object]]:
    """Yield the rows of ``teachers`` by age group and sex."""
    rows = pupils[(pupils["adcode"] == county.adcode) & (pupils["grade"] == "all")]
    rows = rows[rows["year"] == SCHOOL_YEARS[-1]].set_index("stage")["pupils"]
    for stage in STAGES:
        posts = float(rows[stage.code]) / POSTS[stage.code]
        for low, high, share in AGE_GROUPS:
            in_group = posts * share * float(np.exp(random.normal(0, 0.08)))
            women = FEMALE[stage.code]
            for sex, part in (("female", women), ("male", 1 - women)):
                yield {
                    "adcode": county.adcode, "year": SCHOOL_YEARS[-1], "stage": stage.code,
                    "age_lower": low, "age_upper": high, "sex": sex,
                    "teachers": round(in_group * part),
                }  # fmt: skip
