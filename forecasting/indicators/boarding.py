"""Boarding places by county, stage and year, with the share they rest on and where it was read."""

import pandas as pd

from data.contract.stages import STAGE_CODES
from forecasting.indicators.case import IndicatorCase
from forecasting.provision.pupil_groups import boarder_shares

COLUMNS = [
    "adcode", "county", "stage", "year", "pupils", "share", "share_year", "share_table",
    "required", "beds", "short",
]  # fmt: skip


def boarding_table(case: IndicatorCase) -> pd.DataFrame:
    """Return one row per county, stage and year from ``now`` on where boarders are reported.

    ``share`` is that of boarders among pupils in ``share_year``, from the table ``share_table``
    (``enrolment`` or ``schools``), carried forward unchanged; ``short`` is negative where beds are
    to spare, and missing where none are stated.
    """
    ahead = case.demand[case.demand["year"] >= case.now]
    parts = []
    for stage in STAGE_CODES:
        given = boarder_shares(case.tables.enrolment, case.schools, case.counties, stage)
        given = given.rename(columns={"year": "share_year", "table": "share_table"})
        rows = ahead[ahead["stage"] == stage].merge(given, on="adcode")
        if len(rows):
            parts.append(rows.assign(required=rows["pupils"].astype(float) * rows["share"]))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    table = pd.concat(parts, ignore_index=True).rename(columns={"boarding_beds": "beds"})
    table["short"] = table["required"] - table["beds"].astype(float)
    return table.assign(county=table["adcode"].map(case.counties))[COLUMNS]
