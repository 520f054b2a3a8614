"""Grades by any name are places in one order: 0 or K3, then 1, 01, P1 or 一年级, up to 12 or S3."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from data.contract.columns import GRADE
from data.contract.stages import STAGES

ALL = "all"
AGE_OF_GRADE_ZERO = 5  # the last kindergarten year


def _grade_places() -> dict[str, int]:
    """Return grade code → place; a stage alongside another does not follow it."""
    places: dict[str, int] = {}
    for stage in STAGES:
        first = stage.first_age - AGE_OF_GRADE_ZERO
        first = max(places.values()) + 2 if first in places.values() else first
        places |= {grade: first + step for step, grade in enumerate(stage.grades)}
    return places


CODES: Mapping[str, int] = MappingProxyType(_grade_places())
_WORDS = {word.upper(): CODES[code] for code, words in GRADE.items() if code in CODES
          for word in words} | {"PK": -1, "K": 0, "KG": 0, "KINDERGARTEN": 0,
                                "学前班": 0}  # fmt: skip
_SUMS = {ALL.upper(), "TOTAL", "小计", "计", "共计", "全部年级", *GRADE[ALL]}
_NUMBER = re.compile(
    r"(?:G|GR|GRADE|YEAR)?[ ._-]*([+-]?\d{1,9})(?:\.0+)?(?:ST|ND|RD|TH)?(?: GRADE|年级)?", re.A
)
_CHINESE = re.compile(
    r"(小学?|初中?|高中?|普高|普通高中|)(\d{1,2}|十[一二]?|[一二三四五六七八九])(年级|)", re.A
)
_NUMERALS = {word: n for n, word in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}
# First initial of a stage's name → grades before it, its grades.
_BEFORE = {"小": (0, 6), "初": (6, 3), "高": (9, 3), "普": (9, 3)}
_TWICE = re.compile(r"([^()]+)\(([^()]+)\)")
_LETTERED = re.compile(r"([KPJSV])0(\d)", re.ASCII)


def grade_order(code: str) -> int | None:
    """Return the place of a grade in the order of grades, None if it is no grade.

    >>> [grade_order(code) for code in ("0", "01", "p1", "七年级", "Grade 8", "S3", "all")]
    [0, 1, 1, 7, 8, 12, None]
    """
    text = unicodedata.normalize("NFKC", code).strip().upper()
    text = _LETTERED.sub(r"\1\2", text)
    place = CODES.get(text, _WORDS.get(text))
    if place is not None:
        return place
    if match := _TWICE.fullmatch(text):  # 七年级（初一）
        one, other = grade_order(match[1]), grade_order(match[2])
        return one if one == other else None
    if match := _CHINESE.fullmatch(text.removeprefix("幼儿园")):
        return _in_stage(match[1], int(_NUMERALS.get(match[2], match[2])))
    if text.startswith("幼儿园"):
        return _WORDS.get(text.removeprefix("幼儿园"))
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def _in_stage(name: str, number: int) -> int | None:
    """Return the place of 初中一年级 or 初中七年级, None for one that its stage has not."""
    before, years = _BEFORE.get(name[:1], (0, 99))
    if number <= years:
        return before + number
    return number if before < number <= before + years else None


_CODE_AT = {place: code for code, place in CODES.items()}


def grade_code(text: str) -> str | None:
    """Return the code of a grade by any name; a bare number below 1 is none.

    >>> [grade_code(text) for text in ("初中一年级", "七年级（初一）", "01", "0", "初四")]
    ['J1', 'J1', 'P1', None, None]
    """
    place = grade_order(text)
    return None if place is None or (place < 1 and text[-1:].isdigit()) else _CODE_AT.get(place)


def is_total(code: str) -> bool:
    """Return whether a text in a column of grades means all grades together."""
    return unicodedata.normalize("NFKC", code).strip().upper() in _SUMS
