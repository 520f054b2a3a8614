"""One-page sheet of a stage: the city's curve and a table of counties in chosen years."""

from collections.abc import Sequence
from math import isnan

import pandas as pd
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from data.contract.stages import Stage
from data.language import Text
from forecasting.headline import SCENARIO_COLOURS, chosen_years, headline_years, lead_area
from forecasting.wording.supply_words import supply_heading, supply_name, years_in_use
from forecasting.workbook.sheet_style import COUNT, FONT, GAP, PROBABILITY, Book

CHART_ROWS, HEADING_ROW = 15, 17
SIZE = {"width": 620, "height": 300}
BAND, AVAILABLE, BARS = "#C9D6E6", "#404040", "#8FAFD0"
MOST_LINES = len(SCENARIO_COLOURS)
AXIS = {"num_font": {"name": FONT, "size": 9}, "line": {"color": "#A6A6A6"}}
Columns = dict[str, tuple[Text, str]]
BAND_NAMES = Text("80%下限", "80 % lower"), Text("80%区间", "80 % interval")


def write_stage(book: Book, stage: Stage, rows: pd.DataFrame, now: int) -> None:
    """Write the sheet of ``stage`` from its ``rows`` of the demand table in reading order."""
    until = int(rows["year"].max())
    main = rows[rows["scenario"] == rows["scenario"].iloc[0]]
    years, far = chosen_years(now, until), headline_years(now, until)
    columns = _columns(supply_heading(main, now), now, years, far)
    area, scenario = (
        lead_area(main)["county"].iloc[0],
        book.scenario_titles[main["scenario"].iloc[0]],
    )
    name = Text(stage.title.zh, stage.title.en.capitalize())
    title = Text(
        f"{area}{stage.title.zh}学位（{scenario}情景）",
        f"{area}, {stage.title.en} seats ({scenario})",
    )
    sheet = book.sheet(name, title, len(columns))
    sheet.set_column(0, 0, 17, book.text)
    table = county_table(main, now, years, far)
    last = book.write_table(sheet, HEADING_ROW, columns, table)
    sheet.print_area(0, 0, last, len(columns) - 1)
    sheet.fit_to_pages(1, 1 if len(table) <= 40 else 0)
    for year in far:
        place = list(columns).index(f"shortage_probability_{year}")
        stated = table["warned"].to_numpy(dtype=bool)
        if stated.all():
            book.colour_by_probability(sheet, (HEADING_ROW + 1, place, last, place))
    _draw_curve(book, sheet, lead_area(rows), len(columns) + 2)
    _draw_counties(book, sheet, list(columns).index(f"gap_{far[0]}"), last, far[0], len(table))


def county_table(
    rows: pd.DataFrame, now: int, years: Sequence[int], far: Sequence[int]
) -> pd.DataFrame:
    """Return one row per area: seats in ``years``, 80 % ranges in the years ``far``."""
    by_area = {year: own.set_index("adcode") for year, own in rows.groupby("year")}
    present = by_area[now]
    table = present[["county", "pupils", "seats_available"]].copy()
    in_use = years_in_use(rows)
    table["warned"] = [isnan(in_use[code, stage]) for code, stage in present["stage"].items()]
    for year in years:
        table[f"required_{year}"] = by_area[year]["seats_required"]
        table[f"gap_{year}"] = by_area[year]["gap"]
    for year in far:
        for figure in ("gap_lo80", "gap_hi80", "shortage_probability"):
            table[f"{figure}_{year}"] = by_area[year][figure]
        table[f"classes_{year}"] = by_area[year]["classes"]
        table[f"staff_{year}"] = by_area[year]["teachers_required"]
    return table.reset_index()


def _columns(supply: Text, now: int, years: Sequence[int], far: Sequence[int]) -> Columns:
    columns: Columns = {
        "county": (Text("县区", "county"), "@"),
        "pupils": (Text(f"{now}年\n在校生", f"pupils {now}"), COUNT),
        "seats_available": (supply, COUNT),
    }
    for year in years:
        columns[f"required_{year}"] = Text(f"{year}年\n需求学位", f"required {year}"), COUNT
    for year in years:
        columns[f"gap_{year}"] = Text(f"{year}年\n差额", f"difference {year}"), GAP
    for year in far[:1]:
        columns[f"classes_{year}"] = Text(f"{year}年\n班级", f"classes {year}"), COUNT
        columns[f"staff_{year}"] = Text(f"{year}年\n教职工", f"staff {year}"), COUNT
    for year in far:
        columns |= {
            f"gap_lo80_{year}": (Text(f"{year}年差额\n80%下限", f"80 % lower {year}"), GAP),
            f"gap_hi80_{year}": (Text(f"{year}年差额\n80%上限", f"80 % upper {year}"), GAP),
            f"shortage_probability_{year}": (
                Text(f"{year}年\n超出概率", f"probability {year}"), PROBABILITY,
            ),
        }  # fmt: skip
    return columns


