"""What changed since an earlier forecast, as one self-contained HTML page without scripts."""

from dataclasses import dataclass

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from data.contract.stages import STAGE_TITLES, STAGES
from data.language import Language, Text
from data.scenario.differences import differing
from experiments.report.overlay import overlay
from experiments.results.reader import Results
from forecasting.headline import headline_years, lead_area
from forecasting.vintages import Vintage, observed_since, vintage_table
from forecasting.wording.vintage_text import (
    changed_files,
    counted_sentence,
    ladder_sentences,
    vintage_sentences,
    why_moved,
)

PAGES = {"zh": "与上次相比.html", "en": "since_earlier.html"}
SETTINGS = {
    "now": Text("当前学年", "present school year"),
    "until": Text("末年", "last year"),
    "draws": Text("抽样次数", "draws"),
    "seed": Text("随机种子", "seed"),
}
WORDS = {
    "changed": Text("什么变了", "What changed"),
    "sentences": Text("数字怎么变、为什么", "What moved, and why"),
    "curves": Text("两次预测叠在一起", "Both forecasts overlaid"),
    "legend": Text(
        "蓝色实线为本次需求学位，灰色虚线和色带为上次及其80%区间",
        "blue: seats required now; grey, dashed: the earlier forecast with its 80 % interval",
    ),
    "table": Text("各县区", "Counties"),
    "county": Text("县区", "county"),
    "stage": Text("学段", "stage"),
    "before": Text("上次", "earlier"),
    "now": Text("本次", "now"),
    "moved": Text("多（+）少（−）", "more (+) or fewer (−)"),
    "place": Text("与上次80%区间", "earlier 80 % interval"),
    "outside": Text("超出", "outside"),
    "inside": Text("之内", "inside"),
    "reason": Text("主要原因", "main reason"),
    "same": Text("数据、设置和假设都没有变。", "Data, settings and assumptions are the same."),
    "footer": Text(
        "两次预测的抽样不成对，所以差别没有区间；变动是否显著，看本次的数是否超出上次的80%区间。"
        "原因是从起点年份以来各因素之差的均值。",
        "Draws of the two forecasts are not paired, so differences have no interval; a figure that "
        "leaves the earlier 80 % interval moved clearly. Reasons are mean differences of the "
        "factors since the base year.",
    ),
}


@dataclass(frozen=True)
class SinceEarlier:
    """Comparison of the main scenarios of two forecasts.

    Parameters
    ----------
    earlier, present : both results
    years : school years compared; sentences describe the first
    table : from :func:`forecasting.vintages.vintage_table`
    counted : from :func:`forecasting.vintages.observed_since`
    """

    earlier: Results
    present: Results
    years: tuple[int, ...]
    table: pd.DataFrame
    counted: pd.DataFrame

    @classmethod
    def of(cls, earlier: Results, present: Results, years: tuple[int, ...]) -> "SinceEarlier":
        """Return the comparison of two results in ``years``, by default the headline years."""
        before, after = (_main(one) for one in (earlier, present))
        until = int(min(before.demand["year"].max(), after.demand["year"].max()))
        chosen = years or tuple(headline_years(present.now, until))
        table = vintage_table(before, after, chosen)
        return cls(earlier, present, chosen, table, observed_since(before, after))

    def title(self, language: Language) -> str:
        """Return the title of the comparison."""
        was, now = (one.study.title.within(language) for one in (self.earlier, self.present))
        years = f"{self.earlier.now} → {self.present.now}"
        named = now if was == now else f"{was} → {now}"
        title = Text(f"与上次预测相比：{named}（{years}）", f"Since the last: {named} ({years})")
        return title.within(language)

    def changed(self, language: Language) -> list[str]:
        """Return what changed in data, data ladder, settings and assumptions."""
        one, two = self.earlier, self.present
        texts = [*changed_files(one.digests, two.digests), *ladder_sentences(self.table)]
        was, now = one.settings.as_text(), two.settings.as_text()
        for key, title in SETTINGS.items():
            if was[key] != now[key]:
                change = f"{was[key]} → {now[key]}"
                texts.append(Text(f"{title.zh}：{change}", f"{title.en}: {change}"))
        pair = (one.scenarios[0], two.scenarios[0])
        assumed = [
            f"{title}: {before} → {after}"
            for title, before, after, _ in differing(pair, {}, language)
        ]
        return [text.within(language) for text in texts] + assumed

    def sentences(self) -> list[Text]:
        """Return how well the earlier forecast did, and what moved by stage."""
        return [counted_sentence(self.counted), *vintage_sentences(self.table, self.years[0])]


def since_earlier_page(since: SinceEarlier, language: Language) -> str:
    """Return the page as HTML; text from data is escaped."""
    environment = Environment(
        loader=PackageLoader("experiments"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    before, after = (lead_area(_main(one).demand) for one in (since.earlier, since.present))
    curves = {
        stage.title.within(language): overlay(
            before[before["stage"] == stage.code], after[after["stage"] == stage.code]
        )
        for stage in STAGES
    }
    return environment.get_template("since_earlier.html.j2").render(
        since=since,
        language=language,
        words={key: text.within(language) for key, text in WORDS.items()},
        curves=curves,
        stages={code: title.within(language) for code, title in STAGE_TITLES.items()},
        why_moved=why_moved,
    )


def _main(results: Results) -> Vintage:
    name = results.scenarios[0].name
    demand, changes = results.demand, results.changes
    return Vintage(demand[demand["scenario"] == name], changes[changes["scenario"] == name])
