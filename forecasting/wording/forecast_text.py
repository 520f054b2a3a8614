"""The answer in three sentences: how many seats are short, where, and how many fall idle."""

from collections.abc import Mapping

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.idle import SURE
from forecasting.wording.why_text import count_words

PLACES = 3  # counties named in a sentence
NEARLY = 0.99  # a thousand draws do not tell 99.9 % from certainty
LIST = Text("、", ", ")
BREAK = Text("；", "; ")


def answer(table: pd.DataFrame, names: Mapping[str, str], until: int) -> tuple[Text, Text, Text]:
    """Return three sentences on one scenario.

    Parameters
    ----------
    table : what :func:`forecasting.idle.peak_and_idle` returns; the city, or the only county, leads
    names : adcode → name
    until : last year
    """
    lead = str(table["adcode"].min())
    whole = table[table["adcode"] == lead]
    counties = table[table["adcode"] != lead]
    return (
        _shortages(whole, names[lead], until),
        _places(counties, names) if len(counties) else _afterwards(whole, until),
        _idle(whole, names[lead], until),
    )


def chance(probability: float) -> Text:
    """Return a probability as people say it.

    >>> chance(1.0).zh, chance(0.628).en, chance(0.0).en
    ('超过99%', '63 %', 'under 1 %')
    """
    if probability > NEARLY:
        return Text(f"超过{NEARLY:.0%}", f"over {NEARLY * 100:.0f} %")
    if probability < 1 - NEARLY:
        return Text("不到1%", "under 1 %")
    return Text(f"{probability:.0%}", f"{probability * 100:.0f} %")


def interval(row: Mapping[str, float], name: str) -> Text:
    """Return the 80 % interval of a figure of the table in words."""
    low, high = (count_words(row[f"{name}_{end}80"]) for end in ("lo", "hi"))
    return Text(f"80%区间{low.zh}～{high.zh}", f"80 % interval {low.en} to {high.en}")


def span(first: float, last: float) -> Text:
    """Return years from ``first`` to ``last`` in words."""
    if first == last:
        return Text(f"{first:.0f}年", f"in {first:.0f}")
    return Text(f"{first:.0f}—{last:.0f}年", f"from {first:.0f} to {last:.0f}")


def joined(parts: list[Text], joint: Text) -> Text:
    """Return ``parts`` one after another."""
    return Text(joint.zh.join(p.zh for p in parts), joint.en.join(p.en for p in parts))


def _shortages(whole: pd.DataFrame, name: str, until: int) -> Text:
    short = whole.dropna(subset="short_year").sort_values("short", ascending=False)
    if short.empty:
        return Text(
            f"{name}各学段学位到{until}年总体够用：没有一年的短缺概率达到一半。",
            f"{name} has seats enough at every stage to {until}: in no year is a shortage more "
            "likely than not.",
        )
    said = [_shortage(row) for row in short.to_dict("records")]
    most, others = said[0], "".join(f"；其次是{text.zh}" for text in said[1:])
    return Text(
        f"{name}最缺的是{most.zh}{others}。",
        f"{name} is short of seats at {joined(said, Text('', '; at ')).en}.",
    )


def _shortage(row: Mapping[str, float]) -> Text:
    stage, years = STAGE_TITLES[str(row["stage"])], span(row["short_from"], row["short_until"])
    seats, ends = count_words(row["short"]), interval(row, "short")
    worst, sure = f"{row['short_year']:.0f}", chance(row["short_probability"])
    return Text(
        f"{stage.zh}：{years.zh}学位不足，{worst}年缺口最大，为{seats.zh}个"
        f"（{ends.zh}个），当年短缺概率{sure.zh}",
        f"{stage.en} {years.en}, most in {worst}, by {seats.en} ({ends.en}; "
        f"probability of a shortage that year {sure.en})",
    )


def _places(counties: pd.DataFrame, names: Mapping[str, str]) -> Text:
    short = counties.dropna(subset="short_year")
    stages = short.groupby("stage")["short"].sum().sort_values(ascending=False).index
    total = counties["adcode"].nunique()
    if short.empty:
        return Text(
            f"{total}个县区各学段都没有多半会缺学位的年份。",
            f"None of the {total} counties is more likely short than not at any stage.",
        )
    said = joined([_worst(short[short["stage"] == stage], names) for stage in stages], BREAK)
    return Text(f"分县区看（共{total}个）：{said.zh}。", f"Of the {total} counties, {said.en}.")


def _worst(short: pd.DataFrame, names: Mapping[str, str]) -> Text:
    places = []
    for row in short.nlargest(PLACES, "short").to_dict("records"):
        name, seats = names[str(row["adcode"])], count_words(row["short"])
        year = f"{row['short_year']:.0f}"
        places.append(Text(f"{name}（{year}年缺{seats.zh}个）", f"{name} ({seats.en} in {year})"))
    said, stage = joined(places, LIST), STAGE_TITLES[str(short["stage"].iloc[0])]
    count = len(short)
    most = Text("，缺口最大的是", ", most in ") if count > PLACES else Text("：", ": ")
    return Text(
        f"{stage.zh}有{count}个多半会缺学位{most.zh}{said.zh}",
        f"{count} are likely short at {stage.en}{most.en}{said.en}",
    )


def _afterwards(whole: pd.DataFrame, until: int) -> Text:
    """Return for a county alone whether its shortages last."""
    lasting = whole[whole["short_until"] == until]
    if lasting.empty:
        return Text(f"到{until}年没有学段还缺学位。", f"By {until} no stage is short any more.")
    stages = joined([STAGE_TITLES[stage] for stage in lasting["stage"]], LIST)
    return Text(f"到{until}年仍缺的是{stages.zh}。", f"Still short in {until}: {stages.en}.")


def _idle(whole: pd.DataFrame, name: str, until: int) -> Text:
    idle = whole.dropna(subset="idle_from").sort_values("idle", ascending=False)
    if idle.empty:
        return Text(
            f"到{until}年，{name}没有哪个学段有八成以上把握空出学位。",
            f"By {until} no stage of {name} has seats idle with a probability of {SURE * 100:.0f} %"
            " or more.",
        )
    said = joined([_idle_stage(row) for row in idle.to_dict("records")], BREAK)
    return Text(f"到{until}年，{said.zh}。", f"Idle by {until}: {said.en}.")


def _idle_stage(row: Mapping[str, float]) -> Text:
    stage, seats = STAGE_TITLES[str(row["stage"])], count_words(row["idle"])
    ends, since = interval(row, "idle"), f"{row['idle_from']:.0f}"
    return Text(
        f"{stage.zh}将闲置{seats.zh}个学位（{ends.zh}个，占可用学位的{row['idle_share']:.0%}，"
        f"{since}年起持续富余）",
        f"{seats.en} {stage.en} seats ({ends.en}; {row['idle_share'] * 100:.0f} % of those "
        f"available; idle since {since})",
    )
