"""Which former county codes became which of today: the planner's table and what is bundled."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from data.contract.table_reading import ROUNDING, Reading, Readings
from data.contract.tables import CROSSWALK, TABLE_BY_NAME
from data.language import Text
from data.problems import DataProblem

CHANGE = ["adcode_old", "adcode", "year", "share", "kind"]
UNCOUNTED = (CROSSWALK, "areas")


@cache
def bundled() -> pd.DataFrame:
    """Return ``CHANGE`` of counties renamed: Guilin's, then all that two censuses tell apart."""
    folder = Path(str(files("data")))
    codes = {"adcode_old": str, "adcode": str}
    own = pd.read_csv(folder / "reference" / "guilin" / "crosswalk.csv", dtype=codes)
    panel = pd.read_csv(folder / "reference" / "china" / "code_changes.csv", dtype=str)
    panel = panel.rename(columns={"adcode_2010": "adcode_old", "adcode_2020": "adcode"})
    panel = panel.assign(year=2020, share=1.0, kind="renamed")
    both = pd.concat([own[CHANGE], panel[CHANGE]]).drop_duplicates("adcode_old")
    return both.reset_index(drop=True)


def changes(readings: Readings) -> pd.DataFrame:
    """Return the changes that count: the planner's own, and renamings into a county of ``areas``.

    A code that is a county still, or that the planner speaks of, is not renamed unasked.
    """
    today = readings["areas"].codes if "areas" in readings else frozenset()
    own = readings[CROSSWALK].rows[CHANGE] if CROSSWALK in readings else bundled()[:0]
    known = bundled()
    unasked = ~known["adcode_old"].isin([*own["adcode_old"], *today]) & known["adcode"].isin(today)
    return pd.concat([own, known[unasked]]) if len(own) else known[unasked]


def crosswalk_adds_up(readings: Readings) -> Iterator[DataProblem]:
    """Let the shares of an old unit add up to one, and each part be a county or leave the city."""
    if CROSSWALK not in readings or "areas" not in readings:
        return
    reading = readings[CROSSWALK]
    rows = reading.rows
    for (old, year), part in rows.groupby(["adcode_old", "year"]):
        total = part["share"].sum()
        if abs(total - 1) > ROUNDING:
            yield reading.problem(
                part.index[0],
                "share",
                Text(f"{old} 各份之和为 1，现为 {total:.3g}", f"shares of {old} that add up to 1"),
                Text(
                    f"补上 {year:.0f} 年的其余部分；划出本市的也写一行，类型填“划转”",
                    f"add the rest of {year:.0f}; a part that left the city is a row, transferred",
                ),
            )
    goes_on = [
        ((rows["adcode_old"] == code) & (rows["year"] > year)).any()
        for code, year in zip(rows["adcode"], rows["year"], strict=True)
    ]
    leaves = rows["kind"] == "transferred"
    known = rows["adcode"].isin(readings["areas"].codes) | leaves | np.array(goes_on, dtype=bool)
    for line in rows.index[~known]:
        expected = Text("areas 表中的代码", "a code of the table areas")
        remedy = Text("改正新代码，或加上以后的变更", "correct it, or add the change after it")
        yield reading.problem(line, "adcode", expected, remedy)


def undivided_places(readings: Readings) -> Iterator[DataProblem]:
    """Let projects and places under a code that was divided have the code of today."""
    moves, today = changes(readings), codes_of_today(readings)
    divided = set(moves.loc[moves["share"] < 1, "adcode_old"]) - today
    for reading in readings.values():
        if reading.name in UNCOUNTED or "adcode" not in reading.rows or is_dated(reading):
            continue
        for line in reading.rows.index[reading.rows["adcode"].isin(divided)]:
            expected = Text(
                "今天的代码（原区划已拆分）", "the code of today; the old unit is divided"
            )
            remedy = Text("按所在地改为新代码", "write the code of the county it lies in")
            yield reading.problem(line, "adcode", expected, remedy)


def codes_of_today(readings: Readings) -> frozenset[str]:
    """Return the codes that need no carrying over: the counties and the areas above them."""
    if "areas" not in readings:
        return frozenset()
    return readings["areas"].codes | frozenset(readings["areas"].rows["parent"].dropna())


def is_dated(reading: Reading) -> bool:
    """Tell tables of yearly counts from tables of places."""
    return {"adcode", "year"} <= set(TABLE_BY_NAME[reading.name].key)
