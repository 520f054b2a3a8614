"""What a gap is called: a shortage only where today's seats are stated.

Elsewhere existing seats are those in use in the base year, and demand is more or fewer than seats.
"""

from dataclasses import dataclass

from data.language import Text


@dataclass(frozen=True)
class GapWords:
    """Words for a gap and its probability.

    Parameters
    ----------
    chance : name of the probability that seats do not suffice
    more, fewer, even : of a mean gap above, below and at 0; ``{}`` takes the number of seats
    """

    chance: Text
    more: Text
    fewer: Text
    even: Text

    def balance(self, gap: float) -> Text:
        """Return a mean gap in words, without negative numbers.

        >>> [STATED.balance(gap).zh for gap in (1240.2, -310.0, 0.3)]
        ['缺1,240个学位', '富余310个学位', '供需相抵']
        """
        seats = f"{abs(gap):,.0f}"
        if seats == "0":
            return self.even
        words = self.more if gap > 0 else self.fewer
        return Text(words.zh.format(seats), words.en.format(seats))


STATED = GapWords(
    Text("短缺概率", "chance of a shortage"),
    Text("缺{}个学位", "{} seats short"),
    Text("富余{}个学位", "{} seats to spare"),
    Text("供需相抵", "balanced"),
)
IN_USE = GapWords(
    Text("需求多于学位的概率", "chance of more demand than seats"),
    Text("比学位多{}个", "{} more than seats"),
    Text("比学位少{}个", "{} fewer than seats"),
    Text("与学位相当", "as many as seats"),
)


def is_demonstration(basis: str) -> bool:
    """Return whether existing seats are unknown, so that a plan is only a demonstration."""
    return basis.startswith("in_use")


def gap_words(basis: str) -> GapWords:
    """Return the words for a county and stage whose existing seats have this basis."""
    return IN_USE if is_demonstration(basis) else STATED
