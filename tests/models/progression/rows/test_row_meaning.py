"""Grades and complete stages are distinguished by their sizes and by what changes less."""

from itertools import pairwise

import numpy as np
import pytest

from models.progression.rows.row_meaning import Rows, find_pairs, judge_rows
from tests.synthetic_enrolment import cohorts

FOLLOWS = np.array([False, True, True])


def test_grades_of_similar_size_are_grades():
    grades = cohorts(8, 8, 3, seed=2, size=300.0)
    assert judge_rows(grades, FOLLOWS) == Rows.GRADES
    assert find_pairs(grades, FOLLOWS).tolist() == [False, True, True]


@pytest.mark.parametrize("widths", [(6, 3, 3), (4, 4, 4)])
def test_sums_of_grades_are_stages(widths: tuple[int, ...]):
    grades = cohorts(8, 8, 12, seed=3, noise=0.003, size=300.0)
    edges = np.cumsum((0, *widths))
    stages = np.stack(
        [grades[:, :, low:high].sum(axis=2) for low, high in pairwise(edges)],
        axis=2,
    )
    assert judge_rows(stages, FOLLOWS) == Rows.STAGES
    assert not find_pairs(stages, FOLLOWS).any()


def test_rows_of_different_size_that_change_alike_are_unclear():
    rng = np.random.default_rng(4)
    rows = np.array([800.0, 500.0, 320.0]) * np.exp(rng.normal(0, 0.03, (8, 8, 3)))
    assert judge_rows(rows, FOLLOWS) == Rows.UNCLEAR


def test_more_rows_than_a_system_has_stages_are_grades():
    rows = np.exp(np.random.default_rng(5).normal(5, 1, (4, 6, 6)))
    assert judge_rows(rows, np.array([False] + [True] * 5)) == Rows.GRADES
