"""Charts of a backtest: error by horizon and by cohort size, coverage, and the worst areas."""

from itertools import pairwise
from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from data.language import Language, Text
from experiments.charts.render import FONT, png
from experiments.evaluation.metrics import score_table
from models.history import EnrolmentHistory

LEVELS = {
    "grade": Text("分年级", "by grade"),
    "stage": Text("分学段", "by stage"),
    "total": Text("合计", "total"),
}
SIZE_CLASSES = 5
OTHER_COLOURS = ("#8c8c8c", "#b07aa1", "#59a14f", "#edc948", "#76b7b2", "#9c755f", "#bab0ac")
OUR_COLOUR, NOMINAL_COLOUR = "#c0392b", "#444444"


def write_charts(
    scores: pd.DataFrame,
    cells: pd.DataFrame,
    worst: pd.DataFrame,
    history: EnrolmentHistory,
    folder: Path,
    language: Language,
) -> None:
    """Write ``error.png``, ``size.png``, ``worst_areas.png`` and, with intervals, ``coverage.png``.

    Parameters
    ----------
    scores : model, horizon, level and measures
    cells : scored forecasts, one row per area, grade or total, origin and horizon
    worst : area_id, horizon, wape (per cent), largest error first
    history : actual enrolment in all years
    folder : folder for the PNG files
    language : language of titles and labels
    """
    models = list(dict.fromkeys(scores["model"]))
    pictures = {
        "error.png": error_chart(scores, models, language),
        "size.png": size_chart(cells, models, language),
        "worst_areas.png": worst_chart(cells, worst, history, language),
    }
    if scores["coverage80"].notna().any():
        pictures["coverage.png"] = coverage_chart(scores, language)
    for name, chart in pictures.items():
        styled = chart.configure(font=FONT).configure_view(stroke=None)
        (folder / name).write_bytes(png(styled.to_dict()))


def error_chart(scores: pd.DataFrame, models: list[str], language: Language) -> alt.FacetChart:
    """Return WAPE by horizon, one panel per level, one line per model."""
    named = _in_words(scores[["model", "horizon", "level", "wape"]], language)
    chart = (
        alt.Chart(named)
        .mark_line(point=True)
        .encode(x=_horizon(language), y=_wape(language), color=_model(models, language))
        .properties(width=260, height=240)
    )
    return chart.facet(column=alt.Column("level:N", title=None, sort=None)).resolve_scale(
        y="independent"
    )


def size_chart(cells: pd.DataFrame, models: list[str], language: Language) -> alt.FacetChart:
    """Return WAPE by cohort size (fifths of all cells), one panel per horizon."""
    grades = cells[(cells["level"] == "grade") & (cells["actual"] > 0)]
    # The mean over all years: sorting by the actual value itself would sort by error too.
    mean = grades.groupby(["area_id", "group"])["actual"].transform("mean")
    inner = mean.quantile(np.linspace(0, 1, SIZE_CLASSES + 1)[1:-1]).round()
    edges = np.unique([np.floor(mean.min()), *inner, np.floor(mean.max()) + 1])
    labels = [f"{low:,.0f}-{high:,.0f}" for low, high in pairwise(edges)]
    size = pd.cut(mean, edges, labels=labels, include_lowest=True).astype(str)
    table = score_table(grades.assign(size=size), ["model", "horizon", "size"])
    years = Text("{} 年后", "{} years ahead").within(language)
    table["ahead"] = table["horizon"].map(years.format)
    title = Text("年级人数", "pupils in the grade").within(language)
    chart = (
        alt.Chart(table[["model", "ahead", "size", "wape"]])
        .mark_line(point=True)
        .encode(
            x=alt.X("size:N", title=title, sort=labels, axis=alt.Axis(labelAngle=-40)),
            y=_wape(language),
            color=_model(models, language),
        )
        .properties(width=260, height=240)
    )
    order = [years.format(step) for step in sorted(table["horizon"].unique())]
    return chart.facet(column=alt.Column("ahead:N", title=None, sort=order)).resolve_scale(
        y="independent"
    )


def coverage_chart(scores: pd.DataFrame, language: Language) -> alt.FacetChart:
    """Return the actual coverage of the 80 % and 95 % intervals next to their nominal coverage."""
    long = scores.dropna(subset="coverage80").melt(
        ["model", "horizon", "level"], ["coverage80", "coverage95"], "interval", "coverage"
    )
    long["nominal"] = long["interval"].str[-2:].astype(int)
    long["interval"] = long["interval"].str[-2:] + " %"
    named = _in_words(long, language)
    share = Text("落入区间的比例（%）", "inside the interval (%)").within(language)
    which = Text("区间", "interval").within(language)
    lowest = min(60.0, 10 * float(np.floor(named["coverage"].min() / 10)))
    scale = alt.Scale(domain=[lowest, 100], zero=False)
    y = alt.Y("coverage:Q", title=share, scale=scale)
    colour = alt.Color("interval:N", title=which, scale=alt.Scale(range=[OUR_COLOUR, "#2c6fbb"]))
    base = alt.Chart(named)
    seen = base.mark_line(point=True).encode(
        x=_horizon(language), y=y, color=colour, strokeDash=alt.StrokeDash("model:N", title=None)
    )
    nominal = base.mark_line(strokeDash=[2, 3], color=NOMINAL_COLOUR).encode(
        x=_horizon(language), y=alt.Y("nominal:Q", scale=scale), detail="interval:N"
    )
    layered = alt.layer(nominal, seen).properties(width=260, height=240)
    return layered.facet(column=alt.Column("level:N", title=None, sort=None))


