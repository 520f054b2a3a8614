"""A scenario's differences from the baseline in words, with percentages instead of fractions."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from data.language import Language, Text
from data.scenario.assumptions import worded
from data.scenario.schema import Scenario
from data.scenario.terms import UNITS, Term, stated, terms

ABOVE = "urbanization.share_2035_above_baseline"
MULTIPLES = {
    "fertility.factor": Text("出生人数", "births"),
    "migration.scale": Text("学龄人口净迁移", "children's net migration"),
}
_BRACKETS = re.compile(r"（.*?）|\s*\(.*?\)")
_FORMATTERS: Mapping[Text, Callable[[Any], str]] = {
    UNITS["fraction"]: lambda value: f"{value:.0%}",
    UNITS["times"]: lambda value: f"×{value:g}",
}


def assumption_texts(scenario: Scenario, names: Mapping[str, str], language: Language) -> list[str]:
    """Return one phrase per assumption that differs from the baseline.

    Parameters
    ----------
    scenario : the scenario to describe
    names : adcode → name
    language : language of the phrases
    """
    return [
        _phrase(terms()[key], value, names, language) for key, value in stated(scenario).items()
    ]


def shown_value(term: Term, value: Any, names: Mapping[str, str], language: Language) -> str:
    """Return the value of an assumption as a table shows it: fractions in percent."""
    if term.unit != UNITS["fraction"]:
        return worded(value, names, language)
    points = Text("个百分点", " points").within(language) if term.key == ABOVE else "%"
    shown = _format_leaves(value, lambda one: f"{round(float(one) * 100, 1):g}{points}")
    return worded(shown, names, language)


def without_brackets(title: str) -> str:
    """Return the title of an assumption without hints on how it is filled in.

    >>> without_brackets("2035年城镇化率（默认 = 基准）")
    '2035年城镇化率'
    """
    return _BRACKETS.sub("", title)


def _phrase(term: Term, value: object, names: Mapping[str, str], language: Language) -> str:
    if term.key == ABOVE and isinstance(value, float):
        points = f"{abs(value) * 100:.0f}"
        higher = Text("高", "above") if value > 0 else Text("低", "below")
        return Text(
            f"2035年城镇化率比基准{higher.zh}{points}个百分点",
            f"urban share in 2035 {points} points {higher.en} the baseline",
        ).within(language)
    if term.key in MULTIPLES and isinstance(value, int | float):
        return _multiple(MULTIPLES[term.key], value).within(language)
    title = without_brackets(term.title.within(language))
    described = worded(_format_leaves(value, _FORMATTERS.get(term.unit, str)), names, language)
    return f"{title}{Text('：', ': ').within(language)}{described}"


def _multiple(quantity: Text, factor: float) -> Text:
    """Return a multiple of the baseline as a difference in percent.

    >>> _multiple(MULTIPLES["fertility.factor"], 0.85).zh
    '出生人数比基准低15%'
    """
    percent = f"{abs(factor - 1):.0%}"
    higher = Text("高", "above") if factor > 1 else Text("低", "below")
    return Text(
        f"{quantity.zh}比基准{higher.zh}{percent}",
        f"{quantity.en} {percent} {higher.en} the baseline",
    )


def _format_leaves(value: Any, formatter: Callable[[Any], str]) -> Any:
    """Return ``value`` with its numbers formatted as text."""
    if isinstance(value, Mapping):
        return {key: _format_leaves(one, formatter) for key, one in value.items()}
    return value if isinstance(value, str | bool) or value is None else formatter(value)
