"""From a cell's text to the year, or the school year, that it says."""

import re

from data.language import Text
from data.reading.cells.clean import Cell, UnreadableError
from data.reading.cells.numbers import WHOLE_AS_FLOAT, decimal_of

YEAR_WORDS = Text("年份带文字（如 2020—2021学年）", "year with words")
YEAR_BEFORE = Text("9 月 1 日前的日期属上一学年", "a date before September: the school year before")
_SEPTEMBER = 9
_NUMERALS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_IN_WORDS = re.compile(r"[一二][〇○零一二三四五六七八九]{3}")
_TERM = r"(?:第[一二12]学期)?"  # of a school year that is stated
_TWO_YEARS = re.compile(
    rf"^(?:[SA]Y\s*)?(\d{{4}})\s*[-/–—~至]\s*(\d{{4}}|\d\d)\s*(?:学年度?{_TERM}|年度?|度)?$",
    re.ASCII | re.I,
)
_YEAR = re.compile(
    rf"^(\d{{4}})\s*(?:年|年度|学年度?{_TERM}|年?秋季?(?:学期)?|年[末底]|年?全年)$", re.ASCII
)
_SPRING = re.compile(r"^(\d{4})年?春季?(?:学期)?$", re.ASCII)
_MONTH = re.compile(r"^(\d{4})(?:年|[-/])(\d{1,2})月?$|^((?:19|20)\d\d)(0[1-9]|1[0-2])$", re.ASCII)
_DATE = re.compile(
    r"^(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:[T ]\d{1,2}:\d\d.*)?$"
    r"|^((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$",
    re.ASCII,
)
_SEASON = re.compile(r"^(?:(fall|autumn|spring)\s+(\d{4})|(\d{4})\s+(fall|autumn|spring))$", re.I)


def year(text: str, *, school: bool = False) -> Cell:
    """Return the calendar year or, with ``school``, the year in which the school year starts.

    A date before 1 September belongs to the school year that started the year before; a month
    alone, or 1 January, is ambiguous and refused.
    """
    text = _in_digits(text)
    if match := _TWO_YEARS.match(text):
        first = int(match[1])
        if match[2] in {f"{first + 1}", f"{first + 1}"[-2:]}:
            return Cell(float(first), (YEAR_WORDS,))
    if match := _YEAR.match(text):
        return Cell(float(match[1]), (YEAR_WORDS,))
    if match := _SPRING.match(text):
        return Cell(float(match[1]) - school, (YEAR_BEFORE if school else YEAR_WORDS,))
    if match := _DATE.match(text) or _MONTH.match(text):
        first, month, *day = (int(part) for part in match.groups() if part is not None)
        if 1 <= month <= 12:
            return _of_date(first, month, day, school=school)
    try:
        found, _, repairs = decimal_of(text, "")
    except UnreadableError as error:
        how_to_fix = Text("改成四位年份，如 2024", "write a year such as 2024")
        raise UnreadableError(Text("年份", "a year"), how_to_fix) from error
    repairs += (WHOLE_AS_FLOAT,) * ("." in text and found == found.to_integral_value())
    return Cell(float(found), repairs)


def _in_digits(text: str) -> str:
    """Return 二〇二三年 as 2023年 and Fall 2023 as 2023秋."""
    if match := _IN_WORDS.match(text):
        return match[0].translate(_NUMERALS) + text[match.end() :]
    if match := _SEASON.match(text):
        return f"{match[2] or match[3]}{'春' if 'spring' in text.lower() else '秋'}"
    return text


def _of_date(year: int, month: int, day: list[int], *, school: bool) -> Cell:
    if not school or month >= _SEPTEMBER:
        return Cell(float(year), (YEAR_WORDS,))
    if not day or (month, day) == (1, [1]):
        raise _which_year(year)
    return Cell(float(year) - 1, (YEAR_BEFORE,))


def _which_year(year: int) -> UnreadableError:
    expected = Text("学年开始的年份", "the year in which the school year starts")
    zh = f"{year - 1}/{year} 学年写 {year - 1}，{year} 年秋季开学的学年写 {year}"
    en = f"write {year - 1} for the school year {year - 1}/{year}, {year} for that of autumn {year}"
    return UnreadableError(expected, Text(zh, en))
