"""Limits on size: enough for a nation's tables, too little to exhaust memory.

A nation of 2,800 counties has 0.5 million rows of enrolment by grade over 15 years (4 million
cells, 60 MB of CSV).
"""

from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

from data.language import Text
from data.problems import DataProblem

FILE_BYTES = 256 * 2**20
CELLS = 10_000_000
COLUMNS = 500  # where every heading counts as an attribute
WORKBOOK_BYTES = 48 * 2**20  # unpacked; up to 1.6 million cells
CELL_CHARACTERS = 32_767  # as many as a cell of a workbook holds
GEOJSON_BYTES = 64 * 2**20  # as numbers in Python ten times as much
CROSSINGS = 1000  # of polygons that cross themselves: the time to repair more has no bound
SPLIT = Text("只保留预测所需的年份和列", "keep the years and columns that a forecast needs")
AS_GEOPACKAGE = Text("另存为 GeoPackage，或简化图形", "save it as GeoPackage, or simplify it")
AS_CSV = Text("大表请另存为 CSV（UTF-8）", "save a large table as CSV (UTF-8)")


def megabytes(size: int) -> str:
    """Return a size as people write it."""
    return f"{size / 2**20:,.0f} MB"


def too_large(file: str, size: int) -> DataProblem | None:
    """Return the problem of a file of ``size`` bytes, if it is more than is read."""
    if size <= FILE_BYTES:
        return None
    most = megabytes(FILE_BYTES)
    expected = Text(f"不超过 {most} 的文件", f"a file of {most} at most")
    return DataProblem(file, expected, SPLIT, value=megabytes(size))


def too_many_cells(file: str, cells: int, most: int = CELLS) -> DataProblem | None:
    """Return the problem of a table of ``cells`` cells, if they are more than are read."""
    if cells <= most:
        return None
    expected = Text(f"不超过 {most:,} 个单元格的表", f"a table of {most:,} cells at most")
    return DataProblem(file, expected, SPLIT, value=f"{cells:,}")


def too_many_columns(file: str, columns: int) -> DataProblem | None:
    """Return the problem of a table of ``columns`` columns, if they are more than are read."""
    if columns <= COLUMNS:
        return None
    expected = Text(f"不超过 {COLUMNS:,} 列的表", f"a table of {COLUMNS:,} columns at most")
    return DataProblem(file, expected, SPLIT, value=f"{columns:,}")


def too_long_cell(file: str, column: Sequence[str]) -> DataProblem | None:
    """Return the problem of the first text of a column, heading first, that no cell could hold."""
    if max(map(len, set(column)), default=0) <= CELL_CHARACTERS:
        return None
    row, text = next(one for one in enumerate(column, 1) if len(one[1]) > CELL_CHARACTERS)
    most = f"{CELL_CHARACTERS:,}"
    expected = Text(f"一格不超过 {most} 个字符", f"a cell of {most} characters at most")
    how_to_fix = Text("缩短或清空此格", "shorten or empty the cell")
    value = f"{text[:20]}… ({len(text):,})"
    return DataProblem(file, expected, how_to_fix, row=row, column=column[0][:40], value=value)


def unpacks_too_far(path: Path) -> DataProblem | None:
    """Return the problem of a workbook that is far larger than it looks.

    The sizes are those that the archive states; nothing is unpacked beyond them.

    Raises
    ------
    zipfile.BadZipFile : the file is no archive
    """
    with ZipFile(path) as archive:
        size = sum(part.file_size for part in archive.infolist())
    if size <= WORKBOOK_BYTES:
        return None
    most = megabytes(WORKBOOK_BYTES)
    expected = Text(f"解压后不超过 {most} 的工作簿", f"a workbook of {most} at most when unpacked")
    return DataProblem(path.name, expected, AS_CSV, value=megabytes(size))
