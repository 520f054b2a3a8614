"""What is logged of a study: what its runs share, and each scenario."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.language import Text
from data.scenario.schema import Scenario
from experiments.tracking.store import CURRENT


@dataclass(frozen=True)
class StudyRuns:
    """What the runs of one study share.

    Parameters
    ----------
    title : title of the study; the Chinese one names the experiment, made if it is new
    description : what the study is to answer
    now : school year that counts as the present
    digests : data file → sha256
    data_digest : of all the data together
    parameters : what else the forecast rests on (seed, draws, horizon …)
    shown : areas that have runs
    version : ``CURRENT``, or ``EARLIER`` where the study has changed since
    """

    title: Text
    description: Text
    now: int
    digests: Mapping[str, str]
    data_digest: str
    parameters: Mapping[str, str]
    shown: Sequence[str]
    version: str = CURRENT


@dataclass(frozen=True)
class ScenarioRun:
    """One scenario of a study to be logged.

    Parameters
    ----------
    scenario, compared_with : the future, and the first of the study
    place : its place in the study, which gives it its colour and its place in the list
    part, first_part : folder with its tables, draws and files, named by their digest; that of the
        first scenario
    """

    scenario: Scenario
    compared_with: Scenario
    place: int
    part: Path
    first_part: Path
