"""What a figure rests on, as codes; their words are made where people read them."""

from enum import StrEnum
from math import nan

from data.language import Text


class PupilsBasis(StrEnum):
    """What the pupils of a row rest on."""

    OBSERVED = "observed"
    ESTIMATE = "estimate"


SEATS_STATED = "reported"  # today's seats are given, by a table of capacity
PUPILS_WORDS = {
    PupilsBasis.OBSERVED: Text("统计数", "published count"),
    PupilsBasis.ESTIMATE: Text("估算", "estimate"),
}


_IN_USE = "in_use_"


def in_use(year: int) -> str:
    """Return the code of seats that are no more than those in use in the base year.

    >>> in_use(2020)
    'in_use_2020'
    """
    return f"{_IN_USE}{year}"


def year_in_use(basis: str) -> float:
    """Return the base year of a code of seats, not a number where seats are stated.

    >>> year_in_use("in_use_2020"), year_in_use("reported")
    (2020.0, nan)
    """
    return nan if basis == SEATS_STATED else float(basis.removeprefix(_IN_USE))


def supply_words(basis: str) -> Text:
    """Return in words the basis of the seats available."""
    if basis == SEATS_STATED:
        return Text("学位统计数", "stated seats")
    year = f"{year_in_use(basis):.0f}"
    return Text(f"{year}年在用学位", f"seats in use in {year}")
