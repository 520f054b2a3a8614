"""The main job: data folder → population → pupils → seats → results folder and MLflow."""

import difflib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.bundle import DataBundle
from data.language import Language, Text
from data.problems import DataError, DataProblem


@dataclass(frozen=True)
class Request:
    """What the command line asked for; None or empty means the default."""

    data: Path | None
    counties: tuple[str, ...]
    scenarios: tuple[str, ...]
    until: int
    draws: int
    seed: int
    out: Path
    tracking_uri: str | None


def choose_counties(bundle: DataBundle, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the adcodes of ``wanted`` names or adcodes; all counties and the city if none.

    Raises
    ------
    DataError
        Every unknown name, each with the nearest known ones.
    """
    everything = (*bundle.counties, bundle.city)
    known = {bundle.names[code]: code for code in everything} | {code: code for code in everything}
    problems = [_unknown_county(name, known) for name in wanted if name not in known]
    if problems:
        raise DataError(problems)
    return tuple(known[name] for name in wanted) or everything


def _unknown_county(name: str, known: dict[str, str]) -> DataProblem:
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.3) or list(known)[:3]
    listed = "、".join(near)
    return DataProblem(
        "--county",
        Text("数据目录中的县区名称或代码", "a county name or adcode of the data folder"),
        Text(f"是否指：{listed}", f"did you mean: {listed}"),
        value=name,
    )
