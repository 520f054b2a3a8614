"""What people read beside the charts: the note of each run and of the experiment, in Markdown."""

from collections.abc import Sequence

import pandas as pd

from data.scenario import Scenario
from data.scenario_terms import TITLES
from data.stages import STAGES
from experiments.outputs import ForecastTables
from experiments.run_metrics import IDLE_YEAR, SHORTAGE_YEAR
from experiments.study_runs import ScenarioRun, StudyRuns
from forecasting.headline import HEADLINE_YEARS, WARNING_TITLES, rung_lines
from forecasting.why_words import reasons

STAGE_TITLES = {stage.code: stage.title.zh for stage in STAGES}
SHOWN_YEARS = [year for year in HEADLINE_YEARS if year >= SHORTAGE_YEAR]
READING = (
    "缺口＝需求学位－可用学位，正数为不足、负数为富余；括号内为80%区间。"
    "预警取现在起短缺概率最高的一年。"
)
GUIDE = """{description}

### 怎样看
1. **图表**（列表左上方的图表按钮）：每条线是一个情景，横轴是年份；`seats_required` 需求学位、
`seats_available` 可用学位、`gap` 缺口（正数为不足）、`shortage_probability` 短缺概率、
`pupils` 在校生；
`uncertainty80` 是80%区间的两端。学段：1 幼儿园、2 小学、3 初中、4 高中。
2. **某个县区**：在搜索框输入
`tags.county = '临桂区' and tags.version = 'current'`，图表即为该县区的各情景。
3. **假设有何不同**：勾选几个情景，点“Compare”，参数一栏打开“Show diff only”。
4. **关键数字**：`headline` 一组没有年份：峰值年 `peak_year`、缺口 `gap_2030`、短缺概率
`shortage_probability_2030`、空余学位 `idle_seats_2035`（全市为各县区之和，不与别县的缺口相抵），
可在“Compare”的平行坐标图中选用。
5. 点开一个情景，先看说明（摘要、原因、与对照情景不同的假设），附件有工作簿和图。

数据或假设改变后重新运行，原来的运行记录保留，标签 `version` 改为 `earlier`。
"""


def study_note(study: StudyRuns) -> str:
    """Return what the page of the experiment says: what it answers, and how to read it."""
    return GUIDE.format(description=study.description.zh or study.title.zh).replace("\n`", " `")


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
    pieces = [run.scenario.description.zh, area_note(headlines, tables.changes)]
    differing = _differing(run.scenario, run.compared_with)
    if differing:
        pieces += [f"**与“{run.compared_with.title.zh}”不同的假设**", _bullets(differing)]
    pieces += ["**依据**", _bullets([line.zh for line in rung_lines(tables.demand)])]
    return "\n\n".join([*pieces, f"**附件**：{'、'.join(files)}"])


def area_note(headlines: pd.DataFrame, changes: pd.DataFrame) -> str:
    """Return summary and reasons of one area, from its rows of headlines and ``why.csv``."""
    why = _bullets([sentence.zh for sentence in reasons(changes)])
    return "\n\n".join([_summary(headlines), READING, "**为什么变**", why])


def _summary(headlines: pd.DataFrame) -> str:
    years = [year for year in SHOWN_YEARS if headlines[f"gap_{year}"].notna().any()]
    headings = ["学段", "现在在校生", "峰值（年）", *(f"{year}年缺口" for year in years)]
    headings += [f"{SHORTAGE_YEAR}年短缺概率", f"{IDLE_YEAR}年空余学位", "预警（年）"]
    lines = [headings, ["---", *["---:"] * (len(headings) - 2), "---"]]
    for row in headlines.to_dict("records"):
        gaps = [
            f"{row[f'gap_{y}']:+,.0f}（{row[f'gap_lo80_{y}']:+,.0f}～{row[f'gap_hi80_{y}']:+,.0f}）"
            for y in years
        ]
        lines.append(
            [
                STAGE_TITLES[row["stage"]],
                f"{row['pupils_now']:,.0f}",
                f"{row['peak_pupils']:,.0f}（{row['peak_year']}）",
                *gaps,
                _known(row[f"shortage_probability_{SHORTAGE_YEAR}"], ".0%"),
                _known(row[f"idle_seats_{IDLE_YEAR}"], ",.0f"),
                f"{WARNING_TITLES[row['warning']].zh}（{row['warning_year']}）",
            ]
        )
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def summary_table(headlines: pd.DataFrame) -> pd.DataFrame:
    """Return the headlines of every county and stage as the table view shows them."""
    years = {year: headlines[f"gap_{year}"] for year in SHOWN_YEARS}
    columns = {
        "县区": headlines["county"],
        "学段": headlines["stage"].map(STAGE_TITLES),
        "现在在校生": headlines["pupils_now"].round(),
        "峰值年": headlines["peak_year"],
        "峰值在校生": headlines["peak_pupils"].round(),
        **{f"{year}年缺口": gap.round() for year, gap in years.items()},
        f"{SHORTAGE_YEAR}年短缺概率": headlines[f"shortage_probability_{SHORTAGE_YEAR}"].round(3),
        f"{IDLE_YEAR}年空余学位": headlines[f"idle_seats_{IDLE_YEAR}"].round(),
        "预警": headlines["warning"].map(lambda level: WARNING_TITLES[level].zh),
    }
    return pd.DataFrame(columns).reset_index(drop=True)


def _known(value: float, form: str) -> str:
    return "—" if pd.isna(value) else format(value, form)


def _differing(scenario: Scenario, other: Scenario) -> list[str]:
    mine, theirs = scenario.assumptions("zh"), other.assumptions("zh")
    return [
        f"{TITLES[key].zh}：{value}（{other.title.zh}为{theirs[key]}）"
        for key, value in mine.items()
        if value != theirs[key]
    ]


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)
