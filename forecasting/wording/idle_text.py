"""Peak, then idle in words: a sentence a stage, as far as the figures carry it."""

from collections.abc import Mapping

import pandas as pd

from data.contract.stages import STAGE_BY_CODE, STAGE_TITLES
from data.language import Text
from forecasting.wording.forecast_text import chance, interval
from forecasting.wording.why_text import count_words


def idle_sentences(whole: pd.DataFrame, counties: pd.DataFrame, until: int) -> list[Text]:
    """Return a sentence a stage on the area that leads.

    Parameters
    ----------
    whole, counties : rows of :func:`forecasting.idle.peak_and_idle` of that area and of the others
    until : last year
    """
    sentences = []
    for row in whole.to_dict("records"):
        parts = [_peak(row, counties), _lent(row), _end(row, until)]
        zh, en = ("".join(part) for part in zip(*parts, strict=True))
        title = STAGE_TITLES[str(row["stage"])]
        sentences.append(Text(f"{title.zh}：{zh}", f"{title.en.capitalize()}: {en}"))
    return sentences


def _peak(row: Mapping[str, float], counties: pd.DataFrame) -> Text:
    year = f"{row['peak_year']:.0f}"
    seats = count_words(row["peak"])
    peak = Text(f"需求高峰在{year}年（{seats.zh}个）", f"demand peaks in {year} ({seats.en} seats)")
    if pd.isna(row["short_year"]):
        rows = counties[counties["stage"] == row["stage"]]
        few = int(rows["short_year"].notna().sum())
        where = (
            Text(f"，只有{few}个县区多半会缺", f", though {few} counties are")
            if few
            else Text("", "")
        )
        return Text(
            f"{peak.zh}，没有一年多半会缺学位{where.zh}。",
            f"{peak.en}; in no year is it more likely short than not{where.en}. ",
        )
    short, ends, worst = (
        count_words(row["short"]),
        interval(row, "short"),
        f"{row['short_year']:.0f}",
    )
    until = f"{row['short_until']:.0f}"
    return Text(
        f"{peak.zh}，{worst}年最缺，缺{short.zh}个（{ends.zh}个），多半缺到{until}年。",
        f"{peak.en}; most short in {worst}, by {short.en} ({ends.en}), likely until {until}. ",
    )


def _lent(row: Mapping[str, float]) -> Text:
    """Return what the stage below could lend in the worst year, wherever its schools are."""
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
    if pd.isna(row["idle_from"]):
        if row["idle"] < 0:
            short = count_words(-row["idle"])
            return Text(
                f"到{until}年平均仍缺{short.zh}个。", f"In {until} it is still short by {short.en}."
            )
        return Text(
            f"到{until}年是否富余还说不准。", f"Whether seats are idle by {until} is uncertain."
        )
    since, idle, ends = f"{row['idle_from']:.0f}", count_words(row["idle"]), interval(row, "idle")
    return Text(
        f"{since}年起富余，到{until}年闲置{idle.zh}个（{ends.zh}个）。",
        f"Idle from {since} on, {idle.en} seats in {until} ({ends.en}).",
    )
