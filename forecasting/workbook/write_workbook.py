"""The planner's workbook: at most twelve pages to print, and long tables for filtering."""

import os
from math import isnan
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.contract.stages import STAGES
from data.language import Language
from forecasting.headline import in_reading_order
from forecasting.wording.supply_words import years_in_use
from forecasting.workbook.cover import Cover, write_assumptions, write_cover, write_sources
from forecasting.workbook.data_sheets import write_data
from forecasting.workbook.school_sheet import write_schools
from forecasting.workbook.sheet_style import CREATED, Book
from forecasting.workbook.staff_sheet import write_staff
from forecasting.workbook.stage_sheets import write_stage
from forecasting.workbook.summary_sheet import write_summary
from forecasting.workbook.warning_sheet import write_warnings
from forecasting.workbook.why_sheet import write_all_reasons, write_why

# Text from a data file must stay text: never a formula, a link or a number.
PLAIN_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    demand: pd.DataFrame,
    changes: pd.DataFrame,
    schools: pd.DataFrame,
    staffing: pd.DataFrame,
    path: Path,
    cover: Cover,
    language: Language,
) -> None:
    """Write ``demand`` as an Excel workbook; equal input gives a byte-identical file.

    Parameters
    ----------
    demand : long demand table (columns of ``demand.csv``), seats and pupils
    changes : rows of ``why.csv``
    schools : rows of ``schools.csv``; without any there is no sheet of schools
    staffing : rows of ``why_teachers.csv``
    path : file to write; it appears only when it is complete
    cover : scenarios, sources and years for the cover sheet
    language : language of headings and notes
    """
    ordered = in_reading_order(demand)
    partial = path.with_name(path.name + ".partial")
    try:
        with xlsxwriter.Workbook(partial, PLAIN_TEXT) as file:
            file.set_properties({"title": cover.title.within(language), "created": CREATED})
            book = Book(file, language, cover.titles(language))
            warned = any(map(isnan, years_in_use(ordered).values()))
            write_cover(book, cover, warned)
            write_summary(book, ordered, cover.now)
            for stage in STAGES:
                write_stage(book, stage, ordered[ordered["stage"] == stage.code], cover.now)
            write_warnings(book, ordered, cover.now)
            write_schools(book, schools, cover.now)
            write_why(book, changes, cover.now)
            write_staff(book, ordered, staffing, cover.now)
            write_assumptions(book, cover.scenarios)
            write_sources(book, cover)
            write_data(book, ordered)
            write_all_reasons(book, changes, cover.now)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
