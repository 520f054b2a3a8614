"""From a cell's text to its value, with the repairs made.

Each function takes one text and returns the value with the repairs made, or
raises ``UnreadableError``.
They know nothing of files; `data.reading.values` calls them once per distinct text and
reports to the user.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from data.contract.columns import UNIT_FACTORS, YEARS, Column
from data.contract.grades import ALL, grade_order, is_total
from data.language import Text

FULL_WIDTH = Text("全角字符", "full-width characters")
BLANKS = Text("首尾空格或不可见字符", "blanks or invisible characters at the ends")
THOUSANDS = Text("千位分隔符", "thousands separators")
UNIT = Text("单元格内带单位", "unit inside the cell")
WHOLE_AS_FLOAT = Text("整数写成小数（如 123.0）", "whole number written as 123.0")
MISSING_MARK = Text("缺失标记", "mark for a missing value")
ADCODE_AS_NUMBER = Text("代码被存成数字", "code stored as a number")
ADCODE_LONG = Text("12 位代码", "12-digit code")
ADCODE_BY_NAME = Text("以名称代替代码", "name instead of code")
YEAR_WORDS = Text("年份带文字（如 2020—2021学年）", "year with words")
YEAR_BEFORE = Text("9 月 1 日前的日期属上一学年", "a date before September: the school year before")

_FEW = 200
SUM = "="  # no code begins with it
_SEPTEMBER = 9
_FULL_WIDTH_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = " \t\r\n\u00a0\u2007\u202f\ufeff\u200b\u200e'"
# Control characters, marks that turn the direction of writing, halves of a pair.
_UNSEEN = ("Cc", "Cf", "Cs")
# At the start of a text, and after the semicolon at which Excel splits a line in many languages.
_FORMULA = re.compile(r"(^|;)[=+\-@＝＋－＠]")
_MISSING = {"-", "--", "—", "——", "…", "...", "/", "无", "缺", "缺失", "不详"} | {
    "nan", "na", "n/a", "null", "none"
}  # fmt: skip
_EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"}
_NUMBER = re.compile(
    r"^(?P<sign>[+-]?)(?P<integer>\d{1,3}(?:[, '\u00a0\u202f]\d{3})+|\d{1,24}|(?=\.\d))"
    r"(?P<fraction>\.\d{0,24})?(?P<exponent>[eE][+-]?\d{1,2})?(?P<unit>[^\d.,+-].{0,7})?$",
    re.ASCII,
)
_TWO_YEARS = re.compile(
    r"^(?:[SA]Y\s*)?(\d{4})\s*[-/–—~至]\s*(\d{4}|\d\d)\s*(?:学年|年)?(?:度)?$", re.ASCII | re.I
)
_YEAR = re.compile(r"^(\d{4})\s*(?:年|年度|学年|学年度|年?秋季?(?:学期)?|年[末底])$", re.ASCII)
_SPRING = re.compile(r"^(\d{4})年?春季?(?:学期)?$", re.ASCII)
_MONTH = re.compile(r"^(\d{4})(?:年|[-/])(\d{1,2})月?$", re.ASCII)
_DATE = re.compile(
    r"^(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:[T ]\d\d:\d\d.*)?$", re.ASCII
)
SUM_NAME = re.compile(r"^(.*?)[（(]?(?:合计|总计|小计|共计|汇总|total)[）)]?$", re.I)
_EVERYWHERE = ("", "全市", "全县", "全区", "本市", "各县区", "各县", "总", "grand ", "sub")
_WRITE_NUMBER = Text(
    "改成一个数值；未报告或保密的（如 *、<10、x）请留空",
    "write one number; leave the cell empty where it is not reported (*, <10, x)",
)
_AGE_RANGE = re.compile(r"^(\d{1,3})\s*[-–—~至]\s*(\d{1,3})\s*(?:周?岁)?$", re.ASCII)
_AGE_OPEN = re.compile(r"^(\d{1,3})\s*(?:周?岁)?\s*(?:\+|及以上|以上|and over)$", re.ASCII)
_AGE_BELOW = re.compile(r"^(\d{1,3})\s*(?:周?岁)?\s*及?以下$", re.ASCII)
_AGE_ONE = re.compile(r"^(\d{1,3})\s*(?:周?岁)?$", re.ASCII)


class UnreadableError(ValueError):
    """A cell without a value of the expected kind; carries what was expected and the fix."""

    def __init__(self, expected: Text, how_to_fix: Text = _WRITE_NUMBER) -> None:
        """Keep what should have stood there and what to do."""
        super().__init__(expected.en)
        self.expected = expected
        self.how_to_fix = how_to_fix


@dataclass(frozen=True)
class Cell:
    """The value of a cell and its repairs: ``None`` is an empty cell."""

    value: float | str | None
    repairs: tuple[Text, ...] = ()


def clean(text: str) -> Cell:
    """Return the text without full-width ASCII and outer blanks; None if nothing is left."""
    narrow = text.translate(_FULL_WIDTH_TABLE)
    bare = narrow.strip(_INVISIBLE)
    repairs = [FULL_WIDTH] * (
        narrow.replace(" ", "") != text.replace("\u3000", "").replace(" ", "")
    )
    repairs += [BLANKS] * (bare != narrow and bool(bare))
    if bare.lower() in _MISSING:
        return Cell(None, (*repairs, MISSING_MARK))
    return Cell(bare or None, tuple(repairs))


def clean_words(text: str) -> Cell:
    """Return free text without outer blanks and unseen characters; full-width marks are right.

    Raises
    ------
    UnreadableError : a text that a spreadsheet would calculate when it opens an output as CSV
    """
    seen = "".join(one if unicodedata.category(one) not in _UNSEEN else " " for one in text)
    bare = seen.strip(_INVISIBLE + "\u3000")
    if _FORMULA.search(bare):
        raise UnreadableError(
            Text("不以 = + - @ 开头的文字", "a text that does not begin with = + - @"),
            Text(
                "去掉开头的符号，否则表格软件会当作公式", "take the mark away: it makes a formula"
            ),
        )
    return Cell(bare or None, (BLANKS,) if bare and bare != text else ())


def is_identifier(text: str) -> bool:
    """Return whether ``text`` can name an area as it stands, in any output."""
    return bool(text) and text.isprintable() and not _FORMULA.search(text)


def _decimal(text: str, unit: str) -> tuple[Decimal, str, tuple[Text, ...]]:
    """Return the number, its own unit's factor and the repairs."""
    if text.upper() in _EXCEL_ERRORS:
        raise UnreadableError(
            Text("数值，而不是 Excel 错误值", "a number, not an Excel error value")
        )
    match = _NUMBER.match(text)
    factors = UNIT_FACTORS[unit]
    inside = unicodedata.normalize("NFKC", match["unit"] or "").strip().lower() if match else ""
    if match is None or inside not in factors:
        raise UnreadableError(Text("数值", "a number"))
    digits = re.sub(r"\D", "", match["integer"])
    parts = (match["sign"], digits, match["fraction"] or "", match["exponent"] or "")
    repairs = [THOUSANDS] * (digits != match["integer"]) + [UNIT] * bool(inside)
    return Decimal("".join(parts)), factors[inside], tuple(repairs)


