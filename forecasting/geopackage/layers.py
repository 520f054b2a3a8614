"""The layers of ``layout.gpkg``: demand, supply, gap, plan and sites with Chinese field names."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGE_TITLES as TITLES
from data.findings import Findings
from data.language import Text
from data.reading.boundaries import CGCS2000, read_boundaries
from data.reference.packs import Pack
from forecasting.geopackage.styles import (
    DIVERGING,
    ORANGES,
    SEQUENTIAL,
    Style,
    count_breaks,
    gap_breaks,
)
from forecasting.plan.case.actions import TEMPORARY
from forecasting.siting.places import Ground
from forecasting.siting.siting_tables import SitingTables

MIDDLE_YEAR = 2030
WARNING_TITLES = {"red": "红", "orange": "橙", "yellow": "黄", "green": "绿"}
STAGE_TITLES = {code: title.zh for code, title in TITLES.items()}
BASES = {"synthetic": "虚构", "estimate": "估计", "observed": "统计"}


@dataclass(frozen=True)
class Layer:
    """One layer: its name, Chinese title, rows in EPSG:4490 (or without geometry) and styles.

    The first style is the default.
    """

    name: str
    title: str
    rows: pd.DataFrame
    styles: tuple[Style, ...] = ()


def outlines(bundle: DataBundle) -> tuple[gpd.GeoDataFrame | None, tuple[Text, ...]]:
    """Return polygons of the bundle's counties, and notices about them.

    A folder without boundaries gets the bundled ones if those cover every county.
    """
    own = bundle.tables.boundaries
    notes: tuple[Text, ...] = ()
    if own is None:
        own = _bundled_outlines(bundle.pack)
        notes = (
            Text("数据目录没有边界，图层用内置的示意边界",
                 "no boundaries in the data folder: the layers use the bundled outlines"),
        )  # fmt: skip
    if own is None or not set(bundle.counties) <= set(own["adcode"]):
        notice = Text(
            "没有全部县区的边界：各图层只有表，没有图形",
            "some counties have no boundaries: layers are tables without shapes",
        )
        return None, (notice,)
    return own.set_index("adcode").loc[list(bundle.counties), ["geometry"]], notes


def _bundled_outlines(pack: Pack | None) -> gpd.GeoDataFrame | None:
    path = pack.folder / "boundaries.geojson" if pack else None
    return read_boundaries(path, Findings()) if path and path.is_file() else None


def key_years(demand: pd.DataFrame, now: int) -> tuple[int, ...]:
    """Return the present year, 2030 and the last year, if within the forecast."""
    last = int(demand["year"].max())
    return tuple(sorted({now, last} | ({MIDDLE_YEAR} if now < MIDDLE_YEAR < last else set())))


def demand_layers(
    demand: pd.DataFrame, shapes: gpd.GeoDataFrame | None, years: Sequence[int]
) -> list[Layer]:
    """Return the layers demand, supply and gap: one row per county, one field per stage and year.

    Parameters
    ----------
    demand : rows of one scenario, counties only
    shapes : geometry by adcode, or None
    years : school years to show
    """
    chosen = demand[demand["year"].isin(years)]
    middle = years[len(years) // 2]
    layers = []
    for name, title, fields in (
        ("demand", "学位需求", {"seats_required": "需求学位", "pupils": "学生"}),
        ("supply", "学位供给", {"seats_available": "现有学位"}),
        ("gap", "学位缺口（正为不足，负为富余）",
         {"gap": "缺口", "shortage_probability": "短缺概率", "warning": "预警"}),
    ):  # fmt: skip
        first, word = next(iter(fields.items()))
        frames = [
            chosen.pivot_table(
                index="adcode", columns=["stage", "year"], values=column, aggfunc="first"
            )[[(stage, year) for stage in STAGE_TITLES for year in years]].rename(
                columns=STAGE_TITLES
            )
            for column in fields
        ]
        for frame, ending in zip(frames, fields.values(), strict=True):
            frame.columns = pd.Index([f"{stage}{year}{ending}" for stage, year in frame.columns])
        rows = pd.concat(frames, axis=1)
        warnings = [column for column in rows if column.endswith("预警")]
        rows[warnings] = rows[warnings].replace(WARNING_TITLES)
        styles = [_style(rows, f"{title}{middle}{word}", first) for title in STAGE_TITLES.values()]
        # Primary schools are closest to where people live, so their style is the default.
        order = sorted(styles, key=lambda style: not style.field.startswith("小学"))
        layers.append(Layer(name, title, _mapped(rows, demand, shapes), tuple(order)))
    return layers


def _style(rows: pd.DataFrame, field: str, measure: str, *, points: bool = False) -> Style:
    values = rows[field].to_numpy(dtype=float)
    if measure == "gap":
        return Style(field, field, gap_breaks(values), DIVERGING)
    return Style(field, field, count_breaks(values), ORANGES if points else SEQUENTIAL, points)


def _mapped(
    rows: pd.DataFrame, demand: pd.DataFrame, shapes: gpd.GeoDataFrame | None
) -> pd.DataFrame:
    """Return ``rows`` (index adcode) with code, name, scenario and geometry."""
    names = demand.drop_duplicates("adcode").set_index("adcode")["county"]
    head = pd.DataFrame({"代码": rows.index, "名称": names.reindex(rows.index).to_numpy()})
    head["情景"] = demand["scenario"].iloc[0]
    table = pd.concat([head, rows.reset_index(drop=True)], axis=1)
    table["数据性质"] = "预测"
    if shapes is None:
        return table
    return gpd.GeoDataFrame(
        table, geometry=shapes.geometry.reindex(rows.index).to_numpy(), crs=CGCS2000
    )


def plan_layer(plan: pd.DataFrame, demand: pd.DataFrame, shapes: gpd.GeoDataFrame | None) -> Layer:
    """Return new seats and closed seats of every stage, cost and land to the horizon, by county.

    Parameters
    ----------
    plan : rows of ``plan.csv`` of the scenario of ``demand``; rented seats do not count as new,
        converted classes count as new at the stage that gains them
    demand : rows of one scenario, counties only
    shapes : geometry by adcode, or None
    """
    counties = list(dict.fromkeys(demand["adcode"]))
    lasting = plan[~plan["action"].isin(TEMPORARY)]
    parts = []
    for ending, seats in (("新增学位", lasting["seats"].clip(lower=0)),
                          ("撤并学位", -lasting["seats"].clip(upper=0))):  # fmt: skip
        table = lasting.assign(seats=seats).pivot_table(
            index="adcode", columns="stage", values="seats", aggfunc="sum"
        )
        table = table.reindex(index=counties, columns=list(STAGE_TITLES)).fillna(0)
        parts.append(table.set_axis([f"{t}{ending}" for t in STAGE_TITLES.values()], axis=1))
    money = plan.groupby("adcode")[["cost_cny", "land_m2"]].sum().reindex(counties).fillna(0)
    rows = pd.concat(parts, axis=1).assign(
        新增学位合计=parts[0].sum(axis=1),
        投资万元=(money["cost_cny"] / 1e4).round(1),
        用地平方米=money["land_m2"].round(),
    )
    style = _style(rows, "新增学位合计", "seats")
    return Layer("plan", "建设规划", _mapped(rows, demand, shapes), (style,))


def school_layer(ground: Ground) -> Layer:
    """Return existing schools and those under construction, as points."""
    schools = ground.schools
    rows = pd.DataFrame(
        {
            "编号": schools["id"], "名称": schools["name"], "代码": schools["adcode"],
            "学段": schools["stage"].map(STAGE_TITLES), "学位": schools["seats"],
            "类别": schools["project"].map({True: "项目", False: "学校"}),
            "数据性质": schools["basis"].map(BASES),
        }
    )  # fmt: skip
    style = _style(rows, "学位", "seats", points=True)
    return Layer("schools", "现有学校和在建项目", _points(rows, schools), (style,))


def site_layer(siting: SitingTables) -> Layer:
    """Return the schools to build as points."""
    sites = siting.sites
    rows = pd.DataFrame(
        {
            "编号": sites["site"], "名称": sites["name"], "代码": sites["adcode"],
            "县区": sites["county"], "学段": sites["stage"].map(STAGE_TITLES),
            "年份": sites["year"].astype(int), "班级": sites["classes"].astype(int),
            "学位": sites["seats"].astype(int),
            "就读儿童": sites["children"].astype(float).round(1),
            "平均路程米": sites["mean_m"].astype(float).round(),
            "最远路程米": sites["longest_m"].astype(float).round(),
            "最远用时分": sites["longest_min"].astype(float).round(),
            "数据性质": sites["basis"].map(BASES),
        }
    )  # fmt: skip
    style = _style(rows, "学位", "seats", points=True)
    return Layer("sites", "新建学校选址", _points(rows, sites), (style,))


def _points(rows: pd.DataFrame, places: pd.DataFrame) -> gpd.GeoDataFrame:
    lon, lat = (np.asarray(places[name], dtype=float) for name in ("lon", "lat"))
    return gpd.GeoDataFrame(
        rows.reset_index(drop=True), geometry=gpd.points_from_xy(lon, lat), crs=CGCS2000
    )
