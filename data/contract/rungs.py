"""The steps of the data ladder: their names, and the measured error of each."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from data.language import Text


class Rung(StrEnum):
    """One step of the data ladder, the best known first."""

    GRADES = "grade_history"
    STAGE_TOTALS = "stage_history"
    CENSUS = "census"
    LEARNED = "learned"
    NATIONAL_RATIO = "national_ratio"
    NATIONAL_SHARE = "national_share"

    @staticmethod
    def weakest(rungs: Iterable[str]) -> "Rung":
        """Return the least known of several: that of an area whose parts rest on different steps.

        >>> str(Rung.weakest(["census", "grade_history"]))
        'census'
        """
        order = list(Rung)
        return max((Rung(one) for one in rungs), key=order.index)


LAST_PUPILS = "last_pupils"  # measured alongside, to see what history is worth
TITLES: Mapping[str, Text] = MappingProxyType(
    {
        Rung.GRADES: Text("分年级在校生历史", "enrolment by grade"),
        Rung.STAGE_TOTALS: Text("分学段在校生历史", "stage totals"),
        Rung.CENSUS: Text("普查队列×毛入学率", "census cohorts x gross enrolment ratio"),
        Rung.LEARNED: Text(
            "普查队列×学得的入学率",
            "census cohorts x enrolment ratio learned from other counties",
        ),
        Rung.NATIONAL_RATIO: Text(
            "普查队列×全国毛入园率",
            "census cohorts x national kindergarten ratio",
        ),
        Rung.NATIONAL_SHARE: Text(
            "按全国普职比推算",
            "census cohorts x national share of vocational schools",
        ),
    }
)


@cache
def measured_errors() -> pd.DataFrame:
    """Return rung, set, first_origin, last_origin, horizon, cells, wape; see bench_rungs.py."""
    with files("data").joinpath("reference", "benchmark", "rung_errors.csv").open("rb") as stream:
        return pd.read_csv(stream)


NEAREST = "japan_municipalities"  # small areas with falling births, known by stage
NEAREST_GRADES = "us_ny_counties"  # small areas with falling enrolment, known by grade
NEAREST_STAGES = 2  # primary and junior
UNMEASURED: Mapping[str, Text] = MappingProxyType(
    {
        Rung.CENSUS: Text(
            "基年为上报数，其后看人口误差",
            "census year as reported, then the error of the population",
        ),
        Rung.NATIONAL_RATIO: Text(
            "误差未知，填入在园幼儿数后不再用",
            "its error here is unknown; your own kindergarten enrolment takes its place",
        ),
        Rung.NATIONAL_SHARE: Text(
            "误差未知，填入中职在校生数后不再用",
            "its error here is unknown; your own vocational enrolment takes its place",
        ),
    }
)


@cache
def rung_line(rung: str) -> Text:
    """Return a rung in words with the error measured where conditions are nearest to China's."""
    error = _error_line(rung)
    title = TITLES[rung]
    return Text(f"{title.zh}；{error.zh}", f"{title.en}; {error.en}")


def _error_line(rung: str) -> Text:
    if rung in UNMEASURED:
        return UNMEASURED[rung]
    if rung == Rung.LEARNED:
        table = measured_errors()
        primary, secondary = table[table["rung"] == rung]["wape"]
        return Text(
            f"误差小学{primary:.1f}%、中学{secondary:.1f}%",
            f"error of primary pupils {primary:.1f} %, secondary {secondary:.1f} %",
        )
    near, steps, figures = _measured(Rung.STAGE_TOTALS, NEAREST)
    areas, origin = near["cells"].iloc[0] // NEAREST_STAGES, near["first_origin"].iloc[0]
    totals = Text(
        f"{steps}年后误差 {figures}%（出生下降的日本{areas:,}市町村中小学总数实测，{origin}年起）",
        f"error after {steps} years {figures} % (totals of primary and junior pupils of {areas:,} "
        f"Japanese municipalities with falling births, from {origin})",
    )
    if rung == Rung.STAGE_TOTALS:
        return totals
    _, steps, figures = _measured(Rung.GRADES, NEAREST_GRADES)
    return Text(
        f"{totals.zh}；分年级在学生减少的纽约州各县实测，{steps}年后 {figures}%",
        f"{totals.en}; by grade in New York's counties, where pupils become fewer, after {steps} "
        f"years {figures} %",
    )


def _measured(rung: str, place: str) -> tuple[pd.DataFrame, str, str]:
    """Return the measured errors of a rung in one place, and their years and figures in words."""
    table = measured_errors()
    rows = table[(table["rung"] == rung) & (table["set"] == place)]
    rows = rows.sort_values("horizon", kind="stable")
    figures = "/".join(f"{error:.1f}" for error in rows["wape"])
    return rows, "/".join(str(step) for step in rows["horizon"]), figures
