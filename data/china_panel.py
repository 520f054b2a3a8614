"""The bundled two-census panel of Chinese counties and the national death rates.

Sources, licences and known faults of the figures stand in ``data/china/SOURCES.md``.
"""

from hashlib import sha256
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent / "china"
AGE_SEX_FILE = FOLDER / "county_age_sex.parquet"
ATTRIBUTES_FILE = FOLDER / "county_attributes.parquet"
DEATH_RATES_FILE = FOLDER / "death_rates.parquet"
CENSUS_YEARS = (2010, 2020)
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


def county_age_sex(year: int) -> pd.DataFrame:
    """Return ``adcode, county, year, sex, age_lower, age_upper, persons`` of one census year."""
    return pd.read_parquet(AGE_SEX_FILE, filters=[("year", "==", year)])


def county_attributes(year: int) -> pd.DataFrame:
    """Return what else the census books tell of each county in one census year."""
    return pd.read_parquet(ATTRIBUTES_FILE, filters=[("year", "==", year)])


def death_rates() -> pd.DataFrame:
    """Return ``period, age, male, female, both``: deaths a person-year of UN WPP 2024, China."""
    return pd.read_parquet(DEATH_RATES_FILE)


def panel_digest() -> str:
    """Return the digest of the panel files: a fitted model is valid for one digest only."""
    files = (AGE_SEX_FILE, ATTRIBUTES_FILE)
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
