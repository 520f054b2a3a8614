"""Synthetic settlements, schools and sites inside real boundaries, for trials of siting.

Nothing of it is real but the outlines and the children by county and age, which are the census's.
Every row has ``basis`` synthetic, and no folder may mix them with real places.
"""

import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.bundle import DataBundle, load_bundle
from data.checks.points import SYNTHETIC
from data.contract.stages import PLANNED, STAGES, Stage
from data.reference.packs import default_pack
from features.randomness import named_generator

SETTLEMENTS, SITES = 40, 8
# Mean size of a synthetic school, and the share of its county's children with a seat.
SCHOOL_SEATS = {"kindergarten": 270, "primary": 810, "junior": 900, "general_senior": 1800}
SEATED = 0.8
BUNDLED = ("areas.csv", "population.csv", "boundaries.geojson")
MARK = "虚构演示数据，不是真实地点 made up for trying, no real place"


def synthetic_places(bundle: DataBundle, seed: int) -> dict[str, pd.DataFrame]:
    """Return synthetic tables ``settlements``, ``schools`` and ``sites`` of the data contract.

    People cluster round a few made-up centres of each county; schools stand at settlements that
    are drawn by their children, sites near settlements.

    Parameters
    ----------
    bundle : input data with boundaries and a census by age
    seed : random seed; equal seeds give equal places
    """
    boundaries = bundle.table("boundaries").set_index("adcode").geometry
    cores = bundle.tables.areas.set_index("adcode")["urban_core"]
    parts: dict[str, list[pd.DataFrame]] = {"settlements": [], "schools": [], "sites": []}
    for adcode in bundle.counties:
        rng = named_generator(seed, f"synthetic places {adcode}")
        lived = _settlements(bundle, adcode, boundaries[adcode], bool(cores[adcode]), rng)
        parts["settlements"].append(lived)
        parts["schools"] += [_schools(lived, stage, rng) for stage in PLANNED]
        parts["sites"].append(_sites(lived, boundaries[adcode], rng))
    return {name: _finished(pd.concat(rows), name) for name, rows in parts.items()}


def children_by_stage(bundle: DataBundle, adcode: str) -> dict[str, int]:
    """Return the last census's children of each stage's ages, groups split evenly by age."""
    census = bundle.tables.population
    own = census[(census["adcode"] == adcode) & (census["year"] == census["year"].max())]
    found = {}
    for stage in STAGES:
        lower, upper = own["age_lower"].astype(float), own["age_upper"].astype(float).fillna(130)
        years = np.minimum(upper, stage.last_age) - np.maximum(lower, stage.first_age) + 1
        part = own["persons"] * years.clip(lower=0) / (upper - lower + 1)
        found[f"age_{stage.first_age}_{stage.last_age}"] = round(part.sum())
    return found


def _inside(points: np.ndarray, outline: gpd.GeoSeries) -> np.ndarray:
    return gpd.GeoSeries(gpd.points_from_xy(points[:, 0], points[:, 1])).within(outline).to_numpy()


def _points(outline: gpd.GeoSeries, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return ``count`` random points inside ``outline``, half of them close to three centres."""
    west, south, east, north = outline.bounds
    spread = np.array([east - west, north - south])
    found = np.zeros((0, 2))
    centres = np.zeros((0, 2))
    while len(found) < count:
        anywhere = rng.uniform((west, south), (east, north), (count, 2))
        anywhere = anywhere[_inside(anywhere, outline)]
        centres = np.concatenate([centres, anywhere])[:3]
        if not len(centres):
            continue
        near = centres[rng.integers(len(centres), size=count)]
        near = near + rng.normal(0, 0.03, (count, 2)) * spread
        found = np.concatenate([found, anywhere[: count // 2], near[_inside(near, outline)]])
    return found[:count].round(5)


def _settlements(
    bundle: DataBundle, adcode: str, outline: gpd.GeoSeries, core: bool, rng: np.random.Generator
) -> pd.DataFrame:
    points = _points(outline, SETTLEMENTS, rng)
    size = rng.lognormal(0, 0.8, SETTLEMENTS)
    children = {
        column: rng.multinomial(total, size / size.sum())
        for column, total in children_by_stage(bundle, adcode).items()
    }
    setting = np.where(size > np.quantile(size, 0.0 if core else 0.8), "urban", "rural")
    return pd.DataFrame(
        {"adcode": adcode, "lon": points[:, 0], "lat": points[:, 1], "setting": setting, **children}
    )


def _schools(lived: pd.DataFrame, stage: Stage, rng: np.random.Generator) -> pd.DataFrame:
    """Return schools of one stage at settlements drawn by their children."""
    children = lived[f"age_{stage.first_age}_{stage.last_age}"].to_numpy(dtype=float)
    mean = SCHOOL_SEATS[stage.code]
    count = int(np.clip(round(SEATED * children.sum() / mean), 1, len(lived)))
    size = mean * rng.uniform(0.6, 1.4, count)
    return pd.DataFrame(
        {
            **lived.iloc[rng.choice(len(lived), count, False, children / children.sum())][
                ["adcode", "lon", "lat"]
            ],
            "stage": stage.code,
            "seats": size.round(-1).astype(int),
        }
    )


def _sites(lived: pd.DataFrame, outline: gpd.GeoSeries, rng: np.random.Generator) -> pd.DataFrame:
    """Return sites for any stage, a few hundred metres from settlements."""
    chance = lived["age_6_11"].to_numpy(dtype=float)
    chosen = rng.choice(len(lived), SITES, False, chance / chance.sum())
    origin = lived[["lon", "lat"]].to_numpy()[chosen]
    moved = origin + rng.normal(0, 0.001, (SITES, 2))
    points = np.where(_inside(moved, outline)[:, None], moved, origin).round(5)
    return pd.DataFrame(
        {
            "adcode": lived["adcode"].iloc[0],
            "lon": points[:, 0],
            "lat": points[:, 1],
            "seats": rng.integers(8, 31, SITES) * 90,
        }
    )


def _finished(table: pd.DataFrame, name: str) -> pd.DataFrame:
    numbers = [f"{name[:3]}-{row:04d}" for row in range(1, len(table) + 1)]
    marked = table.reset_index(drop=True).assign(
        id=numbers, datum="CGCS2000", basis=SYNTHETIC, source=MARK
    )
    marked["name"] = "虚构 " + marked["id"]
    first = ["id", "name", "adcode"]
    return marked[first + [column for column in marked if column not in first]]


def write_demo(folder: Path, seed: int = 1) -> None:
    """Write a data folder for trials of siting: bundled county tables and synthetic places."""
    root = default_pack().folder
    for name in BUNDLED:
        shutil.copyfile(root / name, folder / name)
    for name, table in synthetic_places(load_bundle(None), seed).items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
