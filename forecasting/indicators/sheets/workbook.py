"""指标.xlsx: the indicators of the first scenario as inspections ask for them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.contract.indicator_codes import INDICATOR_CODES
from data.contract.tables import TABLE_BY_NAME
from data.language import Language, Text
from data.reference.indicator_norms import Norm
from data.reference.indicator_norms import norms as bundled_norms
from forecasting.demand import NO_WARNING
from forecasting.headline import WARNING_TITLES, headline_years
from forecasting.indicators.registry import GROUP_TITLES, INDICATOR_BY_CODE
from forecasting.indicators.sheets.columns import (
    BASES,
    BOARDING,
    CLASS_PATH,
    INDICATOR_COLUMNS,
    MET,
    METHODS,
    NORM_COLUMNS,
    SENSES,
    STAFF,
    STAGES,
    STATUS,
    TOWNS,
    WARNING_COLUMNS,
    Columns,
)
from forecasting.indicators.sheets.summary_sheet import write_summary
from forecasting.indicators.table import missing_words
from forecasting.workbook.sheet_style import CREATED, LAST_COLUMN, Book
from forecasting.workbook.write_workbook import PLAIN_TEXT

APPLIES = {
    "each school": "每所学校", "county": "全县", "definition": "口径", "assumption": "假设",
    "check": "对照",
}  # fmt: skip


def write_indicator_workbook(
    tables: Mapping[str, pd.DataFrame],
    norms: Iterable[Norm],
    path: Path,
    note: Text,
    language: Language,
) -> None:
    """Write the tables of the first scenario as an Excel workbook; equal tables, equal bytes.

    Parameters
    ----------
    tables : ``indicators``, ``stage_warnings``, ``teachers_needed`` of one scenario
    norms : the norms that the indicators were compared with
    path : file to write
    note : what a reader must know of the data, under the title of each sheet
    language : language of headings and words
    """
    with xlsxwriter.Workbook(path, PLAIN_TEXT) as file:
        file.set_properties({"title": path.stem, "created": CREATED})
        book = Book(file, language, {})
        shown = indicators_shown(tables["indicators"], language)
        write_summary(book, shown, note, _plan_year(tables["indicators"]))
        for group, title in GROUP_TITLES.items():
            own = shown[shown["group"] == str(group)]
            _sheet(book, title, note, INDICATOR_COLUMNS, own, printed=False)
        warned = warnings_shown(tables["stage_warnings"], language)
        _sheet(book, Text("学位预警", "warnings"), note, WARNING_COLUMNS, warned)
        staff = tables["teachers_needed"]
        staff = staff.assign(stage=[book.say(STAGES[one]) for one in staff["stage"]])
        _sheet(book, Text("教师需求", "teachers"), note, STAFF, staff, printed=False)
        towns = _towns(tables["towns"], book)
        _sheet(book, Text("乡镇学位", "towns"), note, TOWNS, towns, printed=False)
        boarding = _boarding(tables["boarding"], book)
        _sheet(book, Text("寄宿学位", "boarding"), note, BOARDING, boarding, printed=False)
        path_rows = tables["senior_class_path"]
        _sheet(book, Text("普高消除大班额", "senior classes"), note, CLASS_PATH, path_rows)
        _sheet(book, Text("标准出处", "norms"), note, NORM_COLUMNS, _norms(norms, language))


def _plan_year(indicators: pd.DataFrame) -> int:
    """Return the first headline year ahead, in which the plan is compared."""
    years = indicators["year"]
    return headline_years(int(years.min()), int(years.max()))[0]


def _sheet(
    book: Book,
    title: Text,
    note: Text,
    columns: Columns,
    rows: pd.DataFrame,
    *,
    printed: bool = True,
) -> None:
    """Write a sheet; long ones are for filters and are not printed."""
    page = book.sheet(title, title, len(columns))
    if not printed:
        page.print_area(0, LAST_COLUMN, 0, LAST_COLUMN)
    page.write_string(1, 0, book.say(note), book.note)
    page.set_column(0, 1, 14, book.text)
    for place, name in enumerate(columns):
        if name in ("title", "document", "source", "missing", "method"):
            page.set_column(place, place, 28, book.text)
    shown = rows if "adcode" in rows else rows.assign(adcode="")
    book.write_table(page, 2, columns, shown)


def indicators_shown(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the indicators with codes as words and values as a planner writes them."""
    one = [INDICATOR_BY_CODE[code] for code in table["code"]]
    percent = [indicator.percent for indicator in one]
    pairs = zip(table["sense"], table["threshold"], one, strict=True)
    codes = {f"{name}_code": table[name] for name in ("stage", "met", "plan_met", "missing")}
    return table.assign(
        **codes,
        title=[indicator.title.within(language) for indicator in one],
        stage=[STAGES[stage].within(language) for stage in table["stage"]],
        shown=[*map(_shown, table["value"], percent)],
        plan_shown=[*map(_shown, table["plan_value"], percent)],
        norm=[_norm(sense, value, _is_share(indicator.code)) for sense, value, indicator in pairs],
        met=[MET[code].within(language) for code in table["met"]],
        plan_met=[MET[code].within(language) for code in table["plan_met"]],
        basis=[BASES[code].within(language) for code in table["basis"]],
        norm_status=[STATUS[code].within(language) for code in table["norm_status"]],
        missing=[missing_words(code).within(language) for code in table["missing"]],
    )


