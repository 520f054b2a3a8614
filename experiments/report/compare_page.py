"""A comparison of scenarios as one self-contained HTML page without scripts."""

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from data.contract.stages import STAGE_TITLES
from data.language import Language, Text
from forecasting.comparison import MEASURES
from forecasting.headline import total_area
from forecasting.wording.comparison_text import (
    CHANCES,
    MEASURE_TITLES,
    NO_DIFFERENCE,
    SAME,
    SAME_SUPPLY,
    Comparison,
    by_area,
    is_clear,
    reason,
    same_supply,
    signed,
)
from forecasting.wording.forecast_text import chance

PAGES = {"zh": "比较.html", "en": "compare.html"}
WORDS = {
    "reading": Text(
        "各情景用同一组随机数，逐次相减，所以差异只来自假设；"
        "区间是差的80%区间，比两个情景各自的区间窄得多。"
        "区间跨过零的，记为“无明显差别”。",
        "All scenarios use the same random numbers and are subtracted draw by draw, so differences "
        "come only from the assumptions; the range is the 80 % range of the difference, much "
        "narrower than that of either scenario. If it spans zero, there is no clear difference.",
    ),
    "assumptions": Text("不同的假设", "Assumptions that differ"),
    "assumption": Text("假设", "assumption"),
    "unit": Text("单位", "unit"),
    "no_difference": Text("各情景的假设相同。", "The scenarios have the same assumptions."),
    "county": Text("县区", "county"),
    "stage": Text("学段", "stage"),
    "mean": Text("均值", "mean"),
    "range": Text("80%区间", "80 % range"),
    "to": Text("～", " to "),
    "same": SAME,
    "no_clear": NO_DIFFERENCE,
    "same_supply": SAME_SUPPLY,
    "reason": Text("需求学位差的主要原因", "main reason for the difference in seats required"),
}


def comparison_page(comparison: Comparison, language: Language) -> str:
    """Return the page as HTML; text from data is escaped.

    Parameters
    ----------
    comparison : scenarios to compare, with their differences
    language : language of the page
    """
    environment = Environment(
        loader=PackageLoader("experiments"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words: dict[str, object] = {
        key: text.within(language) for key, text in (WORDS | MEASURE_TITLES).items()
    }
    words["above"] = {measure: text.within(language) for measure, text in CHANCES.items()}
    words["footer"] = _footer(comparison).within(language)
    return environment.get_template("compare.html.j2").render(
        comparison=comparison,
        assumptions=comparison.assumptions(language),
        language=language,
        words=words,
        measures=_measures,
        stages=dict(STAGE_TITLES),
        by_area=by_area,
        city=total_area(comparison.names),
        chance=chance,
        is_clear=is_clear,
        reason=reason,
        signed=signed,
    )


def _measures(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the measures to show: the gap only if the seats available differ too."""
    return MEASURES[:1] if same_supply(rows) else MEASURES


def _footer(comparison: Comparison) -> Text:
    data, now, draws, seed = (comparison.settings[key] for key in ("data", "now", "draws", "seed"))
    return Text(
        f"数据 {data}；当前学年 {now}；抽样 {draws} 次；随机种子 {seed}。"
        "原因是因子分解的均值，未列出不足全部变化十分之一的抵消项。",
        f"Data {data}; present school year {now}; {draws} draws; seed {seed}. Reasons are means of "
        "the decomposition into factors; offsets below a tenth of the total change are omitted.",
    )
