"""What planners call things is shown in the notes of runs as it stands."""

import pytest

from experiments.tracking.scenario_runs.notes import escape_markdown


@pytest.mark.parametrize("mark", list("\\\\`*_[]<>|#~!"))
def test_no_mark_of_markdown_is_left_bare(mark: str):
    assert escape_markdown(f"临桂{mark}区") == f"临桂\\{mark}区"


def test_a_link_to_a_script_is_text():
    assert escape_markdown("[x](javascript:y)") == "\\[x\\](javascript:y)"
