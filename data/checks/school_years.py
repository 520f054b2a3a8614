"""Schools that the latest year does not have, which a forecast takes as closed."""

from collections.abc import Iterator

import pandas as pd

from data.contract.table_reading import Readings
from data.findings import Notice
from data.language import Text

SHOWN = 3  # names


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
