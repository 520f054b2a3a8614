"""Notes of the experiment and of each run, in Markdown."""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Language, Text
from data.scenario.schema import Scenario
from data.scenario.terms import TITLES
from experiments.results.reader import Results
from experiments.results.results_folder import StudyText
from experiments.tracking.names import HEADLINES, MEASURES
from experiments.tracking.scenario_runs.run_metrics import IDLE_YEAR, SHORTAGE_YEAR
from forecasting.demand import WarningLevel
from forecasting.headline import WARNING_TITLES, rung_lines

SHOWN_YEARS = (SHORTAGE_YEAR, IDLE_YEAR)
READING = Text(
    "缺口＝需求学位－可用学位，正数为不足、负数为富余；没有填报现有学位的，是与基年在用学位之差，"
    "不是短缺。预警取现在起短缺概率最高的一年。",
    "Gap = seats required - available: positive is a shortage, negative a surplus; if present "
    "seats are not stated, it is the difference from those in use in the base year. The level "
    "is that of the year with the highest shortage probability from the present on.",
)
READING_IN_USE = Text(
    "没有填报现有学位：这里是需求学位与基年在用学位之差，正数为多、负数为少，不是缺口，也没有预警；"
    "指标名中的“缺口”“短缺概率”也是这个意思。",
    "Present seats are not stated: figures are seats required less those in use in the base year, "
    "positive for more and negative for fewer. This is no shortage and has no warning level; "
    "metrics named gap and shortage probability mean the same here.",
)
GAP_TITLES = {
    True: Text("缺口", "gap"),
    False: Text("比在用学位多（＋）少（－）", "seats above (+) or below (-) those in use"),
}
CHANCE_TITLES = {
    True: Text("短缺概率", "shortage probability"),
    False: Text("多于在用学位的概率", "probability of more than in use"),
}
IDLE_TITLES = {
    True: Text("空余学位", "idle seats"),
    False: Text("少于在用学位", "seats fewer than in use"),
}
GUIDE = Text(
    """{description}

### 怎样看
1. **图表**（列表左上方的图表按钮）：每条线是一个情景，横轴是年份。{measures}。
2. **按地区看**（每行一个情景，列为各学段的学位、比基准的差别和原因；左上角可切换到图表）：
{links}
3. **假设有何不同**：勾选几个情景，点“Compare”，参数一栏打开“Show diff only”。
4. **{headlines}** 一组没有年份：峰值年、缺口、短缺概率、空余学位
（全市为各县区之和，不与别县的缺口相抵）。
5. 点开一个情景，先看说明；第一个情景的附件有报告、工作簿和图。

数据或假设改变后重新运行，原来的运行记录保留，标签 `version` 改为 `earlier`。
""",
    """{description}

### How to read it
1. **Charts** (the chart button above the list): one line per scenario, the horizontal axis is the
year. {measures}.
2. **By area** (one row per scenario; columns are seats by stage, difference and reasons; the
button above the list shows the charts): {links}
3. **Assumptions**: select scenarios, click “Compare”, and turn on “Show diff only” for parameters.
4. **{headlines}** figures have no year: peak year, gap, shortage probability, idle seats (the
city's are the sum over counties, not offset against gaps of other counties).
5. Open a scenario to read its note; report, workbook and charts are attached to the first one.

When data or assumptions change, earlier runs are kept; their tag `version` becomes `earlier`.
""",
)


def study_note(study: StudyText, links: str, language: Language) -> str:
    """Return the note of the experiment: its purpose and how to read it."""
    description = escape_markdown(
        study.description.within(language) or study.title.within(language)
    )
    measures = "、".join(f"`{one.within(language)}`" for one in MEASURES.values())
    guide = GUIDE.within(language)
    title = HEADLINES.within(language)
    return guide.format(description=description, links=links, measures=measures, headlines=title)


def escape_markdown(text: str) -> str:
    r"""Return user text with Markdown markup escaped.

    >>> print(escape_markdown("[县区](javascript:x) | `a` <b>"))
    \[县区\](javascript:x) \| \`a\` \<b\>
    """
    return re.sub(r"([\\`*_\[\]<>|#~!])", r"\\\1", text)


