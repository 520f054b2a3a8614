"""From a cell's text to a code: county, area, grade, ages."""

import re
from difflib import get_close_matches

from data.contract.grades import ALL, grade_order, is_total
from data.language import Text
from data.reading.cells.clean import Cell, UnreadableError, clean, is_identifier
from data.reading.cells.numbers import decimal_of

ADCODE_AS_NUMBER = Text("代码被存成数字", "code stored as a number")
ADCODE_LONG = Text("12 位代码", "12-digit code")
ADCODE_BY_NAME = Text("以名称代替代码", "name instead of code")
NO_CODE = Text("六位行政区划代码", "a six-digit county code")
SUM = "="  # no code begins with it
_FEW = 200
LONG_CODE = re.compile(r"\d{6}(?:000){1,2}", re.ASCII)
_CODE_AND_NAME = re.compile(
    r"(\d{6})[-_]?[（(]?([^\d（()）]+)[)）]?|([^\d（()）]+)[（(]?(\d{6})[)）]?", re.ASCII
)
_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
SUM_NAME = re.compile(r"^(.*?)[（(]?(?:合计|总计|小计|共计|汇总|total)[）)]?$", re.I)
_EVERYWHERE = ("", "全市", "全县", "全区", "全省", "全州", "全国", "本市", "本县", "本区", "各县区",
               "各县", "各地区", "总", "计", "all", "grand ", "sub", "statewide")  # fmt: skip
_AGE_RANGE = re.compile(r"^(\d{1,3})\s*[-–—~至]\s*(\d{1,3})\s*(?:周?岁)?$", re.ASCII)
_AGE_OPEN = re.compile(r"^(\d{1,3})\s*(?:周?岁)?\s*(?:\+|及以上|以上|and over)$", re.ASCII)
_AGE_BELOW = re.compile(r"^(\d{1,3})\s*(?:周?岁)?\s*及?以下$", re.ASCII)
_AGE_ONE = re.compile(r"^(\d{1,3})\s*(?:周?岁)?$", re.ASCII)


def _no_adcode(text: str, names: dict[str, str]) -> UnreadableError:
    few = names if len(names) <= _FEW else {}  # among a nation's names it takes too long
    near = [f"{name} {names[name]}" for name in get_close_matches(text, few, n=2, cutoff=0.5)]
    zh, en = "填写六位代码，或与 areas 表一致的名称", "write six digits, or a name as in areas"
    if near:
        zh, en = f"是否指 {'、'.join(near)}？", f"is {', '.join(near)} meant?"
    return UnreadableError(NO_CODE, Text(zh, en))


def _by_name(text: str, names: dict[str, str]) -> str | None:
    """Return the code of a county named with blanks, its code, its city or without 区, 县, 市."""
    bare = re.sub(r"\s", "", text)
    if bare.isdigit():  # a code; among a nation's names the search below takes seconds
        return None
    if match := _CODE_AND_NAME.fullmatch(bare):
        code, name = match[1] or match[4], match[2] or match[3]
        return code if names.get(name) == code else None
    found = {code for name, code in names.items()
             if name == bare or (name[-1:] in "区县市旗" and name[:-1] == bare)
             or (bare.endswith(name) and bare.removesuffix(name) in names)}  # fmt: skip
    return found.pop() if len(found) == 1 else None


def sum_scope(text: str) -> str | None:
    """Return what the name of a sum says that it sums up, "" for everything; None for no sum.

    >>> sum_scope("麒麟区合计"), sum_scope("全市"), sum_scope("临桂区")
    ('麒麟区', '', None)
    """
    match = SUM_NAME.match(text)
    if not match and text.lower() not in _EVERYWHERE:
        return None
    scope = match[1].strip(" （(") if match else ""
    return "" if scope.lower() in _EVERYWHERE else scope


def adcode(text: str, names: dict[str, str]) -> Cell:
    """Return a six-digit code from a code, a number, a 12-digit code or a known county name.

    The row of a sum gets :data:`SUM` and the code of the area that it sums up, where it says one.
    """
    if (known := names.get(text) or _by_name(text, names)) is not None:
        return Cell(known, (ADCODE_BY_NAME,))
    if (scope := sum_scope(text)) is not None:
        return Cell(SUM + names.get(scope, scope))
    repairs: tuple[Text, ...] = ()
    code = text
    if not re.fullmatch(r"\d+", code, re.ASCII):
        try:
            found, _, repairs = decimal_of(text, "")
        except UnreadableError as error:
            raise _no_adcode(text, names) from error
        if found != found.to_integral_value() or found < 0:
            raise _no_adcode(text, names)
        code, repairs = str(int(found)), (*repairs, ADCODE_AS_NUMBER)
    if LONG_CODE.fullmatch(code):
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
        found = decimal_of(text, "")[0]
    except UnreadableError:
        return Cell(_BETWEEN.sub("", text))
    if found != found.to_integral_value():
        return Cell(text)
    digits, repairs = f"{found:f}".split(".")[0], (ADCODE_AS_NUMBER,) * (not text.isdigit())
    return Cell(digits[:6] if LONG_CODE.fullmatch(digits) else digits, repairs)


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
