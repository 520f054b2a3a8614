"""Indicators of 县中振兴: seats, class sizes and rooms of general senior schools."""

import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.indicator_codes import COMPULSORY
from forecasting.indicators.case import IndicatorCase
from forecasting.indicators.measures.measured import CARRIED, measured, nothing
from forecasting.indicators.school_years import OBSERVED, school_years
from forecasting.provision.provision import beds_of
from forecasting.provision.pupil_groups import boarder_shares

ROOMS_OF = (*COMPULSORY, "vocational_senior")


def seats_a_child(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Seats of the stage over residents of its ages."""
    rows = case.cells(stage).merge(case.children_of(stage), on=["adcode", "year"])
    rows = rows[(rows["supply_basis"] == SEATS_STATED) & (rows["children"] > 0)]
    return measured(
        rows.assign(
            numerator=rows["seats_available"],
            denominator=rows["children"],
            plan_numerator=rows["seats_plan"],
            plan_denominator=rows["children"].where(rows["seats_plan"].notna()),
        ),
        "forecast",
    )


def large_classes(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Classes of 56 pupils and more, of all classes, as the schools state them."""
    rows = school_years(case, stage)
    rows = rows[rows["basis"] == OBSERVED].dropna(subset=["large_classes", "classes"])
    sums = rows.groupby("adcode", sort=False).agg(
        numerator=("large_classes", "sum"), denominator=("classes", "sum"), year=("year", "max")
    )
    return measured(sums.reset_index(), OBSERVED)


def senior_school(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools of the stage in a county with enough residents or junior leavers to have one."""
    if case.schools is None:
        return nothing()
    least = case.figure("senior_school_from_residents", stage)
    people = case.residents.set_index("adcode")["population"].astype(float)
    leavers = case.latest("leavers", ("junior",)).set_index("adcode")["part"]
    enough = set(people[people >= least].index)
    enough |= set(leavers[leavers >= case.figure("senior_school_from_leavers", stage)].index)
    return _counted_schools(case, case.schools[case.schools["stage"] == stage], enough)


def special_school(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Schools of special education in a county with enough residents to have one."""
    if case.schools is None:
        return nothing()
    least = case.figure("special_school_from_residents", stage)
    people = case.residents.set_index("adcode")["population"].astype(float)
    special = case.schools[case.schools["kind"] == "special"]
    return _counted_schools(case, special, set(people[people > least].index))


def special_places(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Pupils in special education expected at the nation's share of pupils enrolled in 2020.

    The denominator is the pupils of compulsory education; the share is an assumption.
    """
    rows = case.seats[case.seats["stage"].isin(COMPULSORY)]
    sums = rows.groupby(["adcode", "year"], sort=False)["pupils"].sum().reset_index()
    share = case.figure("special_pupils_share", stage)
    return measured(
        sums.assign(numerator=sums["pupils"] * share, denominator=sums["pupils"]), "estimate"
    )


def idle_rooms(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Idle seats of compulsory and vocational schools over the seats that the stage lacks."""
    rows = case.seats[case.seats["supply_basis"] == SEATS_STATED]
    idle = (rows["seats_available"] - rows["seats_required"]).clip(lower=0)
    givers = rows["stage"].isin(ROOMS_OF)
    spare = idle[givers].groupby([rows["adcode"], rows["year"]]).sum().rename("numerator")
    spare = case.with_pools(spare.reset_index(), "numerator", stage)
    own = case.cells(stage)
    own = own[own["supply_basis"] == SEATS_STATED]
    short = (own["seats_required"] - own["seats_available"]).clip(lower=0)
    table = own.assign(denominator=short.astype(float)).merge(spare, on=["adcode", "year"])
    return measured(table, "forecast")


def boarding_places(case: IndicatorCase, stage: str) -> pd.DataFrame:
    """Boarding beds over the places that are needed, at the last reported share of boarders."""
    beds = beds_of(case.tables.capacity, stage).rename("numerator").reset_index()
    share = boarder_shares(case.tables.enrolment, case.schools, case.counties, stage)
    table = case.cells(stage).merge(beds, on="adcode")
    table = table.merge(share[["adcode", "share"]], on="adcode")
    return measured(table.assign(denominator=table["pupils"] * table["share"]), CARRIED)


def _counted_schools(case: IndicatorCase, schools: pd.DataFrame, enough: set[str]) -> pd.DataFrame:
    """Return the number of ``schools`` in each county that needs one; the denominator is 1."""
    own = schools.groupby("adcode")["id"].nunique()
    listed = set() if case.schools is None else set(case.schools["adcode"])
    known = [code for code in case.counties if code in listed]
    rows = [(code, case.now, float(own.get(code, 0)), 1.0) for code in known if code in enough]
    columns = ["adcode", "year", "numerator", "denominator"]
    return measured(pd.DataFrame(rows, columns=columns), OBSERVED)
