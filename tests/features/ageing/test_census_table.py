import pandas as pd
import pytest

from features.ageing.census_table import GROUPS, add_sexes, group_table


def long_table(rows: list[tuple[str, str, int, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["adcode", "sex", "age_lower", "age_upper", "persons"])


def test_zero_and_one_to_four_become_one_group_and_infants_stay_known():
    table = group_table(
        long_table(
            [
                ("2", "M", 0, 0, 10), ("2", "M", 1, 4, 40),
                ("2", "F", 0, 0, 9), ("2", "F", 1, 4, 35),
                ("1", "M", 0, 4, 7), ("1", "F", 0, 4, 6), ("1", "F", 85, float("nan"), 3),
            ]
        )
    )  # fmt: skip
    assert list(table.index) == ["2", "1"]  # the order of the file
    assert table.loc["2", ("M", 0)] == 50
    assert table.loc["2", ("I", 0)] == 19
    assert pd.isna(table.loc["1", ("I", 0)])
    assert add_sexes(table).loc["1", 0] == 13
    assert table.loc["1", ("F", 85)] == 3


def test_all_ages_above_85_are_one_open_group():
    rows = [("1", "F", lower, lower + 4, 1.0) for lower in (85, 90, 95)]
    assert group_table(long_table(rows)).loc["1", ("F", 85)] == 3


@pytest.mark.parametrize("sex", ["M", "F"])
def test_every_group_has_a_column(sex):
    assert list(group_table(long_table([("1", "M", 0, 4, 1.0)]))[sex].columns) == list(GROUPS)
