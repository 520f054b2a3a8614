"""A scenario or study file as text: plain YAML read in one pass, with the line of each key."""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import yaml

from data.language import Text
from data.problems import DataError, DataProblem

Place = tuple[int | str, ...]

LARGEST = 65_536  # bytes; a scenario has a few dozen lines
DEEPEST = 6  # part, key, stage, county, year and one to spare
_UNSEEN = ("Cc", "Cs")  # control characters, halves of a pair
_PLAINLY = Text("直接写出键和值", "write keys and values out")
AS_TEMPLATE = Text("参照 xuewei scenario new 的模板", "see what xuewei scenario new writes")
_NO_CONTROLS = Text("没有控制字符的文字", "text without control characters")
# What the YAML library says of a mistake -> what should stand there.
_SYNTAX = {
    "'\\t'": Text("用空格缩进（不能用 Tab 键）", "indentation by blanks, not tabs"),
    "mapping values are not allowed": Text("一行一个“键: 值”，缩进对齐", "one key: value per line"),
    "could not find expected ':'": Text("键后有英文冒号和空格", "a colon and a blank after a key"),
    "unacceptable character": _NO_CONTROLS,
    "special characters": _NO_CONTROLS,
    "another document": Text("一个文件一个情景（只有一段 ---）", "one scenario per file"),
    "": Text("合法的 YAML：括号、引号成对，缩进对齐", "valid YAML"),
}


@dataclass(frozen=True)
class Document:
    """Contents of a scenario or study file, before validation.

    Parameters
    ----------
    file : how the user knows it
    content : nested keys and values
    line : line of the key at a place, that of the nearest key above where it has none
    problems : met while reading
    column : heading or key that names a place in a message
    guide : where the format is documented
    """

    file: str
    content: dict[Any, Any]
    line: Callable[[Place], int | None]
    problems: tuple[DataProblem, ...] = ()
    column: Callable[[Place], str] = field(default=lambda place: ".".join(map(str, place)))
    guide: Text = AS_TEMPLATE


class _PlainLoader(yaml.SafeLoader):
    """YAML of keys and values alone: what refers, merges, constructs or nests deep is refused."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, Text("没有 * 引用的 YAML", "YAML without aliases (*)"))
        if getattr(event, "anchor", None) is not None:
            self._refuse(event, Text("没有 & 锚点的 YAML", "YAML without anchors (&)"))
        if getattr(event, "tag", None) is not None:
            self._refuse(event, Text("没有 ! 标签的 YAML", "YAML without tags (!)"))
        if isinstance(event, yaml.ScalarEvent):
            if event.value == "<<" and event.style is None:
                self._refuse(event, Text("没有 << 合并的 YAML", "YAML without merges (<<)"))
            seen = event.value.replace("\n", "").replace("\t", "")
            if any(unicodedata.category(one) in _UNSEEN for one in seen):
                self._refuse(event, _NO_CONTROLS)
        self.depth += 1
        if self.depth > DEEPEST + 1:  # a value counts as a level of its own
            self._refuse(event, Text(f"不超过 {DEEPEST} 层", f"at most {DEEPEST} levels"))
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refuse(self, event: yaml.Event, expected: Text) -> NoReturn:
        _refuse(str(self.name), expected, _PLAINLY, event.start_mark.line + 1)  # type: ignore[union-attr]


def read_document(raw: bytes, file: str, guide: Text = AS_TEMPLATE) -> Document:
    """Return the mapping in a YAML text.

    Raises
    ------
    DataError : too large, not UTF-8, not YAML, no mapping, or YAML that refers or constructs
    """
    try:
        loader = _PlainLoader(_decoded(raw, file))
        loader.name = file
        node = loader.get_single_node()
        content = loader.construct_document(node) if node else None
    except yaml.YAMLError as error:
        raise DataError([_syntax_problem(error, file)]) from None
    except DataError:
        raise
    except ValueError as error:  # a date or a number that Python cannot hold
        expected = Text("YAML 中合理的日期和数字", f"dates and numbers in range ({error})")
        _refuse(file, expected, Text("改成普通数字", "write a plain number"))
    if node is None or not isinstance(content, dict):
        expected = Text("“键: 值”形式的各行", "key: value lines")
        value = None if content is None else str(content)[:40]
        raise DataError([DataProblem(file, expected, guide, row=1, value=value)])
    lines: dict[Place, int] = {}
    problems = []
    for place, line in _places(node, ()):
        if place in lines:
            problems.append(_repeated(file, place, line, lines[place]))
        lines[place] = line
    return Document(file, content, lambda place: _nearest(lines, place), tuple(problems),
                    guide=guide)  # fmt: skip


def _places(node: yaml.Node, above: Place) -> Iterator[tuple[Place, int]]:
    """Yield the place of every key and item, in text, with its line."""
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield (*above, str(number)), value.start_mark.line + 1
            yield from _places(value, (*above, str(number)))
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield (*above, str(key.value)), key.start_mark.line + 1
            yield from _places(value, (*above, str(key.value)))


def _nearest(lines: dict[Place, int], place: Place) -> int:
    """Return the line of ``place``, or of the nearest above it that has one."""
    keys = tuple(map(str, place))
    return next((lines[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in lines), 1)


def _repeated(file: str, place: Place, line: int, first: int) -> DataProblem:
    expected = Text(
        f"只出现一次的键（第 {first} 行已有）", f"a key that stands once (also in line {first})"
    )
    how_to_fix = Text("删去其中一处", "delete one of them")
    return DataProblem(file, expected, how_to_fix, row=line, column=str(place[-1]))


def _decoded(raw: bytes, file: str) -> str:
    if len(raw) > LARGEST:
        expected = Text(f"不超过 {LARGEST // 1024} KB 的文件", f"at most {LARGEST // 1024} KB")
        _refuse(file, expected, Text("只写与基准不同的假设", "write what differs from baseline"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        how_to_fix = Text("另存为 UTF-8", "save the file as UTF-8")
        _refuse(file, Text("UTF-8 编码的文字", "text in UTF-8"), how_to_fix, line)


def _refuse(file: str, expected: Text, how_to_fix: Text, row: int = 1) -> NoReturn:
    raise DataError([DataProblem(file, expected, how_to_fix, row=row)])


def _syntax_problem(error: yaml.YAMLError, file: str) -> DataProblem:
    mark = getattr(error, "problem_mark", None)
    met = str(getattr(error, "problem", None) or getattr(error, "reason", "syntax"))
    known = next(said for part, said in _SYNTAX.items() if part in met)
    how_to_fix = Text("修改这一行或它的上一行", "fix this line or the one above")
    row = mark.line + 1 if mark else 1
    return DataProblem(file, Text(known.zh, f"{known.en} ({met})"), how_to_fix, row=row)
