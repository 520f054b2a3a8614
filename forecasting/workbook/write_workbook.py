"""The planner's workbook: cover, summary, reasons, a sheet a stage, every row of the forecast."""

import os
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.contract.stages import STAGES
from data.language import Language
from forecasting.headline import headlines, in_reading_order
from forecasting.workbook.cover import Cover, write_cover
from forecasting.workbook.data_sheets import write_data
from forecasting.workbook.sheet_style import CREATED, Book
from forecasting.workbook.stage_sheets import write_stage
from forecasting.workbook.summary_sheet import write_summary
from forecasting.workbook.why_sheet import write_why

# Text from a data file must stay text: never a formula, a link or a number.
PLAIN_TEXT = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    demand: pd.DataFrame, changes: pd.DataFrame, path: Path, cover: Cover, language: Language
) -> None:
    """Write ``demand`` as an Excel workbook to ``path``; equal input gives equal bytes.

    Parameters
    ----------
    demand : long demand table (columns of ``demand.csv``)
    changes : rows of ``why.csv``
    path : file to write; it appears only when it is complete
    cover : what the first sheet says about scenarios, sources and years
    language : language of headings and notes
    """
    ordered = in_reading_order(demand)
    partial = path.with_name(path.name + ".partial")
    try:
        with xlsxwriter.Workbook(partial, PLAIN_TEXT) as file:
            file.set_properties({"title": cover.title.within(language), "created": CREATED})
            book = Book(file, language, cover.titles(language))
            write_cover(book, cover)
            write_summary(book, headlines(ordered, cover.now), cover.now)
            write_why(book, changes, cover.now)
            for stage in STAGES:
                write_stage(book, stage, ordered[ordered["stage"] == stage.code])
            write_data(book, ordered)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
