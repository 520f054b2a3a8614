"""Pupils of one school over the years as a small SVG: counts, forecast with its range, seats."""

from html import escape
from math import isnan

import pandas as pd

from data.contract.bases import PupilsBasis

WIDTH, HEIGHT = 640, 230
LEFT, RIGHT, TOP, BOTTOM = 46, 22, 12, 26
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LINES = 5  # at most, across the picture


def school_chart(rows: pd.DataFrame, title: str) -> str:
    """Return the chart of one school and stage.

    Parameters
    ----------
    rows : rows of ``schools.csv`` by year
    title : what a reader who cannot see it is told
    """
    years = rows["year"].to_numpy()
    seats = float(rows["seats"].iloc[0])
    top = max(float(rows["pupils_hi95"].max()), 0.0 if isnan(seats) else seats, 1.0)
    step = next((one for one in STEPS if top / one <= LINES), STEPS[-1])
    top = -(-top // step) * step
    across = (WIDTH - LEFT - RIGHT) / max(int(years[-1] - years[0]), 1)
    up = (HEIGHT - TOP - BOTTOM) / top

    def point(year: float, pupils: float) -> str:
        return f"{LEFT + (year - years[0]) * across:.1f},{HEIGHT - BOTTOM - pupils * up:.1f}"

    def band(low: str, high: str) -> str:
        ends = zip(ahead["year"], ahead[low], strict=True)
        back = zip(ahead["year"][::-1], ahead[high][::-1], strict=True)
        return " ".join(point(*one) for one in (*ends, *back))

    seen = rows["pupils_basis"] == PupilsBasis.OBSERVED
    last = rows.loc[seen, "year"].max() if seen.any() else rows["year"].iloc[0] - 1
    past, ahead = rows[seen], rows[rows["year"] >= last]
    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="end">{value:,.0f}</text>'
        for value in range(0, int(top) + 1, step)
        for y in (HEIGHT - BOTTOM - value * up,)
    ]
    parts += [
        f'<text x="{LEFT + (year - years[0]) * across:.1f}" y="{HEIGHT - 8}" class="mid">{year}'
        "</text>"
        for year in years[:: max(1, len(years) // 9)]
    ]
    if len(ahead) > 1:
        parts.append(f'<polygon points="{band("pupils_lo95", "pupils_hi95")}" class="wide"/>')
        parts.append(f'<polygon points="{band("pupils_lo80", "pupils_hi80")}" class="band"/>')
    for part, kind in ((past, "past"), (ahead, "ahead")):
        line = " ".join(map(point, part["year"], part["pupils"]))
        parts.append(f'<polyline points="{line}" class="{kind}"/>')
    if not isnan(seats):
        ends = f"{point(years[0], seats)} {point(years[-1], seats)}"
        parts.append(f'<polyline points="{ends}" class="seats"/>')
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        + "".join(parts)
        + "</svg>"
    )
