"""The indicators in sentences: what is met, what is not, and what cannot be computed."""

from collections.abc import Iterator

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.data_folder import Tables
from data.language import Text
from forecasting.demand import WarningLevel
from forecasting.indicators.registry import GROUP_TITLES, INDICATOR_BY_CODE
from forecasting.indicators.table import NOT_DUE, missing_words

NAMED_MOST = 4
SYNTHETIC = "synthetic"


def indicator_sentences(
    indicators: pd.DataFrame, warnings: pd.DataFrame, towns: pd.DataFrame
) -> list[Text]:
    """Return sentences on each group of indicators, on warnings, towns and what is missing.

    Parameters
    ----------
    indicators, warnings, towns : tables of one scenario
    """
    return [
        *(_group(indicators, str(group)) for group in GROUP_TITLES),
        *_warned(warnings),
        *_towns(towns),
        *_missing(indicators),
    ]


def _group(table: pd.DataFrame, group: str) -> Text:
    """Say how many counties meet the norms of a group in the first year that is known."""
    own = table[(table["group"] == group) & (table["met"] != "")]
    title = next(words for code, words in GROUP_TITLES.items() if str(code) == group)
    if own.empty:
        return Text(f"{title.zh}：没有可以对照标准的指标", f"{title.en}: nothing can be compared")
    first = own.drop_duplicates(["adcode", "code", "stage"])
    good = int((first["met"] == "yes").sum())
    failed = first[first["met"] == "no"]["code"].value_counts()
    worst = [INDICATOR_BY_CODE[str(code)].title for code in failed.index[:NAMED_MOST]]
    zh = f"{title.zh}：{len(first)}项对照，{good}项达标"
    en = f"{title.en}: {good} of {len(first)} comparisons meet the norm"
    if worst:
        zh += f"；未达标较多的是{'、'.join(one.zh for one in worst)}"
        en += f"; most often missed: {', '.join(one.en for one in worst)}"
    better, worse = (_changed(own, before) for before in ("no", "yes"))
    if better or worse:
        zh += f"；规划使{better}项在一些年份由未达标变为达标，{worse}项由达标变为未达标"
        en += f"; with the plan {better} come to meet the norm in some years, {worse} cease to"
    return Text(zh, en)


def _changed(table: pd.DataFrame, before: str) -> int:
    """Return the comparisons that the plan changes in a year, from ``before`` to its opposite."""
    after = "yes" if before == "no" else "no"
    rows = table[(table["met"] == before) & (table["plan_met"] == after)]
    return len(rows.drop_duplicates(["adcode", "code", "stage"]))


def _warned(warnings: pd.DataFrame) -> Iterator[Text]:
    """Say which counties and stages have a red or orange warning, near and long."""
    if (warnings["near_level"] == "").all():
        yield Text(
            "学位预警：现有学位未报（缺学位表或学校表），不作预警",
            "warnings: present seats are not stated, so there are none",
        )
        return
    high = (WarningLevel.RED, WarningLevel.ORANGE)
    for column, zh, en in (("near_level", "近期", "near"), ("long_level", "远期", "long")):
        own = warnings[warnings[column].isin(high)]
        cells = [
            Text(f"{row.county}{STAGE_TITLES[row.stage].zh}",
                 f"{row.county} {STAGE_TITLES[row.stage].en}")
            for row in own.head(NAMED_MOST).itertuples()
        ]  # fmt: skip
        more = "等" if len(own) > NAMED_MOST else ""
        listed = f"（{'、'.join(one.zh for one in cells)}{more}）" if cells else ""
        named = f" ({', '.join(one.en for one in cells)} …)" if cells else ""
        yield Text(
            f"学位预警：{zh}红色或橙色 {len(own)} 个县区学段{listed}",
            f"warnings, {en}: {len(own)} red or orange{named}",
        )


def _towns(towns: pd.DataFrame) -> Iterator[Text]:
    """Say which towns draw pupils from others, and which counties have no towns at all."""
    first = towns[(towns["year"] == towns["year"].min()) & (towns["net_inflow"] == "yes")]
    sums = first.groupby(["county", "town"], sort=False)["inflow"].sum()
    if len(sums):
        top = sums.sort_values(ascending=False).head(NAMED_MOST)
        zh = "、".join(f"{county}{town}{count:,.0f}人" for (county, town), count in top.items())
        en = ", ".join(f"{county} {town} {count:,.0f}" for (county, town), count in top.items())
        yield Text(
            f"乡镇：{len(sums)}个乡镇有学段净流入学生，最多的是{zh}（估算，见乡镇学位表）",
            f"towns: {len(sums)} draw pupils from others at a stage, most of all {en} (estimates)",
        )
    absent = towns[towns["missing"] != ""]
    if len(absent):
        words = missing_words(str(absent["missing"].iloc[0]))
        yield Text(
            f"乡镇：{len(absent)}个县区{words.zh}（或学校表的“乡镇”），没有分乡镇的学位",
            f"towns: {len(absent)} counties without seats by town ({words.en}, or town of schools)",
        )


def _missing(table: pd.DataFrame) -> Iterator[Text]:
    """Say which tables would give the indicators that cannot be computed."""
    absent = table[~table["missing"].isin(["", NOT_DUE])]
    needed = absent.groupby("missing")["code"].nunique().sort_values(ascending=False)
    for code, count in needed.items():
        words = missing_words(str(code))
        yield Text(f"{words.zh}：{count}项指标不能计算", f"{words.en} ({count} indicators)")


def made_up_note(tables: Tables) -> Text:
    """Return a warning if a table holds synthetic rows, else nothing."""
    for name in tables.found():
        table = getattr(tables, name)
        if "basis" in table and (table["basis"] == SYNTHETIC).any():
            return Text(
                "含虚构演示数据，不得用于决策", "synthetic data inside: no basis for decisions"
            )
    return Text("", "")
