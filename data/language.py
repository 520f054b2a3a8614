"""Texts in the two languages of the product: Chinese for planners, English for developers."""

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """One message in both languages; ``text.within(language)`` is what a person reads."""

    zh: str
    en: str

    def within(self, language: Language) -> str:
        """Return the message in ``language``."""
        return self.zh if language == "zh" else self.en
