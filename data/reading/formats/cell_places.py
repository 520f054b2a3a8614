"""Places in a sheet: how they are written, and how far from one another cells may lie."""

from data.language import Text
from data.problems import DataError, DataProblem
from data.reading.formats.limits import too_many_cells

SAVE_IN_EXCEL = Text("在 Excel 中打开并保存", "open in Excel and save")
Place = tuple[int, int]
Range = tuple[Place, Place]  # row and column of the first and of the last cell, from 0
Merges = dict[str, list[Range]]  # by title of the sheet


def refuse_far(file: str, last: int, width: int) -> None:
    """Refuse a sheet whose box, up to its last row and column, is more than is read."""
    if problem := too_many_cells(file, last * width):
        far = f"{letters(width)}{last}"
        how_to_fix = Text(
            f"删去远离表格的单元格（最远到 {far}）", f"delete cells far off, up to {far}"
        )
        raise DataError([DataProblem(file, problem.expected, how_to_fix, value=far)])


def letters(column: int) -> str:
    """Return the letters of a column counted from 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
