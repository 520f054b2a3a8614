"""In which assumptions scenarios differ, as people read them."""

from collections.abc import Mapping, Sequence

from data.language import Language
from data.scenario.assumptions import worded
from data.scenario.schema import Scenario
from data.scenario.terms import stated, terms


def differing(
    scenarios: Sequence[Scenario], names: Mapping[str, str], language: Language
) -> list[tuple[str, ...]]:
    """Return title, the value in each scenario, and unit of every assumption they differ in.

    Parameters
    ----------
    names : adcode → name, for assumptions that differ by county
    """
    own = [worded_terms(scenario, names, language) for scenario in scenarios]
    return [
        (
            term.title.within(language),
            *(mine.get(key, term.baseline.within(language)) for mine in own),
            term.unit.within(language),
        )
        for key, term in terms().items()
        if any(mine.get(key) != own[0].get(key) for mine in own)
    ]


def worded_terms(
    scenario: Scenario, counties: Mapping[str, str], language: Language
) -> dict[str, str]:
    """Return what a scenario states other than the baseline, as people read it."""
    return {key: worded(value, counties, language) for key, value in stated(scenario).items()}
