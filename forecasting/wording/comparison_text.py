"""A comparison of scenarios, and the sentences that describe it on the screen and the page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from data.contract.stages import STAGES
from data.language import Language, Text
from data.scenario.differences import differing
from data.scenario.schema import Scenario
from forecasting.comparison import FIGURES
from forecasting.headline import lead_area
from forecasting.why import PARTS
from forecasting.wording.forecast_text import chance
from forecasting.wording.why_text import because

MEASURE_TITLES = {
    "required": Text("需求学位差", "seats required"),
    "gap": Text("缺口差", "gap"),
}
MEASURE_NAMES = {
    "required": Text("需求学位", "the seats required are"),
    "gap": Text("缺口", "the gap is"),
}
MORE_OR_LESS = {
    "required": (Text("多", "more"), Text("少", "fewer")),
    "gap": (Text("大", "larger"), Text("小", "smaller")),
}
CHANCES = {
    "required": Text("更多的概率", "chance of more"),
    "gap": Text("更大的概率", "chance of a larger gap"),
}
SAME = Text("相同", "the same")
NO_DIFFERENCE = Text("无明显差别", "no clear difference")
SAME_SUPPLY = Text(
    "现有学位相同，缺口差等于需求学位差。",
    "The same seats are available, so the gap differs by the same amount.",
)


@dataclass(frozen=True)
class Comparison:
    """Scenarios compared with a reference scenario.

    Parameters
    ----------
    scenarios : the first is the reference for the others
    years : school years; sentences describe the last one
    table : rows of ``compare.csv``
    names : adcode → name
    settings : settings of the forecast, as in the manifest
    digest : digest of the results, as tagged on their runs
    study : name of their experiment
    """

    scenarios: tuple[Scenario, ...]
    years: tuple[int, ...]
    table: pd.DataFrame
    names: Mapping[str, str]
    settings: Mapping[str, str]
    digest: str
    study: str

    @property
    def first(self) -> Scenario:
        """The reference scenario."""
        return self.scenarios[0]

    @property
    def others(self) -> tuple[Scenario, ...]:
        """The scenarios compared with the reference."""
        return self.scenarios[1:]

    def rows(self, other: Scenario, year: int) -> pd.DataFrame:
        """Return the rows of one scenario and year, the city before its counties."""
        table = self.table
        return table[(table["scenario"] == other.name) & (table["year"] == year)]

    def title(self, language: Language) -> str:
        """Return a title naming the scenarios compared."""
        titles = " / ".join(scenario.title.within(language) for scenario in self.scenarios)
        return f"{Text('情景比较：', 'Scenarios compared: ').within(language)}{titles}"

    def assumptions(self, language: Language) -> list[tuple[str, ...]]:
        """Return title, value per scenario and unit of each assumption that differs."""
        return differing(self.scenarios, self.names, language)

    def sentences(self, other: Scenario) -> list[Text]:
        """Return one sentence per stage on the city (or only county) in the last year."""
        rows = lead_area(self.rows(other, self.years[-1])).set_index("stage")
        return [self._sentence(other, stage.title, rows.loc[stage.code]) for stage in STAGES]

    def _sentence(self, other: Scenario, stage: Text, row: pd.Series) -> Text:
        """Return the difference in seats and its reason, and that of the gap if not the same."""
        place = Text(f"{row['county']}{stage.zh}", f"{row['county']}, {stage.en}")
        year, one, first, why = self.years[-1], other.title, self.first.title, reason(row)
        clauses = [
            _difference(row, "required"),
            Text(f"，{why.zh}", f", {why.en}") if why.zh else why,
        ]
        if not same_supply(row.to_frame().T):
            gap = _difference(row, "gap")
            clauses.append(Text(f"；{gap.zh}", f"; {gap.en}"))
        zh, en = "".join(text.zh for text in clauses), "".join(text.en for text in clauses)
        return Text(
            f"{place.zh}：{year}年“{one.zh}”与“{first.zh}”相比，{zh}。",
            f"{place.en}: in {year}, “{one.en}” against “{first.en}”: {en}.",
        )


def _difference(row: pd.Series, measure: str) -> Text:
    """Return the difference in one measure with its uncertainty, in words."""
    name, (more, less) = MEASURE_NAMES[measure], MORE_OR_LESS[measure]
    if row[f"{measure}_equal"] == 1:
        return Text(f"{name.zh}相同", f"{name.en} the same")
    mean, low, high = (row[f"{measure}_{figure}"] for figure in FIGURES[:3])
    if not is_clear(row, measure):
        return Text(
            f"{name.zh}没有明显差别（80%区间{signed(low)}～{signed(high)}）",
            f"{name.en} not clearly different (80 %: {signed(low)} to {signed(high)})",
        )
    word = less if mean < 0 else more
    size, sure = f"{abs(round(mean)):,}", chance(row[f"{measure}_above"])
    return Text(
        f"{name.zh}{word.zh}{size}个"
        f"（80%区间{signed(low)}～{signed(high)}；{CHANCES[measure].zh}{sure.zh}）",
        f"{name.en} {size} {word.en} "
        f"(80 %: {signed(low)} to {signed(high)}; {CHANCES[measure].en} {sure.en})",
    )


def is_clear(row: Mapping[str, float] | pd.Series, measure: str) -> bool:
    """Return whether the 80 % interval of a difference excludes zero."""
    low, high = row[f"{measure}_difference_lo80"], row[f"{measure}_difference_hi80"]
    return round(low) > 0 or round(high) < 0


def reason(row: Mapping[str, float] | pd.Series) -> Text:
    """Return why the seats required differ, in words; empty unless they clearly differ."""
    total = row["required_difference"]
    if round(total) == 0 or not is_clear(row, "required"):
        return Text("", "")
    return because({part: float(row[part]) for part in PARTS}, total)


def signed(seats: float) -> str:
    """Return seats rounded to an integer, with their sign.

    >>> signed(1234.4), signed(-0.3), signed(-20.0)
    ('+1,234', '0', '-20')
    """
    return f"{round(seats):+,}" if round(seats) else "0"


def by_area(rows: pd.DataFrame) -> Iterator[tuple[str, list[dict[str, float]]]]:
    """Yield each county with one row per stage, in the order of ``rows``."""
    for _, own in rows.groupby("adcode", sort=False):
        yield str(own["county"].iloc[0]), own.to_dict("records")


def same_supply(rows: pd.DataFrame) -> bool:
    """Return whether gap and seats required differ by the same amount in every draw."""
    pairs = [(f"required_{name}", f"gap_{name}") for name in FIGURES]
    return all(rows[one].equals(rows[other].set_axis(rows.index)) for one, other in pairs)
