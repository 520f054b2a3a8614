"""From a cell's text to a number in the unit of its column."""

import re
import unicodedata
from decimal import Decimal

from data.contract.columns import UNIT_FACTORS, Column
from data.language import Text
from data.reading.cells.clean import Cell, UnreadableError

THOUSANDS = Text("千位分隔符", "thousands separators")
UNIT = Text("单元格内带单位", "unit inside the cell")
WHOLE_AS_FLOAT = Text("整数写成小数（如 123.0）", "whole number written as 123.0")
_EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"}
_NUMBER = re.compile(
    r"^(?P<sign>[+-]?)(?P<integer>\d{1,3}(?:[, '\u00a0\u202f]\d{3})+|\d{1,24}|(?=\.\d))"
    r"(?P<fraction>\.\d{0,24})?(?P<exponent>[eE][+-]?\d{1,2})?(?P<unit>[^\d.,+-].{0,7})?$",
    re.ASCII,
)


def decimal_of(text: str, unit: str) -> tuple[Decimal, str, tuple[Text, ...]]:
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
    found, inside, repairs = decimal_of(text, column.unit)
    in_units = found * Decimal(inside if UNIT in repairs else heading_factor)
    if column.kind == "count" and heading_factor == inside == "1" and "." in text:
        repairs += (WHOLE_AS_FLOAT,) * (in_units == in_units.to_integral_value())
    return Cell(float(in_units), repairs)
