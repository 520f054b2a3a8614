import pandas as pd
import pytest

from data.tree import MOST_SHOWN, AreaTree, area_tree, tree_problems

PROVINCE = AreaTree(
    {
        "450100": "450000",
        "450300": "450000",
        "450102": "450100",
        "450302": "450300",
        "450312": "450300",
        "459001": "450000",
    }
)


def test_counties_are_what_lies_in_another_and_holds_none():
    assert PROVINCE.counties == ("450102", "450302", "450312", "459001")
    assert PROVINCE.cities == {
        "450100": ("450102",),
        "450300": ("450302", "450312"),
        "450000": ("459001",),  # governed by the province itself
    }
    assert PROVINCE.above("450302") == ("450300", "450000")
    assert PROVINCE.counties_of("450300") == ("450302", "450312")
    assert PROVINCE.counties_of("450302") == ("450302",)


def test_the_common_area_is_the_lowest_that_holds_all():
    assert PROVINCE.lowest_common_area(["450302", "450312"]) == ("450300",)
    assert PROVINCE.lowest_common_area(["450302", "450102"]) == ("450000",)
    two_provinces = AreaTree({"450302": "450300", "430102": "430100"})
    assert two_provinces.lowest_common_area(["450302", "430102"]) == ()


@pytest.mark.parametrize(
    ("counties", "cities", "shown"),
    [
        (MOST_SHOWN, 10, "counties"),
        (MOST_SHOWN + 1, 10, "cities"),
        (MOST_SHOWN + 2, 202, "province"),
    ],
)
def test_people_read_of_the_finest_level_that_is_not_too_many(
    counties: int, cities: int, shown: str
):
    towns = {f"c{place}": f"t{place % cities}" for place in range(counties)}
    tree = AreaTree(towns | {f"t{place}": "p" for place in range(cities)})
    parts = tree.parts(tree.counties)
    expected = {"counties": tree.counties, "cities": tuple(tree.cities), "province": ("p",)}
    assert set(parts) == set(expected[shown])


def areas(*rows: tuple[str, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["adcode", "parent"])


def test_areas_without_any_parent_and_areas_in_themselves_are_reported():
    (none,) = tree_problems(areas(("450300", None), ("450302", None)))
    assert none.column == "parent"
    circle = areas(("450300", "450302"), ("450302", "450300"), ("450312", "450300"))
    assert {problem.value for problem in tree_problems(circle)} == {"450300", "450302"}
    assert tree_problems(areas(("450300", None), ("450302", "450300"))) == []
    assert area_tree(areas(("450300", None), ("450302", "450300"))).counties == ("450302",)
