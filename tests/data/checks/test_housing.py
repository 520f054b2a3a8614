"""Kinds of dwellings in ``housing`` and ``dwelling_yields`` belong together."""

from pathlib import Path

import pytest

from data.data_folder import read_folder
from data.problems import DataError

AREAS = "adcode,name,type,urban_core\n450312,临桂区,区,是\n"
POPULATION = "adcode,year,age_lower,age_upper,persons\n450312,2020,0,4,30000\n"


def folder_with(path: Path, yields: str, kind: str) -> Path:
    (path / "areas.csv").write_text(AREAS, encoding="utf-8")
    (path / "population.csv").write_text(POPULATION, encoding="utf-8")
    (path / "住房.csv").write_text(
        f"县区,年份,住房类型,住房套数\n临桂区,2027,{kind},1000\n", encoding="utf-8"
    )
    (path / "住房学生数.csv").write_text(
        f"住房类型,学段,入住年数,每套学生数,相对误差\n{yields}", encoding="utf-8"
    )
    return path


def test_a_kind_without_pupils_per_dwelling_is_refused_with_the_kinds_there_are(tmp_path: Path):
    with pytest.raises(DataError, match="商品房"):
        read_folder(folder_with(tmp_path, "商品房,小学,0,0.3,20%\n", "商品住房"))


def test_rows_for_any_kind_hold_for_every_kind(tmp_path: Path):
    tables, *_ = read_folder(folder_with(tmp_path, ",小学,0,0.3,20%\n", "安置房"))
    rows = tables.dwelling_yields
    assert rows is not None
    assert rows[["kind", "pupils_per_dwelling", "error"]].to_numpy().tolist() == [["all", 0.3, 0.2]]
