r"""Rows under former county codes carried over to the counties of today.

A change of year :math:`y` passes a share :math:`\lambda` of an old unit on, so that a count of
an earlier year becomes

.. math:: n_{new,t} = \sum_{old} \lambda_{old \to new}\, n_{old,t},\qquad t < y

and of a later one too where the old code is no county any more. Changes follow one another in
time (A to B in 2005, B to C in 2013). What is divided is an estimate and says so.
"""

from dataclasses import dataclass, replace

import pandas as pd

from data.contract.columns import NUMBERS, WHOLE
from data.contract.fields import Table
from data.contract.table_reading import Reading, Readings
from data.contract.tables import CROSSWALK, TABLE_BY_NAME
from data.crosswalk.former_codes import UNCOUNTED, changes, changes_of, codes_of_today, is_dated
from data.findings import Findings
from data.language import Text

# A unit's stage in a year is counted on one territory or on another.
CELL = ("adcode", "year", "stage")
STATED = (
    Text("同一年新旧代码都有数", "old and new code both have figures of one year"),
    Text("用新代码的数，不重复相加", "those of the new code stand, nothing is added twice"),
)
PARTIAL = (
    Text(
        "合并或划入的各方有的缺数，或分组不同", "units that make up a county lack figures or groups"
    ),
    Text("该年旧代码的数未用", "those of the old code are left out in that year"),
)
LEFT = (
    Text("划出本市的部分", "a part that left the city"),
    Text("不计入预测", "is not forecast"),
)


@dataclass(frozen=True)
class _Parties:
    """Who takes part in the changes of one year, in one table.

    Parameters
    ----------
    allocated : shares of old rows under the new code; ``origin`` is the old one
    hosts : rows that a county had before a part of another was joined to it
    others : rows that the changes do not touch
    makers : new code → how many units make it up
    """

    allocated: pd.DataFrame
    hosts: pd.DataFrame
    others: pd.DataFrame
    makers: dict[str, int]


def apply_crosswalk(readings: Readings, findings: Findings) -> dict[str, Reading]:
    """Return the tables on the codes of today; changes are reported to ``findings``.

    Counts are divided and added up; projects, schools and other places change their code. The index
    stays the line of the file, of the first one where rows were added up.
    """
    moves, today = changes(readings), codes_of_today(readings)
    carried = dict(readings)
    for name, reading in readings.items():
        if name in UNCOUNTED or "adcode" not in reading.rows:
            continue
        rows = reading.rows
        for _, step in changes_of(moves, reading.table).groupby("year"):
            rows = _moved(replace(reading, rows=rows), step, today, findings)
        left = rows["adcode"].isin(moves["adcode"]) & ~rows["adcode"].isin(today)
        _report(reading, rows[left], LEFT, findings)
        carried[name] = replace(reading, rows=rows[~left])
    return carried


def _moved(
    reading: Reading, step: pd.DataFrame, today: frozenset[str], findings: Findings
) -> pd.DataFrame:
    """Return the rows after the changes of one year."""
    rows, code = reading.rows, reading.rows["adcode"]
    before = pd.Series(False, index=rows.index)
    if is_dated(reading):
        before = rows["year"] < step["year"].iloc[0]
    former = code.isin(step["adcode_old"]) & (before | ~code.isin(today))
    if not former.any():
        return rows
    parties = _parties(reading, step, former, before, today)
    _report_moves(reading, parties.allocated, findings)
    rest = pd.concat([parties.others, parties.hosts])
    if is_dated(reading):
        rest, allocated = _united(reading, parties, findings)
    else:
        allocated = parties.allocated
    return pd.concat([rest, allocated])[list(reading.rows)].sort_index(kind="stable")


def _parties(
    reading: Reading,
    step: pd.DataFrame,
    former: pd.Series,
    before: pd.Series,
    today: frozenset[str],
) -> _Parties:
    """Return the units that take part, from the rows under old codes and before the change."""
    rows, code = reading.rows, reading.rows["adcode"]
    moved = (step["kind"] == "transferred") & (step["adcode"] != step["adcode_old"])
    # A unit outside the folder has no rows of its own that its part could wait for.
    joined = {*step.loc[moved, "adcode"]} & {*today, *code}
    host = code.isin(joined) & before & ~former
    makers = {
        new: len({*olds, *({new} & joined)}) for new, olds in step.groupby("adcode")["adcode_old"]
    }
    return _Parties(
        _allocated(rows[former], step, TABLE_BY_NAME[reading.name]),
        rows[host].assign(origin=code[host]),
        rows[~former & ~host],
        makers,
    )


