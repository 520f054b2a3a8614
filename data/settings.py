"""The choices of one forecast that every step of it needs."""

from dataclasses import asdict, dataclass

from data.language import Language


@dataclass(frozen=True)
class Settings:
    """Settings of a forecast, apart from its data and scenarios.

    Parameters
    ----------
    now : school year that counts as the present
    until : last school year
    draws : number of draws
    seed : seed of all randomness
    language : language of everything a person reads
    """

    now: int
    until: int
    draws: int
    seed: int
    language: Language = "zh"

    def as_text(self) -> dict[str, str]:
        """Return name → value as text, as parameters of a run and in notes."""
        return {name: str(value) for name, value in asdict(self).items()}