def scenario_note(
    results: Results, scenario: Scenario, lead: pd.DataFrame, why: Sequence[str]
) -> str:
    """Return the note of a scenario: summary, reasons, assumptions and basis.

    Parameters
    ----------
    results : results of the forecast
    scenario : one of its scenarios
    lead : headlines of the run's area
    why : sentences on reasons for change
    """
    language = results.settings.language
    first = results.scenarios[0]
    demand = results.demand[results.demand["scenario"] == scenario.name]
    texts = [escape_markdown(scenario.description.within(language)), area_note(lead, why, language)]
    differing = _differing(scenario, first, language)
    if differing:
        title = escape_markdown(first.title.within(language))
        heading = Text(f"与“{title}”不同的假设", f"Assumptions that differ from “{title}”")
        texts += [f"**{heading.within(language)}**", _bullets(differing)]
    basis = Text("依据", "Basis").within(language)
    lines = [line.within(language) for line in rung_lines(demand)]
    return "\n\n".join([*texts, f"**{basis}**", _bullets(lines)])


def area_note(headlines: pd.DataFrame, why: Sequence[str], language: Language) -> str:
    """Return summary and reasons of one area, from its headlines and sentences on reasons."""
    title = Text("为什么变", "Why it changes").within(language)
    sentences = [escape_markdown(sentence) for sentence in why]
    summary = _summary(headlines, language)
    reading = READING if headlines["supply_known"].any() else READING_IN_USE
    return "\n\n".join([summary, reading.within(language), f"**{title}**", _bullets(sentences)])


def _summary(headlines: pd.DataFrame, language: Language) -> str:
    """Return the headlines of one area as a table in Markdown, one line per stage."""
    table = summary_table(headlines, language)
    table[table.columns[0]] = [STAGE_TITLES[stage].within(language) for stage in headlines["stage"]]
    lines = [list(table), ["---", *["---:"] * (table.shape[1] - 2), "---"], *table.to_numpy()]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def summary_table(headlines: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the headlines of every county and stage for MLflow's table view.

    The view groups by the first column and compares the second between scenarios.
    """
    rows = headlines.to_dict("records")
    known = bool(headlines["supply_known"].any())
    gap, chance, idle = GAP_TITLES[known], CHANCE_TITLES[known], IDLE_TITLES[known]
    shown = [
        (
            Text("县区·学段", "county · stage"),
            [f"{row['county']}·{STAGE_TITLES[row['stage']].within(language)}" for row in rows],
        ),
        *(
            (
                Text(f"{year}年{gap.zh}（80%区间）", f"{gap.en} {year} (80 %)"),
                [_gap(one, year) for one in rows],
            )
            for year in SHOWN_YEARS
        ),
        (
            Text(f"{SHORTAGE_YEAR}年{chance.zh}", f"{chance.en} {SHORTAGE_YEAR}"),
            [_known(row[f"shortage_probability_{SHORTAGE_YEAR}"], ".0%") for row in rows],
        ),
        (
            Text(f"{IDLE_YEAR}年{idle.zh}", f"{idle.en} {IDLE_YEAR}"),
            [_known(row[f"idle_seats_{IDLE_YEAR}"], ",.0f") for row in rows],
        ),
        (Text("现在在校生", "present pupils"), [f"{row['pupils_now']:,.0f}" for row in rows]),
        (Text("峰值在校生（年）", "peak pupils (year)"), [_peak(row) for row in rows]),
        (Text("预警（年）", "level (year)"), [_warning(row, language) for row in rows]),
    ]
    return pd.DataFrame(
        {title.within(language): cells for title, cells in shown[: None if known else -1]}
    )


def _gap(row: Mapping[Hashable, Any], year: int) -> str:
    gap, low, high = (row[f"gap{end}_{year}"] for end in ("", "_lo80", "_hi80"))
    return "—" if pd.isna(gap) else f"{gap:+,.0f}（{low:+,.0f}～{high:+,.0f}）"


def _peak(row: Mapping[Hashable, Any]) -> str:
    return f"{row['peak_pupils']:,.0f}（{row['peak_year']}）"


def _warning(row: Mapping[Hashable, Any], language: Language) -> str:
    if not row["supply_known"]:
        return Text("—（可用学位未统计）", "— (seats not stated)").within(language)
    level = WARNING_TITLES[row["warning"]].within(language)
    calm = row["warning"] == WarningLevel.GREEN
    return level if calm else f"{level}（{row['warning_year']}）"


def _known(value: float, form: str) -> str:
    return "—" if pd.isna(value) else format(value, form)


def _differing(scenario: Scenario, other: Scenario, language: Language) -> list[str]:
    mine, theirs = scenario.assumptions(language), other.assumptions(language)
    title = escape_markdown(other.title.within(language))
    sentence = Text("{key}：{mine}（{title}为{theirs}）", "{key}: {mine} ({title}: {theirs})")
    return [
        sentence.within(language).format(
            key=TITLES[key].within(language),
            mine=escape_markdown(value),
            title=title,
            theirs=escape_markdown(theirs[key]),
        )
        for key, value in mine.items()
        if value != theirs[key]
    ]


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
