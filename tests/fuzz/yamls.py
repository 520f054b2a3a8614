"""Damage to YAML: what a text editor does, and what the language could do."""

from hypothesis import strategies as st

from tests.fuzz.cells import cell_texts
from tests.fuzz.raw import Change

VALUES = (
    "&a [1]",
    "*a",
    "!!python/object/apply:os.system ['touch unpickled']",
    "!!binary aGk=",
    "!x y",
    "!!python/object/new:os.system [touch unpickled]",
    "!!set {a, b}",
    "!!timestamp 2001-01-01",
    "9" * 4999,
    "1" + "0" * 400,
    "-1",
    "1e999",
    ".inf",
    "-.inf",
    ".nan",
    "0x7fffffffffffffffffff",
    "0b" + "1" * 5000,
    "1:" * 30 + "1",
    "190:20:30",
    "2026-13-45",
    "2026-01-01",
    "0o7",
    "017",
    "~",
    "null",
    "yes",
    "no",
    "on",
    "true",
    "'1.0'",
    "[]",
    "{}",
    "[1, 2]",
    "{a: 1}",
    "{1: 2}",
    "{? [a] : 1}",
    "{? {a: b} : 1}",
    "{null: 1}",
    "{1.5: 1}",
    "{2026-01-01: 1}",
    "{true: 1}",
    "- 1",
    "? 1",
    "|\n  a\n",
    ">-\n  a\n",
    "'",
    '"',
    "[",
    "{",
    "}",
    "%",
    "@x",
    "`x",
    "#",
    "x" * 60_000,
    "[" * 3000,
    "{a: " * 3000,
    "{临桂区: {2030: {2031: 1}}}",
    "{default: {default: 1}}",
    "{2030: {临桂区: 1}}",
    "{不存在县: 1}",
    "[1, [2, [3, [4, [5, [6, [7, [8]]]]]]]]",
    "\x07",
    "\x1b[31m",
    "\ufeff",
    "\u2028",
    "\ud83d\ude00",
    "<script>alert(1)</script>",
    "../../../x",
    "con",
    "a\\b",
    "/",
    "..",
    ".",
    "a\x00b",
    "x/y",
)
LINES = (
    "<<: {a: 1}",
    "---",
    "...",
    "--- {a: 1}",
    "\tkey: 1",
    "  - x",
    "unknown: 1",
    "? a",
    ": b",
    "%YAML 9.9",
    "%TAG ! x",
    "key",
    "key:value",
    "a: b: c",
    "title_zh: again",
    "fertility: 1",
    "1: 2",
    "null: 3",
    "- - - - - - - - - 1",
    "? ? ? ? ? ? ? 1",
    "!!map {a: 1}",
    "[a, b]: c",
    "'a': 'b",
    "base: &x {y: *x}",
    "lol: &l [&m [x,x,x], *m, *m]",
    "#" + "c" * 60_000,
    " " * 60_000,
    ("a: 1\n" * 9000),
    "name: ../x",
    "out: ../../../../../tmp/x",
    "data: /nowhere",
    "scenarios: [../../x.yaml]",
    "counties: [1, 2]",
)


@st.composite
def damaged_yaml(draw: st.DrawFn, text: str) -> tuple[Change, bytes]:
    """Return the name of what was done to ``text``, and the file after it."""
    change = draw(st.sampled_from(sorted(_CHANGES)))
    lines = text.split("\n")
    _CHANGES[change](draw, lines)
    encoding = draw(st.sampled_from(["utf-8"] * 12 + ["utf-8-sig", "gbk", "utf-16", "latin-1"]))
    return change, "\n".join(lines).encode(encoding, "replace")


def _line(draw: st.DrawFn, lines: list[str]) -> int:
    return draw(st.integers(0, len(lines) - 1))


def _value(draw: st.DrawFn, lines: list[str]) -> None:
    place = _line(draw, lines)
    key = lines[place].partition(":")[0]
    lines[place] = f"{key}: {draw(st.one_of(st.sampled_from(VALUES), cell_texts))}"


def _key(draw: st.DrawFn, lines: list[str]) -> None:
    place = _line(draw, lines)
    _, mark, value = lines[place].partition(":")
    lines[place] = draw(st.one_of(st.sampled_from(VALUES), cell_texts)) + mark + value


def _added(draw: st.DrawFn, lines: list[str]) -> None:
    lines.insert(_line(draw, lines), draw(st.sampled_from(LINES)))


def _doubled(draw: st.DrawFn, lines: list[str]) -> None:
    lines += lines[_line(draw, lines) :] * draw(st.sampled_from([1, 3, 500]))


def _indented(draw: st.DrawFn, lines: list[str]) -> None:
    place = _line(draw, lines)
    lines[place] = draw(st.sampled_from([" ", "\t", "   ", "\u3000"])) + lines[place]


def _lost(draw: st.DrawFn, lines: list[str]) -> None:
    del lines[_line(draw, lines)]


def _mark(draw: st.DrawFn, lines: list[str]) -> None:
    place = _line(draw, lines)
    old, new = draw(
        st.sampled_from(
            [(":", "："), (":", ""), (",", "，"), ("}", ""), ("]", ""), ("{", "["), (" ", "")]
        )
    )
    lines[place] = lines[place].replace(old, new)


def _emptied(draw: st.DrawFn, lines: list[str]) -> None:
    lines[:] = draw(
        st.sampled_from([[""], ["{}"], ["[]"], ["null"], ["x"], ["# x"], ["- a", "- b"], ["1"]])
    )


_CHANGES = {
    "value": _value,
    "key": _key,
    "line added": _added,
    "lines doubled": _doubled,
    "indented": _indented,
    "line lost": _lost,
    "marks": _mark,
    "no mapping": _emptied,
}
