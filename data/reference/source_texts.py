"""Sources as a report cites them: by the publication, without the page that quotes it."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from data.language import Text

FILE = "source_texts.csv"


def source_text(source: str) -> Text:
    """Return a ``source`` of a bundled table in both languages; any other stands as it is.

    >>> source_text("no source").zh
    '无出处'
    >>> source_text("教育局统计").en
    '教育局统计'
    """
    return _texts().get(source, Text(source, source))


@cache
def _texts() -> Mapping[str, Text]:
    """Return source → text of every bundled city."""
    found: dict[str, Text] = {}
    for pack in files("data").joinpath("reference").iterdir():
        file = pack.joinpath("context", FILE)
        if file.is_file():
            rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
            found |= {row["source"]: Text(row["zh"], row["en"]) for row in rows}
    return found
