"""Formats, warning colours and page set-up that the sheets of the workbook share."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.language import Language, Text
from forecasting.headline import LEAST_PROBABILITY, WARNING_COLOURS, WARNING_TITLES, total_area

# Excel stores a creation time; a fixed one makes equal results byte-identical.
CREATED = datetime(2000, 1, 1)
FONT = "微软雅黑"
HEADING_FILL = "#1F4E79"
OBSERVED_FILL = "#E7E6E6"
COUNT = "#,##0"
GAP = "+#,##0;-#,##0;0"
PROBABILITY = "0%"
A4 = 9
LAST_COLUMN = 16_383


@dataclass(frozen=True)
class Book:
    """An open workbook with its language, titles and shared formats.

    Parameters
    ----------
    file : the open workbook
    language : language of headings and notes
    scenario_titles : scenario identifier → title in that language
    """

    file: xlsxwriter.Workbook
    language: Language
    scenario_titles: Mapping[str, str]
    formats: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)

    def format(self, **properties: object) -> Format:
        """Return the cell format in the workbook's font, cached by its properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            font = {"font_name": FONT, "font_size": 10}
            self.formats[key] = self.file.add_format(font | properties)
        return self.formats[key]

    @cached_property
    def heading(self) -> Format:
        """Format of column headings."""
        return self.format(
            bold=True,
            font_color="white",
            bg_color=HEADING_FILL,
            align="center",
            valign="vcenter",
            text_wrap=True,
            border=1,
            border_color="#FFFFFF",
        )

    @cached_property
    def title(self) -> Format:
        """Format of a sheet's first line."""
        return self.format(bold=True, font_size=14, font_color=HEADING_FILL)

    @cached_property
    def note(self) -> Format:
        """Format of explanations under a title."""
        return self.format(font_size=9, font_color="#595959")

    @cached_property
    def text(self) -> Format:
        """Format of plain text cells."""
        return self.format(valign="top")

    @cached_property
    def warning_fills(self) -> dict[str, Format]:
        """Fill of each warning level, for conditional formats."""
        return {
            level: self.file.add_format({"bg_color": colour})
            for level, colour in WARNING_COLOURS.items()
        }

    def sheet(self, name: Text, title: Text, columns: int, *, landscape: bool = True) -> Worksheet:
        """Add a sheet ready to print: A4, all columns within the width of a page."""
        sheet = self.file.add_worksheet(name.within(self.language))
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer("&C&A  &P / &N")
        sheet.hide_gridlines(2)
        sheet.set_column(0, columns - 1, 9, self.text)
        sheet.write_string(0, 0, title.within(self.language), self.title)
        sheet.set_row(0, 24)
        return sheet

    def long_sheet(self, name: Text) -> Worksheet:
        """Add a sheet for filters and pivot tables; its print area is empty."""
        sheet = self.file.add_worksheet(name.within(self.language))
        sheet.set_landscape()
        sheet.set_paper(A4)
        leave_out_of_print(sheet)
        return sheet

    def say(self, text: Text) -> str:
        """Return ``text`` in the workbook's language."""
        return text.within(self.language)

    def write_table(
        self,
        sheet: Worksheet,
        heading_row: int,
        columns: Mapping[str, tuple[Text, str]],
        shown: pd.DataFrame,
        wrapped: Collection[str] = (),
    ) -> int:
        """Write frozen headings and the rows of ``shown`` under them, city totals in bold.

        Parameters
        ----------
        columns : column of ``shown`` → heading and number format
        shown : rows with display values, and ``adcode``
        wrapped : columns whose text is wrapped; the others are then aligned to the top

        Returns
        -------
        Number of the last row written.
        """
        sheet.set_row(heading_row, 32)
        for column, (title, _) in enumerate(columns.values()):
            sheet.write_string(heading_row, column, self.say(title), self.heading)
        records = shown[list(columns)].itertuples(index=False)
        numbers = [number for _, number in columns.values()]
        wraps = [
            {"valign": "top", "text_wrap": name in wrapped, "indent": int(number == "@")}
            if wrapped
            else {}
            for name, (_, number) in columns.items()
        ]
        total = total_area(shown["adcode"])
        for row, (adcode, record) in enumerate(
            zip(shown["adcode"], records, strict=True), start=heading_row + 1
        ):
            for column, (value, number) in enumerate(zip(record, numbers, strict=True)):
                style = self.format(num_format=number, bold=adcode == total, **wraps[column])
                if isinstance(value, str):
                    sheet.write_string(row, column, value, style)
                elif pd.notna(value):
                    sheet.write_number(row, column, float(value), style)
        last = heading_row + len(shown)
        sheet.autofilter(heading_row, 0, last, len(columns) - 1)
        sheet.freeze_panes(heading_row + 1, 3)
        sheet.repeat_rows(heading_row)
        return last

    def colour_by_probability(self, sheet: Worksheet, area: tuple[int, int, int, int]) -> None:
        """Colour a range by the warning level of its probabilities."""
        for level, least in LEAST_PROBABILITY.items():
            rule = {"type": "cell", "criteria": ">=", "value": least, "stop_if_true": True}
            sheet.conditional_format(*area, {**rule, "format": self.warning_fills[level]})

    def colour_by_level(self, sheet: Worksheet, area: tuple[int, int, int, int]) -> None:
        """Colour a range by its warning level titles."""
        for level, fill in self.warning_fills.items():
            text = f'"{self.say(WARNING_TITLES[level])}"'
            rule = {"type": "cell", "criteria": "==", "value": text, "format": fill}
            sheet.conditional_format(*area, rule)


def leave_out_of_print(sheet: Worksheet) -> None:
    """Set an empty cell as the print area of a sheet for filters."""
    sheet.print_area(0, LAST_COLUMN, 0, LAST_COLUMN)
