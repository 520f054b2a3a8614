"""Words compared regardless of width, case, blanks and punctuation."""

import re
import unicodedata


def plain(heading: str) -> str:
    """Return a heading without case, blanks and marks between words."""
    text = unicodedata.normalize("NFKC", heading).lower()
    return re.sub(r"[\s_\-\ufeff\u200b、,/]", "", text)
