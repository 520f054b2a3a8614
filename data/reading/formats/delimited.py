"""Files to sheets of text: CSV in the encodings of planners' offices, Parquet, Excel workbooks.

Nothing is interpreted here. Every cell becomes text, so that what is refused later can be shown
as it stood, with the line it stood in.
"""

import csv
import io
from pathlib import Path

from data.findings import Findings, Notice
from data.language import Text
from data.reading.formats.limits import too_large, too_many_cells
from data.reading.formats.parquet import read_parquet
from data.reading.formats.sheet import Sheet, unreadable
from data.reading.formats.workbook import read_workbook

DELIMITERS = ",;\t|，"
ARCHIVES = (".xlsx", ".xlsm", ".ods")
UNREAD = (".xlsb", ".numbers", ".dbf")  # tables that no planner should miss without a word
WORKBOOKS = (*ARCHIVES, ".xls", ".et")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_EARLY = 2**16  # characters in which a delimiter shows
# What a file begins with, whatever its name says.
_KINDS = {
    b"PK\x03\x04": Text("这是 Excel 或压缩文件", "it is an Excel file or an archive"),
    b"\xd0\xcf\x11\xe0": Text("这是 .xls，或有密码", "it is an .xls, or has a password"),
    b"PAR1": Text("这是 Parquet 文件", "it is a Parquet file"),
    b"%PDF": Text("这是 PDF 文件", "it is a PDF file"),
}
_WORKBOOK_HEADS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def _decode(line: bytes, encoding: str) -> str | None:
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_utf8(line: bytes) -> bool:
    """Return whether a line is UTF-8, in a file that is not UTF-8 throughout.

    Some GBK words pass for UTF-8. Two-byte sequences are no Chinese; where a line could be either,
    it is what reads as common characters.
    """
    text = _decode(line, "utf-8")
    if text is None or all(character < "\u0800" for character in text):
        return False
    if _decode(line, "gb2312") is None:
        return True
    return text.encode("gb2312", "ignore").decode("gb2312") == text


def text_stream(content: bytes, file: str, findings: Findings) -> io.TextIOBase | None:
    """Return a CSV file as text: UTF-8 with or without BOM, UTF-16 with BOM, or GB18030.

    A file whose lines are partly UTF-8 and partly GB18030 (two exports pasted together) is read
    line by line with a notice.
    """
    if content.startswith(_UTF16):
        if _decode(content, "utf-16") is None:
            findings.refuse(unreadable(file, "不是有效的 UTF-16", "not valid UTF-16"))
            return None
        return io.TextIOWrapper(io.BytesIO(content), "utf-16", newline="")
    if (null := content.find(b"\x00")) >= 0:
        zh, en = "不是文字，或编码不明", "not text, or an unknown encoding"
        findings.refuse(unreadable(file, zh, en, content.count(b"\n", 0, null) + 1))
        return None
    if _decode(content, "utf-8") is not None:
        return io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
    return _mixed(content, file, findings)


def _mixed(content: bytes, file: str, findings: Findings) -> io.TextIOBase | None:
    """Return a file of GB18030 in which lines may be UTF-8."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    utf8 = [_is_utf8(line) for line in lines]
    decoded = [
        _decode(line, "utf-8" if is_utf8 else "gb18030")
        for line, is_utf8 in zip(lines, utf8, strict=True)
    ]
    if None in decoded:
        findings.refuse(unreadable(file, "编码不明", "unknown encoding", decoded.index(None) + 1))
        return None
    if any(utf8):
        findings.notice(
            Notice(
                file,
                Text("UTF-8 与 GBK 混用", "UTF-8 and GBK in one file"),
                Text("已逐行识别，请核对汉字", "read line by line, check the Chinese text"),
                row=utf8.index(True) + 1,
            )
        )
    return io.StringIO("\n".join(line for line in decoded if line is not None), newline="")


def _delimiter(text: str) -> str:
    """Return the delimiter that some early line has most of; a title above the table has none."""
    early = [line for line in text.splitlines() if line.strip()][:10]
    return max(DELIMITERS, key=lambda mark: max((line.count(mark) for line in early), default=0))


def read_csv(path: Path, findings: Findings) -> list[Sheet]:
    """Return the one sheet of a CSV file, or none if it cannot be read."""
    content = path.read_bytes()
    stream = text_stream(content, path.name, findings)
    if stream is None:
        return []
    delimiter = _delimiter(stream.read(_EARLY))
    stream.seek(0)
    if delimiter != ",":
        findings.notice(
            Notice(
                path.name,
                Text(f"分隔符为 {delimiter!r}", f"delimiter {delimiter!r}"),
                Text("已按此分隔符读取", "read with this delimiter"),
            )
        )
    return _records(path, stream, delimiter, findings)


def _records(path: Path, stream: io.TextIOBase, delimiter: str, findings: Findings) -> list[Sheet]:
    """Return the sheet that a stream of text holds. Equal texts are kept once."""
    reader, file = csv.reader(stream, delimiter=delimiter), path.name
    rows, lines, next_line, cells = [], [], 1, 0
    shared: dict[str, str] = {}
    try:
        for row in reader:
            rows.append(tuple(map(shared.setdefault, row, row)))
            lines.append(next_line)
            next_line = reader.line_num + 1
            cells += len(row)
            if problem := too_many_cells(file, cells):
                findings.refuse(problem)
                return []
    except csv.Error as error:
        findings.refuse(unreadable(file, f"CSV 格式错误：{error}", f"{error}", next_line))
        return []
    return [Sheet(path.stem, file, tuple(rows), tuple(lines))]


def read_sheets(path: Path, findings: Findings) -> list[Sheet]:
    """Return the sheets of one file; problems with the file itself go to ``findings``."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        findings.refuse(unreadable(path.name, "无法打开，是否被占用？", str(error.strerror)))
        return []
    if size == 0:
        findings.refuse(unreadable(path.name, "文件为空", "the file is empty"))
        return []
    if problem := too_large(path.name, size):
        findings.refuse(problem)
        return []
    suffix = path.suffix.lower()
    if suffix in WORKBOOKS and head in _WORKBOOK_HEADS:  # WPS saves either kind under any name
        return read_workbook(path, findings)
    if suffix in UNREAD or (head in _KINDS and (head, suffix) != (b"PAR1", ".parquet")):
        reason = Text(f"不读 {suffix}", f"{suffix} is not read")
        reason = reason if suffix in UNREAD else _KINDS[head]
        findings.refuse(unreadable(path.name, reason.zh, reason.en))
        return []
    return read_parquet(path, findings) if suffix == ".parquet" else read_csv(path, findings)
