"""Seats of all owners alongside public and private ones: counted once."""

import pandas as pd

from data.contract.table_reading import Reading
from data.findings import Findings
from data.language import Text

_KEY = ["adcode", "year", "stage"]
_COUNTS = ["seats", "classes", "schools"]
_OTHER = {"public": "private", "private": "public"}


def without_owner_totals(reading: Reading, findings: Findings) -> pd.DataFrame:
    """Return ``capacity`` without rows ``all`` that public and private rows make up.

    Where one of the two is stated with the total, the other is the remainder.
    """
    rows = reading.rows
    total = rows["ownership"] == "all"
    parts = rows[~total].groupby(_KEY, dropna=False)
    owners = parts["ownership"].agg(["nunique", "first"]).reset_index()
    totals = rows[total].reset_index(names="place").merge(owners, on=_KEY).set_index("place")
    if totals.empty:
        return rows
    stated = parts[_COUNTS].sum(min_count=1).reset_index()
    known = totals[_KEY].merge(stated, on=_KEY, how="left")[_COUNTS].to_numpy()
    rest = totals[list(rows)].copy()
    rest[_COUNTS] = rest[_COUNTS].to_numpy() - known
    rest["ownership"] = totals["first"].map(_OTHER)
    rest.index.name = None
    rest = rest[(totals["nunique"] == 1).to_numpy() & (rest[_COUNTS] > 0).any(axis=1).to_numpy()]
    met = Text("公办、民办之外另有合计", "total alongside public and private")
    done = Text("合计已核对，不重复计入", "compared and not counted again")
    notice = reading.notice(totals.index[0], "ownership", "all", met, done)
    findings.notice(notice, len(totals))
    return (
        pd.concat([rows[~rows.index.isin(totals.index)], rest])
        if len(rest)
        else (rows[~rows.index.isin(totals.index)])
    )
