"""Which places take part in siting, and how small a new school may be."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.bundle import DataBundle, load_bundle
from data.contract.stages import STAGES
from forecasting.siting.places import Ground, ground, siting_case, smallest_school

HERE = {"adcode": "450312", "lon": 110.2, "lat": 25.2, "basis": "observed"}
PRIMARY = next(stage for stage in STAGES if stage.code == "primary")


def places(projects: pd.DataFrame | None, schools: pd.DataFrame | None = None) -> DataBundle:
    bundle = load_bundle(None)
    settlements = pd.DataFrame([HERE | {"id": "V", "name": "村", "setting": "rural"}]).assign(
        population=1000.0, **{f"age_{s.first_age}_{s.last_age}": 60.0 for s in STAGES}
    )
    tables = replace(bundle.tables, settlements=settlements, schools=schools, projects=projects)
    return replace(bundle, tables=tables)


def project(name: str, status: str, lon: float | None = 110.21) -> dict[str, object]:
    return HERE | {"project_id": name, "stage": "primary", "seats": 540, "status": status,
                   "planned_opening_year": 2028, "lon": lon}  # fmt: skip


def found(bundle: DataBundle) -> Ground:
    known = ground(bundle)
    assert known is not None
    return known


def test_projects_under_way_are_schools_and_plans_are_not():
    rows = [project("A", "started"), project("B", "finished"), project("C", "planned"),
            project("D", "started", lon=None)]  # fmt: skip
    known = found(places(pd.DataFrame(rows)))
    assert known.schools["id"].tolist() == ["A", "B"]
    assert known.schools["project"].all()
    notices = " ".join(note.zh for note in known.notes)
    assert "2 个建成或在建项目有坐标" in notices
    assert "1 个未开工项目未计入" in notices
    case = siting_case(known, PRIMARY, "450312", 60.0, 0.0, set())
    assert case.seats.tolist() == [540, 540]
    # 0.01 degrees of longitude at 25.2° north are a kilometre.
    assert np.hypot(*(case.schools[0] - case.places[0])) == pytest.approx(1007, abs=2)


def test_a_project_that_is_a_school_already_counts_once():
    school = HERE | {"id": "A", "name": "一小", "stage": "primary", "seats": 500, "pupils": 480}
    school |= {"year": 2024, "grade": "all", "classes": 12}
    known = found(places(pd.DataFrame([project("A", "finished")]), pd.DataFrame([school])))
    assert known.schools[["id", "seats", "project"]].to_numpy().tolist() == [["A", 500.0, False]]


def test_without_projects_nothing_changes():
    known = found(places(None))
    assert known.schools.empty
    assert not any("项目" in note.zh for note in known.notes)


@pytest.mark.parametrize(("stated", "classes"), [(12.0, 12), (13.0, 18), (None, 6)])
def test_the_smallest_school_follows_the_standards_in_complete_tracks(
    stated: float | None, classes: int
):
    known = found(places(None))
    norms = known.norms.drop([("primary", "school_classes_least")])
    if stated:
        norms["primary", "school_classes_least"] = stated
    assert smallest_school(replace(known, norms=norms), PRIMARY) == classes