def warnings_shown(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the warnings with codes as words; no level where present seats are not stated."""
    unknown = Text("现有学位未报", "seats not stated").within(language)
    levels = {code: title.within(language) for code, title in WARNING_TITLES.items()}
    shown = table.assign(stage=[STAGES[stage].within(language) for stage in table["stage"]])
    for column in ("near_level", "long_level", "near_level_plan", "long_level_plan"):
        empty = "" if column.endswith("_plan") else unknown
        shown[column] = [empty if level == NO_WARNING else levels[level] for level in table[column]]
    return shown


def _towns(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Return the towns in words; seats of projects and of schools without a town stand apart."""
    apart = book.say(Text("（未落到乡镇）", "(no town)"))
    return table.assign(
        town=[
            town or ("" if missing else apart)
            for town, missing in zip(table["town"], table["missing"], strict=True)
        ],
        stage=[book.say(STAGES[stage]) for stage in table["stage"]],
        net=[book.say(Text("是", "yes")) if one == "yes" else "" for one in table["net_inflow"]],
        basis=[book.say(BASES[one]) for one in table["basis"]],
        method=[book.say(METHODS[one]) for one in table["method"]],
        missing=[book.say(missing_words(one)) for one in table["missing"]],
    )


def _boarding(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    titles = {name: book.say(Text(one.title, name)) for name, one in TABLE_BY_NAME.items()}
    return table.assign(
        stage=[book.say(STAGES[stage]) for stage in table["stage"]],
        table=[titles[name] for name in table["share_table"]],
    )


def _norms(norms: Iterable[Norm], language: Language) -> pd.DataFrame:
    table = pd.DataFrame([vars(one) for one in norms])
    titles = {code: one.title.within(language) for code, one in INDICATOR_CODES.items()}
    pairs = zip(table["code"], table["sense"], table["threshold"], strict=True)
    return table.assign(
        title=[titles[code] for code in table["code"]],
        stage=[STAGES[stage].within(language) for stage in table["stage"]],
        norm=[_norm(sense, value, _is_share(code)) or f"{value:g}" for code, sense, value in pairs],
        applies_to=table["applies_to"].map(APPLIES) if language == "zh" else table["applies_to"],
        status=[STATUS[code].within(language) for code in table["status"]],
    )


def _is_share(code: str) -> bool:
    """Return whether the threshold itself is a share."""
    return any(norm.unit == "fraction" for (of, _), norm in bundled_norms().items() if of == code)


def _shown(value: float, percent: bool) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.1%}" if percent else f"{value:,.2f}"


def _norm(sense: str, value: float, share: bool) -> str:
    if sense == "none" or pd.isna(value):
        return ""
    return f"{SENSES[sense]}{value:.0%}" if share else f"{SENSES[sense]}{value:g}"
