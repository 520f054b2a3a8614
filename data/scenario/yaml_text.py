"""A scenario or study file as text: read safely, with the line of each key."""

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
_OPENING = (
    yaml.FlowMappingStartToken,
    yaml.FlowSequenceStartToken,
    yaml.BlockMappingStartToken,
    yaml.BlockSequenceStartToken,
)
_CLOSING = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken, yaml.BlockEndToken)
_REFUSED = {
    yaml.AliasToken: Text("没有 * 引用的 YAML", "YAML without aliases (*)"),
    yaml.AnchorToken: Text("没有 & 锚点的 YAML", "YAML without anchors (&)"),
    yaml.TagToken: Text("没有 ! 标签的 YAML", "YAML without tags (!)"),
}
_UNSEEN = ("Cc", "Cs")  # control characters, halves of a pair
_PLAINLY = Text("直接写出键和值", "write keys and values out")
AS_TEMPLATE = Text("参照 xuewei scenario new 的模板", "see what xuewei scenario new writes")


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


def read_document(raw: bytes, file: str, guide: Text = AS_TEMPLATE) -> Document:
    """Return the mapping in a YAML text.

    Raises
    ------
    DataError : too large, not UTF-8, not YAML, no mapping, or YAML that refers or constructs
    """
    text = _decoded(raw, file)
    try:
        _refuse_machinery(text, file)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = _built(text, file)
    except yaml.YAMLError as error:
        raise DataError([_syntax_problem(error, file)]) from None
    if not isinstance(node, yaml.MappingNode):
        expected = Text("“键: 值”形式的各行", "key: value lines")
        value = None if content is None else str(content)[:40]
        raise DataError([DataProblem(file, expected, guide, row=1, value=value)])
    repeated = tuple(_repeated(node, file))
    return Document(file, content, lambda place: _line(node, place), repeated, guide=guide)


def _built(text: str, file: str) -> Any:
    try:
        content = yaml.safe_load(text)
    except ValueError as error:  # a date or a number that Python cannot hold
        expected = Text("YAML 中合理的日期和数字", f"dates and numbers in range ({error})")
        _refuse(file, expected, Text("改成普通数字", "write a plain number"))
    for word in _words(content):
        if any(unicodedata.category(one) in _UNSEEN for one in word if one not in "\n\t"):
            expected = Text("没有控制字符的文字", "text without control characters")
            _refuse(file, expected, Text("删去看不见的字符", "delete what cannot be seen"))
    return content


def _words(content: object) -> Iterator[str]:
    """Yield every text in nested keys and values."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict):
        for pair in content.items():
            yield from _words(list(pair))
    elif isinstance(content, list):
        for one in content:
            yield from _words(one)


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


def _refuse_machinery(text: str, file: str) -> None:
    """Refuse aliases, anchors, tags, a second document and deep nesting, before they are built."""
    depth = documents = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        line = token.start_mark.line + 1
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        documents += isinstance(token, yaml.DocumentStartToken)
        if type(token) in _REFUSED:
            _refuse(file, _REFUSED[type(token)], _PLAINLY, line)
        if isinstance(token, yaml.ScalarToken) and token.plain and token.value == "<<":
            _refuse(file, Text("没有 << 合并的 YAML", "YAML without merges (<<)"), _PLAINLY, line)
        if depth > DEEPEST:
            expected = Text(f"不超过 {DEEPEST} 层", f"at most {DEEPEST} levels")
            _refuse(file, expected, Text("参照模板书写", "write it as the template does"), line)
        if documents > 1:
            expected = Text("一个文件一个情景（只有一段 ---）", "one scenario per file")
            _refuse(file, expected, Text("拆成几个文件", "split the file"), line)


def _syntax_problem(error: yaml.YAMLError, file: str) -> DataProblem:
    mark = getattr(error, "problem_mark", None)
    met = str(getattr(error, "problem", None) or getattr(error, "reason", "syntax"))
    if "'\\t'" in met:
        expected = Text("用空格缩进（不能用 Tab 键）", "indentation by blanks, not tabs")
    elif "mapping values are not allowed" in met:
        expected = Text("一行一个“键: 值”，缩进对齐", f"one key: value per line ({met})")
    elif "could not find expected ':'" in met:
        expected = Text("键后有英文冒号和空格", f"a colon and a blank after the key ({met})")
    elif "unacceptable character" in met or "special characters" in met:
        expected = Text("没有控制字符的文字", f"text without control characters ({met})")
    else:
        expected = Text("合法的 YAML：括号、引号成对，缩进对齐", f"valid YAML ({met})")
    how_to_fix = Text("修改这一行或它的上一行", "fix this line or the one above")
    return DataProblem(file, expected, how_to_fix, row=mark.line + 1 if mark else 1)


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def _repeated(node: yaml.Node, file: str) -> Iterator[DataProblem]:
    """Yield a problem for each key that stands twice in one mapping."""
    first: dict[str, int] = {}
    for key, value in _pairs(node):
        line = key.start_mark.line + 1
        if str(key.value) in first:
            expected = Text(
                f"只出现一次的键（第 {first[str(key.value)]} 行已有）",
                f"a key that stands once (also in line {first[str(key.value)]})",
            )
            how_to_fix = Text("删去其中一处", "delete one of them")
            yield DataProblem(file, expected, how_to_fix, row=line, column=str(key.value))
        first.setdefault(str(key.value), line)
        yield from _repeated(value, file)


def _line(node: yaml.Node, place: Place) -> int:
    line = node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line + 1
            continue
        found = [(key, value) for key, value in _pairs(node) if str(key.value) == str(part)]
        if not found:
            break
        key, node = found[-1]
        line = key.start_mark.line + 1
    return line
