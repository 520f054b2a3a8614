"""Schools that close or open, and schools together against their county."""

from collections.abc import Iterator

import pandas as pd

from data.contract.grades import ALL
from data.contract.stages import STAGE_BY_CODE
from data.contract.table_reading import Readings
from data.findings import Notice
from data.language import Text
from data.problems import DataProblem
from data.schools import not_yet_open

SHOWN = 3  # names
ABOVE = 0.02  # of the county's pupils that its schools may have more: a difference of definitions
COHORT = 10.0  # pupils; fewer may all have left
BELOW = 0.02  # less than that is not worth a notice
CELL = ["adcode", "stage", "year"]


def planned_schools_have_seats(readings: Readings) -> Iterator[DataProblem]:
    """Require seats, and no pupils, of a school that is not yet open."""
    if "schools" not in readings or not readings["schools"].rows["opening_year"].notna().any():
        return
    reading = readings["schools"]
    rows = reading.rows[not_yet_open(reading.rows)]
    seats = rows.groupby(["id", "stage"])["seats"].transform("max")
    for line in rows.index[seats.isna() & ~rows.duplicated(["id", "stage"])]:
        yield reading.problem(
            line,
            "seats",
            Text("计划学位数（学校尚未开办）", "the planned seats of a school not yet open"),
            Text("填学位；已开办的学校请改正开办年份", "add seats, or correct opening_year"),
        )
    early = rows[rows["pupils"] > 0]
    for line in early.index[~early.duplicated(["id", "stage"])]:
        year = float(rows.loc[line, "opening_year"])
        yield reading.problem(
            line,
            "pupils",
            Text(f"{year:.0f}年开办之前没有在校生", f"no pupils before it opens in {year:.0f}"),
            Text("改正开办年份，或删去在校生", "correct opening_year or delete the pupils"),
        )


def no_grade_missing(readings: Readings) -> Iterator[DataProblem]:
    """Require a figure between two grades that have one where the cohort was there a year before.

    An empty grade may be left out, as in a school that takes entrants every other year.
    """
    if "schools" not in readings or not readings["schools"].complete:
        return
    reading = readings["schools"]
    rows = reading.rows[(reading.rows["grade"] != ALL) & reading.rows["year"].notna()]
    rows = rows[rows["pupils"].notna()]
    number = rows["grade"].str[1:].astype(int)
    key = ["id", "stage", "year"]
    known = pd.Series(rows["pupils"].to_numpy(), [*(rows[one] for one in key), number])
    known = known[~known.index.duplicated()].to_dict()
    ends = number.groupby([rows[one] for one in key]).agg(["min", "max"])
    first = rows.reset_index(names="line").groupby(key)["line"].first()
    for (school, stage, year), low, high in ends.itertuples():
        for grade in range(low + 1, high):
            before = known.get((school, stage, year - 1, grade - 1), 0)
            if (school, stage, year, grade) not in known and before >= COHORT:
                code = STAGE_BY_CODE[stage].grades[grade - 1]
                yield reading.problem(
                    first[school, stage, year],
                    "grade",
                    Text(
                        f"{school} {year:.0f}年 {code} 的在校生（上年低一级 {before:,.0f} 人）",
                        f"pupils of {school} {code} in {year:.0f} ({before:,.0f} a year and grade "
                        "before)",
                    ),
                    Text("补上这一年级；确实没有学生填 0", "add the grade; 0 if it has no pupils"),
                )


def no_year_missing(readings: Readings) -> Iterator[DataProblem]:
    """Require a row of a school in each year between two of its own that its county has."""
    if "schools" not in readings or not readings["schools"].complete:
        return
    reading = readings["schools"]
    rows = reading.rows[reading.rows["pupils"].notna() & reading.rows["year"].notna()]
    county = rows.groupby(["adcode", "stage"])["year"].agg(set)
    schools = rows.reset_index(names="line").groupby(["adcode", "stage", "id"])
    known = schools.agg(years=("year", set), line=("line", "last"))
    for (adcode, stage, school), years, line in known.itertuples():
        between = {year for year in county[adcode, stage] if min(years) < year < max(years)}
        if gone := sorted(between - years):
            text = "、".join(f"{year:.0f}" for year in gone)
            yield reading.problem(
                line,
                "year",
                Text(f"{school} 也有 {text} 年的行", f"rows of {school} for {text} too"),
                Text("补上该年；当年停办的填 0", "add that year; 0 pupils if it was closed"),
            )


