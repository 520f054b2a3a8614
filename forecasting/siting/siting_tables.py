"""Siting of every county and stage, and its result tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.contract.stages import PLANNED, Stage
from data.language import Text
from forecasting.siting.accessibility import access
from forecasting.siting.places import (
    PLANE,
    Ground,
    children_weights,
    known_ways,
    norm_class_size,
    radii,
    siting_case,
    way_unit,
)
from forecasting.siting.siting_case import SitingCase
from forecasting.siting.siting_model import Siting, SitingGapError, site_schools

NEW_LAND = ("build",)
SITE_COLUMNS = [
    "adcode", "county", "stage", "year", "site", "name", "classes", "seats", "children",
    "mean_m", "longest_m", "mean_min", "longest_min", "lon", "lat", "basis",
]  # fmt: skip
TRIP_COLUMNS = [
    "adcode", "stage", "settlement", "school", "new", "children", "metres", "minutes", "basis",
]  # fmt: skip
WAY_COLUMNS = ("mean_m", "longest_m", "mean_min", "longest_min")
UNSERVED_COLUMNS = [
    "adcode", "stage", "children", "out_of_reach", "without_seat", "seats_wanted", "seats_placed",
    "optimality_gap", "year",
]  # fmt: skip


@dataclass(frozen=True)
class SitingTables:
    """Result tables of siting for one scenario.

    Parameters
    ----------
    sites : rows of ``siting.csv``, one per school to build
    trips : rows of ``siting_trips.csv``, children by settlement and school
    access : rows of ``accessibility.csv``, one per county and stage, before and after
    notes : notices for the reader
    """

    sites: pd.DataFrame
    trips: pd.DataFrame
    access: pd.DataFrame
    notes: tuple[Text, ...]


def wants(demand: pd.DataFrame, plan: pd.DataFrame | None, now: int) -> pd.DataFrame:
    """Return the seats to site by (adcode, stage): year, children, seats.

    The year is that of the largest mean gap from ``now`` on. The seats are those that the plan
    builds on new land up to that year or, without a plan, the gap of that year.

    Parameters
    ----------
    demand : rows of one scenario, counties only
    plan : rows of ``plan.csv`` of the same scenario, or None
    now : present school year
    """
    ahead = demand[demand["year"] >= now].reset_index(drop=True)
    peak = ahead.loc[ahead.groupby(["adcode", "stage"])["gap"].idxmax()]
    wanted = peak.set_index(["adcode", "stage"])[["year", "seats_required", "gap"]]
    wanted = wanted.rename(columns={"seats_required": "children", "gap": "seats"})
    if plan is not None:
        new = plan[plan["action"].isin(NEW_LAND)].merge(
            wanted["year"].rename("by").reset_index(), on=["adcode", "stage"]
        )
        built = new[new["year"] <= new["by"]].groupby(["adcode", "stage"])["seats"].sum()
        wanted["seats"] = built.reindex(wanted.index).fillna(0.0)
    return wanted.assign(seats=wanted["seats"].clip(lower=0)).astype(float)


def site_all(ground: Ground, wanted: pd.DataFrame, names: dict[str, str]) -> SitingTables:
    """Return the siting of every county and stage.

    Stages are sited in order; a site assigned to one stage is not available to the next.

    Parameters
    ----------
    ground : settlements, schools and sites
    wanted : result of :func:`wants`
    names : adcode → name
    """
    located = list(dict.fromkeys(ground.settlements["adcode"]))
    taken: set[str] = set()
    sites, trips, unserved, refused = [], [], [], []
    for stage in PLANNED:
        for adcode in located:
            if (adcode, stage.code) not in wanted.index:
                continue
            year, children, seats = wanted.loc[(adcode, stage.code)]
            size = norm_class_size(ground, stage)
            case = siting_case(
                ground,
                stage,
                adcode,
                children,
                max(np.ceil(seats / size - 1e-6), 0.0) * size,
                taken,
            )
            try:
                siting = site_schools(case)
            except SitingGapError as error:
                refused.append(_refused(stage, names[adcode], str(error)))
                continue
            built, gone = _built(ground, stage, adcode, case, siting, taken)
            taken |= set(built["site"])
            sites.append(built.assign(year=int(year)))
            trips.append(gone)
            unserved.append(_unserved(stage, adcode, case, siting) | {"year": int(year)})
    found = pd.concat([pd.DataFrame(columns=SITE_COLUMNS), *(s for s in sites if len(s))])
    found = found.astype(dict.fromkeys(WAY_COLUMNS, float))
    gone = pd.concat([pd.DataFrame(columns=TRIP_COLUMNS), *(t for t in trips if len(t))])
    gone = gone.astype(dict.fromkeys(("children", "metres", "minutes"), float))
    found = found.assign(county=found["adcode"].map(names))
    reached = _access(ground, pd.DataFrame(unserved, columns=UNSERVED_COLUMNS), found)
    reached = reached if len(reached) else pd.DataFrame(columns=UNSERVED_COLUMNS)
    reached.insert(1, "county", reached["adcode"].map(names))
    return SitingTables(
        found.reset_index(drop=True)[SITE_COLUMNS],
        gone.reset_index(drop=True)[TRIP_COLUMNS].round({"children": 3, "metres": 1, "minutes": 1}),
        reached.round(4),
        (*ground.notes, *refused),
    )


def _refused(stage: Stage, county: str, gap: str) -> Text:
    return Text(
        f"{county}{stage.title.zh}未选址：找到的方案可能比最优差{gap}",
        f"{stage.title.en} in {county} is not sited: the optimality gap is {gap}",
    )


def _built(
    ground: Ground, stage: Stage, adcode: str, case: SitingCase, siting: Siting, taken: set[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the schools to build, and the children by existing or new school."""
    places = ground.settlements[ground.settlements["adcode"] == adcode]
    own = ground.schools[
        (ground.schools["adcode"] == adcode) & (ground.schools["stage"] == stage.code)
    ]
    sites = ground.sites[(ground.sites["adcode"] == adcode) & ~ground.sites["id"].isin(taken)]
    schools = np.concatenate([own["id"].to_numpy(dtype=object), sites["id"].to_numpy(dtype=object)])
    gone = pd.DataFrame(
        {
            "settlement": places["id"].to_numpy()[siting.trips.place],
            "school": schools[siting.trips.school],
            "new": siting.trips.school >= len(own),
            "children": siting.going,
            "way": siting.trips.way,
        }
    )
    unit = way_unit(ground, adcode)
    gone[{"m": "metres", "min": "minutes"}[unit]] = gone["way"]
    gone = gone[gone["children"] > 1e-6].assign(adcode=adcode, stage=stage.code, basis=ground.basis)
    opened = siting.classes > 0
    sums = gone[gone["new"]].assign(sum=lambda t: t["children"] * t["way"]).groupby("school")
    children, longest = sums["children"].sum(), sums["way"].max()
    built = sites.loc[opened, ["id", "name", "lon", "lat"]].rename(columns={"id": "site"})
    built = built.assign(
        adcode=adcode,
        stage=stage.code,
        classes=siting.classes[opened],
        seats=siting.classes[opened] * case.class_size,
        children=built["site"].map(children).round(1),
        basis=ground.basis,
        **{
            f"mean_{unit}": built["site"].map(sums["sum"].sum() / children).round(),
            f"longest_{unit}": built["site"].map(longest).round(),
        },
    )
    return built, gone


