"""Former county codes and those of today: from the planner's table and the bundled one."""

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from data.contract.fields import Table
from data.contract.table_reading import ROUNDING, Reading, Readings
from data.contract.tables import CROSSWALK, TABLE_BY_NAME
from data.language import Text
from data.plain_words import plain
from data.problems import DataProblem
from data.reference.packs import NATION, packs

CHANGE = ["adcode_old", "adcode", "year", "share", "kind", "tables"]
UNCOUNTED = (CROSSWALK, "areas")


@cache
def bundled() -> pd.DataFrame:
    """Return ``CHANGE`` of counties renamed: the packs', then those between the two censuses."""
    codes = {"adcode_old": str, "adcode": str}
    tables = [pack.folder / "crosswalk.csv" for pack in packs()]
    held = [pd.read_csv(table, dtype=codes) for table in tables if table.is_file()]
    own = pd.concat(held).assign(tables=None)
    panel = pd.read_csv(NATION / "code_changes.csv", dtype=str)
    panel = panel.rename(columns={"adcode_2010": "adcode_old", "adcode_2020": "adcode"})
    panel = panel.assign(year=2020, share=1.0, kind="renamed", tables=None)
    both = pd.concat([own[CHANGE], panel[CHANGE]]).drop_duplicates("adcode_old")
    return both.reset_index(drop=True)


def changes(readings: Readings) -> pd.DataFrame:
    """Return the changes that count: the planner's own, and renamings into a county of ``areas``.

    A code that is still a county, or that the planner's table has, is not renamed by default.
    """
    today = readings["areas"].codes if "areas" in readings else frozenset()
    own = readings[CROSSWALK].rows[CHANGE] if CROSSWALK in readings else bundled()[:0]
    known = bundled()
    stated = known["adcode_old"].isin([*own["adcode_old"], *today])
    automatic = ~stated & known["adcode"].isin(today)
    return pd.concat([own, known[automatic]]) if len(own) else known[automatic]


def changes_of(moves: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the changes that hold for ``table``: those that name it, or name no table."""
    named = moves["tables"].fillna("").astype(str)
    wanted = {plain(word) for word in (table.name, table.title, *table.aliases)}
    mine = named.map(lambda text: not text or bool(wanted & set(_names(text))))
    return moves[mine.astype(bool)]


def _names(text: str) -> list[str]:
    return [plain(word) for word in re.split(r"[、,，;；\s]+", text) if word]


def crosswalk_names_tables(readings: Readings) -> Iterator[DataProblem]:
    """Require the tables named by a change to exist."""
    if CROSSWALK not in readings:
        return
    reading = readings[CROSSWALK]
    known = {plain(word) for table in TABLE_BY_NAME.values()
             for word in (table.name, table.title, *table.aliases)}  # fmt: skip
    for place, text in reading.rows["tables"].dropna().items():
        if set(_names(str(text))) - known:
            expected = Text("表名，如 在校生、学位", "names of tables, such as enrolment, capacity")
            yield reading.problem(place, "tables", expected, Text("改正表名", "correct the names"))


def crosswalk_is_complete(readings: Readings) -> Iterator[DataProblem]:
    """Require a crosswalk to state the new code of every code with rows before the change.

    A county that others were merged into has a row to itself if it has rows of its own; and where
    only it has earlier rows in a table, that table may be on the borders of today already.
    """
    if CROSSWALK not in readings:
        return
    own = readings[CROSSWALK]
    joins = own.rows[
        (own.rows["adcode_old"] != own.rows["adcode"]) & (own.rows["kind"] == "merged")
    ]
    for reading in readings.values():
        if reading.name in UNCOUNTED or not is_dated(reading):
            continue
        for place, row in changes_of(joins, reading.table).iterrows():
            earlier = reading.rows[reading.rows["year"] < row["year"]]
            host = (earlier["adcode"] == row["adcode"]).any()
            guest = (earlier["adcode"] == row["adcode_old"]).any()
            stays = ((own.rows["adcode_old"] == row["adcode"])
                     & (own.rows["year"] == row["year"])).any()  # fmt: skip
            if host and guest and not stays:
                yield _row_missing(own, reading, place, row)
            elif host and stays and not guest:
                yield _which_borders(own, reading, place, row)


def _row_missing(own: Reading, reading: Reading, place: object, row: pd.Series) -> DataProblem:
    code, year, title = row["adcode"], int(row["year"]), reading.table.title
    line = f"{code},{code},{year},1,{row['kind']}"
    zh = f"{code} 自己在 {year} 年前的去向（{title}表中有它的行）"
    expected = Text(zh, f"what became of {code}, which has rows before {year} in {reading.name}")
    return own.problem(place, "adcode", expected, Text(f"补一行：{line}", f"add the row {line}"))


def _which_borders(own: Reading, reading: Reading, place: object, row: pd.Series) -> DataProblem:
    code, old, title = row["adcode"], row["adcode_old"], reading.table.title
    zh = f"{title}表中 {old} 变更前的行（只有 {code} 的）"
    expected = Text(zh, f"rows of {old} in {reading.name} from before the change, as of {code}")
    how_to_fix = Text(
        f"若{title}表已按今天的区划，请在“适用的表”列只写仍用旧区划的表；否则补上 {old} 的行",
        f"if {reading.name} is on the borders of today, name in the column tables those that are "
        f"not; else add the rows of {old}",
    )
    return own.problem(place, "adcode_old", expected, how_to_fix)


def crosswalk_adds_up(readings: Readings) -> Iterator[DataProblem]:
    """Require shares of an old unit to add up to one, and each part to be a county or to leave."""
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
        how_to_fix = Text("改正新代码，或加上以后的变更", "correct it, or add the change after it")
        yield reading.problem(line, "adcode", expected, how_to_fix)


def undivided_places(readings: Readings) -> Iterator[DataProblem]:
    """Require projects and places under a code that was divided to have the code of today."""
    moves, today = changes(readings), codes_of_today(readings)
    divided = set(moves.loc[moves["share"] < 1, "adcode_old"]) - today
    for reading in readings.values():
        if reading.name in UNCOUNTED or "adcode" not in reading.rows or is_dated(reading):
            continue
        for line in reading.rows.index[reading.rows["adcode"].isin(divided)]:
            expected = Text(
                "今天的代码（原区划已拆分）", "the code of today; the old unit is divided"
            )
            how_to_fix = Text("按所在地改为新代码", "write the code of the county it lies in")
            yield reading.problem(line, "adcode", expected, how_to_fix)


def codes_of_today(readings: Readings) -> frozenset[str]:
    """Return the codes that need no carrying over: the counties and the areas above them."""
    if "areas" not in readings:
        return frozenset()
    return readings["areas"].codes | frozenset(readings["areas"].rows["parent"].dropna())


def is_dated(reading: Reading) -> bool:
    """Return True for a table of yearly counts, False for a table of places."""
    return {"adcode", "year"} <= set(TABLE_BY_NAME[reading.name].key)