def schools_within_county(readings: Readings) -> Iterator[DataProblem]:
    """Require the schools of the latest year to have no more pupils than their county."""
    both = _latest_sums(readings)
    for row in both[both["schools"] > both["pupils"] * (1 + ABOVE) + 1].to_dict("records"):
        yield readings["schools"].problem(
            row["line"],
            "pupils",
            Text(
                f"{row['adcode']} {row['year']:.0f}年各校合计不大于全县 {row['pupils']:,.0f}"
                f"（各校合计 {row['schools']:,.0f}）",
                f"schools of {row['adcode']} in {row['year']:.0f} with no more than the county's "
                f"{row['pupils']:,.0f} pupils (together {row['schools']:,.0f})",
            ),
            Text(
                "核对两表口径（学段、年级、是否含民办），或删去有误的一边",
                "check the definitions of both tables (stage, grades, private schools)",
            ),
        )


def schools_missing(readings: Readings) -> Iterator[Notice]:
    """Report counties whose schools have fewer pupils than the county."""
    both = _latest_sums(readings)
    for row in both[both["schools"] < both["pupils"] * (1 - BELOW)].to_dict("records"):
        share = row["schools"] / row["pupils"]
        yield readings["schools"].notice(
            row["line"],
            "pupils",
            f"{row['adcode']} {row['stage']} {row['year']:.0f}: {row['schools']:,.0f}",
            Text(
                f"各校合计为全县的{share:.0%}", f"schools have {share:.0%} of the county's pupils"
            ),
            Text(
                "其余学生按未列入的学校计，各校合计保持这一比例",
                "the others count as in schools not listed; that share stays",
            ),
        )


def _latest_sums(readings: Readings) -> pd.DataFrame:
    """Return adcode, stage, year, pupils of the county and of its schools in their latest year.

    ``line`` is the first row of the schools. Years of which the county's pupils are unknown are
    left out.
    """
    if not {"schools", "enrolment"} <= set(readings):
        return pd.DataFrame(columns=[*CELL, "pupils", "schools", "line"])
    rows = readings["schools"].rows
    rows = rows[rows["pupils"].notna() & rows["year"].notna()].reset_index(names="line")
    rows = rows[rows["year"] == rows.groupby(["adcode", "stage"])["year"].transform("max")]
    total = (rows["grade"] == "all").groupby([rows["id"], rows["stage"]]).transform("any")
    own = rows[~total | (rows["grade"] == "all")].groupby(CELL)
    sums = own.agg(schools=("pupils", "sum"), line=("line", "first")).reset_index()
    county = readings["enrolment"].rows.dropna(subset=["pupils"])
    total = (county["grade"] == "all").groupby([county[one] for one in CELL]).transform("any")
    county = county[~total | (county["grade"] == "all")].groupby(CELL)["pupils"].sum()
    types = {"year": float, "adcode": str}
    return sums.astype(types).merge(county.reset_index().astype(types), on=CELL)


def schools_taken_as_closed(readings: Readings) -> Iterator[Notice]:
    """Report schools with pupils in their last row, but no row in their county's latest year."""
    if "schools" not in readings:
        return
    reading = readings["schools"]
    rows = reading.rows.assign(year=pd.to_numeric(reading.rows["year"], errors="coerce"))
    rows = rows[rows["year"].notna() & rows["pupils"].notna()]
    for (code, _), own in rows.groupby(["adcode", "stage"]):
        latest = own["year"].max()
        last = own[own["year"] == own.groupby("id")["year"].transform("max")]
        left = last[(last["year"] < latest) & (last["pupils"] > 0)]
        left = left.drop_duplicates("id")
        if len(left):
            names = left["name"].fillna(left["id"]).astype(str).tolist()
            some = "、".join(names[:SHOWN]) + ("……" if len(names) > SHOWN else "")
            yield reading.notice(
                left.index[0],
                "year",
                f"{code}: {some}",
                Text(
                    f"{len(names)} 所学校没有 {latest:.0f} 年的行",
                    f"{len(names)} schools without a row of {latest:.0f}",
                ),
                Text(
                    "视为已停办，预测为 0；若只是未报，请补上这一年",
                    "taken as closed, forecast 0; if they are only missing, add that year",
                ),
            )
