"""Files and sheets of one table joined, and rows whose key stands twice."""

from dataclasses import replace

import pandas as pd

from data.contract.table_reading import Reading
from data.findings import Findings
from data.language import Text
from data.place import place_of

_PROVENANCE = ("basis", "source", "method")


def join_readings(parts: list[Reading], findings: Findings) -> Reading:
    """Return the rows of all ``parts`` as one table, in which every natural key stands once."""
    shifted = []
    for number, part in enumerate(parts):
        rows = part.rows.copy(deep=False)
        rows.index = rows.index + place_of(0, 0, sum(len(one.files) for one in parts[:number]))
        shifted.append(rows)
    combined = replace(
        parts[0],
        files=tuple(file for part in parts for file in part.files),
        rows=pd.concat(shifted) if len(shifted) > 1 else shifted[0],
        codes=frozenset().union(*(part.codes for part in parts)),
        complete=all(part.complete for part in parts),
        turned=tuple(turned for part in parts for turned in part.turned),
        headings={name: text for part in parts[::-1] for name, text in part.headings.items()},
    )
    if len(parts) > 1 and len(combined.rows):
        names = "、".join(combined.files)
        met = Text("同一张表的几个文件或工作表", "files or sheets of one table")
        done = Text(f"已合并：{names}", f"joined: {', '.join(combined.files)}")
        findings.notice(
            combined.notice(combined.rows.index[0], combined.table.key[0], "", met, done)
        )
    return without_repeats(combined, findings)


def without_repeats(reading: Reading, findings: Findings) -> Reading:
    """Return every natural key once: equal rows count once, rows that differ are refused.

    Keys are compared as read: 2023 and 2023.0, 01 and 1, P1 and 一年级 are equal.
    """
    rows = reading.rows
    key = [name for name in reading.table.key if name in rows]
    repeated = rows.duplicated(key, keep=False)
    if not repeated.any():
        return reading
    compared = [name for name in rows if name not in {*key, *_PROVENANCE}]
    again = rows[repeated]
    groups = again.groupby(key, dropna=False, sort=False)
    first = groups.cumcount() == 0
    leader = pd.Series(again.index, index=again.index).groupby(
        [again[name] for name in key], dropna=False
    ).transform("first")  # fmt: skip
    same = pd.Series(True, index=again.index)
    for name in compared:
        opening = again[name].groupby([again[part] for part in key], dropna=False)
        lead = opening.transform(lambda values: values.iloc[0])
        same &= (again[name] == lead) | (again[name].isna() & lead.isna())
    names = " + ".join(reading.headings.get(name, name) for name in key)
    for place in again.index[~same]:
        other = reading.where(leader[place])
        expected = Text(
            f"{names} 不重复；与{other.zh}是同一项而数值不同",
            f"{names} once; the same as {other.en}, with other figures",
        )
        findings.refuse(reading.problem(place, key[0], expected, _hint(reading)))
    equal = again.index[same & ~first]
    if len(equal):
        met = Text("重复的行，数值相同", "a row that stands twice with equal figures")
        done = Text("只计一次", "counted once")
        value = reading.where(leader[equal[0]])
        notice = reading.notice(equal[0], key[0], value.en, met, done)
        findings.notice(notice, len(equal))
    return replace(reading, rows=rows[~rows.index.isin(again.index[~first])])


def _hint(reading: Reading) -> Text:
    if reading.name in {"enrolment", "capacity"}:
        return Text(
            "只保留正确的一行；若每行是一所学校，请加“学校名称”列，将自动汇总到县",
            "keep the right one; rows of schools need a column 学校名称, then they are summed up",
        )
    return Text("只保留正确的一行", "keep the right one")