def worst_chart(
    cells: pd.DataFrame, worst: pd.DataFrame, history: EnrolmentHistory, language: Language
) -> alt.FacetChart:
    """Return the actual totals of the worst areas with the forecasts from each origin.

    A forecast is a line from its origin through the scored horizons, with the 95 % interval of the
    last. This separates jumps in the data of an area from errors of the model.
    """
    model = cells["model"].iloc[0]
    mine = cells[(cells["model"] == model) & (cells["level"] == "total")]
    mine = mine[mine["area_id"].isin(worst["area_id"])]
    places = [history.areas.index(area) for area in worst["area_id"]]
    actual = pd.DataFrame(np.nansum(history.pupils[places], axis=2), columns=list(history.years))
    actual = actual.assign(area_id=list(worst["area_id"])).melt("area_id", None, "year", "pupils")
    starts = mine[["area_id", "origin"]].drop_duplicates()
    starts = starts.merge(actual.rename(columns={"year": "origin"}), on=["area_id", "origin"])
    paths = pd.concat(
        [
            starts.assign(year=starts["origin"]),
            mine.assign(year=mine["origin"] + mine["horizon"], pupils=mine["point"]),
        ]
    )
    miss = Text("{0}：误差 {1:.1f}%", "{0}: WAPE {1:.1f} %").within(language)
    titles = {row.area_id: miss.format(row.area_id, row.wape) for row in worst.itertuples()}
    last = paths[
        paths["horizon"] == paths.groupby(["area_id", "origin"])["horizon"].transform("max")
    ]
    layers = {"actual": actual, "path": paths, "band": last.dropna(subset="lo95")}
    rows = pd.concat(table.assign(layer=name) for name, table in layers.items())
    rows = rows.assign(title=rows["area_id"].map(titles), origin=rows["origin"].astype(float))
    wanted = ["layer", "title", "year", "pupils", "origin", "lo95", "hi95"]
    return _worst_panels(rows[wanted], list(titles.values()), str(model), language)


def _worst_panels(
    rows: pd.DataFrame, titles: list[str], model: str, language: Language
) -> alt.FacetChart:
    year = alt.X("year:Q", title=None, axis=alt.Axis(format="d"), scale=alt.Scale(zero=False))
    pupils = Text("在校生", "pupils").within(language)
    y = alt.Y("pupils:Q", title=pupils, scale=alt.Scale(zero=False))
    base = alt.Chart(rows)
    actual = base.transform_filter("datum.layer == 'actual'")
    path = base.transform_filter("datum.layer == 'path'")
    band = base.transform_filter("datum.layer == 'band'")
    layered = alt.layer(
        band.mark_rule(color=OUR_COLOUR, opacity=0.3).encode(x=year, y="lo95:Q", y2="hi95:Q"),
        path.mark_line(color=OUR_COLOUR, strokeWidth=1).encode(x=year, y=y, detail="origin:N"),
        actual.mark_line(
            color=NOMINAL_COLOUR, strokeWidth=2, point={"color": NOMINAL_COLOUR}
        ).encode(x=year, y=y),
    ).properties(width=260, height=180)
    note = Text(
        f"黑线为实际，红线为 {model} 从各起点的预测，竖线为最远一年的95%区间",
        f"black: actual; red: {model} from each origin; bar: 95 % interval of the last year",
    )
    return (
        layered.facet(facet=alt.Facet("title:N", title=None, sort=titles), columns=3)
        .resolve_scale(y="independent")
        .properties(title=note.within(language))
    )


def _in_words(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    words = {level: text.within(language) for level, text in LEVELS.items()}
    return table.assign(level=table["level"].map(words))


def _horizon(language: Language) -> alt.X:
    title = Text("预测年数", "years ahead").within(language)
    return alt.X("horizon:Q", title=title, axis=alt.Axis(tickMinStep=1, format="d"))


def _wape(language: Language) -> alt.Y:
    title = Text("加权绝对百分误差 WAPE（%）", "WAPE (%)").within(language)
    return alt.Y("wape:Q", title=title)


def _model(models: list[str], language: Language) -> alt.Color:
    """Return the colour of each model; the first is highlighted."""
    others = [OTHER_COLOURS[n % len(OTHER_COLOURS)] for n in range(len(models) - 1)]
    scale = alt.Scale(domain=models, range=[OUR_COLOUR, *others])
    return alt.Color("model:N", title=Text("模型", "model").within(language), scale=scale)
