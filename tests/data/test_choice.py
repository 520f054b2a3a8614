import pytest

from data.bundle import DataBundle, load_bundle
from data.choice import choose
from data.problems import DataError


@pytest.fixture(scope="module")
def guilin() -> DataBundle:
    return load_bundle(None)


def test_nothing_wanted_is_all_seventeen_and_the_city(guilin: DataBundle):
    assert len(choose(guilin, ()).rows) == 18
    assert choose(guilin, ()).rows[-1] == "450300"


def test_names_and_codes_are_the_same_area_once(guilin: DataBundle):
    assert choose(guilin, ("临桂区", "450312", "阳朔县")).rows == ("450312", "450321")


def test_every_unknown_area_is_reported_with_its_nearest(guilin: DataBundle):
    with pytest.raises(DataError) as error:
        choose(guilin, ("临贵区", "450399", "阳朔县"))
    lines = error.value.lines("zh")
    assert len(lines) == 2
    assert "临桂区 450312" in lines[0]
    assert "阳朔县" not in lines[0]
