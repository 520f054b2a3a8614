"""The headings of a sheet: which of the first rows they are, and what each of them says."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from data.contract.fields import Table
from data.plain_words import plain
from data.reading.formats.sheet import Sheet
from data.reading.headings.words import Meaning, key_words

AGE_GROUP = "age_group"
_AGE_GROUP_HEADINGS = ("agegroup", "age", "年龄组", "年龄")
_UNIT = re.compile(r"^(?P<name>.+?)[(\[](?P<unit>[^()\[\]]*)[)\]]$")
_ROWS_BEFORE_HEADINGS = 10
# 县（市）, 所属县市, 区县名称: whatever stands in such a column is a county.
_COUNTY = re.compile(
    r"(?=.*[县区旗])(?:所在|所属|所)?[县市区旗]+(?:\([县市区旗]+\))?(?:名称?|别|代码|编码)?"
)


def heading_names(table: Table) -> dict[str, str]:
    """Return every heading accepted in ``table``, without blanks and case, -> canonical name."""
    names = {
        plain(heading): column.name
        for column in table.columns
        for heading in (*column.aliases, column.title, column.name)
    }
    if any(column.name == "age_lower" for column in table.columns):
        names |= dict.fromkeys(_AGE_GROUP_HEADINGS, AGE_GROUP)
    return names


def meaning(heading: str, names: Mapping[str, str]) -> tuple[str | None, str]:
    """Return the canonical name of a heading, if it has one, and the unit in its brackets."""
    bare = plain(heading)
    if bare in names:
        return names[bare], ""
    if _COUNTY.fullmatch(bare):
        return names.get("区县"), ""
    match = _UNIT.match(bare)
    return (names.get(match["name"]), match["unit"]) if match else (None, "")


@dataclass(frozen=True)
class Heads:
    """The headings of a sheet: first row of data, texts, meanings and units by position."""

    start: int
    texts: list[str]
    meant: list[Meaning | None]
    units: list[str]

    @property
    def known(self) -> int:
        """How many different things the headings say."""
        return len({one for one in self.meant if one is not None})


def _meaning_of(
    text: str, table: Table, names: Mapping[str, str], counties: Collection[str]
) -> tuple[Meaning | None, str]:
    """Return what a heading says, or its lower part alone, and the unit in its brackets."""
    name, unit = meaning(text, names)
    if unit and (known := key_words(text, table)) is not None and known.keys:
        return known, ""  # 学位数（公办）
    if name is not None:
        return Meaning(name), unit
    match = _UNIT.match(plain(text))
    for words, stated in ((text, ""), (match["name"] if match else "", match and match["unit"])):
        if (known := key_words(words, table)) is not None:
            return known, stated or ""
    lower = text.rsplit("|", maxsplit=1)[-1]
    name, unit = meaning(lower, names)
    if name is not None:
        return Meaning(name), unit
    if lower in counties and "adcode" in table.key:
        return Meaning(None, (("adcode", lower),)), ""
    return None, ""


def _heads(
    rows: list[tuple[str, ...]],
    start: int,
    table: Table,
    names: dict[str, str],
    counties: Collection[str],
) -> Heads:
    """Return what one row of headings says, or two of which the upper one groups the lower."""
    width = max(map(len, rows))
    texts = [""] * width
    for row in rows:
        upper = ""
        for place in range(width):
            cell = row[place].strip() if place < len(row) else ""
            upper = cell or (upper if row is not rows[-1] else "")
            if upper and upper not in texts[place].split("|"):
                texts[place] = f"{texts[place]}|{upper}".strip("|")
    said = [_meaning_of(text, table, names, counties) for text in texts]
    return Heads(start, texts, [one for one, _ in said], [unit for _, unit in said])


def find_heads(sheet: Sheet, table: Table, counties: Collection[str] = ()) -> Heads | None:
    """Return the headings among the first rows: those that say most, one row rather than two.

    Names of ``counties`` may be headings: years down, counties across.
    """
    names, best, most = heading_names(table), None, 0.0
    filled = [place for place, row in enumerate(sheet.rows) if any(map(str.strip, row))]
    for at, place in enumerate(filled[:_ROWS_BEFORE_HEADINGS]):
        for rows in ([place], *([filled[at - 1 : at + 1]] if at else [])):
            found = _heads([sheet.rows[one] for one in rows], place + 1, table, names, counties)
            plainly = [one.column for one in found.meant if one is not None and not one.keys]
            columns = set(plainly)
            twice = [one for one in columns if plainly.count(one) > 1 and one not in table.key]
            # 招生数|计 says more than 计 alone, and one column cannot stand twice.
            full = sum(one is not None and bool(one.keys and one.column) for one in found.meant)
            score = found.known + 2.0 * len(columns) + 0.2 * full
            score -= 0.5 * (len(rows) - 1) + 3.0 * len(twice)
            if columns and score > most:
                best, most = found, score
    return best


def missing_columns(table: Table, found: Iterable[str]) -> list[str]:
    """Return the needed columns of ``table`` that neither stand in ``found`` nor follow from it."""
    have = set(found)
    if AGE_GROUP in have:
        have |= {"age_lower", "age_upper"}
    if have & {"grade", "kind"}:
        have.add("stage")
    if {"name", "adcode"} <= have:
        have.add("id")
    return [column.name for column in table.columns if column.needed and column.name not in have]
