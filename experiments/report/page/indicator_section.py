"""The section on what inspections of the State ask for, of the main scenario."""

from typing import Any

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.data_folder import Tables
from data.language import Text
from experiments.report.page.contents import Page
from experiments.report.page.page_tables import NOTHING, Row
from experiments.results.indicator_file import IndicatorTables
from forecasting.headline import headline_years
from forecasting.indicators.registry import GROUP_TITLES
from forecasting.indicators.sentences import indicator_sentences, made_up_note
from forecasting.indicators.sheets.workbook import indicators_shown, warnings_shown
from forecasting.indicators.table import NOT_DUE

NAMED_MOST = 6
WORDS = {
    "headings": Text("标准|有数据|达标|{year}年达标：不规划→规划后|未达标县区|条款核对",
                     "norm|counties known|met|met in {year}, without → with the plan|not met in"
                     "|norm checked"),
    "warning_headings": Text("近期预警|最紧年份|缺学位|规划后期末|远期预警|最紧年份|缺学位"
                             "|规划后期末",
                             "near|year|seats short|with the plan|to 2035|year|seats short"
                             "|with the plan"),
    "warning_caption": Text("学位预警（红色、橙色）", "warnings, red and orange"),
    "staff_caption": Text("教师（全部县区合计）", "teachers, all counties"),
    "staff_headings": Text("学年|按标准需要|在岗|缺额合计|富余合计|跨学段可调|累计招聘",
                           "year|required|staying|short|surplus|moved between stages|recruited"),
    "reading": Text("指标按督导评估文件计算；“待核”指条款或数值未能核对原文；"
                    "同一指标取最早有数据的学年，逐年数见 指标.xlsx。",
                    "Computed as the documents ask; “to be confirmed” marks a norm that could not "
                    "be checked; the first known year of each, all years in 指标.xlsx."),
}  # fmt: skip


def indicator_section(
    page: Page, tables: IndicatorTables | None, inputs: Tables
) -> dict[str, Any] | None:
    """Return the template variables of the indicators, or None if they were not computed.

    Parameters
    ----------
    page : all scenarios, the main one first
    tables : tables of ``xuewei indicators``
    inputs : tables of the data folder, of which synthetic ones are marked
    """
    if tables is None:
        return None
    main = page.scenarios[0].name
    indicators, warnings, staff, towns = (
        table[table["scenario"] == main]
        for table in (
            tables.indicators, tables.stage_warnings, tables.teachers_needed, tables.towns
        )
    )  # fmt: skip
    words = {key: text.within(page.language) for key, text in WORDS.items()}
    note = made_up_note(inputs).within(page.language)
    return {
        "sentences": page.say_all(indicator_sentences(indicators, warnings, towns)),
        "reading": words["reading"],
        "note": note,
        "headings": words["headings"].format(year=_plan_year(page)).split("|"),
        "groups": _groups(page, indicators),
        "warning_caption": words["warning_caption"],
        "warning_headings": words["warning_headings"].split("|"),
        "warnings": _warnings(page, warnings),
        "staff_caption": words["staff_caption"],
        "staff_headings": words["staff_headings"].split("|"),
        "staff": _staff(page, staff),
    }


def _groups(page: Page, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return one table per group: how many counties are known and meet the norm."""
    shown = indicators_shown(table, page.language).assign(missing_code=table["missing"])
    groups = []
    for group, title in GROUP_TITLES.items():
        own = shown[shown["group"] == str(group)]
        rows = [
            _summary(rows, table.loc[rows.index], _plan_year(page))
            for _, rows in own.groupby(["code", "stage"], sort=False)
        ]
        groups.append({"title": title.within(page.language), "rows": rows})
    return groups


def _plan_year(page: Page) -> int:
    """Return the year in which counties are compared without and with the plan."""
    return headline_years(page.now, page.until)[0]


def _summary(rows: pd.DataFrame, codes: pd.DataFrame, year: int) -> Row:
    known = codes["value"].notna()
    first = codes[known].drop_duplicates("adcode")
    failing = first[first["met"] == "no"]["county"]
    named = "、".join(failing.head(NAMED_MOST)) + ("等" if len(failing) > NAMED_MOST else "")
    then = codes[(codes["year"] == year) & (codes["plan_met"] != "")]
    counts = [int((then[column] == "yes").sum()) for column in ("met", "plan_met")]
    planned = "{}→{}".format(*counts) if len(then) else NOTHING
    absent = rows.loc[~known & ~rows["missing_code"].isin(["", NOT_DUE]), "missing"]
    one = rows.iloc[0]
    judged = (first["met"] != "").any()
    return Row(
        f"{one['title']}（{one['stage']}）",
        [
            one["norm"] or NOTHING,
            len(first),
            int((first["met"] == "yes").sum()) if judged else NOTHING,
            planned,
            named or (absent.iloc[0] if len(absent) else NOTHING),
            one["norm_status"] or NOTHING,
        ],
    )


def _warnings(page: Page, table: pd.DataFrame) -> list[Row]:
    high = ("red", "orange")
    own = table[table["near_level"].isin(high) | table["long_level"].isin(high)]
    shown = warnings_shown(own, page.language)
    figures = (
        "near_level", "near_year", "near_short", "near_level_plan",
        "long_level", "long_year", "long_short", "long_level_plan",
    )  # fmt: skip
    return [
        Row(f"{row['county']} {row['stage']}", [_cell(row[name], name) for name in figures])
        for row in shown.to_dict("records")
    ]


def _cell(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value or NOTHING
    if pd.isna(value):
        return NOTHING
    return f"{value:.0f}" if name.endswith("year") else f"{value:,.0f}"


def _staff(page: Page, table: pd.DataFrame) -> list[Row]:
    """Return required, staying, short, surplus, moved and recruited teachers in chosen years."""
    rows = []
    for stage, own in table.groupby("stage", sort=False):
        title = STAGE_TITLES[str(stage)].within(page.language)
        for year in page.years:
            at, until = own[own["year"] == year], own[own["year"] <= year]
            short = at["short"].clip(lower=0).sum(), (-at["short"]).clip(lower=0).sum()
            sums = at["required"].sum(), at["staying"].sum(), *short, at["moved_in"].sum()
            figures = [f"{figure:,.0f}" for figure in (*sums, until["recruited"].sum())]
            rows.append(Row(title, [str(year), *figures]))
    return rows
