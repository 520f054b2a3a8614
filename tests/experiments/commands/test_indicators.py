"""``xuewei indicators`` on the synthetic city; two counties recomputed from the files by hand."""

import csv
import math
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.reference.packs import REFERENCE
from experiments.cli import main
from experiments.commands.indicators import run
from experiments.tracking.indicator_runs import INDICATOR_DIGEST
from experiments.tracking.runs import open_store
from experiments.tracking.store import embedded_store

CITY = REFERENCE / "examples" / "six_counties"
COUNTIES = {"459901": "虚构东区", "459904": "虚构白水县"}
LATER = 2028
Row = dict[str, str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forecast of two counties of the synthetic city with its indicators, by the commands."""
    place = tmp_path_factory.mktemp("indicators")
    forecast = ["xuewei", "forecast", "--data", str(CITY), "--out", str(place / "results")]
    forecast += ["--draws", "50", "--scenario", "baseline", "--now", "2026", "--until", "2035"]
    for name in COUNTIES.values():
        forecast += ["--county", name]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(sys, "argv", forecast)
        with pytest.raises(SystemExit, match="0"):
            main()
        run(place / "results", embedded_store(place / "mlruns"), "zh")
    return place


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


class ByHand:
    """The indicators of one county, from the files and nothing else."""

    def __init__(self, results: Path, adcode: str) -> None:
        self.demand = [row for row in read(results / "demand.csv") if row["adcode"] == adcode]
        self.living = [row for row in read(results / "residence.csv") if row["adcode"] == adcode]
        for name in ("schools", "enrolment", "capacity", "teachers", "totals"):
            rows = [row for row in read(CITY / f"{name}.csv") if row["adcode"] == adcode]
            setattr(self, name, rows)
        self.schools: list[Row]
        self.enrolment: list[Row]
        self.capacity: list[Row]
        self.teachers: list[Row]
        self.totals: list[Row]

    def forecast(self, stage: str, column: str, year: int = LATER) -> float:
        (row,) = [r for r in self.demand if r["stage"] == stage and int(r["year"]) == year]
        return float(row[column])

    def children(self, stage: str, year: int = LATER) -> float:
        return sum(float(row["children"]) for row in self.living
                   if row["stage"] == stage and int(row["year"]) == year)  # fmt: skip

    def listed(self, stage: str) -> list[Row]:
        return [row for row in self.schools if row["stage"] == stage and row["grade"] == "all"
                and row["year"] == "2025" and row["kind"] != "special"]  # fmt: skip

    def stated(self, stages: Iterable[str], column: str) -> float:
        return sum(float(row[column]) for row in self.enrolment
                   if row["stage"] in stages and row["grade"] == "all" and row["year"] == "2025"
                   and row[column])  # fmt: skip

    def share(self, stage: str, good: Callable[[Row], bool]) -> tuple[float, float]:
        rows = self.listed(stage)
        return float(sum(map(good, rows))), float(len(rows))

    def variation(self, stage: str, column: str) -> tuple[float, float]:
        rows = [(float(row[column]), float(row["pupils"])) for row in self.listed(stage)]
        total = sum(pupils for _, pupils in rows)
        mean = sum(area for area, _ in rows) / total
        spread = sum(pupils / total * (area / pupils - mean) ** 2 for area, pupils in rows)
        return math.sqrt(spread), mean

    def posts(self, stage: str) -> float:
        return sum(float(row["teachers"]) for row in self.teachers if row["stage"] == stage)

    def idle(self, stage: str) -> float:
        spare = self.forecast(stage, "seats_available") - self.forecast(stage, "seats_required")
        return max(0.0, spare)

    def boarding_share(self, stage: str) -> float:
        return self.stated([stage], "boarders") / self.stated([stage], "pupils")

    def grown(self, stages: Iterable[str], year: int = LATER) -> float:
        """Return pupils of a later year over those of 2025."""
        later = sum(self.forecast(stage, "pupils", year) for stage in stages)
        return later / sum(self.stated([stage], "pupils") for stage in stages)

    def beds(self, stage: str) -> float:
        return sum(float(row["boarding_beds"]) for row in self.capacity if row["stage"] == stage)


def number(row: Row, column: str) -> float:
    return float(row[column])


def expected(by_hand: ByHand) -> dict[tuple[str, str, int], tuple[float, float]]:
    """Return (code, stage, year) → numerator and denominator."""
    found = _compulsory(by_hand) | _kindergartens(by_hand) | _senior(by_hand)
    both = ("primary", "junior")
    pupils = sum(by_hand.forecast(stage, "pupils") for stage in both)
    found["special_places", "compulsory", LATER] = (pupils * 0.005525, pupils)
    for stage in (*both, "general_senior"):
        now = by_hand.forecast(stage, "pupils", 2025)
        found["pupils_a_teacher", stage, 2025] = (now, by_hand.posts(stage))
        boards = by_hand.boarding_share(stage)
        need = by_hand.forecast(stage, "pupils") * boards
        found["boarding_places", stage, LATER] = (by_hand.beds(stage), need)
    return found


def _compulsory(h: ByHand) -> dict[tuple[str, str, int], tuple[float, float]]:
    found = {}
    norms = {"primary": (45, 4.5, 7.5), "junior": (50, 5.8, 10.2)}
    for stage, (size, rooms, sports) in norms.items():
        seats = h.forecast(stage, "seats_available")
        found["mean_class_size", stage, LATER] = (h.forecast(stage, "pupils"), seats / size)
        found["class_size", stage, 2025] = h.share(
            stage, lambda row, size=size: number(row, "largest_class") <= size
        )
        plain = [row for row in h.listed(stage) if row["kind"] != "nine_year"]
        small = sum(number(row, "pupils") <= 2000 for row in plain)
        found["school_size", stage, 2025] = (float(small), float(len(plain)))
        for kind, least in (("teaching", rooms), ("sports", sports)):
            name = f"{kind}_m2"
            found[f"{kind}_area", stage, 2025] = h.share(
                stage,
                lambda row, name=name, m=least: number(row, name) >= m * number(row, "pupils"),
            )
            found[f"{kind}_area_cv", stage, 2025] = h.variation(stage, f"{kind}_m2")
    nine: dict[str, float] = {}
    for row in (*h.listed("primary"), *h.listed("junior")):
        if row["kind"] == "nine_year":
            nine[row["id"]] = nine.get(row["id"], 0.0) + number(row, "pupils")
    within = sum(pupils <= 2500 for pupils in nine.values())
    found["nine_year_size", "compulsory", 2025] = (float(within), float(len(nine)))
    both = ("primary", "junior")
    found["migrants_public", "compulsory", 2025] = (
        h.stated(both, "migrants_public"), h.stated(both, "migrants"),
    )  # fmt: skip
    public, every = found["migrants_public", "compulsory", 2025]
    found["migrants_public", "compulsory", LATER] = (
        public * h.grown(both), every * h.grown(both),
    )  # fmt: skip
    return found


def _kindergartens(h: ByHand) -> dict[tuple[str, str, int], tuple[float, float]]:
    stage, rows = "kindergarten", h.listed("kindergarten")
    total = sum(number(row, "pupils") for row in rows)
    public = sum(number(row, "pupils") for row in rows if row["ownership"] == "public")
    private = sum(number(row, "pupils") for row in rows if row["inclusive"] == "true")
    later = h.forecast(stage, "pupils") / total
    return {
        ("preschool_gross", stage, LATER): (h.forecast(stage, "pupils"), h.children(stage)),
        ("public_share", stage, 2025): (public, total),
        ("public_share", stage, LATER): (public * later, total * later),
        ("inclusive_share", stage, LATER): ((public + private) * later, total * later),
        ("inclusive_share", stage, 2025): (public + private, total),
        ("children_a_teacher", stage, 2025): (h.forecast(stage, "pupils", 2025), h.posts(stage)),
        ("kindergarten_classes", stage, 2025): h.share(
            stage, lambda row: number(row, "pupils") <= 30 * number(row, "classes")
        ),
    }


def _senior(h: ByHand) -> dict[tuple[str, str, int], tuple[float, float]]:
    stage, rows = "general_senior", h.listed("general_senior")
    seats, pupils = h.forecast(stage, "seats_available"), h.forecast(stage, "pupils")
    short = max(0.0, h.forecast(stage, "seats_required") - seats)
    idle = sum(h.idle(one) for one in ("primary", "junior", "vocational_senior"))
    large = sum(number(row, "large_classes") for row in rows)
    special = sum(row["kind"] == "special" for row in h.schools)
    residents = float(max(h.totals, key=lambda row: row["year"])["population"])
    found = {
        ("seats_a_child", stage, LATER): (seats, h.children(stage)),
        ("senior_class_size", stage, LATER): (pupils, seats / 50),
        ("large_classes", stage, 2025): (large, sum(number(row, "classes") for row in rows)),
        ("senior_school_size", stage, 2025): h.share(
            stage, lambda row: number(row, "pupils") <= 3000
        ),
        ("senior_school", stage, 2026): (float(len({row["id"] for row in rows})), 1.0),
        ("idle_rooms", stage, LATER): (idle, short),
    }
    if residents > 200_000:
        found["special_school", "compulsory", 2026] = (float(special), 1.0)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("adcode", COUNTIES)
def test_every_indicator_of_a_county_recomputed_from_the_files(folder: Path, adcode: str):
    table = pd.read_csv(folder / "results" / "indicators.csv", dtype={"adcode": str})
    own = table[table["adcode"] == adcode]
    wanted = expected(ByHand(folder / "results", adcode))
    for (code, stage, year), (numerator, denominator) in wanted.items():
        rows = own[(own["code"] == code) & (own["stage"] == stage) & (own["year"] == year)]
        assert len(rows) == 1, (code, stage, year)
        row = rows.iloc[0]
        assert row["numerator"] == pytest.approx(numerator, rel=1e-5), (code, stage)
        assert row["denominator"] == pytest.approx(denominator, rel=1e-5), (code, stage)
    computed = own[own["denominator"].notna()]
    pairs = set(zip(computed["code"], computed["stage"], strict=True))
    assert {(code, stage) for code, stage, _ in wanted} == pairs


@pytest.mark.slow
@pytest.mark.parametrize("adcode", COUNTIES)
def test_teachers_and_boarding_of_the_demand_table_recomputed(folder: Path, adcode: str):
    by_hand, norms = ByHand(folder / "results", adcode), {"primary": 19, "junior": 13.5}
    why = [row for row in read(folder / "results" / "why_teachers.csv") if row["adcode"] == adcode]
    for stage, pupils in norms.items():
        required = by_hand.forecast(stage, "pupils") / pupils
        assert by_hand.forecast(stage, "teachers_required") == pytest.approx(required, abs=1)
        assert by_hand.forecast(stage, "teachers_staying", 2025) == by_hand.posts(stage)
        young = sum(number(row, "teachers") for row in by_hand.teachers
                    if row["stage"] == stage and number(row, "age_upper") < 45)  # fmt: skip
        assert by_hand.posts(stage) > by_hand.forecast(stage, "teachers_staying", 2035) >= young
        short = [by_hand.forecast(stage, "teachers_short", year) for year in (2026, 2035)]
        parts = [row for row in why if row["stage"] == stage and row["to_year"] == "2035"]
        change = sum(number(row, "teachers") for row in parts)
        assert change == pytest.approx(short[1] - short[0], abs=2)
        assert change == pytest.approx(number(parts[0], "total"), abs=0.01)
        boarding = by_hand.forecast(stage, "pupils") * by_hand.boarding_share(stage)
        assert by_hand.forecast(stage, "boarding_required") == pytest.approx(boarding, abs=1)
        assert by_hand.forecast(stage, "boarding_beds") == by_hand.beds(stage)


@pytest.mark.slow
def test_workbook_report_and_runs_hold_the_indicators_and_say_synthetic(folder: Path):
    results = folder / "results"
    book = openpyxl.load_workbook(results / "指标.xlsx")
    assert book.sheetnames[:2] == ["指标汇总", "义务教育优质均衡"]
    for sheet in book:
        assert sheet["A2"].value == "含虚构演示数据，不得用于决策"
    report = (results / "report.html").read_text(encoding="utf-8")
    assert "督导评估指标" in report
    assert "含虚构演示数据" in report
    client = open_store(embedded_store(folder / "mlruns"))
    places = [one.experiment_id for one in client.search_experiments()]
    (logged,) = client.search_runs(places, f"tags.{INDICATOR_DIGEST} != ''")
    assert 0 < logged.data.metrics["指标达标比例/义务教育优质均衡"] < 1
    towns = pd.read_csv(results / "towns.csv", dtype={"adcode": str})
    sums = towns.groupby(["adcode", "stage", "year"])[["seats", "seats_required"]].sum()
    demand = pd.read_csv(results / "demand.csv", dtype={"adcode": str})
    county = demand.set_index(["adcode", "stage", "year"]).loc[sums.index]
    assert sums["seats"].to_numpy() == pytest.approx(county["seats_available"].to_numpy(), abs=1)
    assert sums["seats_required"].to_numpy() == pytest.approx(
        county["seats_required"].to_numpy(), abs=1
    )


@pytest.mark.slow
def test_once_more_gives_the_same_files_and_no_second_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(folder)
    results, store = folder / "results", embedded_store(folder / "mlruns")
    names = ("indicators.csv", "stage_warnings.csv", "指标.xlsx", "report.html")
    before = {name: (results / name).read_bytes() for name in names}
    run(results, store, "zh")
    assert {name: (results / name).read_bytes() for name in names} == before
    client = open_store(store)
    places = [one.experiment_id for one in client.search_experiments()]
    assert len(client.search_runs(places, f"tags.{INDICATOR_DIGEST} != ''")) == 1
