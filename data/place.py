"""Where a row of a table stands: file, line and, in a wide table, which column it was.

One integer holds all three, so that it can be the index of a table. Of a table from one file
whose headings are plain columns it is the line itself.
"""

_LINE, _COLUMN = 24, 14


def place_of(line: int, column: int = 0, source: int = 0) -> int:
    """Return the place of a line; ``column`` counts turned headings from 1, 0 for none."""
    return (source << (_LINE + _COLUMN)) | (column << _LINE) | line


def line_of(place: object) -> int:
    """Return the line of the file, counted from 1."""
    return int(str(place)) & ((1 << _LINE) - 1)


def column_of(place: object) -> int:
    """Return which of the turned headings it was, counted from 1, 0 for none."""
    return (int(str(place)) >> _LINE) & ((1 << _COLUMN) - 1)


def source_of(place: object) -> int:
    """Return which of the joined files or sheets it stood in, counted from 0."""
    return int(str(place)) >> (_LINE + _COLUMN)
