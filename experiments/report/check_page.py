"""``check.html``: how a data folder was read, with a sparkline per time series.

One page without scripts: for each table its files, rows, years and conversions on reading; for each
county and stage the pupils by year with implausible years marked, so that a wrong column shows.
"""

import re
from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd

from data.checks.outliers import outliers
from data.contract.stages import STAGES
from data.contract.table_reading import Reading
from data.data_folder import Inspection
from data.language import Language, Text
from data.problems import DataProblem

WIDTH, HEIGHT, EDGE = 150, 44, 5
ODD = 0.25  # change of a year against both its neighbours, or of the last against the one before
_FIGURE = re.compile(r"\d[\d,.]*")
_SHOWN = 6  # columns named in one line
_OTHERS = (
    ("births", "births", Text("出生", "births")),
    ("totals", "population", Text("常住人口", "residents")),
)
_STYLE = """
th:first-child{white-space:nowrap}
body{font:15px/1.5 "Noto Sans SC","Microsoft YaHei",sans-serif;margin:2em;color:#222}
table{border-collapse:collapse;margin:.5em 0 1.5em}td,th{border:1px solid #ccc;padding:.25em .6em;
text-align:left;vertical-align:top}th{background:#f2f5f8}td:first-child{white-space:nowrap}.figure{text-align:right}
svg{display:block}small{color:#666}.problem{color:#a40000}
"""


