from pathlib import Path

from docs.make.dictionary import page

ROOT = Path(__file__).parents[2]


def test_the_page_in_the_repository_is_the_one_the_tables_give():
    assert (ROOT / "docs" / "data.md").read_text(encoding="utf-8") == page()
