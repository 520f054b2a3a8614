"""A merger of two areas in a history of any areas."""

from pathlib import Path

import pandas as pd
import pytest

from data.crosswalk.history_crosswalk import on_areas_of_today, read_crosswalk
from data.findings import Findings
from data.problems import DataError

HISTORY = pd.DataFrame(
    [(area, year, "1", pupils) for area, year, pupils in
     [("A", 2019, 10.0), ("A", 2020, 12.0), ("B", 2019, 5.0), ("B", 2020, 6.0),
      ("A", 2021, 19.0), ("C", 2019, 7.0), ("C", 2020, 7.0), ("C", 2021, 7.0)]],
    columns=["area_id", "year", "grade", "enrolment"],
)  # fmt: skip


def carried(tmp_path: Path, rows: str) -> pd.DataFrame:
    path = tmp_path / "crosswalk.csv"
    path.write_text(f"area_old,area_id,year,kind\n{rows}", encoding="utf-8")
    findings = Findings()
    crosswalk = read_crosswalk(path, HISTORY["area_id"], findings)
    return on_areas_of_today(HISTORY, crosswalk, "history.csv", findings)


def test_a_merged_area_counts_in_the_one_it_became_part_of(tmp_path: Path) -> None:
    found = carried(tmp_path, "B,A,2021,merged\nA,A,2021,merged\n")
    mine = found[found["area_id"] == "A"].set_index("year")["enrolment"]
    assert mine.sort_index().to_dict() == {2019: 15, 2020: 18, 2021: 19}
    assert set(found["area_id"]) == {"A", "C"}


def test_a_crosswalk_that_omits_the_fate_of_the_other_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="add the row A,A,2021,1,merged"):
        carried(tmp_path, "B,A,2021,merged\n")


def test_shares_have_to_add_up(tmp_path: Path) -> None:
    path = tmp_path / "crosswalk.csv"
    path.write_text("area_old,area_id,year,share,kind\nB,A,2021,0.5,split\n", encoding="utf-8")
    findings = Findings()
    with pytest.raises(DataError, match="add up to 1"):
        on_areas_of_today(
            HISTORY, read_crosswalk(path, HISTORY["area_id"], findings), "h.csv", findings
        )