def check_page(inspection: Inspection, title: str, language: Language) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    inspection : tables, problems and notices from reading the folder
    title : name of the folder or city
    language : language of the page
    """

    def said(zh: str, en: str) -> str:
        return escape(Text(zh, en).within(language))

    heading = said(f"数据检查：{title}", f"Data check: {title}")
    parts = [f"<h1>{heading}</h1>"]
    if inspection.problems:
        number = len(inspection.problems)
        parts.append(f'<h2 class="problem">{said(f"{number} 个问题", f"{number} problems")}</h2>')
        parts.append(_list(inspection.problems[:200], language))
    parts.append(f"<h2>{said('读到了什么', 'What was read')}</h2>")
    parts.append(_tables(inspection, language))
    parts.append(f"<h2>{said('历年数据一览', 'Histories')}</h2><p><small>")
    parts.append(said("每格一条折线，红点是与前后年相差四分之一以上的年份；左右为首末年及其数值。",
                      "One line per cell; red: over a quarter off both neighbours."))  # fmt: skip
    parts.append("</small></p>" + _histories(inspection, language))
    body = "\n".join(parts)
    lang = "zh-CN" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><meta charset="utf-8">'
        f"<title>{heading}</title><style>{_STYLE}</style><body>{body}</body></html>"
    )


def _list(found: list[DataProblem], language: Language) -> str:
    return "<ul>" + "".join(f"<li>{escape(one.line(language))}</li>" for one in found) + "</ul>"


def _tables(inspection: Inspection, language: Language) -> str:
    names = [Text("表", "table"), Text("文件", "files"), Text("行数", "rows"),
             Text("年份", "years"), Text("读取时做了什么", "conversions on reading")]  # fmt: skip
    head = "".join(f"<th>{escape(name.within(language))}</th>" for name in names)
    rows = [_table_row(reading, inspection, language) for reading in inspection.readings.values()]
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _table_row(reading: Reading, inspection: Inspection, language: Language) -> str:
    years = reading.rows["year"].dropna() if "year" in reading.rows else pd.Series(dtype=float)
    ends = sorted({f"{years.min():.0f}", f"{years.max():.0f}"}) if len(years) else []
    done = _steps([one for one in inspection.notices if one.file in reading.files], language)
    cells = [escape(Text(reading.table.title, reading.name).within(language)),
             "<br>".join(map(escape, reading.files)), f"{len(reading.rows):,}", "–".join(ends),
             "<br>".join(map(escape, done))]  # fmt: skip
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _steps(notices: Sequence[DataProblem], language: Language) -> list[str]:
    """Return one line per kind of step, with the columns or values it was about."""
    alike: dict[str, list[DataProblem]] = {}
    for notice in notices:
        alike.setdefault(_FIGURE.sub("#", notice.how_to_fix.en + notice.expected.en), []).append(
            notice
        )
    lines = []
    for group in alike.values():
        first = group[0]
        line = f"{first.expected.within(language)}：{first.how_to_fix.within(language)}"
        about = dict.fromkeys(one.column for one in group if one.column)
        if about and first.value is None:
            line += f"（{'、'.join([*about][:_SHOWN])}{'…' if len(about) > _SHOWN else ''}）"
        more = Text(f"；另有 {len(group) - 1} 处类似", f"; {len(group) - 1} more alike")
        lines.append(line + (more.within(language) if len(group) > 1 else ""))
    return lines


def _histories(inspection: Inspection, language: Language) -> str:
    """Return one row per area: pupils by stage, births and residents over the years."""
    series = dict(_series(inspection, language))
    areas = inspection.readings.get("areas")
    names = (
        {} if areas is None else dict(zip(areas.rows["adcode"], areas.rows["name"], strict=True))
    )
    shown = [code for code in names if any(code in wide.index for wide in series.values())]
    shown += sorted({code for wide in series.values() for code in wide.index} - set(names))
    head = "<th></th>" + "".join(f"<th>{escape(name)}</th>" for name in series)
    rows = [
        f"<tr><th>{escape(str(names.get(code, code)))}</th>"
        + "".join(f"<td>{picture(wide, code)}</td>" for wide in series.values())
        + "</tr>"
        for code in shown
    ]
    return f"<table><tr>{head}</tr>{''.join(rows)}</table>"


def _series(inspection: Inspection, language: Language) -> list[tuple[str, pd.DataFrame]]:
    """Return title and (adcode × year) figures of each available time series."""
    readings, found = inspection.readings, []
    if "enrolment" in readings:
        pupils = readings["enrolment"].rows
        for stage in STAGES:
            rows = pupils[pupils["stage"] == stage.code]
            total = _wide(rows[rows["grade"] == "all"], "pupils")
            graded = _wide(rows[rows["grade"] != "all"], "pupils")
            found.append((stage.title.within(language), total.combine_first(graded)))
    for name, measure, title in _OTHERS:
        if name in readings:
            found.append((title.within(language), _wide(readings[name].rows, measure)))
    return [(title, wide) for title, wide in found if not wide.empty]


def _wide(rows: pd.DataFrame, measure: str) -> pd.DataFrame:
    return rows.pivot_table(index="adcode", columns="year", values=measure, aggfunc="sum")


def odd_years(values: np.ndarray) -> np.ndarray:
    """Return which years differ from both neighbours by over a quarter, or are outliers.

    Parameters
    ----------
    values : (year,) figures of one area, NaN where missing
    """
    known = np.flatnonzero(np.isfinite(values))
    odd = np.zeros(len(values), dtype=bool)
    odd[outliers(values[None, :], closing=False)[0]] = True
    for place, at in enumerate(known):
        neighbours = [
            values[known[near]] for near in (place - 1, place + 1) if 0 <= near < len(known)
        ]
        away = [abs(values[at] - other) > ODD * max(other, 1.0) for other in neighbours]
        if away and all(away) and (len(neighbours) == 2 or at == known[-1]):
            odd[at] = True
    return odd


def picture(wide: pd.DataFrame, code: str) -> str:
    """Return the time series of one area as a small SVG with its first and last figure."""
    if code not in wide.index:
        return ""
    values = wide.loc[code].to_numpy(dtype=float)
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return ""
    years = wide.columns.to_numpy(dtype=float)
    span, top = max(years[-1] - years[0], 1.0), max(float(np.nanmax(values)), 1.0)
    x = EDGE + (years - years[0]) / span * (WIDTH - 2 * EDGE)
    y = HEIGHT - EDGE - np.nan_to_num(values) / top * (HEIGHT - 2 * EDGE)
    line = " ".join(f"{x[at]:.1f},{y[at]:.1f}" for at in known)
    odd = odd_years(values)
    dots = "".join(
        f'<circle cx="{x[at]:.1f}" cy="{y[at]:.1f}" r="{3 if odd[at] else 1.5}" '
        f'fill="{"#c00000" if odd[at] else "#1f4e79"}"><title>{years[at]:.0f}: {values[at]:,.0f}'
        "</title></circle>"
        for at in known
    )
    first, last = known[0], known[-1]
    ends = f"{years[first]:.0f}: {values[first]:,.0f} → {years[last]:.0f}: {values[last]:,.0f}"
    return (
        f'<svg width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{ends}">'
        f'<polyline points="{line}" fill="none" stroke="#1f4e79" stroke-width="1.5"/>{dots}</svg>'
        f"<small>{ends}</small>"
    )
