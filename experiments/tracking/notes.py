"""What people read beside the charts: the note of each run and of the experiment, in Markdown."""

import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from data.contract.stages import STAGE_TITLES as TITLES_BY_STAGE
from data.scenario.schema import Scenario
from data.scenario.terms import TITLES
from experiments.tracking.metrics import IDLE_YEAR, SHORTAGE_YEAR
from experiments.tracking.study_runs import ScenarioRun, StudyRuns
from forecasting.headline import WARNING_TITLES, rung_lines
from forecasting.tables import ForecastTables
from forecasting.wording.why_text import reasons

STAGE_TITLES = {code: title.zh for code, title in TITLES_BY_STAGE.items()}
SHOWN_YEARS = (SHORTAGE_YEAR, IDLE_YEAR)
READING = "缺口＝需求学位－可用学位，正数为不足、负数为富余。预警取现在起短缺概率最高的一年。"
GUIDE = """{description}

### 怎样看
1. **图表**（列表左上方的图表按钮）：每条线是一个情景，横轴是年份；`seats_required` 需求学位、
`seats_available` 可用学位、`gap` 缺口（正数为不足）、`shortage_probability` 短缺概率、
`pupils` 在校生；
`uncertainty80` 是80%区间的两端。学段：1 幼儿园、2 小学、3 初中、4 高中。
2. **某个县区**：在搜索框输入
`tags.county = '临桂区' and tags.version = 'current'`，排序（Sort）选
`place`，图表即为该县区的各情景；
`xuewei ui` 给出的网址已这样排序。按时间排序时列表把县区收在情景之下，画出的是全市。
3. **假设有何不同**：勾选几个情景，点“Compare”，参数一栏打开“Show diff only”。
4. **关键数字**：`headline` 一组没有年份：峰值年 `peak_year`、缺口 `gap_2030`、短缺概率
`shortage_probability_2030`、空余学位 `idle_seats_2035`（全市为各县区之和，不与别县的缺口相抵），
可在“Compare”的平行坐标图中选用。
5. 点开一个情景，先看说明（摘要、原因、与对照情景不同的假设），附件有工作簿和图。

数据或假设改变后重新运行，原来的运行记录保留，标签 `version` 改为 `earlier`。
"""


def study_note(study: StudyRuns) -> str:
    """Return what the page of the experiment says: what it answers, and how to read it."""
    description = plain(study.description.zh or study.title.zh)
    return GUIDE.format(description=description).replace("\n`", " `")


def plain(text: str) -> str:
    r"""Return a text of the planner's as Markdown shows it, none of it taken for markup.

    >>> print(plain("[临桂](javascript:x) | `a` <b>"))
    \[临桂\](javascript:x) \| \`a\` \<b\>
    """
    return re.sub(r"([\\`*_\[\]<>|#~!])", r"\\\1", text)


def city_note(
    headlines: pd.DataFrame, tables: ForecastTables, run: ScenarioRun, files: Sequence[str]
) -> str:
    """Return the note of a scenario: summary, reasons, what it assumes, on what it rests, files.

    Parameters
    ----------
    headlines : rows of the area that the run holds
    tables : of the scenario
    run : the scenario, and the one that it is compared with
    files : names of its artifacts
    """
    pieces = [plain(run.scenario.description.zh), area_note(headlines, tables.changes)]
    differing = _differing(run.scenario, run.compared_with)
    if differing:
        pieces += [f"**与“{plain(run.compared_with.title.zh)}”不同的假设**", _bullets(differing)]
    pieces += ["**依据**", _bullets([line.zh for line in rung_lines(tables.demand)])]
    return "\n\n".join([*pieces, f"**附件**：{'、'.join(files)}"])


def area_note(headlines: pd.DataFrame, changes: pd.DataFrame) -> str:
    """Return summary and reasons of one area, from its rows of headlines and ``why.csv``."""
    why = _bullets([plain(sentence.zh) for sentence in reasons(changes)])
    return "\n\n".join([_summary(headlines), READING, "**为什么变**", why])


def _summary(headlines: pd.DataFrame) -> str:
    """Return the headlines of one area as a table in Markdown, a line a stage."""
    table = summary_table(headlines)
    table.insert(0, "学段", headlines["stage"].map(STAGE_TITLES).to_list())
    shown = table.drop(columns="县区学段")
    lines = [list(shown), ["---", *["---:"] * (shown.shape[1] - 2), "---"], *shown.to_numpy()]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def summary_table(headlines: pd.DataFrame) -> pd.DataFrame:
    """Return the headlines of every county and stage as the table view shows them.

    It opens grouped by the first column and compares the second between the scenarios.
    """
    rows = headlines.to_dict("records")
    columns = {"县区学段": [f"{row['county']} {STAGE_TITLES[row['stage']]}" for row in rows]}
    columns |= {
        f"{year}年缺口（80%区间）": [_gap(row, year) for row in rows] for year in SHOWN_YEARS
    }
    columns |= {
        f"{SHORTAGE_YEAR}年短缺概率": [_shortage(row) for row in rows],
        f"{IDLE_YEAR}年空余学位": [_idle(row) for row in rows],
        "现在在校生": [f"{row['pupils_now']:,.0f}" for row in rows],
        "峰值在校生（年）": [_peak(row) for row in rows],
        "预警（年）": [_warning(row) for row in rows],
    }
    return pd.DataFrame(columns)


def _gap(row: Mapping[Hashable, Any], year: int) -> str:
    gap, low, high = (row[f"gap{end}_{year}"] for end in ("", "_lo80", "_hi80"))
    return "—" if pd.isna(gap) else f"{gap:+,.0f}（{low:+,.0f}～{high:+,.0f}）"


def _shortage(row: Mapping[Hashable, Any]) -> str:
    return _known(row[f"shortage_probability_{SHORTAGE_YEAR}"], ".0%")


def _idle(row: Mapping[Hashable, Any]) -> str:
    return _known(row[f"idle_seats_{IDLE_YEAR}"], ",.0f")


def _peak(row: Mapping[Hashable, Any]) -> str:
    return f"{row['peak_pupils']:,.0f}（{row['peak_year']}）"


def _warning(row: Mapping[Hashable, Any]) -> str:
    level = WARNING_TITLES[row["warning"]].zh
    return level if row["warning"] == "green" else f"{level}（{row['warning_year']}）"


def _known(value: float, form: str) -> str:
    return "—" if pd.isna(value) else format(value, form)


def _differing(scenario: Scenario, other: Scenario) -> list[str]:
    mine, theirs = scenario.assumptions("zh"), other.assumptions("zh")
    return [
        f"{TITLES[key].zh}：{plain(value)}（{plain(other.title.zh)}为{plain(theirs[key])}）"
        for key, value in mine.items()
        if value != theirs[key]
    ]


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
