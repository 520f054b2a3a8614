"""Junior and general senior pupils add up to what is reported of both."""

import numpy as np
import pandas as pd
import pytest

from models.census_ratio.base_pupils import BasePupils, reported_pupils, split_secondary


def base(secondary: list[float]) -> BasePupils:
    count = len(secondary)
    persons = np.stack([np.full(count, 600.0), np.array(secondary)], axis=1)[:, :, None]
    log_sd = np.tile([0.05, 0.1], (count, 1))
    return BasePupils(persons, log_sd, np.ones((count, 2), dtype=bool))


def residents(count: int) -> np.ndarray:
    """Return 600 of primary age, 300 of junior and of senior age each."""
    return np.tile(np.array([300.0, 600, 300, 300, 300])[:, None], (count, 1, 1))


def test_where_all_are_alike_junior_pupils_are_as_many_as_children_at_the_primary_ratio():
    junior, general = split_secondary(base([450, 450]), residents(2))
    assert junior[:, 0] == pytest.approx([300, 300])
    assert general[:, 0] == pytest.approx([150, 150])


def test_what_a_county_has_more_falls_to_general_schools_most():
    """Of 40 pupils more than expected the part (0.05 · 300)² / (0.1 · 490)² goes to junior ones."""
    junior, general = split_secondary(base([490, 410]), residents(2))
    expected = 300 + 40 * (0.05 * 300) ** 2 / (0.1 * 490) ** 2
    assert junior[0, 0] == pytest.approx(expected)
    assert (junior + general)[:, 0] == pytest.approx([490, 410])


def test_a_county_with_fewer_pupils_than_children_of_junior_age_keeps_some_of_both():
    junior, general = split_secondary(base([200, 700]), residents(2))
    assert (junior > 0).all()
    assert (general > 0).all()
    assert (junior + general)[:, 0] == pytest.approx([200, 700])


def test_the_planners_pupils_stand_before_those_of_the_yearbook():
    """The yearbook has 21,327 primary and 14,276 regular secondary pupils of 阳朔, 450321."""
    enrolment = pd.DataFrame(
        [("450321", 2020, "primary", 20_000), ("450321", 2020, "junior", 9_000)],
        columns=["adcode", "year", "stage", "pupils"],
    )
    known = reported_pupils(enrolment, 2020, ["450321"])
    assert known.loc["450321", "primary_pupils"] == 20_000
    assert known.loc["450321", "regular_secondary_pupils"] == 14_276
    assert reported_pupils(enrolment, 2023, ["450321"]).isna().all(axis=None)
