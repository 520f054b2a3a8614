"""Sentences on the decomposition of a change: names of the factors, one sentence per stage."""

import numpy as np
import pandas as pd

from data.contract.stages import STAGES
from data.language import Text
from forecasting.headline import lead_area
from forecasting.why import latest_change

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
    """Return one sentence per stage on the city's latest change in the first scenario.

    Parameters
    ----------
    changes : rows of ``why.csv``
    """
    last = lead_area(latest_change(changes))
    return [_sentence(stage.title, last[last["stage"] == stage.code]) for stage in STAGES]


def _sentence(stage: Text, rows: pd.DataFrame) -> Text:
    """Return the size and uncertainty of the change, and its largest factors."""
    first = rows.iloc[0]
    name = Text(f"{first['county']}{stage.zh}", f"{first['county']}, {stage.en}")
    span = Text(
        f"{first['from_year']}到{first['to_year']}年",
        f"from {first['from_year']} to {first['to_year']}",
    )
    total, low, high = (float(first[name]) for name in ("total", "total_lo80", "total_hi80"))
    if round(total) == 0:
        same = Text(f"{name.zh}：{span.zh}需求学位不变", f"{name.en}: the same seats {span.en}")
        return Text(same.zh + "。", same.en + ".")
    verb, other = Text("增加", "rise"), Text("减少", "fall")
    if total < 0:
        verb, other = other, verb
    unsure = Text("", "")
    if low <= 0 <= high:
        unsure = Text(f"，但也可能{other.zh}", f", though they may {other.en}")
    size, bounds = count_words(abs(total)), range_words(low, high, "+")
    zh = f"需求学位{verb.zh}{size.zh}个{unsure.zh}（80%区间{bounds[0].zh}～{bounds[1].zh}）"
    en = (
        f"seats required {verb.en} by {size.en}{unsure.en} (80 %: {bounds[0].en} to {bounds[1].en})"
    )
    why = because(rows.set_index("part")["seats"], total)
    return Text(f"{name.zh}：{span.zh}{zh}，{why.zh}。", f"{name.en}: {span.en} {en}, {why.en}.")


def because(parts: pd.Series, total: float) -> Text:
    """Return the largest factor of the change, and the opposing one if it is large enough.

    Parameters
    ----------
    parts : factor → seats
    total : their sum, not 0
    """
    along = parts * np.sign(total)
    main, other = (_reason(str(part), parts[part]) for part in (along.idxmax(), along.idxmin()))
    if along.min() > -WORTH_MENTIONING * abs(total):
        return Text(f"主要因为{main.zh}", f"mainly through {main.en}")
    return Text(
        f"主要因为{main.zh}，{other.zh}抵消一部分",
        f"mainly through {main.en}, partly offset by {other.en}",
    )


def _reason(part: str, seats: float) -> Text:
    rising, falling = RISING_OR_FALLING[part]
    words, count = falling if seats < 0 else rising, count_words(seats, sign="+")
    return Text(f"{words.zh}（{count.zh}）", f"{words.en} ({count.en})")


def range_words(low: float, high: float, sign: str = "") -> tuple[Text, Text]:
    """Return both ends of an interval in the unit of the larger one.

    >>> [end.zh for end in range_words(-2_380, 21_000)]
    ['-0.2万', '2.1万']
    """
    if max(abs(low), abs(high)) < TEN_THOUSAND:
        return count_words(low, sign), count_words(high, sign)
    ends = [
        Text(f"{end / TEN_THOUSAND:{sign}.1f}万", f"{round(end):{sign},}") for end in (low, high)
    ]
    return ends[0], ends[1]


def count_words(seats: float, sign: str = "") -> Text:
    """Return seats in words, in Chinese in units of ten thousand; signed with ``sign="+"``.

    >>> count_words(186_918).zh, count_words(4_944, "+").zh, count_words(-186_918, "+").en
    ('18.7万', '+4,944', '-186,918')
    """
    plain = format(round(seats), f"{sign},")
    if abs(seats) < TEN_THOUSAND:
        return Text(plain, plain)
    return Text(f"{seats / TEN_THOUSAND:{sign}.1f}万", plain)
