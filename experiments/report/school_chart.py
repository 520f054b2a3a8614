"""Pupils of one school over the years as a small SVG: counts, forecast with its range, seats."""

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan
from typing import Any

WIDTH, HEIGHT = 640, 230
LEFT, RIGHT, TOP, BOTTOM = 46, 22, 12, 26
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
LINES = 5  # at most, across the picture


def school_chart(
    past: Mapping[int, float], ahead: Sequence[Mapping[str, Any]], seats: float, title: str
) -> str:
    """Return the chart of one school and stage.

    Parameters
    ----------
    past : school year → pupils counted
    ahead : rows of ``schools.csv`` after the last count, by year
    seats : seats of today; NaN where they are not known
    title : description for readers who cannot see it
    """
    counted = [{"year": year, **dict.fromkeys(_LINES, count)} for year, count in past.items()]
    drawn = [*counted[-1:], *ahead]
    years = [row["year"] for row in (*counted, *ahead)]
    highest = max(row["pupils_hi95"] for row in (*counted, *ahead))
    top = max(float(highest), 0.0 if isnan(seats) else seats, 1.0)
    step = next((one for one in STEPS if top / one <= LINES), STEPS[-1])
    top = -(-top // step) * step
    across = (WIDTH - LEFT - RIGHT) / max(years[-1] - years[0], 1)
    up = (HEIGHT - TOP - BOTTOM) / top

    def point(year: float, pupils: float) -> str:
        return f"{LEFT + (year - years[0]) * across:.0f},{HEIGHT - BOTTOM - pupils * up:.1f}"

    def line(rows: Sequence[Mapping[str, Any]], column: str) -> str:
        return " ".join(point(row["year"], row[column]) for row in rows)

    parts = list(_grid(years, int(top), step, across, up))
    if ahead:
        for width, kind in ((95, "wide"), (80, "band")):
            low, high = line(drawn, f"pupils_lo{width}"), line(drawn[::-1], f"pupils_hi{width}")
            parts.append(f'<polygon points="{low} {high}" class="{kind}"/>')
    for rows, kind in ((counted, "past"), (drawn, "ahead")):
        parts.append(f'<polyline points="{line(rows, "pupils")}" class="{kind}"/>')
    if not isnan(seats):
        ends = f"{point(years[0], seats)} {point(years[-1], seats)}"
        parts.append(f'<polyline points="{ends}" class="seats"/>')
    drawing = "".join(parts)
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
    return f"{head}{drawing}</svg>"


_LINES = ("pupils", "pupils_lo80", "pupils_hi80", "pupils_lo95", "pupils_hi95")


def _grid(years: Sequence[int], top: int, step: int, across: float, up: float) -> list[str]:
    """Return the horizontal lines with their values, and the years."""
    lines = [
        f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" class="grid"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="end">{value:,.0f}</text>'
        for value in range(0, top + 1, step)
        for y in (HEIGHT - BOTTOM - value * up,)
    ]
    labels = [
        f'<text x="{LEFT + (year - years[0]) * across:.0f}" y="{HEIGHT - 8}" class="mid">{year}'
        "</text>"
        for year in range(years[0], years[-1] + 1, max(1, -(-(years[-1] - years[0]) // 9)))
    ]
    return lines + labels
