"""A cell: its value with the repairs made, the text without what surrounds it, or an error.

Functions of this room take one text and return a :class:`Cell`, or raise
:class:`UnreadableError`. They know nothing of files; `data.reading.column_values` calls them
once per distinct text and reports to the user.
"""

import re
import unicodedata
from dataclasses import dataclass

from data.language import Text

FULL_WIDTH = Text("全角字符", "full-width characters")
BLANKS = Text("首尾空格或不可见字符", "blanks or invisible characters at the ends")
MISSING_MARK = Text("缺失标记", "mark for a missing value")
_FULL_WIDTH_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_INVISIBLE = " \t\r\n\u00a0\u2007\u202f\ufeff\u200b\u200e'"
# Control characters, marks that turn the direction of writing, halves of a pair.
_UNSEEN = ("Cc", "Cf", "Cs")
# At the start of a text, and after the semicolon at which Excel splits a line in many languages.
_FORMULA = re.compile(r"(^|;)[=+\-@＝＋－＠]")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how Excel keeps the zeros of a code in CSV
_MISSING = {"-", "--", "—", "——", "…", "...", "/", "无", "缺", "缺失", "不详"} | {
    "nan", "na", "n/a", "null", "none"
}  # fmt: skip
_WRITE_NUMBER = Text(
    "改成一个数值；未报告或保密的（如 *、<10、x）请留空",
    "write one number; leave the cell empty where it is not reported (*, <10, x)",
)


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
    if match := _AS_TEXT.fullmatch(text):
        text = match[1]
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
