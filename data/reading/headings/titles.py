"""The table that a title names, and the values that it states (在校生2023)."""

import re
from difflib import get_close_matches

from data.contract.fields import Table
from data.contract.tables import BOUNDARIES, TABLE_BY_NAME, TABLES
from data.plain_words import plain
from data.reading.headings.words import figure_of, key_words, narrow, only_noise

_APART = re.compile(r"^[\s_\-—·.（(【\[]|^\d|[\s_\-—·.）)】\]]$")
_BRACKETS = re.compile(r"[（(【\[].*?[）)】\]]")
_ALIASES = sorted(
    ((narrow(alias), table) for table in TABLES
     for alias in (table.name, table.title, *table.aliases)),
    key=lambda pair: -len(pair[0]),
)  # fmt: skip


def table_of(title: str) -> tuple[str | None, str | None]:
    """Return the table that a file or sheet name means, and the nearest name if it means none."""
    names = {
        plain(alias): table.name
        for table in TABLES
        for alias in (table.name, table.title, *table.aliases)
    } | {plain(name): BOUNDARIES[0] for name in BOUNDARIES}
    bare = plain(title)
    if bare in names:
        return names[bare], None
    near = get_close_matches(bare, names, n=1, cutoff=0.75)
    return None, names[near[0]] if near else None


def constants_of(title: str, table: Table) -> dict[str, str] | None:
    """Return the columns that a title states, {} for none; None if it says something else.

    Examples
    --------
    >>> constants_of("2023年小学", TABLE_BY_NAME["enrolment"])
    {'year': '2023年', 'stage': 'primary'}
    """
    if not (text := re.sub(r"[（()）\[\]【】]", " ", title).strip()):
        return {}
    if only_noise(text):
        return {}
    meant = key_words(text, table)
    known = {column.name for column in table.columns}
    figure = figure_of(table)
    if meant is None or (meant.column is not None and meant.column != (figure and figure.name)):
        return None
    return {name: word for name, word in meant.keys if name in known}


def titled(title: str) -> tuple[Table, dict[str, str]] | None:
    """Return the table in a title of more words, and what the others state.

    What stands in brackets or apart names an office or a part: 项目（发改委）, enrolment_2.
    """
    name, _ = table_of(title)
    if name in TABLE_BY_NAME:
        return TABLE_BY_NAME[name], {}
    bare = narrow(title)
    for alias, table in _ALIASES:
        if alias not in bare:
            continue
        before, _, after = bare.partition(alias)
        rests = [rest for rest in (before, after) if rest]
        said = [constants_of(rest, table) or constants_of(_BRACKETS.sub("", rest), table)
                for rest in rests]  # fmt: skip
        apart = [not rest or bool(_APART.search(rest)) for rest in rests]
        if all(one is not None or free for one, free in zip(said, apart, strict=True)):
            return table, {key: word for one in said for key, word in (one or {}).items()}
    return None
