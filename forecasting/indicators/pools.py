"""Counties that share the schools of a stage, as one more area with the figures of all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from data.contract.bases import SEATS_STATED
from data.contract.stages import STAGE_BY_CODE

NAMED_MOST = 3
SUMS = (
    "pupils", "seats_required", "seats_required_lo80", "seats_required_hi80", "seats_available",
)  # fmt: skip


@dataclass(frozen=True)
class SharedSchools:
    """Counties whose pupils of one stage may attend any school of theirs.

    Parameters
    ----------
    code : code of the area that they form, that of no county
    name : its name
    stage : the stage
    members : adcodes
    """

    code: str
    name: str
    stage: str
    members: tuple[str, ...]


def shared_schools(outlook: pd.DataFrame, names: Mapping[str, str]) -> tuple[SharedSchools, ...]:
    """Return the pools of a plan.

    Parameters
    ----------
    outlook : rows of ``plan_outlook.csv``, whose ``pool`` is the first of the counties
    names : adcode → name
    """
    rows = outlook[outlook["pool"].fillna("") != ""].drop_duplicates(["pool", "stage", "adcode"])
    found = []
    for (first, stage), own in rows.groupby(["pool", "stage"], sort=False):
        members = tuple(code for code in own["adcode"] if code in names)
        listed = "、".join(names[code] for code in members[:NAMED_MOST])
        more = f"等{len(members)}县区" if len(members) > NAMED_MOST else ""
        name = f"{listed}{more}统筹（{STAGE_BY_CODE[str(stage)].title.zh}）"
        found.append(SharedSchools(f"{first}+{stage}", name, str(stage), members))
    return tuple(found)


def pool_seats(
    pool: SharedSchools, seats: pd.DataFrame, outlook: pd.DataFrame, now: int
) -> pd.DataFrame:
    """Return pupils and seats of a pool by year, in the columns of ``seats``.

    The ends of the 80 % interval are sums of the counties', wider than those of the sum.

    Parameters
    ----------
    pool : the counties
    seats : pupils and seats of each county, stage and year
    outlook : rows of ``plan_outlook.csv``; each member has the pool's figures
    now : present school year, in which no plan acts
    """
    own = seats[seats["adcode"].isin(pool.members) & (seats["stage"] == pool.stage)]
    rows = own.groupby("year")[list(SUMS)].sum().astype(float).reset_index()
    stated = own.groupby("year")["supply_basis"].agg(_common).to_numpy()
    plan = outlook[(outlook["adcode"] == pool.members[0]) & (outlook["stage"] == pool.stage)]
    by_year = plan.set_index("year").reindex(rows["year"]).reset_index()
    added = (by_year["gap"] - by_year["gap_with_plan"]).mask(by_year["year"] == now, 0.0)
    return rows.assign(
        adcode=pool.code, stage=pool.stage, supply_basis=stated, warning="",
        shortage_probability=by_year["shortage_probability"],
        seats_plan=rows["seats_available"] + added,
        shortage_plan=by_year["shortage_probability_with_plan"],
    )[list(seats.columns)]  # fmt: skip


def _common(bases: Sequence[str]) -> str:
    """Return the basis of all of them: stated only if every one is."""
    return next((basis for basis in bases if basis != SEATS_STATED), SEATS_STATED)