def _unserved(stage: Stage, adcode: str, case: SitingCase, siting: Siting) -> dict[str, object]:
    """Return the unserved children and unplaced seats of one siting."""
    reached = np.zeros(len(case.children), dtype=bool)
    reached[siting.trips.place] = True
    return {
        "adcode": adcode,
        "stage": stage.code,
        "children": case.children.sum(),
        "out_of_reach": siting.unseated[~reached].sum(),
        "without_seat": siting.unseated[reached].sum(),
        "seats_wanted": case.seats_wanted,
        "seats_placed": float(siting.classes.sum() * case.class_size),
        "optimality_gap": siting.gap,
    }


def _access(ground: Ground, unserved: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return ``unserved`` with access before and after; here children may cross county borders."""
    rows = []
    for stage in PLANNED:
        own = unserved[unserved["stage"] == stage.code]
        if own.empty:
            continue
        settlements = ground.settlements
        total = settlements["adcode"].map(own.set_index("adcode")["children"]).fillna(0.0)
        children = total.to_numpy(dtype=float) * children_weights(settlements, stage)
        places, radius = settlements[PLANE].to_numpy(dtype=float), radii(ground, stage)
        old = ground.schools[ground.schools["stage"] == stage.code][["id", *PLANE, "seats"]]
        new = found[found["stage"] == stage.code][["site", "seats"]].merge(
            ground.sites[["id", *PLANE]], left_on="site", right_on="id"
        )[["id", *PLANE, "seats"]]
        moments = {"before": old, "after": pd.concat([old, new])}
        results = {
            moment: access(
                places,
                children,
                radius,
                schools[PLANE].to_numpy(dtype=float),
                schools["seats"].to_numpy(dtype=float),
                known_ways(ground, schools["id"].astype(str).tolist()),
            )
            for moment, schools in moments.items()
        }
        for row in own.to_dict("records"):
            here = (settlements["adcode"] == row["adcode"]).to_numpy()
            figures = {}
            unit = way_unit(ground, row["adcode"])
            for moment, result in results.items():
                part = result.of(here)
                figures[f"share_within_{moment}"] = part.share_within(children[here])
                figures[f"seats_per_child_{moment}"] = part.mean_seats(children[here])
                figures[f"longest_{unit}_{moment}"] = part.longest(children[here])
            rows.append(row | figures | {"basis": ground.basis})
    return pd.DataFrame(rows)
