import numpy as np
import pytest

from data.reference.china_panel import county_age_sex
from features.ageing.census_table import add_sexes, group_table
from features.migration.cohort_change import TARGETS, best_weight, combine, panel_change
from features.migration.learned_change import learn_change


def test_the_better_member_gets_the_weight():
    truth = np.array([[0.1, 0.2], [0.3, -0.1]])
    members = truth + np.array([[[0.0, 0.3]], [[0.3, 0.0]]])
    assert best_weight(members, truth, np.ones((2, 2))).tolist() == [0.0, 1.0]


def test_members_that_err_on_both_sides_share_the_weight():
    truth = np.zeros((2, 1))
    assert best_weight(np.stack([truth + 0.1, truth - 0.1]), truth, np.ones((2, 1))).tolist() == [
        0.5
    ]


def test_combined_members_by_hand():
    assert combine(np.array([[[1.0, 2.0]], [[3.0, 4.0]]]), np.array([0.5, 0.0])).tolist() == [
        [2.0, 2.0]
    ]


def test_cohort_changes_of_guilin_by_hand():
    predictors, change, persons = panel_change(())
    rows = [code for code in predictors.index if code.startswith("4503")]
    assert len(rows) == 17  # 临桂 and 荔浦 under the codes they had in 2010
    first, second = (add_sexes(group_table(county_age_sex(year))) for year in (2010, 2020))
    row = predictors.index.get_loc("450322")
    column = list(TARGETS).index("10-14")
    assert change[row, column] == pytest.approx(
        np.log(second.loc["450312", 10] / first.loc["450322", 0])
    )
    assert persons[row].tolist() == first.loc["450322", [0, 5]].tolist()


@pytest.mark.slow
def test_a_county_alone_gets_the_forecast_it_gets_in_company():
    census = county_age_sex(2010)
    guilin = census[census["adcode"].str.startswith("4503")]
    together = learn_change(guilin, None, 20, 1)
    alone = learn_change(guilin[guilin["adcode"] == "450322"], None, 20, 1)
    row = list(together.groups.index).index("450322")
    assert np.allclose(together.draws[row], alone.draws[0], atol=1e-9)
