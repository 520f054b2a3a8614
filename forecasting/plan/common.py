"""Steps that all scenarios share, and the signal that decides on the others."""

import pandas as pd

STEP = ["adcode", "county", "stage", "action", "taken_from"]
YEARS_AHEAD = 2  # steps to be decided in the present school year and the two after it


def shared_steps(plan: pd.DataFrame, demand: pd.DataFrame, now: int) -> pd.DataFrame:
    """Return steps to be decided soon, the part common to all scenarios, and the signal.

    Parameters
    ----------
    plan : rows of ``plan.csv`` of every scenario
    demand : rows of ``demand.csv`` of every scenario
    now : present school year

    Returns
    -------
    ``classes_common`` are decided by ``decide_until`` in every scenario (no-regret steps),
    and up to ``classes_most`` in ``scenario_most``. The difference depends on the pupils of the
    stage in ``signal_year``: it is carried out if they exceed ``signal_pupils``, midway between the
    scenarios with the most and the fewest classes (if below, where ``signal_above`` is false).
    """
    scenarios = list(demand["scenario"].unique())
    until = now + YEARS_AHEAD
    soon = plan[plan["decide_in"] <= until]
    amounts = (
        soon.pivot_table(index=STEP, columns="scenario", values="classes", aggfunc="sum")
        .reindex(columns=scenarios)
        .fillna(0.0)
    )
    if soon.empty:
        amounts.index = pd.MultiIndex.from_frame(soon[STEP])
    table = pd.DataFrame(
        {
            "decide_until": until,
            "classes_common": amounts.min(axis=1),
            "classes_most": amounts.max(axis=1),
            "scenario_least": amounts.idxmin(axis=1),
            "scenario_most": amounts.idxmax(axis=1),
        },
        index=amounts.index,
    ).reset_index()
    return _with_signal(table, demand, until)


def _with_signal(table: pd.DataFrame, demand: pd.DataFrame, year: int) -> pd.DataFrame:
    """Add the number of pupils that separates the scenario with the most classes from the other."""
    pupils = demand[demand["year"] == year].set_index(["scenario", "adcode", "stage"])["pupils"]
    ends = [
        pd.Series(
            pupils.reindex(
                pd.MultiIndex.from_frame(table[[scenario, "adcode", "stage"]])
            ).to_numpy(),
            index=table.index,
            dtype=float,
        )
        for scenario in ("scenario_most", "scenario_least")
    ]
    waits = (table["classes_most"] > table["classes_common"]) & (ends[0] != ends[1])
    return table.assign(
        signal_year=year,
        signal_pupils=((ends[0] + ends[1]) / 2).where(waits),
        signal_above=(ends[0] > ends[1]).where(waits),
    )
