"""From a cell's text to the value that its column's kind asks for."""

from data.contract.columns import YEARS, Column
from data.contract.grades import grade_code
from data.reading.cells.clean import Cell, clean, clean_words
from data.reading.cells.codes import adcode, area, grade
from data.reading.cells.numbers import number
from data.reading.cells.years import year

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
        word = column.word(cleaned.value)
        if column.name == "grade" and word not in column.vocabulary:
            word = grade_code(word) or word
        return Cell(word, cleaned.repairs)
    if column.kind == "adcode":
        found = adcode(cleaned.value, names)
    elif column.kind in YEARS:
        found = year(cleaned.value, school=column.kind == "school_year")
    elif column.kind in _CODES:
        found = _CODES[column.kind](cleaned.value)
    else:
        found = number(cleaned.value, column, factor)
    return Cell(found.value, (*cleaned.repairs, *found.repairs))
