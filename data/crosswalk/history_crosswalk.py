"""A crosswalk for a history of any areas: ``enrolment --crosswalk FILE``."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from data.contract.file_tables import CROSSWALK_OF_AREAS
from data.contract.table_reading import Reading
from data.contract.tables import CROSSWALK, TABLE_BY_NAME
from data.crosswalk.apply_crosswalk import apply_crosswalk
from data.crosswalk.former_codes import crosswalk_adds_up, crosswalk_is_complete
from data.findings import Findings
from data.problems import DataError
from data.reading.cells.codes import area
from data.reading.one_file import read_file

_STAGE = "primary"  # any: the rows of a history are one stage as far as a crosswalk goes


def read_crosswalk(path: Path, known: Iterable[str], findings: Findings) -> Reading:
    """Return the changes in ``path`` with ids spelled as in ``known`` where they stand there.

    Columns ``area_old, area_id, year, kind`` and optionally ``share``, as in the table
    ``crosswalk`` of a data folder.

    Raises
    ------
    DataError : every problem of the file
    """
    spelled = {str(area(one).value): one for one in known}
    reading = read_file(path, CROSSWALK_OF_AREAS, findings)
    rows = reading.rows.assign(tables=None)
    for name in ("adcode_old", "adcode"):
        rows[name] = rows[name].map(spelled).fillna(rows[f"{name} text"])
    return Reading(TABLE_BY_NAME[CROSSWALK], reading.files, reading.headings, rows)


def on_areas_of_today(
    history: pd.DataFrame, crosswalk: Reading, file: str, findings: Findings
) -> pd.DataFrame:
    """Return ``area_id, year, grade, enrolment`` with the areas of before carried over.

    An area that became part of another is no area any more; counts are divided by share and
    added up. What was done goes to ``findings``.

    Raises
    ------
    DataError : shares that do not add up, or an area whose own fate the crosswalk leaves open
    """
    moves = crosswalk.rows
    gone = set(moves["adcode_old"]) - set(moves["adcode"])
    today = frozenset(map(str, history["area_id"].unique())) - gone | set(moves["adcode"])
    enrolment = TABLE_BY_NAME["enrolment"]
    rows = history.rename(columns={"area_id": "adcode", "enrolment": "pupils"})
    rows = rows.assign(stage=_STAGE, source=file)
    rows = rows.reindex(columns=[column.name for column in enrolment.columns])
    types = {"year": float, "entrants": float, "leavers": float, "basis": object, "method": object}
    rows = rows.astype(types)
    readings = {
        "areas": Reading(TABLE_BY_NAME["areas"], (file,), {}, pd.DataFrame({"parent": []}), today),
        CROSSWALK: crosswalk,
        "enrolment": Reading(enrolment, (file,), {"adcode": "area_id"}, rows),
    }
    for check in (crosswalk_adds_up, crosswalk_is_complete):
        for problem in check(readings):
            findings.refuse(problem)
    if findings.problems:
        raise DataError(findings.problems)
    carried = apply_crosswalk(readings, findings)["enrolment"].rows
    carried = carried.rename(columns={"adcode": "area_id", "pupils": "enrolment"})
    return carried[["area_id", "year", "grade", "enrolment"]].astype({"year": int})
