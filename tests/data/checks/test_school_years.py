"""A school that the latest year lacks is reported: it counts as closed."""

import shutil
from pathlib import Path

import pandas as pd

from data.data_folder import inspect_folder
from data.reference.packs import REFERENCE

EXAMPLE = REFERENCE / "examples" / "six_schools"


def notices(folder: Path) -> list[str]:
    return [
        notice.line("zh")
        for notice in inspect_folder(folder).notices
        if "已停办" in notice.line("zh")
    ]


def test_a_school_that_is_missing_in_the_latest_year_is_named(tmp_path: Path):
    folder = tmp_path / "data"
    shutil.copytree(EXAMPLE, folder)
    assert notices(folder) == []
    table = pd.read_csv(folder / "schools.csv", dtype=str)
    gone = (table["id"] == "JX4") & (table["year"] == "2025")
    table[~gone].to_csv(folder / "schools.csv", index=False)
    (line,) = notices(folder)
    assert "990121: 虚构甲县石桥教学点" in line
    assert "1 所学校没有 2025 年的行" in line
