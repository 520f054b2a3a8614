"""Whatever is put together at random: finite, not negative, adding up; nobody is lost.

``make safety EXAMPLES=1000`` runs many; the suite runs a few of the same.
"""

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.checks.outliers import outliers
from data.data_folder import read_folder
from data.problems import DataError
from experiments.commands.series.row_options import RowMeaning
from tests.safety.cases import CASES
from tests.safety.coherent import demand_faults, enrolment_faults
from tests.safety.made_up import city
from tests.safety.runs import enrolment_of, forecast

pytestmark = pytest.mark.campaign
EXAMPLES = int(os.environ.get("XUEWEI_SAFETY_EXAMPLES", "4"))
FEW = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
MANY = settings(FEW, max_examples=5 * EXAMPLES)
COUNT = st.one_of(
    st.sampled_from([0, 0, 1, 2, 300]), st.integers(0, 60), st.integers(0, 2_000_000), st.none()
)


@FEW
@given(
    st.lists(st.sampled_from(sorted(CASES)), min_size=2, max_size=4, unique=True),
    st.sampled_from([2026, 2031, 2060]),
    st.sampled_from([1, 2, 7, 30]),
)
def test_faults_on_faults_give_coherent_demand_or_a_reason(
    names: list[str], until: int, draws: int
):
    tables = city()
    for name in names:
        try:
            CASES[name].spoil(tables)
        except (AssertionError, KeyError):  # another case took the table or the rows away
            continue
    with tempfile.TemporaryDirectory() as folder:
        try:
            demand, _ = forecast(tables, Path(folder), until, draws)
        except DataError:  # reported with the places, which the readers' own tests look at
            return
    assert demand_faults(demand) == []


@MANY
@given(st.data())
def test_any_history_of_grades_gives_a_coherent_forecast(data: st.DataObject):
    areas, grades = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 5))
    years = data.draw(st.integers(1, 9))
    cells = [
        (f"a{area}", 2010 + year, str(grade), data.draw(COUNT))
        for area in range(areas)
        for year in range(years)
        for grade in range(grades)
    ]
    rows = pd.DataFrame(cells, columns=["adcode", "year", "grade", "pupils"]).dropna()
    if rows.empty:
        return
    tables = {"enrolment": rows.assign(stage="primary"), "population": city()["population"]}
    with tempfile.TemporaryDirectory() as folder:
        horizon = data.draw(st.sampled_from([1, 12]))
        table, _ = enrolment_of(tables, Path(folder), horizon, RowMeaning(grades=True))
    # Where fifteen pupils were 300,000 a year on, no figure is absurd.
    assert set(enrolment_faults(table)) <= {"absurdly many"}


@MANY
@given(
    st.lists(st.integers(0, 40_000), min_size=1, max_size=6),
    st.lists(st.floats(0.01, 1), min_size=1, max_size=4),
)
def test_a_divided_county_loses_nobody(counts: list[int], weights: list[float]):
    shares = np.diff(np.round(np.cumsum([0, *weights]) / sum(weights), 3))
    codes = [f"9901{place:02d}" for place in range(2, 2 + len(shares))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        areas = [("990100", "市", "", "市", "否")]
        areas += [(code, code, "990100", "县", "否") for code in codes]
        write(folder / "areas.csv", areas, "adcode,name,parent,type,urban_core")
        people = [(code, 2020, 0, 4, "all", 9) for code in codes]
        write(folder / "population.csv", people, "adcode,year,age_lower,age_upper,sex,persons")
        born = [("990101", 2001 + place, count) for place, count in enumerate(counts)]
        write(folder / "births.csv", born, "adcode,year,births")
        parts = [
            ("990101", code, 2015, share, "split")
            for code, share in zip(codes, shares, strict=True)
        ]
        write(folder / "crosswalk.csv", parts, "adcode_old,adcode,year,share,kind")
        births = read_folder(folder)[0].births
    assert births is not None
    assert births.groupby("year")["births"].sum().tolist() == counts
    assert (births["births"] >= 0).all()


def write(path: Path, rows: list[tuple[object, ...]], head: str) -> None:
    lines = [head, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")


@MANY
@given(st.lists(st.floats(100, 300), min_size=3, max_size=12), st.integers(1, 11))
def test_the_wrong_figure_alone_is_found(counts: list[float], place: int):
    place = min(place, len(counts) - 1)
    right = np.array([counts])
    wrong = right.copy()
    wrong[0, place] *= 30  # beyond thrice, which the right ones differ at most
    assert not outliers(right, closing=True).any()
    assert np.flatnonzero(outliers(wrong, closing=True)).tolist() == [place]
