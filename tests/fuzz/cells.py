"""Damage to tables as rows of text: cells, headings, rows, columns, and how they are written."""

import codecs

from hypothesis import strategies as st

from tests.fuzz.bases import Rows, csv_bytes
from tests.fuzz.raw import Change

HOSTILE_CELLS = (
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\x00",
    "-1",
    "-0",
    "0",
    "1e308",
    "-1e308",
    "1e309",
    "1e-320",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    "１２３４",
    "－５",
    "九十",
    "٣",
    "½",
    "²",
    "1,234",
    "1 234",
    "1.234,5",
    "12.5万",
    "12.5万人",
    "50%",
    "102%",
    "0x1F",
    "1_000",
    "+5",
    "1/2",
    "TRUE",
    "NULL",
    "#N/A",
    "#REF!",
    "#DIV/0!",
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "2020-01-01",
    "2020/1/1",
    "2020年9月",
    "2020-2021学年",
    "1900",
    "2200",
    "99999",
    "-2020",
    "450312",
    "450312000000",
    "45031",
    "4503120",
    "450312.0",
    "4.50312E5",
    "临桂区",
    "临桂",
    "合计",
    "全市",
    "示例",
    "男",
    "女",
    "male",
    "all",
    "85+",
    "0-4岁",
    "85岁及以上",
    "P1",
    "S3",
    "小学",
    "<script>alert(1)</script>",
    "</script>",
    "{{7*7}}",
    "{0}",
    "%s",
    "${x}",
    "../../etc/passwd",
    "C:\\con",
    "a|b`c",
    "\x1b[2J\x1b[31m",
    "\u202egnp.exe",
    "\ufeff",
    "\ufffd",
    "\ud83d\ude00",
    "\u0000\u0001",
    "'",
    '"',
    '""',
    '"a',
    "a,b;c\td",
    "，",
    "。",
    "🏫",
    "é" * 40,
    "9" * 30,
    "9" * 5000,
    "x" * 200,
    "x" * 200_000,
    "😀" * 5000,
    "\n" * 500,
    "," * 5000,
)
ENCODINGS = (
    "utf-8-sig",
    "gbk",
    "gb18030",
    "big5",
    "shift_jis",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "latin-1",
    "cp1252",
    "cp037",
)
DELIMITERS = (";", "\t", "|", "，", " ", ":", "\x1f", "、")

cell_texts = st.one_of(
    st.sampled_from(HOSTILE_CELLS),
    st.text(max_size=12),
    st.floats().map(repr),
    st.integers(-(10**20), 10**20).map(str),
)


@st.composite
def damaged_rows(draw: st.DrawFn, rows: Rows) -> tuple[str, Rows]:
    """Return the name of what was done, and the rows after it."""
    change = draw(st.sampled_from(sorted(_CHANGES)))
    rows = [list(row) for row in rows]
    return change, _CHANGES[change](draw, rows)


def _spot(draw: st.DrawFn, rows: Rows, first: int = 1) -> tuple[int, int]:
    line = draw(st.integers(min(first, len(rows) - 1), len(rows) - 1))
    return line, draw(st.integers(0, max(len(rows[line]) - 1, 0)))


def _cell(draw: st.DrawFn, rows: Rows) -> Rows:
    for _ in range(draw(st.integers(1, 4))):
        line, column = _spot(draw, rows)
        if rows[line]:
            rows[line][column] = draw(cell_texts)
    return rows


def _complete_column(draw: st.DrawFn, rows: Rows) -> Rows:
    column, text = draw(st.integers(0, len(rows[0]) - 1)), draw(cell_texts)
    for row in rows[1:]:
        row[column : column + 1] = [text]
    return rows


def _heading(draw: st.DrawFn, rows: Rows) -> Rows:
    column = draw(st.integers(0, len(rows[0]) - 1))
    ways = (
        "",
        rows[0][0],
        rows[0][column].upper(),
        f" {rows[0][column]} ",
        "人数（万人）",
        rows[0][column][:-1],
        draw(cell_texts),
        f"{rows[0][column]}（{draw(cell_texts)}）",
    )
    rows[0][column] = draw(st.sampled_from(ways))
    return rows


