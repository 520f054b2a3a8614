"""The steps of the data ladder, what they are called, and how far off each was where measured."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from data.language import Text

GRADES = "enrolment by grade"
STAGE_TOTALS = "stage totals"
CENSUS = "census cohorts x gross enrolment ratio"
TITLES: Mapping[str, Text] = MappingProxyType(
    {
        GRADES: Text("分年级在校生历史", GRADES),
        STAGE_TOTALS: Text("分学段在校生历史", STAGE_TOTALS),
        CENSUS: Text("无历史：普查队列×毛入学率", CENSUS),
    }
)


@cache
def measured_errors() -> pd.DataFrame:
    """Return rung, set, first_origin, last_origin, horizon, wape; from ``make bench-rungs``."""
    with files("data").joinpath("benchmark", "rung_errors.csv").open("rb") as stream:
        return pd.read_csv(stream)


def rung_line(label: str) -> Text:
    """Return ``label`` (a rung and its years) in words with the error that was measured for it.

    What follows the first semicolon of ``label`` is left out, so that a line can be read again.
    """
    head = label.split(";", maxsplit=1)[0]
    rung = next(known for known in TITLES if head.startswith(known))
    years = head.removeprefix(rung)
    table = measured_errors()
    mine = table[table["rung"] == rung].sort_values("horizon")
    steps = "/".join(str(step) for step in mine["horizon"])
    figures = "/".join(f"{error:.1f}" for error in mine["wape"])
    where = f"{mine['first_origin'].iloc[0]}-{mine['last_origin'].iloc[0]}"
    title = TITLES[rung]
    return Text(
        f"{title.zh}{years}；{steps}年后误差 {figures}%（美国各州实测，起点{where}年）",
        f"{title.en}{years}; error after {steps} years {figures} % (US states from {where})",
    )
