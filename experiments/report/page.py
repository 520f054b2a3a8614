"""One page of the report: results seen through some of their scenarios."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from data.language import Language, Text
from data.scenario.schema import Scenario
from experiments.report.payload import areas_in_order, whole_draws
from experiments.report.texts import WORDS
from experiments.results.plan_file import PlanTables
from experiments.results.reader import Results
from forecasting.idle import peak_and_idle
from forecasting.seat_draws import SeatDraws
from forecasting.wording.difference_text import gaps_apart


@dataclass(frozen=True)
class Page:
    """Some scenarios of the results, the first of them in full.

    Parameters
    ----------
    results : what the forecast left
    plan : layout plan of all scenarios, if there is one
    scenarios : those of the page
    language : of what people read
    """

    results: Results
    plan: PlanTables | None
    scenarios: tuple[Scenario, ...]
    language: Language

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
    def now(self) -> int:
        """School year that counts as the present, or the last one where that comes later."""
        return min(self.results.now, self.until)

    def say(self, key: str, **figures: Any) -> str:
        """Return a fixed text with figures in it."""
        return WORDS[key].within(self.language).format(**figures)

    def say_all(self, texts: Sequence[Text]) -> list[str]:
        """Return texts in the page's language."""
        return [text.within(self.language) for text in texts]

    @cached_property
    def draws(self) -> SeatDraws:
        """Draws of the main scenario over the areas of the page."""
        return whole_draws(self.results.draws(self.scenarios[0].name), list(self.areas))

    @cached_property
    def apart(self) -> dict[str, pd.DataFrame]:
        """Other scenario → how far its gaps are from those of the main one."""
        return {
            one.name: gaps_apart(
                self.draws, whole_draws(self.results.draws(one.name), list(self.areas))
            )
            for one in self.scenarios[1:]
        }

    @cached_property
    def outlook(self) -> pd.DataFrame:
        """Peak, shortage and idle seats of every area and stage."""
        return peak_and_idle(self.draws, self.now)

    def of_lead(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the area that leads: the city, or the first county."""
        return table[table["adcode"] == next(iter(self.areas))]
