"""Results seen through some of their scenarios, the first of them in full."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from data.language import Language, Text
from data.reference.packs import pack_of
from data.scenario.schema import Scenario
from experiments.report.in_use_texts import IN_USE_WORDS
from experiments.report.payload import areas_in_order, complete_draws
from experiments.report.texts import WORDS
from experiments.results.plan_file import PlanTables
from experiments.results.reader import Results
from features.arrays import FloatArray
from forecasting.headline import chosen_years
from forecasting.idle import peak_and_idle
from forecasting.wording.difference_text import gap_differences
from forecasting.wording.supply_words import single_year, with_supply


@dataclass(frozen=True)
class DrawFigures:
    """What the report shows of a scenario that only its draws tell.

    Parameters
    ----------
    outlook : peak, shortage and idle seats of every area and stage
    lo95, hi95 : ends of the 95 % interval of seats required, (area, stage, year)
    apart : how far the gaps are from those of the first scenario; None for the first
    """

    outlook: pd.DataFrame
    lo95: FloatArray
    hi95: FloatArray
    apart: pd.DataFrame | None


@dataclass(frozen=True)
class Page:
    """Some scenarios of the results, the first of them in full.

    Parameters
    ----------
    results : what the forecast left
    plan : layout plan of all scenarios, if there is one
    scenarios : those of the page
    figures : scenario → what its draws tell
    language : of what people read
    """

    results: Results
    plan: PlanTables | None
    scenarios: tuple[Scenario, ...]
    figures: Mapping[str, DrawFigures]
    language: Language

    @property
    def views(self) -> list["Page"]:
        """The page of each scenario alone."""
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
        """Last year."""
        return int(self.demand["year"].max())

    @property
    def years(self) -> list[int]:
        """The years that tables of many columns show."""
        return chosen_years(self.now, self.until)

    @property
    def now(self) -> int:
        """School year that counts as the present, or the last one where that comes later."""
        return min(self.results.now, self.until)

    @cached_property
    def words(self) -> dict[str, str]:
        """The fixed texts in the page's language, fit for what the seats rest on."""
        texts = WORDS if self.in_use is None else WORDS | IN_USE_WORDS
        base = "" if self.in_use is None else f"{self.in_use:.0f}"
        pack = pack_of(self.areas)
        note = pack.map_note.within(self.language) if pack else ""
        return {
            key: text.within(self.language).replace("{base}", base).replace("{note}", note)
            for key, text in texts.items()
        }

    def say(self, key: str, **figures: Any) -> str:
        """Return a fixed text with figures in it."""
        return self.words[key].format(**figures)

    def say_all(self, texts: Sequence[Text]) -> list[str]:
        """Return texts in the page's language."""
        return [text.within(self.language) for text in texts]

    @property
    def apart(self) -> dict[str, pd.DataFrame]:
        """Other scenario → how far its gaps are from those of the first."""
        tables = {one.name: self.figures[one.name].apart for one in self.scenarios}
        return {name: table for name, table in tables.items() if table is not None}

    @property
    def outlook(self) -> pd.DataFrame:
        """Peak, shortage and idle seats of every area and stage in the main scenario."""
        return self.figures[self.scenarios[0].name].outlook

    @cached_property
    def in_use(self) -> float | None:
        """Year of the seats in use where none are stated at all; None otherwise."""
        return single_year(self.outlook)

    def of_lead(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the area that leads: the city, or the first county."""
        return table[table["adcode"] == next(iter(self.areas))]


def open_page(results: Results, plan: PlanTables | None, language: Language) -> Page:
    """Return the page of all scenarios; draws are read one scenario at a time and let go."""
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