def number(text: str, column: Column, heading_factor: str = "1") -> Cell:
    """Return the number in ``text`` in the column's own unit.

    Decimal arithmetic keeps 12.3456 万 at exactly 123,456. A unit inside the cell overrides the
    unit of the heading.
    """
    found, inside, repairs = _decimal(text, column.unit)
    in_units = found * Decimal(inside if UNIT in repairs else heading_factor)
    if column.kind == "count" and heading_factor == inside == "1" and "." in text:
        repairs += (WHOLE_AS_FLOAT,) * (in_units == in_units.to_integral_value())
    return Cell(float(in_units), repairs)


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
        found, _, repairs = _decimal(text, "")
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


def _no_adcode(text: str, names: dict[str, str]) -> UnreadableError:
    few = names if len(names) <= _FEW else {}  # among a nation's names it takes too long
    near = [f"{name} {names[name]}" for name in get_close_matches(text, few, n=2, cutoff=0.5)]
    zh, en = "填写六位代码，或与 areas 表一致的名称", "write six digits, or a name as in areas"
    if near:
        zh, en = f"是否指 {'、'.join(near)}？", f"is {', '.join(near)} meant?"
    return UnreadableError(Text("六位行政区划代码", "a six-digit county code"), Text(zh, en))


def adcode(text: str, names: dict[str, str]) -> Cell:
    """Return a six-digit code from a code, a number, a 12-digit code or a known county name.

    The row of a sum gets :data:`SUM` and the code of the area that it sums up, where it says one.
    """
    if text in names:
        return Cell(names[text], (ADCODE_BY_NAME,))
    if (match := SUM_NAME.match(text)) or text in _EVERYWHERE:
        scope = match[1].strip(" （(") if match else ""
        return Cell(SUM + names.get(scope, "" if scope in _EVERYWHERE else scope))
    repairs: tuple[Text, ...] = ()
    code = text
    if not re.fullmatch(r"\d+", code, re.ASCII):
        try:
            found, _, repairs = _decimal(text, "")
        except UnreadableError as error:
            raise _no_adcode(text, names) from error
        if found != found.to_integral_value() or found < 0:
            raise _no_adcode(text, names)
        code, repairs = str(int(found)), (*repairs, ADCODE_AS_NUMBER)
    if len(code) == 12 and code.endswith("000000"):
        return Cell(code[:6], (*repairs, ADCODE_LONG))
    return Cell(code, repairs)


