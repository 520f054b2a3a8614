"""Options of ``xuewei backtest``: what is no plain number is refused with an example."""

import pytest

from data.problems import DataError
from experiments.commands.series.backtest import parse_horizons, parse_origins
from models.progression.entry import ENTRY_LAG, typical_lag


def test_plain_numbers_are_taken():
    assert parse_horizons("5, 1,3,3") == [1, 3, 5]
    assert parse_origins("2012:2014", range(2010, 2020)) == range(2012, 2015)
    assert parse_origins("2012", range(2010, 2020)) == range(2012, 2013)


@pytest.mark.parametrize("horizons", ["²", "0", "1;3", "", "31"])
def test_other_horizons_are_refused(horizons: str):
    with pytest.raises(DataError, match="such as 1,3,5"):
        parse_horizons(horizons)


@pytest.mark.parametrize("origins", ["201²", "2009", "2012:2019", "2014:2012", "two"])
def test_other_origins_are_refused(origins: str):
    with pytest.raises(DataError, match="A:B in 2010:2018"):
        parse_origins(origins, range(2010, 2020))


def test_a_grade_without_a_number_enters_after_kindergarten():
    assert typical_lag("3") == ENTRY_LAG + 3
    assert typical_lag("K") == ENTRY_LAG
    assert typical_lag("x") == ENTRY_LAG + 1
