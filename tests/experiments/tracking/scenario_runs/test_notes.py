"""What planners call things is shown in the notes of runs as it stands."""

import numpy as np
import pandas as pd
import pytest

from experiments.tracking.scenario_runs.notes import escape_markdown, summary_table


@pytest.mark.parametrize("mark", list("\\\\`*_[]<>|#~!"))
def test_no_mark_of_markdown_is_left_bare(mark: str):
    assert escape_markdown(f"临桂{mark}区") == f"临桂\\{mark}区"


def test_a_link_to_a_script_is_text():
    assert escape_markdown("[x](javascript:y)") == "\\[x\\](javascript:y)"


@pytest.mark.parametrize("known", [True, False])
def test_only_where_seats_are_stated_gap_shortage_and_level_are_spoken_of(known: bool):
    headlines = pd.DataFrame(
        {
            "county": ["临桂区"], "stage": ["primary"], "supply_known": [known],
            "gap_2030": [10.0], "gap_lo80_2030": [5.0], "gap_hi80_2030": [15.0],
            "gap_2035": [np.nan], "gap_lo80_2035": [np.nan], "gap_hi80_2035": [np.nan],
            "shortage_probability_2030": [0.9], "idle_seats_2035": [0.0], "pupils_now": [100.0],
            "peak_pupils": [110.0], "peak_year": [2030],
            "warning": ["red" if known else ""], "warning_year": [2030],
        }
    )  # fmt: skip
    titles = "".join(summary_table(headlines, "zh").columns)
    assert all((word in titles) == known for word in ("缺口", "短缺", "预警"))
    assert ("比在用学位多" in titles) != known
