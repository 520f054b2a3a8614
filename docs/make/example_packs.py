"""Two data folders with made-up schools, for trying and for tests; equal seeds give equal files.

Run ``make examples``. Nothing in them is real: the schools have ``basis`` synthetic, the county
around them has ``basis`` assumption.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.checks.points import SYNTHETIC
from data.contract.grades import ALL
from data.contract.stages import STAGE_BY_CODE
from docs.make.example_city import write as write_city
from docs.make.example_counties import YEARS, County, Section, six_schools, village_schools
from features.randomness import named_generator

FOLDER = Path("data") / "reference" / "examples"
README = """# {name}：虚构示例 · made-up example

{name}和它的 {schools} 所学校都是虚构的，只用于试用和测试，不得用于规划决策：学校每行
`basis=synthetic`。由 `make examples` 用固定随机种子生成。

The county and its {schools} schools are made up, for trying and for tests; every row of a
school says `basis=synthetic`. Written by `make examples` from a fixed seed.

```
xuewei forecast --data data/reference/examples/{folder} --out results-example
xuewei plan results-example
```

得到 `schools.csv`、工作簿“学校”表、`schools.html`（一校一档）和写明学校的规划。
The commands forecast every school and plan by named schools.
"""
SOURCE = "虚构示例 made up"
WARM_UP = 12  # years before, after which every grade is filled by entrants
CENSUS = 2020
PROGRESSION, TO_SENIOR = 0.99, 0.6
CLASS = {"primary": 45, "junior": 50, "general_senior": 50}
PUPILS_PER_TEACHER = {"primary": 19, "junior": 13.5, "general_senior": 12.5}
LAND_M2, FLOOR_M2 = 18, 8  # per seat
# Residents by age as in an ageing rural county, shares of those aged 15 and over.
ADULTS = (15, 10, 9, 12, 14, 13, 11, 8, 5, 3)  # 15-19, 20-29, 30-39 … 100 and over
ADULT_AGES = ((15, 19), *((low, low + 9) for low in range(20, 100, 10)), (100, None))
FEEDS = {"junior": ("primary", 0.98), "general_senior": ("junior", TO_SENIOR)}


def history(county: County, seed: int) -> dict[tuple[Section, int], np.ndarray]:
    """Return (section, year) → pupils by grade: entrants choose schools, cohorts move up."""
    rng = named_generator(seed, county.folder)
    found: dict[tuple[Section, int], np.ndarray] = {}
    for stage in ("primary", "junior", "general_senior"):
        sections = [one for one in county.sections if one.stage == stage]
        if not sections:
            continue
        last = STAGE_BY_CODE[stage].years
        now = {one: np.zeros(last, dtype=int) for one in sections}
        for year in range(YEARS[0] - WARM_UP, YEARS[-1] + 1):
            moved = {one: rng.binomial(pupils[:-1], PROGRESSION) for one, pupils in now.items()}
            now = {one: np.concatenate([[0], pupils]) for one, pupils in moved.items()}
            _enter(now, 0, _entrants(county, found, stage, year, rng), year, rng)
            for grade in range(1, last):
                left = sum(int(now[one][grade]) for one in sections if grade >= one.taught)
                for one in sections:
                    now[one][grade] *= grade < one.taught
                _enter(now, grade, left, year, rng)
            found |= {(one, year): pupils.copy() for one, pupils in now.items()}
    return found


def _entrants(
    county: County,
    found: dict[tuple[Section, int], np.ndarray],
    stage: str,
    year: int,
    rng: np.random.Generator,
) -> int:
    if stage not in FEEDS:
        return int(rng.binomial(county.born(year - 6), 0.97))
    before, share = FEEDS[stage]
    leavers = sum(
        int(pupils[-1])
        for (one, when), pupils in found.items()
        if one.stage == before and when == year - 1
    )
    return int(rng.binomial(leavers, share))


def _enter(
    now: dict[Section, np.ndarray], grade: int, entrants: int, year: int, rng: np.random.Generator
) -> None:
    """Add ``entrants`` of a grade to the schools that teach it, by their weights."""
    open_to = [one for one in now if grade < one.taught and (grade == 0 or now[one][grade] > 0)]
    weights = np.array([one.weight(year) for one in open_to])
    if entrants and weights.sum() > 0:
        chosen = rng.multinomial(entrants, weights / weights.sum())
        for one, number in zip(open_to, chosen, strict=True):
            now[one][grade] += number


def schools_table(county: County, seed: int) -> pd.DataFrame:
    """Return the table ``schools``: grades of every year, and totals with seats of the last."""
    rows = []
    for (one, year), pupils in history(county, seed).items():
        if year not in YEARS:
            continue
        about = {"id": one.school, "name": one.name, "adcode": county.adcode, "year": year,
                 "stage": one.stage, "kind": one.kind, "ownership": "public",
                 "town": one.town}  # fmt: skip
        codes = STAGE_BY_CODE[one.stage].grades[: one.taught]
        for code, number in zip(codes, pupils, strict=False):
            rows.append(about | {"grade": code, "pupils": int(number)})
        if year == YEARS[-1]:
            rows.append(about | {"grade": ALL} | _today(one, pupils))
    table = pd.DataFrame(rows)
    for name in ("classes", "seats", "land_m2", "floor_m2", "teachers"):
        table[name] = table[name].astype("Int64")
    table["datum"] = table["lon"].notna().map({True: "CGCS2000", False: None})
    return table.assign(basis=SYNTHETIC, source=SOURCE)


def _today(one: Section, pupils: np.ndarray) -> dict[str, float]:
    """Return what is known of a school today: classes, seats, land, floor, teachers, place."""
    classes = int(np.ceil(pupils / CLASS[one.stage]).sum())
    total = int(pupils.sum())
    return {
        "pupils": total,
        "classes": classes,
        "seats": one.seats,
        "land_m2": one.seats * LAND_M2,
        "floor_m2": one.seats * FLOOR_M2,
        "teachers": max(classes, round(total / PUPILS_PER_TEACHER[one.stage])),
        "lon": one.place[0],
        "lat": one.place[1],
    }


def population_table(county: County) -> pd.DataFrame:
    """Return residents by age in the census year."""
    rows = [(0, 0, county.born(CENSUS)), (1, 4, sum(map(county.born, range(2016, 2020)))),
            (5, 9, sum(map(county.born, range(2011, 2016)))),
            (10, 14, sum(map(county.born, range(2006, 2011))))]  # fmt: skip
    shares = np.array(ADULTS) / sum(ADULTS)
    rows += [
        (low, high, round(county.adults * share))
        for (low, high), share in zip(ADULT_AGES, shares, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["age_lower", "age_upper", "persons"])
    table["age_upper"] = table["age_upper"].astype("Int64")
    table.insert(0, "adcode", county.adcode)
    table.insert(1, "year", CENSUS)
    return table.assign(sex="all")


def tables(county: County, seed: int) -> dict[str, pd.DataFrame]:
    """Return the tables of a data folder."""
    people = population_table(county)
    total = int(people["persons"].sum())
    births = [(county.adcode, year, county.born(year)) for year in range(2015, 2026)]
    areas = [
        ("990100", "虚构市", None, "市", "否"),
        (county.adcode, county.name, "990100", "县", "否"),
    ]
    city = (county.adcode, CENSUS, total, round(total * county.urban))
    frames = {
        "areas": pd.DataFrame(areas, columns=["adcode", "name", "parent", "type", "urban_core"]),
        "population": people,
        "births": pd.DataFrame(births, columns=["adcode", "year", "births"]),
        "totals": pd.DataFrame(
            [city], columns=["adcode", "year", "population", "urban_population"]
        ),
    }
    marked = {
        name: table.assign(basis="assumption", source=SOURCE) for name, table in frames.items()
    }
    return marked | {"schools": schools_table(county, seed)}


def write(county: County, folder: Path, seed: int) -> None:
    """Write the data folder of a county."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(county, seed).items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    schools = len({one.school for one in county.sections})
    text = README.format(name=county.name, folder=county.folder, schools=schools)
    (folder / "README.md").write_text(text, encoding="utf-8")


def main() -> None:
    """Write every folder."""
    for county in (six_schools(), village_schools()):
        write(county, FOLDER / county.folder, seed=1)
    write_city()


if __name__ == "__main__":
    main()