def _draw_curve(book: Book, sheet: Worksheet, city: pd.DataFrame, column: int) -> None:
    """Draw the fan chart: seats required per scenario and seats available, by year.

    The chart's data are right of the print area, from ``column`` on.
    """
    scenarios = list(dict.fromkeys(city["scenario"]))[:MOST_LINES]
    by_name = {name: city[city["scenario"] == name] for name in scenarios}
    main = by_name[scenarios[0]]
    supply = supply_name(main)
    low = main["seats_required_lo80"]
    series = {
        book.say(BAND_NAMES[0]): low,
        book.say(BAND_NAMES[1]): main["seats_required_hi80"] - low,
        **{book.scenario_titles[name]: by_name[name]["seats_required"] for name in scenarios},
        book.say(supply): main["seats_available"],
    }
    last = len(main)
    sheet.write_string(0, column, book.say(Text("图中数据", "figures of the chart")), book.note)
    for row, year in enumerate(main["year"], start=1):
        sheet.write_number(row, column, int(year), book.text)
    for place, (name, values) in enumerate(series.items(), start=column + 1):
        sheet.write_string(0, place, name, book.note)
        for row, value in enumerate(values, start=1):
            sheet.write_number(row, place, float(value), book.format(num_format=COUNT))
    band = book.file.add_chart({"type": "area", "subtype": "stacked"})
    lines = book.file.add_chart({"type": "line"})
    looks = _looks(len(scenarios))
    for place, (name, look) in enumerate(zip(series, looks, strict=True), start=column + 1):
        (band if place < column + 3 else lines).add_series(
            {
                "name": name,
                "categories": "=" + _cells(sheet, 1, column, last),
                "values": "=" + _cells(sheet, 1, place, last),
                **look,
            }
        )
    band.combine(lines)
    title = Text(f"需求学位与{supply.zh}", f"Seats required and {supply.en}")
    band.set_title({"name": book.say(title), "name_font": {"name": FONT, "size": 11}})
    band.set_legend({"position": "bottom", "delete_series": [0], "font": {"name": FONT, "size": 9}})
    band.set_x_axis({**AXIS, "interval_unit": 3})
    band.set_y_axis({**AXIS, "num_format": COUNT, "min": 0, "major_gridlines": _GRID})
    band.set_size(SIZE)
    sheet.insert_chart(1, 0, band, {"x_offset": 4, "y_offset": 8})


def _looks(scenarios: int) -> list[dict[str, object]]:
    """Return the format of each series: hidden base, band, scenario lines, seats available."""
    nothing = {"none": True}
    lines: list[dict[str, object]] = [
        {"line": {"color": colour, "width": 1.5 if place else 2.75}}
        for place, colour in enumerate(SCENARIO_COLOURS[:scenarios])
    ]
    return [
        {"fill": nothing, "border": nothing},
        {"fill": {"color": BAND}, "border": nothing},
        *lines,
        {"line": {"color": AVAILABLE, "width": 1.5, "dash_type": "dash"}},
    ]


_GRID = {"visible": True, "line": {"color": "#E7E6E6"}}


def _draw_counties(
    book: Book, sheet: Worksheet, column: int, last: int, year: int, areas: int
) -> None:
    """Draw bars of the counties in ``year`` without the city, which is in the last row."""
    final = last - 1 if areas > 1 else last
    first = HEADING_ROW + 1
    bars = book.file.add_chart({"type": "column"})
    bars.add_series(
        {
            "categories": f"={_cells(sheet, first, 0, final)}",
            "values": f"={_cells(sheet, first, column, final)}",
            "fill": {"color": BARS},
            "gap": 60,
        }
    )
    title = Text(f"{year}年各县区差额（正数为需求更多）", f"Difference by county in {year}")
    bars.set_title({"name": book.say(title), "name_font": {"name": FONT, "size": 11}})
    bars.set_legend({"none": True})
    bars.set_x_axis({**AXIS, "label_position": "low"})
    bars.set_y_axis({**AXIS, "num_format": COUNT, "major_gridlines": _GRID})
    bars.set_size(SIZE)
    sheet.insert_chart(1, 8, bars, {"x_offset": 60, "y_offset": 8})


def _cells(sheet: Worksheet, first: int, column: int, last: int) -> str:
    return f"'{sheet.get_name()}'!{xl_range_abs(first, column, last, column)}"
