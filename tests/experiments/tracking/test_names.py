"""Every name that a planner reads in MLflow is in the study's language and accepted by MLflow."""

import pytest
from mlflow.utils.validation import _validate_metric_name, _validate_param_name

from data.language import Language
from data.scenario.schema import load_scenario
from data.settings import Settings
from experiments.tracking.names import PARAMETERS, parameter_name, plan_name

CHECKS = (
    "objective", "optimality_gap", "total_distribution", "missing_none", "regret_of_mean",
    "regret_if_low", "a_new_figure",
)  # fmt: skip


def test_every_setting_and_assumption_has_a_name_of_its_own():
    settings = Settings(now=2026, until=2035, draws=50, seed=1).as_text()
    given = {"data", *settings, *load_scenario("baseline").values()}
    assert set(PARAMETERS) == given
    assert len(set(PARAMETERS.values())) == len(given)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_mlflow_accepts_the_names(language: Language):
    for key in PARAMETERS:
        _validate_param_name(parameter_name(key, language))
    for measure in CHECKS:
        _validate_metric_name(plan_name(measure, {"low": "低生育"}, language))
