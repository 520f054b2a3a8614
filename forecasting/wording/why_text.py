"""Sentences on the decomposition of a change: names of the factors, one sentence per stage."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from data.contract.stages import STAGES, Stage
from data.language import Text
from forecasting.headline import headline_years, lead_area

Row = dict[str, Any]
NOTHING = Text("", "")
TEN_THOUSAND = 10_000
WORTH_MENTIONING = 0.1  # least share of the total change for an opposing factor
PART_TITLES = {
    "births": Text("出生队列", "births"),
    "survivorship": Text("存活", "survivorship"),
    "migration": Text("迁移与城镇化", "migration"),
    "enrolment_ratio": Text("就读比例", "enrolment ratio"),
    "policy": Text("入学政策", "enrolment policy"),
    "standards": Text("班额、预留与取整", "standards"),
}
RISING_OR_FALLING = {
    "births": (
        Text("出生队列变大", "larger birth cohorts"),
        Text("出生队列变小", "smaller birth cohorts"),
    ),
    "survivorship": (
        Text("存活的孩子变多", "more children surviving"),
        Text("存活的孩子变少", "fewer children surviving"),
    ),
    "migration": (
        Text("家庭迁入", "families moving in"),
        Text("家庭迁出", "families moving out"),
    ),
    "enrolment_ratio": (
        Text("就读比例上升", "a rising enrolment ratio"),
        Text("就读比例下降", "a falling enrolment ratio"),
    ),
    "policy": (
        Text("入学政策目标提高", "higher enrolment targets"),
        Text("入学政策目标降低", "lower enrolment targets"),
    ),
    "standards": (
        Text("班额、预留与取整增加学位", "class size, reserve and rounding that add seats"),
        Text("班额、预留与取整减少学位", "class size, reserve and rounding that save seats"),
    ),
}


def reasons(changes: pd.DataFrame) -> list[Text]:
    """Return one sentence per stage on the city's changes in the first scenario, in order of time.

    Parameters
    ----------
    changes : rows of ``why.csv``
    """
    spans = _spans(changes)
    return [_sentence(stage, [span[stage.code] for span in spans]) for stage in STAGES]


def short_reasons(changes: pd.DataFrame) -> list[Text]:
    """Return the same changes in few words, those ahead before those of the past.

    Parameters
    ----------
    changes : rows of ``why.csv`` of one area
    """
    past, *ahead = _spans(changes)
    clauses = [[_clause(span[stage.code]) for span in (*ahead, past)] for stage in STAGES]
    return [_joined(parts) for parts in clauses]


def _spans(changes: pd.DataFrame) -> list[dict[str, list[Row]]]:
    """Return the city's changes up to the present, and from it to each headline year and the last.

    Each is stage → one row per factor.
    """
    mine = lead_area(changes[changes["scenario"] == changes["scenario"].iloc[0]])
    now, until = mine["from_year"].max(), mine["to_year"].max()
    ends = {now, until, *headline_years(now, until)}
    shown = mine[mine["to_year"].isin(ends)]
    spans: dict[tuple[int, int], dict[str, list[Row]]] = {}
    for row in shown.sort_values(["from_year", "to_year"], kind="stable").to_dict("records"):
        span = spans.setdefault((row["from_year"], row["to_year"]), {})
        span.setdefault(row["stage"], []).append(row)
    return list(spans.values())


def _sentence(stage: Stage, spans: Sequence[Sequence[Row]]) -> Text:
    """Return the changes of one stage over its spans, each with size, interval and factors."""
    county, subject = spans[0][0]["county"], Text("需求学位", " seats required")
    clauses = [
        _clause(rows, NOTHING if place else subject, bounds=True)
        for place, rows in enumerate(spans)
    ]
    text = _joined(clauses)
    return Text(f"{county}{stage.title.zh}：{text.zh}。", f"{county}, {stage.title.en}: {text.en}.")


def _joined(clauses: Sequence[Text]) -> Text:
    return Text("；".join(one.zh for one in clauses), "; ".join(one.en for one in clauses))


def _clause(rows: Sequence[Row], subject: Text = NOTHING, bounds: bool = False) -> Text:
    """Return size and largest factors of the change of one area and stage over one span.

    Parameters
    ----------
    rows : one row per factor
    subject : what changes, before the verb
    bounds : state the 80 % interval
    """
    first, parts = rows[0], {str(row["part"]): float(row["seats"]) for row in rows}
    start, end = first["from_year"], first["to_year"]
    span = Text(f"{start}到{end}年{subject.zh}", f"from {start} to {end}{subject.en}")
    total, low, high = (float(first[name]) for name in ("total", "total_lo80", "total_hi80"))
    if round(total) == 0:
        return Text(f"{span.zh}不变", f"{span.en} no change")
    verb, other = Text("增加", "rise"), Text("减少", "fall")
    if total < 0:
        verb, other = other, verb
    large = in_ten_thousands(total, low, high)
    size, *ends = figure_words(abs(total), low, high, "+")
    why = because(parts, total, large=large)
    zh, en = f"{span.zh}{verb.zh}{size.zh}个", f"{span.en} {verb.en} by {size.en}"
    if low <= 0 <= high:
        zh, en = f"{zh}，但也可能{other.zh}", f"{en}, though they may {other.en}"
    if bounds:
        zh = f"{zh}（80%区间{ends[0].zh}～{ends[1].zh}）"
        en = f"{en} (80 %: {ends[0].en} to {ends[1].en})"
    return Text(f"{zh}，{why.zh}", f"{en}, {why.en}")


def because(parts: Mapping[str, float], total: float, *, large: bool | None = None) -> Text:
    """Return the largest factor of the change, and the opposing one if it is large enough.

    Parameters
    ----------
    parts : factor → seats
    total : their sum, not 0
    large : see :func:`count_words`
    """
    along = {part: seats if total > 0 else -seats for part, seats in parts.items()}
    ends = max(along, key=along.__getitem__), min(along, key=along.__getitem__)
    main, other = (_reason(part, parts[part], large) for part in ends)
    if along[ends[1]] > -WORTH_MENTIONING * abs(total):
        return Text(f"主要因为{main.zh}", f"mainly through {main.en}")
    return Text(
        f"主要因为{main.zh}，{other.zh}抵消一部分",
        f"mainly through {main.en}, partly offset by {other.en}",
    )


def _reason(part: str, seats: float, large: bool | None) -> Text:
    rising, falling = RISING_OR_FALLING[part]
    words = falling if seats < 0 else rising
    count = count_words(seats, "+", large=large and abs(seats) >= TEN_THOUSAND / 20)
    return Text(f"{words.zh}（{count.zh}）", f"{words.en} ({count.en})")


def figure_words(size: float, low: float, high: float, sign: str = "") -> tuple[Text, Text, Text]:
    """Return a figure and both ends of its interval in one unit; ``sign`` is that of the ends.

    >>> [word.zh for word in figure_words(5_418, -6_200, 17_100)]
    ['0.5万', '-0.6万', '1.7万']
    >>> [word.zh for word in figure_words(12_931, 12_724, 13_120, "+")]
    ['12,931', '+12,724', '+13,120']
    """
    large = in_ten_thousands(size, low, high)
    return (
        count_words(size, large=large),
        count_words(low, sign, large=large),
        count_words(high, sign, large=large),
    )


def range_words(low: float, high: float, sign: str = "") -> tuple[Text, Text]:
    """Return both ends of an interval in one unit.

    >>> [end.zh for end in range_words(-2_380, 21_000)]
    ['-0.2万', '2.1万']
    """
    return figure_words(low, low, high, sign)[1:]


def in_ten_thousands(size: float, low: float, high: float) -> bool:
    """Return whether a figure and its interval are worded in units of ten thousand.

    Not if rounding to a tenth of that unit would hide the figure or the width of the interval.
    """
    largest, hidden = max(map(abs, (size, low, high))), TEN_THOUSAND / 20
    return largest >= TEN_THOUSAND and abs(size) >= hidden and high - low >= 2 * hidden


def count_words(seats: float, sign: str = "", *, large: bool | None = None) -> Text:
    """Return seats in words, in Chinese in units of ten thousand; signed with ``sign="+"``.

    Parameters
    ----------
    seats : number of seats
    sign : format of the sign
    large : whether to use units of ten thousand; None for figures of at least one

    >>> count_words(186_918).zh, count_words(4_944, "+").zh, count_words(-186_918, "+").en
    ('18.7万', '+4,944', '-186,918')
    """
    plain = format(round(seats), f"{sign},")
    if not (abs(seats) >= TEN_THOUSAND if large is None else large):
        return Text(plain, plain)
    return Text(f"{seats / TEN_THOUSAND:{sign}.1f}万", plain)
