"""The table ``norms``: read, checked, and put in the place of the bundled norms."""

from pathlib import Path

import pytest

from data.contract.indicator_codes import INDICATOR_CODES
from data.data_folder import Inspection, inspect_folder
from data.reference.indicator_norms import effective_norms, norm_table, norms

AREAS = "adcode,name,parent,type,urban_core\n459900,虚构市,,市,否\n459901,虚构区,459900,区,是\n"
PEOPLE = "adcode,year,age_lower,age_upper,persons\n459901,2020,0,14,9000\n"


def read(folder: Path, *rows: str) -> Inspection:
    """Inspect a folder whose table ``norms`` has ``rows``."""
    heading = "指标,学段,标准值,方向,文件,条款"
    for name, text in (("areas", AREAS), ("population", PEOPLE), ("norms", heading)):
        lines = [text, *rows] if name == "norms" else [text]
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    return inspect_folder(folder)


def test_a_stated_norm_replaces_the_bundled_one_and_another_is_added(tmp_path: Path):
    found = read(
        tmp_path,
        "随迁子女公办就读占比,义务教育,90%,,某省办法（2024）,第八条",
        "寄宿床位满足率,初中,1,不低于,某市规划,",
    )
    assert found.problems == []
    assert found.tables is not None
    effective = effective_norms(found.tables.norms)
    migrants = effective["migrants_public", "compulsory"]
    assert (migrants.threshold, migrants.sense, migrants.clause) == (0.9, "least", "第八条")
    assert (migrants.document, migrants.status) == ("某省办法（2024）", "stated")
    assert migrants.source == "norms.csv"
    beds = effective["boarding_places", "junior"]
    assert (beds.threshold, beds.sense, beds.met_by(1.2)) == (1.0, "least", True)
    assert len(effective) == len(norms()) + 1
    assert effective["class_size", "primary"] == norms()["class_size", "primary"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("班额达标学校占比,普通高中,55,,某办法,", "学段"),  # a norm of compulsory schools
        ("寄宿床位满足率,初中,1,,某办法,", "方向"),  # no bundled norm has the direction
        ("随迁子女公办就读占比,义务教育,90,,某办法,", "标准值"),  # 90 % or 0.9
        ("绿化率,初中,0.3,不低于,某办法,", "指标"),
        ("随迁子女公办就读占比,义务教育,0.9,,,", "文件"),
    ],
)
def test_what_cannot_be_a_norm_is_refused_with_its_cell(tmp_path: Path, row: str, column: str):
    (problem,) = read(tmp_path, row).problems
    assert (problem.row, problem.column) == (2, column)
    assert problem.how_to_fix.zh


def test_every_code_has_its_stages_and_its_name_is_read_back(tmp_path: Path):
    table = norm_table()
    for code, stage in zip(table["code"], table["stage"], strict=True):
        assert stage in INDICATOR_CODES[code].stages
    words = {"compulsory": "义务教育", "all": "各学段", "kindergarten": "幼儿园",
             "primary": "小学", "junior": "初中", "general_senior": "普通高中"}  # fmt: skip
    rows = [
        f"{one.title.zh},{words[stage]},0.5,不高于,某办法,"
        for one in INDICATOR_CODES.values()
        for stage in one.stages
    ]
    found = read(tmp_path, *rows)
    assert found.problems == []
    assert found.tables is not None
    assert set(found.tables.norms["code"]) == set(INDICATOR_CODES)
