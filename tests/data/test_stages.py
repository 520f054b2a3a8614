from typing import get_args

from data.contract.stages import STAGE_BY_CODE, STAGE_CODES, STAGES
from data.scenario.parts import StageCode


def test_scenarios_know_the_same_stages_as_the_tables():
    assert get_args(StageCode) == STAGE_CODES


def test_a_stage_follows_the_one_that_feeds_it_without_a_gap():
    for stage in STAGES:
        if stage.fed_by:
            assert stage.first_age == STAGE_BY_CODE[stage.fed_by].last_age + 1


def test_no_two_stages_share_a_grade_code_or_a_word():
    grades = [grade for stage in STAGES for grade in stage.grades]
    words = [word for stage in STAGES for word in (stage.title.zh, *stage.aliases)]
    assert len(set(grades)) == len(grades) == 18
    assert len(set(words)) == len(words)
