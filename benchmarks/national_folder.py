"""A data folder with a given number of counties, from the bundled census panel.

The counties of the panel's 25 provinces come first, each with its two censuses where its code is in
both, and its share of urban residents; beyond them prefectures are taken again under codes that no
province has. Nothing else is known of them, as of a place whose reports nobody has collected.
"""

from pathlib import Path

import pandas as pd

from data.reference.china_panel import CENSUS_YEARS, county_age_sex, county_attributes

SOURCE = "census books of 2010 and 2020 (bundled panel); codes from 70 on are copies"
FIRST_COPY = 70


def write_national_folder(folder: Path, counties: int) -> None:
    """Write ``areas``, ``population`` and ``totals`` of the first ``counties`` counties."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = _codes(counties)
    latest = county_attributes(CENSUS_YEARS[-1]).set_index("adcode")
    _areas(codes, latest).to_csv(folder / "areas.csv", index=False)
    persons = pd.concat([_copied(county_age_sex(year), codes) for year in CENSUS_YEARS])
    persons = persons.assign(sex=persons["sex"].map({"M": "male", "F": "female"}))
    persons["age_upper"] = persons["age_upper"].astype("Int64")
    persons = persons.drop(columns="county").assign(basis="census", source=SOURCE)
    persons.to_csv(folder / "population.csv", index=False)
    totals = pd.concat([_copied(county_attributes(year), codes) for year in CENSUS_YEARS])
    totals = totals[["adcode", "year", "population", "urban_population"]].dropna()
    totals = totals.astype({"population": int, "urban_population": int})
    totals.assign(basis="census", source=SOURCE).to_csv(folder / "totals.csv", index=False)


def _codes(counties: int) -> pd.Series:
    """Return code in the folder (index) → code in the panel, prefecture by prefecture."""
    rows = county_age_sex(CENSUS_YEARS[-1]).groupby(["adcode", "sex"]).size().reset_index(name="n")
    complete = rows.groupby("adcode")["n"].agg(["nunique", "size"])
    panel = complete.index[(complete["nunique"] == 1) & (complete["size"] == 2)].sort_values()
    rounds = -(-counties // len(panel))
    parts = [pd.Series(panel, index=panel)]
    provinces = panel.str[:2].unique()
    for again in range(1, rounds):
        first = FIRST_COPY + (again - 1) * len(provinces)
        new = {old: str(first + place) for place, old in enumerate(provinces)}
        parts.append(pd.Series(panel, index=panel.str[:2].map(new) + panel.str[2:]))
    return pd.concat(parts).iloc[:counties]


def _copied(table: pd.DataFrame, codes: pd.Series) -> pd.DataFrame:
    both = pd.DataFrame({"code": codes.index, "adcode": codes.to_numpy()})
    merged = both.merge(table, on="adcode").drop(columns="adcode")
    return merged.rename(columns={"code": "adcode"})


def _areas(codes: pd.Series, latest: pd.DataFrame) -> pd.DataFrame:
    """Return the nation, its provinces, prefectures and counties."""
    names = latest["prefecture"].str.cat(latest["county"])
    counties = pd.DataFrame(
        {
            "adcode": codes.index,
            "name": [f"{names[old]} {new}" for new, old in codes.items()],
            "parent": codes.index.str[:4] + "00",
        }
    )
    above = [("000000", "全国", "")]
    above += [(f"{code}0000", f"省{code}", "000000") for code in codes.index.str[:2].unique()]
    above += [(f"{c}00", f"市{c}", f"{c[:2]}0000") for c in codes.index.str[:4].unique()]
    upper = pd.DataFrame(above, columns=["adcode", "name", "parent"])
    urban = codes.to_numpy()
    counties["urban_core"] = [code[4] == "0" for code in urban]
    table = pd.concat([upper, counties], ignore_index=True)
    table["urban_core"] = table["urban_core"].fillna(False)
    kind = table["adcode"].str[4:].astype(int)
    table["type"] = "县"
    table.loc[(kind == 0) | (kind > 80), "type"] = "市"
    table.loc[(kind > 0) & (kind < 20), "type"] = "区"
    return table.assign(basis="observed", source=SOURCE)
