"""Screen output of ``xuewei plan``: city by stage, priority for land, quality of the plan."""

from pathlib import Path

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from data.contract.stages import PLANNED, STAGE_TITLES
from data.language import Language, Text
from experiments.results.plan_file import PROJECT_WORKBOOK, WORKBOOK, PlanTables
from experiments.results.results_folder import REPORT
from forecasting.plan.project_list.gap_words import is_demonstration
from forecasting.plan.project_list.layout_plan import DEMONSTRATION
from forecasting.plan.project_list.reasons import (
    ACTION_TITLES,
    shown_actions,
)

FIRST = 5
YI = 1e8
HECTARE = 1e4


def print_plan(
    folder: Path,
    tables: PlanTables,
    titles: dict[str, str],
    logged: int,
    language: Language,
    console: Console,
) -> None:
    """Print the main scenario's plan and the paths of its files.

    Parameters
    ----------
    folder : results folder
    tables : the plan's tables
    titles : scenario name → title in ``language``, the main one first
    logged : number of scenarios whose runs received the plan
    language : language of the output
    console : console to print to
    """
    first = next(iter(titles))
    plan = shown_actions(tables.plan[tables.plan["scenario"] == first])
    check = tables.plan_check[tables.plan_check["scenario"] == first]
    if plan["basis"].map(is_demonstration).any():
        console.print(DEMONSTRATION.within(language), markup=False, soft_wrap=True)
    console.print(_by_stage(plan, titles[first], language))
    for line in (
        *_need_lines(tables),
        *_quality_lines(check.set_index(["group", "measure"])["value"]),
        *_unmet_lines(tables.plan_unmet, check.set_index(["group", "measure"])["value"]),
        *_place_lines(folder, logged),
    ):
        console.print(line.within(language), markup=False, highlight=False, soft_wrap=True)


def _by_stage(plan: pd.DataFrame, title: str, language: Language) -> Table:
    """Return seats and cost by stage and action, summed over all years."""
    heading = Text(f"布局规划：{title}", f"Layout plan: {title}")
    table = Table(
        title=Styled(heading.within(language)), box=box.SIMPLE_HEAD, padding=0, show_edge=False
    )
    table.add_column(Text("学段", "stage").within(language), no_wrap=True)
    actions = [
        action for action in ACTION_TITLES if plan.loc[plan["action"] == action, "seats"].any()
    ]
    for action in actions:
        label = ACTION_TITLES[action].within(language)
        table.add_column(f"{label}\n{Text('学位', 'seats').within(language)}", justify="right")
    table.add_column(Text("费用\n亿元", "cost\nCNY 1e8").within(language), justify="right")
    for stage in PLANNED:
        rows = plan[plan["stage"] == stage.code]
        sums = rows.groupby("action")["seats"].sum()
        table.add_row(
            stage.title.within(language),
            *(f"{sums.get(action, 0.0):,.0f}" for action in actions),
            f"{rows['cost_cny'].sum() / YI:.2f}",
        )
    return table


def _need_lines(tables: PlanTables) -> list[Text]:
    first = tables.plan_priority["scenario"].iloc[0]
    top = tables.plan_priority[tables.plan_priority["scenario"] == first].head(FIRST)
    zh = "、".join(f"{row.county}{row.quota_share:.0%}" for row in top.itertuples())
    en = ", ".join(f"{row.county} {row.quota_share:.0%}" for row in top.itertuples())
    common = tables.plan_common
    shared = int((common["classes_common"] > 0).sum())
    lines = [
        Text(f"用地优先次序（占全市新增需求）：{zh}", f"Land first (share of new need): {en}"),
    ]
    if len(tables.plan["scenario"].unique()) > 1:
        waits, all_of = int(common["signal_pupils"].notna().sum()), len(common)
        size = Text(f"，{waits}项做多少要看信号", f"; the size of {waits} depends on a signal")
        if not waits:
            size = Text("", "")
        lines.append(
            Text(
                f"今后三年要定{all_of}项，各情景下都做的{shared}项{size.zh}（plan_common.csv）",
                f"Of {all_of} actions to decide within three years, {shared} are taken in every "
                f"scenario{size.en} (plan_common.csv)",
            )
        )
    return lines


def _quality_lines(check: "pd.Series[float]") -> list[Text]:
    fresh = check["fresh_draws"]
    ours = fresh["total_distribution"]
    gap = check["plan", "optimality_gap"]
    return [
        Text(
            f"最优性差距 {gap:.3f}%；新抽样上的总代价：本方案 {ours / YI:.1f} 亿元，"
            f"按均值 {fresh['total_mean'] / YI:.1f}，按峰值新建 {fresh['total_peak'] / YI:.1f}，"
            f"什么都不做 {fresh['total_none'] / YI:.1f}",
            f"Optimality gap {gap:.3f} %; cost on fresh draws, CNY 1e8: this plan {ours / YI:.1f}, "
            f"by the mean {fresh['total_mean'] / YI:.1f}, build to the peak "
            f"{fresh['total_peak'] / YI:.1f}, do nothing {fresh['total_none'] / YI:.1f}",
        )
    ]


def _unmet_lines(unmet: pd.DataFrame, check: "pd.Series[float]") -> list[Text]:
    """Return where the limits leave seats missing, and the limits that would suffice."""
    if unmet.empty:
        return []
    money, land = check["limits", "enough_budget"] / YI, check["limits", "enough_land"] / HECTARE
    heading = Text(
        "预算或用地不够，比不受限时多缺的学位·年：",
        "Budget or land is insufficient; seat-years missing in addition to those without limits:",
    )
    rows = [
        Text(
            f"  {row.county}{STAGE_TITLES[row.stage].zh} "
            f"{row.missing_seat_years - row.missing_without_limits:,.0f}"
            f"（最缺的一年 {row.worst_year}）",
            f"  {row.county} {STAGE_TITLES[row.stage].en} "
            f"{row.missing_seat_years - row.missing_without_limits:,.0f} (worst {row.worst_year})",
        )
        for row in unmet.head(FIRST).itertuples()
    ]
    sufficient = Text(
        f"  每学年{money:.1f}亿元、用地{land:.1f}公顷即不受限制",
        f"  CNY {money:.1f}e8 per school year and {land:.1f} ha of land would be sufficient",
    )
    return [heading, *rows, sufficient]


def _place_lines(folder: Path, logged: int) -> list[Text]:
    runs = Text(f"已记入{logged}个情景的 MLflow 运行", f"logged to the runs of {logged} scenarios")
    if not logged:
        runs = Text("MLflow 中没有这次预测的运行，未记入", "no runs of this forecast in MLflow")
    return [
        Text(
            f"方案: {folder / 'plan.csv'}，{PROJECT_WORKBOOK}，{WORKBOOK}，{REPORT}",
            f"plan: {folder / 'plan.csv'}, {PROJECT_WORKBOOK}, {WORKBOOK}, {REPORT}",
        ),
        runs,
    ]
