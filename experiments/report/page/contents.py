"""The results as the report shows them: one main scenario in full, the others in comparison."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from data.language import Language, Text
from data.reference.packs import pack_of
from data.scenario.schema import Scenario
from experiments.report.page.in_use_texts import IN_USE_WORDS
from experiments.report.page.payload import areas_in_order, complete_draws
from experiments.report.page.texts import WORDS
from experiments.results.indicator_file import IndicatorTables
from experiments.results.plan_file import PlanTables
from experiments.results.reader import Results
from features.arrays import FloatArray
from forecasting.headline import chosen_years
from forecasting.idle import peak_and_idle
from forecasting.wording.difference_text import gap_differences
from forecasting.wording.supply_words import single_year, with_supply


@dataclass(frozen=True)
class DrawFigures:
    """Figures of one scenario that can only be computed from its draws.

    Parameters
    ----------
    outlook : peak, shortage and idle seats, one row per area and stage
    lo95, hi95 : ends of the 95 % interval of seats required, (area, stage, year)
    apart : differences between its gaps and those of the first scenario; None for the first
    """

    outlook: pd.DataFrame
    lo95: FloatArray
    hi95: FloatArray
    apart: pd.DataFrame | None


@dataclass(frozen=True)
class Page:
    """Scenarios of one results folder; the first is the main one and is shown in full.

    Parameters
    ----------
    results : results of the forecast
    plan : layout plan of all scenarios, or None
    scenarios : the scenarios shown, the main one first
    figures : scenario name → figures computed from its draws
    language : language of the report
    indicators : indicators of all scenarios, or None
    """

    results: Results
    plan: PlanTables | None
    scenarios: tuple[Scenario, ...]
    figures: Mapping[str, DrawFigures]
    language: Language
    indicators: IndicatorTables | None = None

    @property
    def views(self) -> list["Page"]:
        """One page per scenario, with that scenario as the main one."""
        return [replace(self, scenarios=(one,)) for one in self.scenarios]

    @cached_property
    def demand(self) -> pd.DataFrame:
        """Rows of ``demand.csv`` of the main scenario."""
        table = self.results.demand
        return table[table["scenario"] == self.scenarios[0].name]

    @cached_property
    def changes(self) -> pd.DataFrame:
        """Rows of ``why.csv`` of the main scenario."""
        table = self.results.changes
        return table[table["scenario"] == self.scenarios[0].name]

    @cached_property
    def areas(self) -> dict[str, str]:
        """Adcode → name, the city first."""
        return areas_in_order(self.demand)

    @property
    def until(self) -> int:
        """Last school year of the forecast."""
        return int(self.demand["year"].max())

    @property
    def years(self) -> list[int]:
        """The selected years that wide tables show."""
        return chosen_years(self.now, self.until)

    @property
    def now(self) -> int:
        """Present school year, at most the last year of the forecast."""
        return min(self.results.now, self.until)

    @cached_property
    def words(self) -> dict[str, str]:
        """Fixed texts in the page's language, worded for counted or estimated seats."""
        texts = WORDS if self.in_use is None else WORDS | IN_USE_WORDS
        base = "" if self.in_use is None else f"{self.in_use:.0f}"
        pack = pack_of(self.areas)
        note = pack.map_note.within(self.language) if pack else ""
        return {
            key: text.within(self.language).replace("{base}", base).replace("{note}", note)
            for key, text in texts.items()
        }

    def say(self, key: str, **figures: Any) -> str:
        """Return a fixed text with its placeholders filled in."""
        return self.words[key].format(**figures)

    def say_all(self, texts: Sequence[Text]) -> list[str]:
        """Return texts in the page's language."""
        return [text.within(self.language) for text in texts]

    @property
    def apart(self) -> dict[str, pd.DataFrame]:
        """Other scenario → differences between its gaps and those of the first."""
        tables = {one.name: self.figures[one.name].apart for one in self.scenarios}
        return {name: table for name, table in tables.items() if table is not None}

    @property
    def outlook(self) -> pd.DataFrame:
        """Peak, shortage and idle seats in the main scenario, one row per area and stage."""
        return self.figures[self.scenarios[0].name].outlook

    @cached_property
    def in_use(self) -> float | None:
        """Year of the seats in use if no capacity is stated anywhere; None otherwise."""
        return single_year(self.outlook)

    def of_lead(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the leading area: the city, or the only county."""
        return table[table["adcode"] == next(iter(self.areas))]


def open_page(results: Results, plan: PlanTables | None, language: Language) -> Page:
    """Return the page of all scenarios.

    Apart from the first scenario, the draws of only one are in memory at a time.

    Parameters
    ----------
    results : results of the forecast
    plan : layout plan of all scenarios, or None
    language : language of the report
    """
    areas = areas_in_order(results.demand)
    first = complete_draws(results.draws(results.scenarios[0].name), list(areas))
    now = min(results.now, first.years[-1])
    places = [first.areas.index(area) for area in areas]
    figures = {}
    for one in results.scenarios:
        main = one is results.scenarios[0]
        draws = first if main else complete_draws(results.draws(one.name), list(areas))
        ends = np.percentile(draws.required[places], (2.5, 97.5), axis=-1)
        apart = None if main else gap_differences(first, draws)
        figures[one.name] = DrawFigures(
            with_supply(peak_and_idle(draws, now), results.demand), ends[0], ends[1], apart
        )
    return Page(results, plan, results.scenarios, figures, language)
