"""The bundled two-census panel of Chinese counties and the national death rates.

Sources, licences and known faults of the figures stand in ``data/reference/china/SOURCES.md``.
Tables are
read once and shared by all callers: they must not be written to.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent / "china"
AGE_SEX_FILE = FOLDER / "county_age_sex.parquet"
ATTRIBUTES_FILE = FOLDER / "county_attributes.parquet"
DEATH_RATES_FILE = FOLDER / "death_rates.parquet"
PLACES_FILE = FOLDER / "places.parquet"
CODE_CHANGES_FILE = FOLDER / "code_changes.csv"
PUPILS_FILE = FOLDER / "county_pupils.parquet"
CENSUS_YEARS = (2010, 2020)
PUPILS_YEAR = 2020
ATTRIBUTE_COLUMNS = (
    "population",
    "registered_population",
    "non_agricultural_hukou_percent",
    "urban_population",
    "rural_population",
    "households",
    "minority_percent",
    "birth_rate_permille",
    "death_rate_permille",
    "in_migrants_same_county_long_form",
    "in_migrants_same_province_long_form",
    "in_migrants_other_province_long_form",
    "mean_years_schooling",
    "women_15_49_percent",
    "children_ever_born_per_woman",
    "employed_primary_percent",
)


def nearest_census(year: int) -> int:
    """Return the census year of the panel nearest to ``year``."""
    return min(CENSUS_YEARS, key=lambda census: abs(census - year))


@cache
def county_age_sex(year: int) -> pd.DataFrame:
    """Return ``adcode, county, year, sex, age_lower, age_upper, persons`` of one census year."""
    return pd.read_parquet(AGE_SEX_FILE, filters=[("year", "==", year)])


@cache
def county_attributes(year: int) -> pd.DataFrame:
    """Return further attributes of each county in one census year, from the census books."""
    return pd.read_parquet(ATTRIBUTES_FILE, filters=[("year", "==", year)])


@cache
def county_pupils() -> pd.DataFrame:
    """Return ``adcode, county, year, primary_pupils, regular_secondary_pupils`` of 2020.

    Regular secondary pupils are those of junior and general senior schools together.
    """
    return pd.read_parquet(PUPILS_FILE)


@cache
def places() -> pd.DataFrame:
    """Return ``lon, lat`` (CGCS2000) of a point inside each county of the nation, by adcode.

    Codes of 2010 that changed later are listed along with today's.
    """
    today = pd.read_parquet(PLACES_FILE).set_index("adcode")
    changes = code_changes()
    former = today.reindex(changes).set_axis(changes.index).dropna()
    return pd.concat([today, former[~former.index.isin(today.index)]])


@cache
def code_changes() -> pd.Series:
    """Return the code of 2020 of counties that had another in 2010 (the index)."""
    table = pd.read_csv(CODE_CHANGES_FILE, dtype=str)
    return table.set_index("adcode_2010")["adcode_2020"]


def death_rates() -> pd.DataFrame:
    """Return ``period, age, male, female, both``: deaths per person-year of UN WPP 2024, China."""
    return pd.read_parquet(DEATH_RATES_FILE)


def panel_digest() -> str:
    """Return the digest of the panel files: a fitted model is valid for one digest only."""
    files = (AGE_SEX_FILE, ATTRIBUTES_FILE, PLACES_FILE, CODE_CHANGES_FILE, PUPILS_FILE)
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
