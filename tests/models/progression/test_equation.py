"""Three areas, three grades, from births to the forecast, worked by hand; and kernels by loops."""

import numpy as np
import pytest

from models.progression import equation as cohort
from models.progression import ratios
from models.progression.entry import NAMES as ENTRY_NAMES
from models.progression.entry import WITHOUT_BIRTHS, Entry
from models.progression.learning import Known, Learned
from models.progression.ratios import NAMES, Ratios
from models.progression.rows.row_meaning import find_pairs
from tests.synthetic_enrolment import cohorts

# Area, year (2000-2002), grade.
PUPILS = np.array(
    [
        [[90.0, 80.0, 70.0], [90.0, 81.0, 64.0], [90.0, 81.0, 64.8]],
        [[200.0, 190.0, 150.0], [200.0, 190.0, 152.0], [200.0, 180.0, 171.0]],
        [[60.0, 60.0, 60.0], [60.0, 60.0, 60.0], [60.0, 63.0, 60.0]],
    ]
)
# Births of the cohort entering in 2000-2004.
BIRTHS = np.array(
    [
        [100.0, 100.0, 100.0, 120.0, 90.0],
        [200.0, 200.0, 200.0, 210.0, 190.0],
        [50.0, 50.0, 50.0, 50.0, 40.0],
    ]
)


def known() -> Known:
    linked = np.tile([False, True, True], (3, 1))
    observed = ratios.observe(PUPILS, linked)
    entry = Entry(
        np.array([0]), np.log(PUPILS[:, :, :1]), PUPILS[:, :, :1], np.log(BIRTHS)[:, :, None]
    )
    outlooks = [ratios.outlook_at(observed, year) for year in range(3)]
    return Known(PUPILS, observed, outlooks, entry)


def learned() -> Learned:
    """Half the way from the ratio common to all areas to the area's own; entry by births alone."""
    progression = np.zeros(len(NAMES))
    progression[[NAMES.index("pooled last"), NAMES.index("local last")]] = [1.0, 0.5]
    births = np.zeros(len(ENTRY_NAMES))
    births[ENTRY_NAMES.index("births")] = 1.0
    return Learned(
        np.tile(progression, (2, 1)), np.zeros((2, WITHOUT_BIRTHS)), np.tile(births, (2, 1))
    )


def test_from_births_to_the_forecast_by_hand(monkeypatch: pytest.MonkeyPatch):
    # What the grades of an area have in common counts in full here; test_area_total bounds it.
    monkeypatch.setattr(ratios, "bound_area_wide", lambda levels, local: levels)
    # Entry per birth is 0.9, 1.0 and 1.2 in all three years, so grade 1 is
    #   2003: 0.9 * 120 = 108, 210, 1.2 * 50 = 60;  2004: 0.9 * 90 = 81, 190, 1.2 * 40 = 48.
    # Grade 1 to 2, 2001 to 2002: all areas (81 + 180 + 63) / (90 + 200 + 60) = 324/350 = 0.925714;
    #   own 81/90 = 0.9, 180/200 = 0.9, 63/60 = 1.05; half way in logs is the geometric mean:
    #   sqrt(0.925714 * 0.9) = 0.912767 twice, sqrt(0.925714 * 1.05) = 0.985900.
    # Grade 2 to 3: all (64.8 + 171 + 60) / (81 + 190 + 60) = 295.8/331 = 0.893656;
    #   own 0.8, 0.9, 1.0: sqrt gives 0.845532, 0.896822, 0.945334.
    # 2003: grade 2 = 90 * 0.912767 = 82.149, 200 * 0.912767 = 182.553, 60 * 0.985900 = 59.154;
    #   grade 3 = 81 * 0.845532 = 68.488, 180 * 0.896822 = 161.428, 63 * 0.945334 = 59.556.
    # 2004: grade 2 = 108 * 0.912767 = 98.579, 210 * 0.912767 = 191.681, 60 * 0.985900 = 59.154;
    #   grade 3 = 82.149 * 0.845532 = 69.460, 182.553 * 0.896822 = 163.718,
    #   59.154 * 0.945334 = 55.920.
    expected = [
        [[108.0, 82.149, 68.488], [81.0, 98.579, 69.460]],
        [[210.0, 182.553, 161.428], [190.0, 191.681, 163.718]],
        [[60.0, 59.154, 59.556], [48.0, 59.154, 55.920]],
    ]
    found = cohort.project(known(), learned(), 2, 2)
    np.testing.assert_allclose(found, expected, atol=0.002)


def loop_ratios(pupils: np.ndarray, linked: np.ndarray) -> Ratios:
    """The same ratios one cell at a time."""
    areas, years, grades = pupils.shape
    ratio, size = np.full(pupils.shape, np.nan), np.zeros(pupils.shape)
    pooled = np.full((years, grades), np.nan)
    for year in range(1, years):
        for grade in range(1, grades):
            lower = upper = 0.0
            for area in range(areas):
                before, after = pupils[area, year - 1, grade - 1], pupils[area, year, grade]
                if linked[area, grade] and before > 0 and after > 0:
                    ratio[area, year, grade] = np.log(after / before)
                    size[area, year, grade] = 1 / (1 / before + 1 / after)
                    lower, upper = lower + before, upper + after
            if lower:
                pooled[year, grade] = np.log(upper / lower)
    return Ratios(linked, ratio, size, pooled)


def test_ratios_equal_a_loop_over_cells():
    pupils = cohorts(4, 6, 4, seed=2)
    pupils[1, 2, 2] = np.nan
    pupils[2, 3, 1] = 0.0
    linked = np.tile([False, True, True, False], (4, 1))
    found, expected = ratios.observe(pupils, linked), loop_ratios(pupils, linked)
    for name in ("ratio", "size", "pooled"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), err_msg=name)


def test_one_fault_is_no_level():
    pupils = np.full((5, 9, 3), 100.0)
    pupils[0, 6, 1] = 1000.0
    linked = np.tile([False, True, True], (5, 1))
    observed = ratios.observe(pupils, linked)
    # log(10) = 2.3 is cut to six standard deviations of at least a tenth: the cells agree
    # but for the fault, so the noise is nil and the limit 0.6.
    assert observed.ratio[0, 6, 1] == pytest.approx(0.6)


def test_rows_that_are_stages_are_not_linked():
    grades = cohorts(8, 14, 12, seed=3)
    stages = np.stack([grades[..., :6].sum(2), grades[..., 6:].sum(2)], axis=2)
    assert not find_pairs(stages, np.array([False, True])).any()
    assert find_pairs(grades, np.array([False] + [True] * 11))[1:].all()
