"""Teachers who stay, teachers needed, recruitment, and transfers between stages."""

import pandas as pd

from data.contract.stages import STAGES
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measures.measured import measured, nothing
from forecasting.provision.retirement import teachers_staying

STAFF_COLUMNS = [
    "adcode", "county", "stage", "year", "required", "staying", "staying_most", "short",
    "short_least", "moved_in", "moved_out", "recruited",
]  # fmt: skip
# Teachers of kindergartens hold another certificate and do not move up.
SCHOOL_STAGES = ("primary", "junior", "general_senior")


def staff_table(case: IndicatorCase) -> pd.DataFrame:
    """Return the teachers of each county, stage and year.

    Returns
    -------
    adcode, county, stage, year; ``required`` by the staffing norm; ``staying``, ``staying_most``;
    ``short`` (negative: surplus) and ``short_least`` if the later retirement age held;
    ``moved_in`` from the stage before and ``moved_out`` to the stage after (跨学段调配);
    ``recruited``: those to be recruited in that year so that nobody is missing, transfers first
    """
    stay = _staying(case)
    need = case.demand[case.demand["year"] >= case.now]
    need = need[["adcode", "stage", "year", "teachers_required"]].dropna()
    rows = need.merge(stay, on=["adcode", "stage", "year"])
    rows = rows.rename(columns={"teachers_required": "required"}).astype({"required": float})
    rows["short"] = rows["required"] - rows["staying"]
    rows["short_least"] = rows["required"] - rows["staying_most"]
    if rows.empty:
        return pd.DataFrame(columns=STAFF_COLUMNS)
    found = _transfers(rows)
    return found.assign(county=found["adcode"].map(case.counties))[STAFF_COLUMNS]


def _transfers(rows: pd.DataFrame) -> pd.DataFrame:
    """Add transfers from each stage's surplus to the stage that follows it, and recruitment."""
    cells = rows.set_index(["adcode", "stage", "year"])
    short = cells["short"].to_dict()
    moved_in, moved_out = dict.fromkeys(short, 0.0), dict.fromkeys(short, 0.0)
    for adcode, stage, year in short:
        giver = next(one.fed_by for one in STAGES if one.code == stage)
        from_cell = (adcode, giver, year)
        if giver not in SCHOOL_STAGES or from_cell not in short:
            continue
        spare = -short[from_cell] - moved_out[from_cell]
        moved = max(0.0, min(short[adcode, stage, year], spare))
        moved_in[adcode, stage, year] += moved
        moved_out[from_cell] += moved
    cells["moved_in"], cells["moved_out"] = pd.Series(moved_in), pd.Series(moved_out)
    left = (cells["short"] - cells["moved_in"]).clip(lower=0).reset_index(name="left")
    left = left.sort_values("year", kind="stable")
    most = left.groupby(["adcode", "stage"])["left"].cummax()
    before = most.groupby([left["adcode"], left["stage"]]).shift(fill_value=0.0)
    recruited = (most - before).set_axis(
        pd.MultiIndex.from_frame(left[["adcode", "stage", "year"]])
    )
    return cells.assign(recruited=recruited).reset_index()


def _staying(case: IndicatorCase) -> pd.DataFrame:
    years = sorted(set(case.seats["year"]))
    return teachers_staying(case.tables.teachers, case.counties, years)


def pupils_a_teacher(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Pupils per present teacher: all teachers in the table's year, later those who stay."""
    table = case.tables.teachers
    if table is None:
        return nothing()
    own = table[(table["stage"] == stage) & table["adcode"].isin(case.counties)]
    own = own[own["year"] == own.groupby("adcode")["year"].transform("max")]
    posts = own.groupby(["adcode", "year"], sort=False)["teachers"].sum().reset_index()
    pupils = case.demand[case.demand["stage"] == stage][["adcode", "year", "pupils"]]
    stay = _staying(case)
    stay = stay[stay["stage"] == stage].rename(columns={"staying": "teachers"})
    given = set(zip(posts["adcode"], posts["year"], strict=True))
    later = [cell not in given for cell in zip(stay["adcode"], stay["year"], strict=True)]
    both = pd.concat([posts, stay.loc[later, ["adcode", "year", "teachers"]]], ignore_index=True)
    rows = both.merge(pupils, on=["adcode", "year"])
    rows = rows[rows["teachers"] > 0]
    return measured(rows.assign(numerator=rows["pupils"], denominator=rows["teachers"]), "forecast")
