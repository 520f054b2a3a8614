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
BORROWED = "census cohorts x enrolment ratio learned from other counties"
NATIONAL_SHARE = "census cohorts x national share of vocational schools"
LAST_PUPILS = "last pupils x residents"  # measured beside the others, to see what history is worth
TITLES: Mapping[str, Text] = MappingProxyType(
    {
        GRADES: Text("分年级在校生历史", GRADES),
        STAGE_TOTALS: Text("分学段在校生历史", STAGE_TOTALS),
        CENSUS: Text("无历史：普查队列×毛入学率", CENSUS),
        BORROWED: Text("无历史：普查队列×由各地县区学得的入学率", BORROWED),
        NATIONAL_SHARE: Text("无历史：普通高中在校生按全国普职比推算", NATIONAL_SHARE),
    }
)


@cache
def measured_errors() -> pd.DataFrame:
    """Return rung, set, first_origin, last_origin, horizon, cells, wape; see bench_rungs.py."""
    with files("data").joinpath("reference", "benchmark", "rung_errors.csv").open("rb") as stream:
        return pd.read_csv(stream)


def rung_of(label: str) -> str:
    """Return the rung that a label begins with, without its years and notes."""
    return next(known for known in TITLES if label.startswith(known))


@cache
def rung_line(label: str) -> Text:
    """Return ``label`` (a rung and its years) in words with the error that was measured for it.

    What follows the first semicolon of ``label`` is left out, so that a line can be read again.
    """
    head = label.split(";", maxsplit=1)[0]
    rung = rung_of(label)
    years = head.removeprefix(rung)
    error = _error_line(rung)
    return Text(
        f"{TITLES[rung].zh}{years}；{error.zh}",
        f"{TITLES[rung].en}{years}; {error.en}",
    )


def _error_line(rung: str) -> Text:
    if rung == CENSUS:
        return Text(
            "基年按上报数，其后误差见人口预测",
            "the census year as reported, later years as far off as the population",
        )
    if rung == NATIONAL_SHARE:
        return Text(
            "本地误差未知；填入中职在校生数后不再推算",
            "its error here is unknown; your own vocational enrolment takes its place",
        )
    table = measured_errors()
    mine = table[table["rung"] == rung].sort_values("horizon", kind="stable")
    figures = "/".join(f"{error:.1f}" for error in mine["wape"])
    first, last = mine["first_origin"].iloc[0], mine["last_origin"].iloc[0]
    if rung == BORROWED:
        cells = f"{mine['cells'].iloc[0]:,}"
        return Text(
            f"{first}年小学/普通中学误差 {figures}%（{cells}个县区，整省留出）；其后另有人口误差",
            f"error of primary/regular secondary pupils {first}: {figures} % ({cells} counties, "
            "complete provinces left out); that of the population comes on top",
        )
    steps = "/".join(str(step) for step in mine["horizon"])
    return Text(
        f"{steps}年后误差 {figures}%（美国各州实测，起点{first}-{last}年）；县区更大",
        f"error after {steps} years {figures} % (US states from {first}-{last}); more in counties",
    )
