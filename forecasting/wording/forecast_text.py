"""The conclusion in three sentences: how many seats are short, where, and how many fall idle."""

from collections.abc import Mapping

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.idle import SURE
from forecasting.wording.supply_words import IN_USE, seats_in_use, single_year
from forecasting.wording.why_text import count_words, figure_words

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
        _places(counties, names) if len(set(counties["adcode"])) > 1 else _afterwards(total, until),
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


def with_interval(row: Mapping[str, float], name: str, *, named: bool = True) -> tuple[Text, Text]:
    """Return a figure of the table and its 80 % interval, with or without the words for it."""
    size, low, high = figure_words(row[name], row[f"{name}_lo80"], row[f"{name}_hi80"])
    title = Text("80%区间", "80 % interval ") if named else Text("", "")
    return size, Text(f"{title.zh}{low.zh}～{high.zh}", f"{title.en}{low.en} to {high.en}")


def span(first: float, last: float) -> Text:
    """Return years from ``first`` to ``last`` in words."""
    if first == last:
        return Text(f"{first:.0f}年", f"in {first:.0f}")
    return Text(f"{first:.0f}—{last:.0f}年", f"from {first:.0f} to {last:.0f}")


def join_texts(parts: list[Text], joint: Text) -> Text:
    """Return ``parts`` joined by ``joint``."""
    return Text(joint.zh.join(p.zh for p in parts), joint.en.join(p.en for p in parts))


def _shortages(total: pd.DataFrame, name: str, until: int) -> Text:
    """Return the stages at which seats are short, or required beyond those in use."""
    short = total.dropna(subset="short_year").sort_values("short", ascending=False)
    if short.empty:
        return _enough(total, name, until)
    return join_texts([_most(rows, name) for rows in _by_supply(short)], Text("", " "))


def _most(short: pd.DataFrame, name: str) -> Text:
    """Return the stages with more seats required than available or in use, the largest first."""
    year = single_year(short)
    lacks, by = ("不足", "缺") if year is None else ("多", "多")
    rows = short.to_dict("records")
    parts = join_texts([_stage(row, lacks, by, first=row is rows[0]) for row in rows], BREAK)
    if year is None:
        return Text(f"{name}缺学位：{parts.zh}。", f"{name} is short of seats at {parts.en}.")
    base = seats_in_use(year)
    return Text(
        f"{name}与{base.zh}相比：{parts.zh}。",
        f"Against the {base.en}, {name} needs more at {parts.en}.",
    )


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


def _stage(row: Mapping[str, float], lacks: str, by: str, *, first: bool) -> Text:
    stage, years = STAGE_TITLES[str(row["stage"])], span(row["short_from"], row["short_until"])
    seats, ends = with_interval(row, "short", named=first)
    worst, sure = f"{row['short_year']:.0f}", chance(row["short_probability"])
    of = Text("概率", "probability ") if first else Text("", "")
    peak = Text(f"{lacks}，高峰{worst}年", f", most in {worst}")
    if row["short_from"] == row["short_until"]:
        peak = Text("", "")
    return Text(
        f"{stage.zh}{years.zh}{peak.zh}{by}{seats.zh}个（{ends.zh}个，{of.zh}{sure.zh}）",
        f"{stage.en} {years.en}{peak.en}, by {seats.en} ({ends.en}; {of.en}{sure.en})",
    )


def _places(counties: pd.DataFrame, names: Mapping[str, str]) -> Text:
    short = counties.dropna(subset="short_year")
    total, year = counties["adcode"].nunique(), single_year(counties)
    if short.empty:
        base = Text("可用学位", "seats available") if year is None else seats_in_use(year)
        return Text(
            f"{total}个县区各学段的需求多半都不会多于{base.zh}。",
            f"None of the {total} counties is likely to need more than the {base.en} at any stage.",
        )
    return join_texts([_by_stage(rows, names, total) for rows in _by_supply(short)], Text("", " "))


def _by_supply(table: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the rows whose seats are stated, and those compared with seats in use, if any."""
    known = table[IN_USE].isna()
    return [rows for rows in (table[known], table[~known]) if len(rows)]


def _by_stage(short: pd.DataFrame, names: Mapping[str, str], total: int) -> Text:
    """Return where more seats are likely required than available or in use, by stage."""
    year = single_year(short)
    more = Text("缺学位", "are likely short of seats")
    if year is not None:
        base = seats_in_use(year)
        more = Text("多", f"are likely to need more than the {base.en}")
    stages = short.groupby("stage")["short"].sum().sort_values(ascending=False).index
    said = join_texts([_worst(short[short["stage"] == stage], names) for stage in stages], BREAK)
    return Text(
        f"{total}个县区中多半会{more.zh}的：{said.zh}。",
        f"Of the {total} counties, these {more.en}: {said.en}.",
    )


def _worst(short: pd.DataFrame, names: Mapping[str, str]) -> Text:
    """Return the number of counties short at one stage, and those that lack most seats."""
    places = []
    for row in short.nlargest(PLACES, "short").to_dict("records"):
        name, seats = names[str(row["adcode"])], count_words(row["short"])
        year = f"{row['short_year']:.0f}"
        places.append(Text(f"{name}（{year}年{seats.zh}个）", f"{name} ({seats.en} in {year})"))
    said, stage, count = (
        join_texts(places, LIST),
        STAGE_TITLES[str(short["stage"].iloc[0])],
        len(short),
    )
    most = Text("，最多的是", ", most in ") if count > PLACES else Text("：", ": ")
    return Text(
        f"{stage.zh}{count}个{most.zh}{said.zh}", f"{count} at {stage.en}{most.en}{said.en}"
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
    stages = join_texts([STAGE_TITLES[stage] for stage in lasting["stage"]], LIST)
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
    parts = join_texts([_fewer(rows) for rows in _by_supply(idle)], BREAK)
    return Text(f"到{until}年，{parts.zh}。", f"By {until}, {parts.en}.")


def _fewer(idle: pd.DataFrame) -> Text:
    """Return the stages with fewer seats required than available, under one title."""
    year = single_year(idle)
    title, verb = Text("闲置学位", "seats idle"), ""
    if year is not None:
        base = seats_in_use(year)
        title, verb = Text(f"需求比{base.zh}", f"fewer than the {base.en}"), "少"
    rows = idle.to_dict("records")
    parts = join_texts([_idle_stage(row, verb, first=row is rows[0]) for row in rows], BREAK)
    return Text(f"{title.zh}：{parts.zh}", f"{title.en}: {parts.en}")


def _idle_stage(row: Mapping[str, float], verb: str, *, first: bool) -> Text:
    stage, since = STAGE_TITLES[str(row["stage"])], f"{row['idle_from']:.0f}"
    seats, ends = with_interval(row, "idle", named=first)
    share = row["idle_share"]
    return Text(
        f"{stage.zh}{verb}{share:.0%}即{seats.zh}个（{ends.zh}个，{since}年起）",
        f"{stage.en} {seats.en}, {share * 100:.0f} % ({ends.en}; since {since})",
    )
