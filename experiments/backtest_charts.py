"""Pictures of a backtest: error by horizon, coverage by horizon."""

from importlib.resources import as_file, files
from pathlib import Path

import altair as alt
import pandas as pd
import vl_convert as vlc

from data.language import Language, Text

FONT = "Noto Sans CJK SC"
LEVELS = {"grade": Text("分年级", "by grade"), "total": Text("合计", "total")}


def write_charts(scores: pd.DataFrame, folder: Path, language: Language) -> None:
    """Write ``error.png`` and, where a model gives intervals, ``coverage.png`` into ``folder``."""
    named = scores.assign(
        level=scores["level"].map({k: v.within(language) for k, v in LEVELS.items()})
    )
    error = Text("加权绝对百分误差 WAPE（%）", "WAPE (%)").within(language)
    pictures = {"error.png": _lines(named, "wape", "model", error, language)}
    if "coverage80" in named:
        covered = named.melt(
            ["model", "horizon", "level"], ["coverage80", "coverage95"], "nominal", "coverage"
        ).dropna(subset="coverage")
        covered["model"] = covered["model"] + " " + covered["nominal"].str[-2:] + " %"
        share = Text("区间覆盖率（%）", "interval coverage (%)").within(language)
        pictures["coverage.png"] = _lines(covered, "coverage", "model", share, language)
    with as_file(files("data").joinpath("fonts")) as fonts:
        vlc.register_font_directory(str(fonts))
        for name, chart in pictures.items():
            (folder / name).write_bytes(vlc.vegalite_to_png(chart.to_json(), scale=2.0))


def _lines(
    table: pd.DataFrame, value: str, colour: str, title: str, language: Language
) -> alt.FacetChart:
    horizon = Text("预测年数", "years ahead").within(language)
    legend = Text("模型", "model").within(language)
    return (
        alt.Chart(table[["horizon", "level", value, colour]])
        .mark_line(point=True)
        .encode(
            x=alt.X("horizon:Q", title=horizon, axis=alt.Axis(tickMinStep=1, format="d")),
            y=alt.Y(f"{value}:Q", title=title, scale=alt.Scale(zero=False)),
            color=alt.Color(f"{colour}:N", title=legend, sort=None),
        )
        .properties(width=280, height=240)
        .facet(column=alt.Column("level:N", title=None))
        .configure(font=FONT)
    )