def _allocated(former: pd.DataFrame, step: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the shares of ``former`` rows under the new codes; those of one row add up to it."""
    moves = step.rename(columns={"adcode_old": "origin", "adcode": "to", "year": "changed"})
    rows = former.rename_axis("line").reset_index().rename(columns={"adcode": "origin"})
    allocated = rows.rename_axis("row").reset_index().merge(moves, on="origin")
    upto = allocated.groupby("row")["share"].cumsum()
    for name in _counts(table):
        through = allocated[name] * upto
        before = (allocated[name] * (upto - allocated["share"])).round()
        allocated[name] = through.round() - before
    divided = allocated["share"] < 1
    codes = allocated["origin"] + "→" + allocated["to"]
    words = codes + " ×" + allocated["share"].map("{:.4g}".format)
    allocated.loc[divided, "basis"] = "estimate"
    allocated.loc[divided, "method"] = words[divided]
    return allocated.rename(columns={"to": "adcode"}).set_index("line")


def _counts(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.kind == "count"]


def _united(
    reading: Reading, parties: _Parties, findings: Findings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that stay, and those that old units and hosts make up together."""
    table, allocated = TABLE_BY_NAME[reading.name], parties.allocated
    cell = [name for name in CELL if name in table.key]
    own = pd.MultiIndex.from_frame(parties.others[cell])
    stated = pd.MultiIndex.from_frame(allocated[cell]).isin(own)
    _report(reading, allocated[stated], STATED, findings)
    both = pd.concat([allocated[~stated].assign(host=False), parties.hosts.assign(host=True)])
    there = both.groupby(cell)["origin"].transform("nunique")
    all_there = there == both["adcode"].map(parties.makers)
    complete = (all_there & _alike(both, table, there)).to_numpy()
    host = both["host"].to_numpy(dtype=bool)
    _report(reading, both[~complete & ~host], PARTIAL, findings)
    return pd.concat([parties.others, both[~complete & host]]), _added_up(both[complete], table)


def _alike(rows: pd.DataFrame, table: Table, there: pd.Series) -> pd.Series:
    """Return which rows lie in cells whose units are all divided into the same groups."""
    if not {"age_lower", "grade"} & set(table.key):
        return pd.Series(True, index=rows.index)
    keyed = rows.groupby(list(table.key), dropna=False)["origin"].transform("nunique")
    cell = [rows[name] for name in CELL if name in table.key]
    return (keyed == there).groupby(cell).transform("all")


def _added_up(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return one row a key: counts added up, sizes and rates averaged by the first count."""
    key, counts = list(table.key), _counts(table)
    rows = rows.rename_axis("line").reset_index()
    rates = [c.name for c in table.columns if c.kind in NUMBERS and c.kind not in WHOLE]
    weight = rows[counts].bfill(axis=1).iloc[:, 0].fillna(1.0).clip(lower=1.0)
    groups = rows.groupby(key, dropna=False, sort=False)
    united = groups.first()
    united[counts] = groups[counts].sum(min_count=1)
    for name in rates:
        known = weight.where(rows[name].notna())
        by_key = [rows[part] for part in key]
        total = (rows[name] * known).groupby(by_key, dropna=False, sort=False).sum(min_count=1)
        united[name] = total / known.groupby(by_key, dropna=False, sort=False).sum(min_count=1)
    united["source"] = groups["source"].agg(lambda texts: "；".join(dict.fromkeys(texts.dropna())))
    bases = rows["basis"].fillna("").groupby([rows[part] for part in key], dropna=False, sort=False)
    united["basis"] = united["basis"].where(bases.min() == bases.max(), "estimate")
    return united.reset_index().set_index("line")


def _report_moves(reading: Reading, allocated: pd.DataFrame, findings: Findings) -> None:
    kinds = TABLE_BY_NAME[CROSSWALK].column("kind").vocabulary
    for (old, new, kind, year), part in allocated.groupby(["origin", "adcode", "kind", "changed"]):
        met = Text(f"旧代码 {old}", f"old code {old}")
        done = Text(
            f"归入 {new}（{year:.0f} 年{kinds[kind][0]}）",
            f"carried over to {new} ({kind} {year:.0f})",
        )
        _report(reading, part, (met, done), findings)


def _report(
    reading: Reading, rows: pd.DataFrame, said: tuple[Text, Text], findings: Findings
) -> None:
    if len(rows):
        code = str(rows["adcode"].iloc[0])
        findings.notice(reading.notice(rows.index[0], "adcode", code, *said), len(rows))
