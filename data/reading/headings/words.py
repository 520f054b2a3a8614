"""Meaning of a heading or title: a column, or a figure with its keys (公办学位数)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from data.contract.columns import GRADE, Column
from data.contract.fields import Table
from data.contract.grades import grade_order

TOTAL = "total"  # a key whose column shows in the other headings of its row
_SEPARATORS = " \t\r\n_-、,，/:：;；()（）[]【】|·—和及的"
_NOISE = ("各学段", "分学段", "各年级", "分年级", "历年", "近年", "基本", "统计",
          "其中", "学生", "人数", "数量", "阶段", "数", "各县区", "分县区", "分县", "全市",
          "统计表", "一览表", "汇总表", "情况", "数据", "明细", "表", "普查")  # fmt: skip
_TOTALS = ("合计", "总计", "小计", "共计", "计", "total")
_YEAR = re.compile(
    r"((?:19|20)\d\d)(?:[-/–—~至](?:(?:19|20)\d\d|\d\d)(?!\d))?(?:学年度?|年?秋季?(?:学期)?|年度?)?"
)
_AGES = re.compile(
    r"(\d{1,3})(?:周?岁)?(?:(?P<open>\+|及以上|以上)|[-–—~至](?P<last>\d{1,3}))?(?:周?岁)?(?P<more>及以上|以上)?"
)
# What counts in a heading that names no figure: the first that the table has.
_FIGURES = {"enrolment": "pupils", "schools": "pupils", "capacity": "seats"}
_MORE_FIGURES = {"pupils": ("在校生", "在校学生", "在校学生数", "学生数"), "persons": ("人口",),
                 "seats": ("学位",), "teachers": ("教师数", "教师")}  # fmt: skip
# In which tables what stands in headings may be a year or an age.
_TURNED = ("stage", "grade", "ownership", "sex")
MOST_GRADES = 20  # a larger number in a heading is no grade
Key = tuple[str, str]


@dataclass(frozen=True)
class Meaning:
    """What a heading says.

    Parameters
    ----------
    column : canonical name of the column, None for the table's own figure
    keys : (column, text) that hold for every cell below; empty for an ordinary column
    """

    column: str | None
    keys: tuple[Key, ...] = ()


def narrow(text: str) -> str:
    """Return ``text`` with half-width characters in lower case, without line breaks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def figure_of(table: Table) -> Column | None:
    """Return the column that a heading such as 一年级 or 2023年 speaks of."""
    wanted = _FIGURES.get(table.name)
    counts = [one for one in table.columns if one.kind in {"count", "amount"}]
    if wanted:
        counts = [table.column(wanted)]
    elif len(counts) > 1:
        counts = [one for one in counts if one.needed]
    return counts[0] if len(counts) == 1 else None


def _figures_of(column: Column) -> dict[str, tuple[str, Key]]:
    """Return the words of a column of figures."""
    words = (column.title, column.name, *column.aliases, *_MORE_FIGURES.get(column.name, ()))
    return {narrow(word): ("figure", (column.name, "")) for word in words}


def _keys_of(column: Column) -> dict[str, tuple[str, Key]]:
    """Return the words that stand for a key in a heading; a total has words of its own."""
    if column.kind == "grade":
        words = [word for code, words in GRADE.items() for word in (code, *words) if code != "all"]
        return {narrow(w): ("key", (column.name, w)) for w in words if not w.isdigit()}
    if column.name not in _TURNED:
        return {}
    found: dict[str, tuple[str, Key]] = {}
    for code, others in column.vocabulary.items():
        for word in (code, *others) if code != "all" else ():
            found.setdefault(narrow(word), ("key", (column.name, code)))
    if column.name == "stage":  # which of two 高中 is must be answered, not passed over
        found |= {word: ("key", (column.name, word)) for word in ("高中", "高中阶段")}
    return found


@cache
def _tokens(table: Table) -> Mapping[str, tuple[str, Key]]:
    """Return word → what it is: a figure's column, a key, or nothing."""
    found: dict[str, tuple[str, Key]] = dict.fromkeys(_NOISE, ("noise", ("", "")))
    found |= {word: ("key", (TOTAL, word)) for word in _TOTALS}
    for column in table.columns:
        if column.kind in {"count", "amount"}:
            found |= _figures_of(column)
        elif column.name in table.key:
            found = _keys_of(column) | found
    if "ownership" in table.key:
        found |= dict.fromkeys(("园", "学校"), ("noise", ("", "")))
    return found


def _readings(text: str, table: Table) -> Iterator[tuple[str, str, Key]]:
    """Yield (rest, kind, key) for each word that ``text`` may begin with, the longest first."""
    tokens = _tokens(table)
    names = {column.name for column in table.columns}
    if "year" in names and (match := _YEAR.match(text)):
        yield text[match.end() :], "key", ("year", match[0])
    if "age_lower" in table.key and (match := _AGES.match(text)):
        yield text[match.end() :], "key", ("age_group", match[0])
    for length in range(min(len(text), 14), 0, -1):
        if text[:length] in tokens:
            kind, key = tokens[text[:length]]
            yield text[length:], kind, key


def _parse(text: str, table: Table, said: tuple[tuple[str, Key], ...]) -> Meaning | None:
    text = text.lstrip(_SEPARATORS)
    if not text:
        figures = [key[0] for kind, key in said if kind == "figure"]
        keys = [key for kind, key in said if kind == "key"]
        if len(set(figures)) > 1 or not keys or len({name for name, _ in keys}) < len(keys):
            return None
        return Meaning(figures[0] if figures else None, tuple(keys))
    if len(said) < 8:
        for rest, kind, key in _readings(text, table):
            meant = _parse(rest, table, said if (kind, key) in said else (*said, (kind, key)))
            if meant is not None:
                return meant
    return None


def only_noise(text: str) -> bool:
    """Return whether a text says nothing of a table: 各学段统计表."""
    rest = narrow(text)
    for word in sorted(_NOISE, key=len, reverse=True):
        rest = rest.replace(word, "")
    return not rest.strip(_SEPARATORS)


@cache
def key_words(text: str, table: Table) -> Meaning | None:
    """Return what words of keys and figures alone say; None if anything else is in them.

    Examples
    --------
    >>> from data.contract.tables import TABLE_BY_NAME
    >>> key_words("公办学位数", TABLE_BY_NAME["capacity"])
    Meaning(column='seats', keys=(('ownership', 'public'),))
    >>> key_words("2023年|小学", TABLE_BY_NAME["enrolment"]).keys
    (('year', '2023年'), ('stage', 'primary'))
    """
    plain = narrow(text)
    meant = _parse(plain, table, ()) if 0 < len(plain) <= 40 else None
    if meant is None and (place := grade_order(text)) is not None and abs(place) < MOST_GRADES:
        meant = next((Meaning(None, ((one.name, text),)) for one in table.columns
                      if one.kind == "grade"), None)  # fmt: skip
    return meant
