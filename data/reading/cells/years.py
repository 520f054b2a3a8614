"""From a cell's text to the year, or the school year, that it says."""

import re

from data.language import Text
from data.reading.cells.clean import Cell, UnreadableError
from data.reading.cells.numbers import WHOLE_AS_FLOAT, decimal_of

YEAR_WORDS = Text("年份带文字（如 2020—2021学年）", "year with words")
YEAR_BEFORE = Text("9 月 1 日前的日期属上一学年", "a date before September: the school year before")
_SEPTEMBER = 9
_TWO_YEARS = re.compile(
    r"^(?:[SA]Y\s*)?(\d{4})\s*[-/–—~至]\s*(\d{4}|\d\d)\s*(?:学年|年)?(?:度)?$", re.ASCII | re.I
)
_YEAR = re.compile(r"^(\d{4})\s*(?:年|年度|学年|学年度|年?秋季?(?:学期)?|年[末底])$", re.ASCII)
_SPRING = re.compile(r"^(\d{4})年?春季?(?:学期)?$", re.ASCII)
_MONTH = re.compile(r"^(\d{4})(?:年|[-/])(\d{1,2})月?$", re.ASCII)
_DATE = re.compile(
    r"^(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:[T ]\d\d:\d\d.*)?$", re.ASCII
)


def year(text: str, *, school: bool = False) -> Cell:
    """Return the calendar year or, with ``school``, the year in which the school year starts.

    A date before 1 September belongs to the school year that started the year before; a month
    alone, or 1 January, is ambiguous and refused.
    """
    if match := _TWO_YEARS.match(text):
        first = int(match[1])
        if match[2] in {f"{first + 1}", f"{first + 1}"[-2:]}:
            return Cell(float(first), (YEAR_WORDS,))
    if match := _YEAR.match(text):
        return Cell(float(match[1]), (YEAR_WORDS,))
    if match := _SPRING.match(text):
        return Cell(float(match[1]) - school, (YEAR_BEFORE if school else YEAR_WORDS,))
    if (match := _DATE.match(text) or _MONTH.match(text)) and 1 <= int(match[2]) <= 12:
        if not school or int(match[2]) >= _SEPTEMBER:
            return Cell(float(match[1]), (YEAR_WORDS,))
        if match.re is _MONTH or (int(match[2]), int(match[3])) == (1, 1):
            raise _which_year(int(match[1]))
        return Cell(float(match[1]) - 1, (YEAR_BEFORE,))
    try:
        found, _, repairs = decimal_of(text, "")
    except UnreadableError as error:
        how_to_fix = Text("改成四位年份，如 2024", "write a year such as 2024")
        raise UnreadableError(Text("年份", "a year"), how_to_fix) from error
    repairs += (WHOLE_AS_FLOAT,) * ("." in text and found == found.to_integral_value())
    return Cell(float(found), repairs)


def _which_year(year: int) -> UnreadableError:
    expected = Text("学年开始的年份", "the year in which the school year starts")
    zh = f"{year - 1}/{year} 学年写 {year - 1}，{year} 年秋季开学的学年写 {year}"
    en = f"write {year - 1} for the school year {year - 1}/{year}, {year} for that of autumn {year}"
    return UnreadableError(expected, Text(zh, en))
