import pandas as pd

from data.bundle import load_bundle
from data.reference.source_texts import source_text


def test_every_bundled_source_is_cited_in_both_languages_and_by_no_address():
    tables = vars(load_bundle(None).tables).values()
    held = [
        table["source"] for table in tables if isinstance(table, pd.DataFrame) and "source" in table
    ]
    for source in pd.concat(held).dropna().unique():
        text = source_text(source)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text.zh), source
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in text.en), source
        assert "http" not in text.zh + text.en
