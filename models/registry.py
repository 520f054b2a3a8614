"""Enrolment models by name; a new model needs one file and one line here."""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from models.baselines import Baseline, drift, last_value, progression, stage_growth
from models.progression.model import ProgressionModel
from models.protocol import EnrolmentModel

OURS = "xuewei"
DEFAULT_MODEL: EnrolmentModel = ProgressionModel()
MODELS: Mapping[str, EnrolmentModel] = MappingProxyType(
    {
        OURS: DEFAULT_MODEL,
        "last_value": Baseline(last_value),
        "drift": Baseline(drift),
        "progression_3y": Baseline(partial(progression, window=3)),
        "progression_5y": Baseline(partial(progression, window=5)),
        "progression_3y_births": Baseline(partial(progression, window=3, by_births=True)),
        "progression_5y_births": Baseline(partial(progression, window=5, by_births=True)),
        "stage_growth_3y": Baseline(partial(stage_growth, window=3)),
        "stage_growth_5y": Baseline(partial(stage_growth, window=5)),
    }
)
