"""Stages that feed one another, and the enrolment model of their totals."""

from dataclasses import dataclass

import pandas as pd

from data.contract.stages import STAGES, Stage
from models.progression.model import ProgressionModel
from models.protocol import EnrolmentModel
from models.registry import DEFAULT_MODEL


@dataclass(frozen=True)
class StageChain:
    """Stages with totals, each fed by the one before it.

    Parameters
    ----------
    stages : in the order of attendance
    """

    stages: tuple[Stage, ...]

    @property
    def model(self) -> EnrolmentModel:
        """Return the model of the totals: their durations are known; one alone follows itself."""
        if len(self.stages) == 1:
            return DEFAULT_MODEL
        return ProgressionModel(tuple(stage.years for stage in self.stages))

    def rows_of(self, totals: pd.DataFrame) -> pd.DataFrame:
        """Return the rows (adcode, year, stage, pupils) of these stages with places as grades."""
        place = {stage.code: str(at) for at, stage in enumerate(self.stages)}
        rows = totals[totals["stage"].isin(place)]
        return rows.assign(grade=rows["stage"].map(place))


def stage_chains(present: set[str]) -> list[StageChain]:
    """Return the stages with codes ``present`` in chains.

    >>> [len(chain.stages) for chain in stage_chains({"kindergarten", "junior", "general_senior"})]
    [1, 2]
    """
    chains: list[StageChain] = []
    for stage in (stage for stage in STAGES if stage.code in present):
        if chains and chains[-1].stages[-1].code == stage.fed_by:
            chains[-1] = StageChain((*chains[-1].stages, stage))
        else:
            chains.append(StageChain((stage,)))
    return chains
