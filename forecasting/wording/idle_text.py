"""Sentences on the peak of demand and idle seats after it, one per stage."""

from collections.abc import Mapping

import pandas as pd

from data.contract.stages import STAGE_BY_CODE, STAGE_TITLES
from data.language import Text
from forecasting.wording.forecast_text import chance, with_interval
from forecasting.wording.supply_words import IN_USE, seats_in_use
from forecasting.wording.why_text import count_words

NOTHING = Text("", "")


def idle_sentences(total: pd.DataFrame, counties: pd.DataFrame, until: int) -> list[Text]:
    """Return one sentence per stage on the city, or on the only county.

    Parameters
    ----------
    total, counties : rows of :func:`forecasting.idle.peak_and_idle` of that area and of the others,
        with the column of :func:`forecasting.wording.supply_words.with_supply`
    until : last school year
    """
    sentences = []
    for row in total.to_dict("records"):
        stated = pd.isna(row[IN_USE])
        worst = _worst(row) if pd.notna(row["short_year"]) else _never(row, counties)
        parts = [_peak(row), worst, _idle_below(row) if stated else NOTHING, _end(row, until)]
        zh, en = ("".join(part) for part in zip(*parts, strict=True))
        title = STAGE_TITLES[str(row["stage"])]
        sentences.append(Text(f"{title.zh}：{zh}", f"{title.en.capitalize()}: {en}"))
    return sentences


def _peak(row: Mapping[str, float]) -> Text:
    year, seats = f"{row['peak_year']:.0f}", count_words(row["peak"])
    return Text(
        f"需求高峰在{year}年（{seats.zh}个），", f"demand peaks in {year} ({seats.en} seats); "
    )


def _never(row: Mapping[str, float], counties: pd.DataFrame) -> Text:
    """Return that a shortage is never likely at the stage, and in how many counties it is."""
    rows = counties[counties["stage"] == row["stage"]]
    few = int(rows["short_year"].notna().sum())
    if pd.isna(row[IN_USE]):
        zh, en = "没有一年多半会缺学位", "in no year is a shortage more likely than not"
        lacks = "多半会缺"
    else:
        base = seats_in_use(row[IN_USE])
        zh, en = f"没有一年多半会多于{base.zh}", f"in no year are more than the {base.en} likely"
        lacks = "多半会多"
    where = Text(f"，只有{few}个县区{lacks}", f", though {few} counties are") if few else NOTHING
    return Text(f"{zh}{where.zh}。", f"{en}{where.en}. ")


def _worst(row: Mapping[str, float]) -> Text:
    short, ends = with_interval(row, "short")
    worst, until = f"{row['short_year']:.0f}", f"{row['short_until']:.0f}"
    if pd.isna(row[IN_USE]):
        return Text(
            f"{worst}年最缺，缺{short.zh}个（{ends.zh}个），多半缺到{until}年。",
            f"most short in {worst}, by {short.en} ({ends.en}), likely until {until}. ",
        )
    base = seats_in_use(row[IN_USE])
    return Text(
        f"{worst}年比{base.zh}多出最多，多{short.zh}个（{ends.zh}个），多半多到{until}年。",
        f"furthest above the {base.en} in {worst}, by {short.en} ({ends.en}), until {until}. ",
    )


def _idle_below(row: Mapping[str, float]) -> Text:
    """Return the idle seats of the stage below in the worst year, regardless of location."""
    if pd.isna(row["lower_covers"]):
        return Text("", "")
    lower = STAGE_TITLES[str(STAGE_BY_CODE[str(row["stage"])].fed_by)]
    if round(row["lower"]) == 0:
        return Text(f"当年{lower.zh}没有闲置学位。", f"In that year no {lower.en} seats are idle. ")
    seats, sure = count_words(row["lower"]), chance(row["lower_covers"])
    return Text(
        f"当年{lower.zh}闲置{seats.zh}个学位，数量上够补这一缺口的概率{sure.zh}（未计远近和改造条件）。",
        f"In that year {seats.en} {lower.en} seats are idle, enough for that shortage in number "
        f"with a probability of {sure.en} (distance and buildings not considered). ",
    )


def _end(row: Mapping[str, float], until: int) -> Text:
    stated = pd.isna(row[IN_USE])
    if pd.isna(row["idle_from"]):
        if row["idle"] < 0:
            short = count_words(-row["idle"])
            lacks = Text("缺", "short by") if stated else Text("多", "above by")
            return Text(
                f"到{until}年平均仍{lacks.zh}{short.zh}个。",
                f"In {until} it is still {lacks.en} {short.en}.",
            )
        more = Text("富余", "idle") if stated else Text("变少", "fewer")
        return Text(
            f"到{until}年是否{more.zh}还说不准。",
            f"Whether seats are {more.en} by {until} is uncertain.",
        )
    since, (idle, ends) = f"{row['idle_from']:.0f}", with_interval(row, "idle")
    if stated:
        return Text(
            f"{since}年起富余，到{until}年闲置{idle.zh}个（{ends.zh}个）。",
            f"Idle from {since} on, {idle.en} seats in {until} ({ends.en}).",
        )
    return Text(
        f"{since}年起一直少，到{until}年少{idle.zh}个（{ends.zh}个）。",
        f"Fewer from {since} on, by {idle.en} in {until} ({ends.en}).",
    )
