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
          for word in words} | {"K": 0, "KG": 0, "PK": -1}  # fmt: skip
_SUMS = {ALL.upper(), "TOTAL", "小计", "计", "共计", "全部年级", *GRADE[ALL]}
_NUMBER = re.compile(
    r"(?:G|GRADE|YEAR)?[ ._-]*([+-]?\d{1,9})(?:\.0+)?(?:ST|ND|RD|TH)?(?:年级)?", re.A
)
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
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def is_total(code: str) -> bool:
    """Return whether a text in a column of grades means all grades together."""
    return unicodedata.normalize("NFKC", code).strip().upper() in _SUMS