def area(text: str) -> Cell:
    """Return the identifier of an area: digits without leading zeros, ``.0`` or 12-digit tail.

    >>> [area(text).value for text in ("36001", "36001.0", "06001", "110101000000", "V00")]
    ['36001', '36001', '6001', '110101', 'V00']
    """
    if not is_identifier(text):
        expected = Text(
            "地区编号，不以 = + - @ 开头", "the identifier of an area, not beginning with = + - @"
        )
        raise UnreadableError(expected, Text("改正这一格", "correct this cell"))
    try:
        found = _decimal(text, "")[0]
    except UnreadableError:
        return Cell(text)
    if found != found.to_integral_value():
        return Cell(text)
    digits, repairs = f"{found:f}".split(".")[0], (ADCODE_AS_NUMBER,) * (not text.isdigit())
    return Cell(digits[:6] if len(digits) == 12 and digits.endswith("000000") else digits, repairs)


def grade(text: str) -> Cell:
    """Return the place of a grade in the order of grades as text, or ``all``."""
    if is_total(text):
        return Cell(ALL)
    place = grade_order(text)
    if place is None:
        expected = Text("整数年级、K1-S3 或 all", "a whole number, K1-S3 or all")
        raise UnreadableError(expected, Text("改正这一格", "correct this cell"))
    return Cell(str(place))


def age_group(text: str) -> tuple[str, str] | None:
    """Return the lower and upper age of 0-4岁, 5岁 or 85岁及以上 (upper empty), or None.

    Examples
    --------
    >>> age_group("0-4岁"), age_group("85岁及以上"), age_group("7")
    (('0', '4'), ('85', ''), ('7', '7'))
    """
    bare = clean(text).value
    if not isinstance(bare, str):
        return None
    if match := _AGE_RANGE.match(bare):
        return match[1], match[2]
    if match := _AGE_OPEN.match(bare):
        return match[1], ""
    if match := _AGE_BELOW.match(bare):
        return "0", match[1]
    return (match[1], match[1]) if (match := _AGE_ONE.match(bare)) else None


_CODES = {"area": area, "grade": grade}


def read_cell(text: str, column: Column, factor: str, names: dict[str, str]) -> Cell:
    """Return the value of one cell of ``column``.

    Raises
    ------
    UnreadableError : the text is no value of the column's kind
    """
    if column.kind == "text":
        return clean_words(text)
    cleaned = clean(text)
    if not isinstance(cleaned.value, str):
        return Cell(column.default, cleaned.repairs)
    if column.kind in {"choice", "flag"}:
        return Cell(column.word(cleaned.value), cleaned.repairs)
    if column.kind == "adcode":
        found = adcode(cleaned.value, names)
    elif column.kind in YEARS:
        found = year(cleaned.value, school=column.kind == "school_year")
    elif column.kind in _CODES:
        found = _CODES[column.kind](cleaned.value)
    else:
        found = number(cleaned.value, column, factor)
    return Cell(found.value, (*cleaned.repairs, *found.repairs))
