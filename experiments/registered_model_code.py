"""The forecast as an MLflow model: this file lies in the model and runs where it is loaded.

The layers below ``experiments`` lie beside it, and nothing is pickled: a planner's tables are kept
as they were read, what was foreseen of migration as arrays; past enrolment is learned again.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from data.bundle import DataBundle, load_bundle
from data.choice import choose_areas
from data.scenario import BUNDLED, Scenario, load_scenario, parse
from features.change_errors import ErrorShape
from features.learned_change import ForeseenChange
from forecasting.demand import rounded
from forecasting.seats import build_start, demand_rows, scenario_demand

LAYERS = ("data", "features", "models", "forecasting")
# Neither pictures nor benches are forecast from.
LEFT_OUT = ("*/__pycache__/*", "data/fonts/*", "data/benchmark/*.parquet")
DATA, FORESEEN, CODE_DIGEST = "data", "foreseen", "code_digest"
SETTINGS = ["now", "until", "draws", "seed"]


class SeatForecaster(PythonModel):
    """Scenarios → rows of ``demand.csv``, the same figures as ``xuewei forecast`` with that seed.

    A row of the input is a scenario (name of a bundled one, or the YAML text of another) with the
    present school year ``now``, the last year ``until``, ``draws``, ``seed`` and perhaps a
    ``county`` (name or adcode), without which all counties and the city come.
    """

    bundle: DataBundle
    foreseen: ForeseenChange

    def load_context(self, context: PythonModelContext) -> None:
        """Read the data and what was learned.

        Raises
        ------
        RuntimeError
            The process had imported another version of the code before.
        """
        if code_digest() != context.model_config[CODE_DIGEST]:
            raise RuntimeError(
                "another version of xuewei is imported here already and would give other figures; "
                "load the model in a fresh process, before importing xuewei"
            )
        own = context.artifacts.get(DATA)
        self.bundle = load_bundle(Path(own) if own else None)
        self.foreseen = read_foreseen(Path(context.artifacts[FORESEEN]))

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Return the rows of each scenario, those of equal settings together.

        Raises
        ------
        DataError
            A scenario or county that cannot be used.
        """
        # What is wrong is told before the seconds that a start takes.
        wanted = model_input.assign(
            scenario=self._scenarios(model_input), areas=self._areas(model_input)
        )
        return pd.concat(self._tables(wanted), ignore_index=True)

    def _tables(self, wanted: pd.DataFrame) -> Iterator[pd.DataFrame]:
        names, city = self.bundle.names, self.bundle.city
        for settings, rows in wanted.groupby(SETTINGS, sort=False):
            now, until, draws, seed = map(int, settings)
            start = build_start(self.bundle, now, until, draws, seed, self.foreseen)
            for scenario, areas in zip(rows["scenario"], rows["areas"], strict=True):
                demand, _ = scenario_demand(self.bundle, start, scenario, now, seed)
                table = rounded(demand_rows(demand, scenario.name, city, names))
                yield table[table["adcode"].isin(areas)]

    def _scenarios(self, wanted: pd.DataFrame) -> list[Scenario]:
        counties = {code: self.bundle.names[code] for code in self.bundle.counties}
        return [
            load_scenario(given, counties, now)
            if given in BUNDLED
            else parse(given.encode(), "scenario", "scenario", counties, now)
            for given, now in zip(wanted["scenario"], wanted["now"], strict=True)
        ]

    def _areas(self, wanted: pd.DataFrame) -> list[tuple[str, ...]]:
        given = wanted.get("county", pd.Series(pd.NA, index=wanted.index))
        asked = [(str(one),) if pd.notna(one) else () for one in given]
        return [choose_areas(self.bundle, one) for one in asked]


def write_foreseen(foreseen: ForeseenChange, path: Path) -> None:
    """Write what was foreseen as plain arrays."""
    arrays: dict[str, Any] = {
        "areas": foreseen.expected.index.to_numpy(dtype=str),
        "expected": foreseen.expected.to_numpy(),
        "spread": foreseen.spread.loc[foreseen.expected.index].to_numpy(),
        "size": foreseen.shape.size,
        "standardised": foreseen.shape.standardised,
    }
    arrays |= {f"components/{level}": root for level, root in foreseen.shape.components.items()}
    np.savez_compressed(path, **arrays)


def read_foreseen(path: Path) -> ForeseenChange:
    """Return what :func:`write_foreseen` wrote."""
    with np.load(path, allow_pickle=False) as held:
        areas = held["areas"].tolist()
        levels = [name for name in held.files if name.startswith("components/")]
        components = {name.removeprefix("components/"): held[name] for name in levels}
        return ForeseenChange(
            expected=pd.DataFrame(held["expected"], index=areas),
            spread=pd.DataFrame(held["spread"], index=areas),
            shape=ErrorShape(held["size"], held["standardised"], components),
        )


def code_files() -> dict[str, Path]:
    """Return path in the model → file, of the layers that are imported here."""
    roots = {layer: Path(str(files(layer))) for layer in LAYERS}
    held = {
        file.relative_to(root.parent).as_posix(): file
        for root in roots.values()
        for file in sorted(root.rglob("*"))
        if file.is_file()
    }
    return {
        name: file
        for name, file in held.items()
        if not any(fnmatchcase(name, skipped) for skipped in LEFT_OUT)
    }


def code_digest() -> str:
    """Return the sha256 of this file and of those of the layers."""
    own = sha256(Path(__file__).read_bytes())
    for name, file in code_files().items():
        own.update(name.encode() + b"\0" + sha256(file.read_bytes()).digest())
    return own.hexdigest()


set_model(SeatForecaster())
