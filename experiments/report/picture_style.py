"""Style of the pictures in the documentation: font, colours, fan charts; saving as PNG."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from experiments.charts.render import FONT, png
from features.arrays import FloatArray
from forecasting.headline import SCENARIO_COLOURS

Picture = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart
COLOURS = (*SCENARIO_COLOURS[:3], "#7F7F7F")


def limits(years: tuple[int, ...], draws: FloatArray) -> pd.DataFrame:
    """Return ``year, low, middle, high``: median and 80 % interval of draws (year, draw)."""
    low, middle, high = np.quantile(draws, [0.1, 0.5, 0.9], axis=1)
    return pd.DataFrame({"year": years, "low": low, "middle": middle, "high": high})


def fan(low: alt.Y, colour: str) -> tuple[alt.Chart, alt.Chart]:
    """Return interval band and median line for the columns of :func:`limits`, without data."""
    axis = alt.Axis(format="d", grid=False, tickCount=5)
    year = alt.X("year:Q", title=None, axis=axis, scale=alt.Scale(nice=False, zero=False))
    # Rows of other layers have no median and would interrupt the line.
    base = alt.Chart().transform_filter("isValid(datum.middle)").encode(x=year)
    band = base.mark_area(opacity=0.2, color=colour).encode(y=low, y2="high:Q")
    line = base.mark_line(strokeWidth=2.5, color=colour).encode(y="middle:Q")
    return band, line


def save(picture: Picture, path: Path) -> None:
    """Write a PNG with the bundled font."""
    styled = (
        picture.configure(font=FONT, padding=16, background="white")
        .configure_view(stroke=None)
        .configure_title(fontSize=18, subtitleFontSize=12, subtitleColor="#595959")
        .configure_axis(gridColor="#E7E6E6", domainColor="#A6A6A6", titleFontWeight="normal")
        .configure_legend(orient="top", labelFontSize=12)
        .configure_header(labelFontSize=13, labelFontWeight="bold")
    )
    path.write_bytes(png(styled.to_dict()))