def _without_column(draw: st.DrawFn, rows: Rows) -> Rows:
    column = draw(st.integers(0, len(rows[0]) - 1))
    return [row[:column] + row[column + 1 :] for row in rows]


def _reordered(draw: st.DrawFn, rows: Rows) -> Rows:
    order = draw(st.permutations(range(len(rows[0]))))
    return [[row[place] for place in order if place < len(row)] for row in rows]


def _repeated_column(draw: st.DrawFn, rows: Rows) -> Rows:
    column = draw(st.integers(0, len(rows[0]) - 1))
    return [[*row, *row[column : column + 1]] for row in rows]


def _ragged(draw: st.DrawFn, rows: Rows) -> Rows:
    line, column = _spot(draw, rows, 0)
    rows[line] = rows[line][:column] if draw(st.booleans()) else rows[line] + [draw(cell_texts)]
    return rows


def _repeated_row(draw: st.DrawFn, rows: Rows) -> Rows:
    line, _ = _spot(draw, rows, 0)
    return rows[: line + 1] + [list(rows[line])] * draw(st.integers(1, 30)) + rows[line + 1 :]


def _no_rows(draw: st.DrawFn, rows: Rows) -> Rows:
    return draw(st.sampled_from([rows[:1], [], rows[1:], [[]], [[""] * 5] * 3, [[], *rows]]))


def _preface(draw: st.DrawFn, rows: Rows) -> Rows:
    above = draw(st.lists(st.lists(cell_texts, max_size=3), min_size=1, max_size=12))
    return [*above, *rows]


def _remark(draw: st.DrawFn, rows: Rows) -> Rows:
    return [*rows, [draw(st.sampled_from(["注：初步统计", "合计", "来源：年鉴", "…", "Total"]))]]


def _long(draw: st.DrawFn, rows: Rows) -> Rows:
    line, _ = _spot(draw, rows)
    distinct = draw(st.booleans())
    # Twenty thousand areas are no fault: they are forecast, which takes its time.
    count = draw(st.sampled_from([500, 1000 if distinct else 20_000]))
    extra = [list(rows[line]) for _ in range(count)]
    if distinct and rows[line]:
        for place, row in enumerate(extra):
            row[0] = f"x{place}"
    return rows + extra


def _wide(draw: st.DrawFn, rows: Rows) -> Rows:
    count, text = draw(st.sampled_from([300, 5000])), draw(st.sampled_from(["", "x", "c{}"]))
    return [row + [text.format(place) for place in range(count)] for row in rows]


_CHANGES = {
    "hostile cell": _cell,
    "hostile column": _complete_column,
    "heading": _heading,
    "missing column": _without_column,
    "columns reordered": _reordered,
    "repeated column": _repeated_column,
    "ragged row": _ragged,
    "repeated row": _repeated_row,
    "no rows": _no_rows,
    "text above": _preface,
    "remark below": _remark,
    "many rows": _long,
    "many columns": _wide,
}


@st.composite
def csv_writings(draw: st.DrawFn, rows: Rows) -> tuple[str, bytes]:
    """Return the rows as a CSV file in one of many ways of writing it, few of them right."""
    change: Change = draw(st.sampled_from(("delimiter", "encoding", "mixed encodings", "quotes")))
    if change == "delimiter":
        return change, csv_bytes(rows, draw(st.sampled_from(DELIMITERS)))
    content = csv_bytes(rows)
    if change == "encoding":
        text = content.decode("utf-8", "replace")
        return change, text.encode(draw(st.sampled_from(ENCODINGS)), "replace")
    if change == "quotes":
        old, new = draw(
            st.sampled_from([(b",", b'","'), (b"\n", b'\n"'), (b",", b",'"), (b",", b',"')])
        )
        return change, content.replace(old, new, draw(st.integers(1, 40)))
    lines = content.split(b"\n")
    for place in draw(st.lists(st.integers(0, len(lines) - 1), max_size=5)):
        lines[place] = lines[place].decode("utf-8", "replace").encode("gb18030", "replace")
    return change, draw(st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])) + b"\n".join(
        lines
    )
