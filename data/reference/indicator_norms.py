"""Norms of the State's indicators and statutory retirement ages, each with document and status."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import pandas as pd

from data.reference.packs import NATION

NORMS, RETIREMENT = NATION / "indicator_norms.csv", NATION / "retirement.csv"
CLOSURE_STEPS = NATION / "closure_steps.csv"
CONFIRMED = "confirmed"
STATED = "stated"  # by the data folder
Sense = Literal["least", "most", "none"]


@dataclass(frozen=True)
class Norm:
    """One threshold or definition of a document of the State.

    Parameters
    ----------
    code, stage : indicator and stage; ``all`` and ``compulsory`` are stages here
    document, clause : where it is written; an empty clause was not read
    threshold, unit : the figure
    sense : whether the figure is the least or the most allowed; ``none`` for a definition
    applies_to : each school, county, or what it defines
    source : where the figure was read
    status : ``confirmed``, ``to_be_confirmed``, or ``stated`` by the data folder
    """

    code: str
    stage: str
    document: str
    clause: str
    threshold: float
    sense: Sense
    unit: str
    applies_to: str
    source: str
    status: str

    @property
    def confirmed(self) -> bool:
        """Whether the figure was read in a source that quotes the document."""
        return self.status == CONFIRMED

    def met_by(self, value: float) -> bool | None:
        """Return whether ``value`` meets the norm; None for a definition."""
        if self.sense == "none":
            return None
        slack = 1e-9 * max(1.0, abs(self.threshold))
        if self.sense == "least":
            return value >= self.threshold - slack
        return value <= self.threshold + slack


@cache
def norm_table() -> pd.DataFrame:
    """Return the bundled norms, one row per code and stage."""
    return pd.read_csv(NORMS, dtype={"clause": str}).fillna({"clause": ""})


def effective_norms(stated: pd.DataFrame | None) -> dict[tuple[str, str], Norm]:
    """Return (code, stage) → norm, those of table ``norms`` instead of or on top of the bundled.

    Parameters
    ----------
    stated : table ``norms`` of the data folder
    """
    found = dict(norms())
    if stated is None:
        return found
    for row in stated.to_dict("records"):
        key = str(row["code"]), str(row["stage"])
        usual = found.get(key)
        found[key] = Norm(
            *key,
            document=str(row["document"]),
            clause="" if pd.isna(row["clause"]) else str(row["clause"]),
            threshold=float(row["threshold"]),
            sense=usual.sense if pd.isna(row["sense"]) and usual else row["sense"],
            unit=usual.unit if usual else "",
            applies_to=usual.applies_to if usual else "county",
            source=str(row["source"]),
            status=STATED,
        )
    return found


@cache
def norms() -> dict[tuple[str, str], Norm]:
    """Return (code, stage) → norm."""
    rows = norm_table().to_dict("records")
    return {(row["code"], row["stage"]): Norm(**row) for row in rows}


@cache
def retirement_rules() -> pd.DataFrame:
    """Return the statutory retirement ages before and after the reform of 2024, by sex."""
    return pd.read_csv(RETIREMENT)


@cache
def closure_steps() -> pd.DataFrame:
    """Return what must be done before a rural school is closed, and when it must not be."""
    return pd.read_csv(CLOSURE_STEPS)
