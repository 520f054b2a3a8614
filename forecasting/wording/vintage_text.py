"""Sentences on what changed since an earlier forecast, and why."""

from collections.abc import Mapping

import pandas as pd

from data.contract.rungs import TITLES
from data.contract.stages import STAGE_TITLES, STAGES
from data.language import Text
from forecasting.headline import lead_area, total_area
from forecasting.why import PARTS
from forecasting.wording.why_text import because, count_words, range_words

START = Text(
    "基年需求学位不同：统计数、班额或取整规则变了",
    "the base year differs: its count, class sizes or rounding",
)
LIST = Text("、", ", ")


def vintage_sentences(table: pd.DataFrame, year: int) -> list[Text]:
    """Return one sentence per stage on the lead area: what was expected, what is, and why."""
    rows = lead_area(table[table["year"] == year]).set_index("stage")
    return [
        _sentence(stage.title, rows.loc[stage.code]) for stage in STAGES if stage.code in rows.index
    ]


def _sentence(stage: Text, row: pd.Series) -> Text:
    place = Text(f"{row['county']}{stage.zh}", f"{row['county']}, {stage.en}")
    was, now = count_words(row["seats_required_before"]), count_words(row["seats_required"])
    low, high = range_words(row["seats_required_lo80_before"], row["seats_required_hi80_before"])
    moved, year = row["moved"], f"{row['year']:.0f}"
    if round(moved) == 0:
        return Text(
            f"{place.zh}：{year}年需求学位仍是{now.zh}个。",
            f"{place.en}: in {year} still {now.en} seats required.",
        )
    size = count_words(abs(moved))
    verb = Text("多", "more") if moved > 0 else Text("少", "fewer")
    where = Text("超出", "outside") if row["outside"] else Text("仍在", "inside")
    why = why_moved(row)
    return Text(
        f"{place.zh}：{year}年需求学位由{was.zh}个改为{now.zh}个，{verb.zh}{size.zh}个，"
        f"{where.zh}上次80%区间（{low.zh}～{high.zh}个）；{why.zh}。",
        f"{place.en}: in {year} {now.en} seats required instead of {was.en}, {size.en} {verb.en}, "
        f"{where.en} the earlier 80 % interval ({low.en} to {high.en}); {why.en}.",
    )


def why_moved(row: Mapping[str, float] | pd.Series) -> Text:
    """Return the largest factor of a difference, which may be the count to start from."""
    moved = row["moved"]
    factors = pd.Series({part: row[part] for part in PARTS})
    largest = factors[(factors * moved).idxmax()]
    if row["start"] * moved >= largest * moved:
        size = count_words(row["start"], sign="+")
        return Text(f"主要因为{START.zh}（{size.zh}）", f"mainly because {START.en} ({size.en})")
    return because(factors.to_dict(), moved)


def counted_sentence(counted: pd.DataFrame) -> Text:
    """Return how many of the pupils counted since lie in the interval expected earlier."""
    own = counted[counted["adcode"] != total_area(counted["adcode"])]
    if own.empty:
        return Text(
            "上次预测以来没有新的在校生统计数，还不能检验它准不准。",
            "No pupils were counted since the earlier forecast, so it cannot be checked yet.",
        )
    inside, total = int(own["inside"].sum()), len(own)
    error = (own["pupils"] - own["pupils_before"]).abs().sum() / own["pupils"].sum()
    return Text(
        f"上次预测之后统计了{total}个县区学段年份的在校生，其中{inside}个落在上次80%区间内"
        f"（应约为80%）；合计误差{error:.1%}。",
        f"Pupils of {total} counties, stages and years were counted since; {inside} lie in the "
        f"earlier 80 % interval (about 80 % should); total error {error * 100:.1f} %.",
    )


def ladder_sentences(table: pd.DataFrame) -> list[Text]:
    """Return one sentence per stage and change of the data that its pupils rest on."""
    own = table[table["adcode"] != total_area(table["adcode"])].drop_duplicates(["adcode", "stage"])
    moved = own[own["rung"] != own["rung_before"]]
    found = moved.groupby(["stage", "rung_before", "rung"], sort=False, observed=True).size()
    return [
        Text(
            f"{STAGE_TITLES[stage].zh}：{count}个县区的依据由“{TITLES[was].zh}”变为“{TITLES[now].zh}”",
            f"{STAGE_TITLES[stage].en}: {count} counties rest on “{TITLES[now].en}”, "
            f"before on “{TITLES[was].en}”",
        )
        for (stage, was, now), count in found.items()
    ]


def changed_files(before: Mapping[str, str], after: Mapping[str, str]) -> list[Text]:
    """Return which input files are new, changed or gone, from their digests."""
    both = set(before) & set(after)
    kinds = (
        (Text("新增", "new"), sorted(set(after) - set(before))),
        (
            Text("有改动", "changed"),
            sorted(file for file in both if before[file] != after[file]),
        ),
        (Text("去掉", "gone"), sorted(set(before) - set(after))),
    )
    return [
        Text(f"数据{kind.zh}：{LIST.zh.join(files)}", f"data {kind.en}: {LIST.en.join(files)}")
        for kind, files in kinds
        if files
    ]
