"""The conclusion in three sentences: how many seats are short, where, and how many fall idle."""

from collections.abc import Mapping

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.idle import SURE
from forecasting.wording.supply_words import IN_USE, seats_in_use, single_year
from forecasting.wording.why_text import count_words, range_words

PLACES = 2  # counties named in a sentence
NEARLY = 0.99  # a thousand draws cannot distinguish 99.9 % from certainty
LIST = Text("、", ", ")
BREAK = Text("；", "; ")


def conclusion(
    table: pd.DataFrame, names: Mapping[str, str], until: int
) -> tuple[Text, Text, Text]:
    """Return the three sentences that summarize one scenario.

    Parameters
    ----------
    table : result of :func:`forecasting.idle.peak_and_idle` with the column of
        :func:`forecasting.wording.supply_words.with_supply`; one row per area and stage
    names : adcode → name
    until : last school year
    """
    lead = str(table["adcode"].min())
    total = table[table["adcode"] == lead]
    counties = table[table["adcode"] != lead]
    return (
        _shortages(total, names[lead], until),
        _places(counties, names) if len(counties) else _afterwards(total, until),
        _idle(total, names[lead], until),
    )


def chance(probability: float) -> Text:
    """Return a probability in words, without claiming certainty.

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
    low, high = range_words(row[f"{name}_lo80"], row[f"{name}_hi80"])
    return Text(f"80%区间{low.zh}～{high.zh}", f"80 % interval {low.en} to {high.en}")


def span(first: float, last: float) -> Text:
    """Return years from ``first`` to ``last`` in words."""
    if first == last:
        return Text(f"{first:.0f}年", f"in {first:.0f}")
    return Text(f"{first:.0f}—{last:.0f}年", f"from {first:.0f} to {last:.0f}")


def joined(parts: list[Text], joint: Text) -> Text:
    """Return ``parts`` joined by ``joint``."""
    return Text(joint.zh.join(p.zh for p in parts), joint.en.join(p.en for p in parts))


def _shortages(total: pd.DataFrame, name: str, until: int) -> Text:
    """Return the stages at which seats are short, or required beyond those in use."""
    short = total.dropna(subset="short_year").sort_values("short", ascending=False)
    stated, in_use = short[short[IN_USE].isna()], short[short[IN_USE].notna()]
    said = []
    if short.empty:
        said = [_enough(total, name, until)]
    if len(stated):
        places = [_shortage(row) for row in stated.to_dict("records")]
        rest = "".join(f"；其次是{text.zh}" for text in places[1:])
        en = joined(places, Text("", "; at ")).en
        most = f"{name}最缺的是{places[0].zh}{rest}。"
        said.append(Text(most, f"{name} is short of seats at {en}."))
    if len(in_use):
        places = [_more(row) for row in in_use.to_dict("records")]
        rest = "".join(f"；其次是{text.zh}" for text in places[1:])
        base = seats_in_use(in_use[IN_USE].iloc[0])
        en = joined(places, Text("", "; at ")).en
        said.append(
            Text(
                f"与{base.zh}相比，{name}需求多出最多的是{places[0].zh}{rest}。",
                f"Against the {base.en}, {name} needs more at {en}.",
            )
        )
    return joined(said, Text("", " "))


def _enough(total: pd.DataFrame, name: str, until: int) -> Text:
    year = single_year(total)
    if year is None:
        return Text(
            f"{name}各学段学位到{until}年总体够用：没有一年的短缺概率达到一半。",
            f"{name} has enough seats at every stage until {until}: in no year is a shortage more "
            "likely than not.",
        )
    base = seats_in_use(year)
    return Text(
        f"{name}各学段需求到{until}年都没有多于{base.zh}的把握：没有一年的超出概率达到一半。",
        f"{name} needs no more than the {base.en} at any stage until {until}: in no year is a "
        "higher requirement more likely than not.",
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


def _more(row: Mapping[str, float]) -> Text:
    stage, years = STAGE_TITLES[str(row["stage"])], span(row["short_from"], row["short_until"])
    seats, ends = count_words(row["short"]), interval(row, "short")
    worst, sure = f"{row['short_year']:.0f}", chance(row["short_probability"])
    return Text(
        f"{stage.zh}：{years.zh}一直多，{worst}年最多，多出{seats.zh}个（{ends.zh}个），"
        f"当年多的概率{sure.zh}",
        f"{stage.en} {years.en}, most in {worst}, by {seats.en} ({ends.en}; "
        f"probability of exceeding them that year {sure.en})",
    )


def _places(counties: pd.DataFrame, names: Mapping[str, str]) -> Text:
    short = counties.dropna(subset="short_year")
    stages = short.groupby("stage")["short"].sum().sort_values(ascending=False).index
    total, year = counties["adcode"].nunique(), single_year(counties)
    if short.empty:
        base = Text("可用学位", "seats available") if year is None else seats_in_use(year)
        return Text(
            f"{total}个县区各学段都没有需求多半会多于{base.zh}的年份。",
            f"None of the {total} counties is likely to need more than the {base.en} at any stage.",
        )
    said = joined([_worst(short[short["stage"] == stage], names) for stage in stages], BREAK)
    return Text(f"分县区看（共{total}个）：{said.zh}。", f"Of the {total} counties, {said.en}.")


def _worst(short: pd.DataFrame, names: Mapping[str, str]) -> Text:
    year_of_seats = short[IN_USE].max()
    stated = pd.isna(year_of_seats)
    lacks = Text("缺", "") if stated else Text("多", "")
    places = []
    for row in short.nlargest(PLACES, "short").to_dict("records"):
        name, seats = names[str(row["adcode"])], count_words(row["short"])
        year = f"{row['short_year']:.0f}"
        places.append(
            Text(f"{name}（{year}年{lacks.zh}{seats.zh}个）", f"{name} ({seats.en} in {year})")
        )
    said, stage = joined(places, LIST), STAGE_TITLES[str(short["stage"].iloc[0])]
    count = len(short)
    if stated:
        verb, most = Text("会缺学位", "are likely short at"), Text("缺口最大的是", "most in ")
    else:
        base = seats_in_use(year_of_seats)
        verb = Text(f"会多于{base.zh}", f"are likely to need more than the {base.en} at")
        most = Text("多出最多的是", "most in ")
    first = Text(f"，{most.zh}", f", {most.en}") if count > PLACES else Text("：", ": ")
    return Text(
        f"{stage.zh}有{count}个多半{verb.zh}{first.zh}{said.zh}",
        f"{count} {verb.en} {stage.en}{first.en}{said.en}",
    )


def _afterwards(total: pd.DataFrame, until: int) -> Text:
    """Return whether the shortages of a single county persist."""
    lasting = total[total["short_until"] == until]
    year = single_year(total)
    lacks = Text("缺学位", "short") if year is None else Text(
        f"多于{seats_in_use(year).zh}", f"above the {seats_in_use(year).en}"
    )  # fmt: skip
    if lasting.empty:
        return Text(
            f"到{until}年没有学段还{lacks.zh}。", f"By {until} no stage is {lacks.en} any more."
        )
    stages = joined([STAGE_TITLES[stage] for stage in lasting["stage"]], LIST)
    return Text(
        f"到{until}年仍{lacks.zh}的是{stages.zh}。", f"Still {lacks.en} in {until}: {stages.en}."
    )


def _idle(total: pd.DataFrame, name: str, until: int) -> Text:
    idle = total.dropna(subset="idle_from").sort_values("idle", ascending=False)
    year = single_year(total)
    if idle.empty:
        empty = Text("空出学位", "has seats idle") if year is None else Text(
            f"少于{seats_in_use(year).zh}", f"needs fewer than the {seats_in_use(year).en}"
        )  # fmt: skip
        return Text(
            f"到{until}年，{name}没有哪个学段有八成以上把握{empty.zh}。",
            f"By {until} no stage of {name} {empty.en} with a probability of {SURE * 100:.0f} % or"
            " more.",
        )
    said = joined([_idle_stage(row) for row in idle.to_dict("records")], BREAK)
    return Text(f"到{until}年，{said.zh}。", f"By {until}: {said.en}.")


def _idle_stage(row: Mapping[str, float]) -> Text:
    stage, seats = STAGE_TITLES[str(row["stage"])], count_words(row["idle"])
    ends, since = interval(row, "idle"), f"{row['idle_from']:.0f}"
    share = row["idle_share"]
    if pd.isna(row[IN_USE]):
        return Text(
            f"{stage.zh}将闲置{seats.zh}个学位（{ends.zh}个，占可用学位的{share:.0%}，"
            f"{since}年起持续富余）",
            f"{seats.en} {stage.en} seats idle ({ends.en}; {share * 100:.0f} % of those "
            f"available; idle since {since})",
        )
    base = seats_in_use(row[IN_USE])
    return Text(
        f"{stage.zh}需求比{base.zh}少{seats.zh}个（{ends.zh}个，少{share:.0%}，{since}年起一直少）",
        f"{seats.en} fewer {stage.en} seats than in use in {row[IN_USE]:.0f} ({ends.en}; "
        f"{share * 100:.0f} % fewer; fewer since {since})",
    )
