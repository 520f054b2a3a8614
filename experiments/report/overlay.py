"""Seats required by two forecasts in one small SVG chart."""

import numpy as np
import pandas as pd

WIDTH, HEIGHT, MARGIN = 420, 170, 56


def overlay(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Return the earlier forecast with its 80 % interval in grey, the present one in blue.

    Parameters
    ----------
    before, after : rows of ``demand.csv`` of one area and stage
    """
    years = np.union1d(before["year"], after["year"]).astype(float)
    low, high = before["seats_required_lo80"], before["seats_required_hi80"]
    bottom = float(min(low.min(), after["seats_required"].min()))
    top = max(float(max(high.max(), after["seats_required"].max())), bottom + 1)

    def points(table: pd.DataFrame, column: str) -> list[str]:
        x = MARGIN + (table["year"] - years[0]) / max(np.ptp(years), 1) * (WIDTH - MARGIN - 12)
        y = 10 + (top - table[column]) / (top - bottom) * (HEIGHT - 34)
        return [f"{one:.1f},{other:.1f}" for one, other in zip(x, y, strict=True)]

    band = points(before, "seats_required_lo80") + points(before, "seats_required_hi80")[::-1]
    ends = "".join(
        f'<text x="{x}" y="{HEIGHT - 6}" text-anchor="{anchor}">{year:.0f}</text>'
        for x, anchor, year in ((MARGIN, "start", years[0]), (WIDTH - 12, "end", years[-1]))
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">'
        f'<polygon points="{" ".join(band)}" fill="#808080" opacity=".2"/>'
        f'<polyline points="{" ".join(points(before, "seats_required"))}" fill="none" '
        'stroke="#606060" stroke-width="2" stroke-dasharray="5 3"/>'
        f'<polyline points="{" ".join(points(after, "seats_required"))}" fill="none" '
        f'stroke="#1F4E79" stroke-width="2.5"/>{ends}'
        f'<text x="4" y="18">{top:,.0f}</text>'
        f'<text x="4" y="{HEIGHT - 26}">{bottom:,.0f}</text></svg>'
    )
