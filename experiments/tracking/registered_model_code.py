"""The forecast as an MLflow model: this file lies in the model and runs where it is loaded.

The layers below ``experiments`` lie beside it, and nothing is pickled: a planner's tables are kept
as they were read, what was foreseen of migration as arrays; past enrolment is learned again.
"""

from collections.abc import Iterator, Mapping
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
from data.choice import Choice, choose
from data.scenario.schema import BUNDLED, Scenario, load_scenario, parse
from features.migration.change_errors import ErrorShape
from features.migration.learned_change import ForeseenChange
from forecasting.city import Futures
from forecasting.demand import rounded
from forecasting.region import forecast_region

LAYERS = ("data", "features", "models", "forecasting")
# Neither pictures nor benches are forecast from.
LEFT_OUT = ("*/__pycache__/*", "data/fonts/*", "data/reference/benchmark/*.parquet")
DATA, FORESEEN, CODE_DIGEST = "data", "foreseen", "code_digest"
SETTINGS = ["now", "until", "draws", "seed"]
COMPONENT = "components/"


class SeatForecaster(PythonModel):
    """Scenarios → rows of ``demand.csv``, the same figures as ``xuewei forecast`` with that seed.

    A row of the input is a scenario (name of a bundled one, or the YAML text of another) with the
    present school year ``now``, the last year ``until``, ``draws``, ``seed`` and perhaps a
    ``county`` (name or adcode), without which all counties and the city come.
    """

    bundle: DataBundle
    foreseen: dict[str, ForeseenChange]

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
        tree, names = self.bundle.tree, self.bundle.names
        for settings, rows in wanted.groupby(SETTINGS, sort=False):
            counties = {county for choice in rows["areas"] for county in choice.counties}
            cities = self.bundle.cities_of(counties)
            for scenario, choice in zip(rows["scenario"], rows["areas"], strict=True):
                futures = Futures((scenario,), scenario, frozenset(), *map(int, settings))
                found = forecast_region(cities, self.foreseen, tree, names, futures)
                table = pd.concat([piece.tables.demand for piece in found])
                yield rounded(table[table["adcode"].isin(choice.rows)])

    def _scenarios(self, wanted: pd.DataFrame) -> list[Scenario]:
        counties = {code: self.bundle.names[code] for code in self.bundle.counties}
        return [
            load_scenario(given, counties, now)
            if given in BUNDLED
            else parse(given.encode(), "scenario", "scenario", counties, now)
            for given, now in zip(wanted["scenario"], wanted["now"], strict=True)
        ]

    def _areas(self, wanted: pd.DataFrame) -> list[Choice]:
        given = wanted.get("county", pd.Series(pd.NA, index=wanted.index))
        asked = [(str(one),) if pd.notna(one) else () for one in given]
        return [choose(self.bundle, one) for one in asked]


def write_foreseen(foreseen: Mapping[str, ForeseenChange], path: Path) -> None:
    """Write what was foreseen of each city as plain arrays, a shape of errors once."""
    shapes = {id(one.shape): one.shape for one in foreseen.values()}
    arrays: dict[str, Any] = {}
    for place, shape in enumerate(shapes.values()):
        own = {city: one for city, one in foreseen.items() if one.shape is shape}
        expected = pd.concat([one.expected for one in own.values()])
        cities = np.repeat(list(own), [len(one.expected) for one in own.values()])
        kept: dict[str, Any] = {
            "areas": expected.index.to_numpy(dtype=str),
            "cities": cities,
            "expected": expected.to_numpy(),
            "spread": pd.concat([one.spread for one in own.values()]).to_numpy(),
            "size": shape.size,
            "standardised": shape.standardised,
        }
        kept |= {f"{COMPONENT}{level}": root for level, root in shape.components.items()}
        arrays |= {f"{place}/{name}": values for name, values in kept.items()}
    np.savez_compressed(path, **arrays)


def read_foreseen(path: Path) -> dict[str, ForeseenChange]:
    """Return what :func:`write_foreseen` wrote."""
    shapes: dict[str, dict[str, Any]] = {}
    with np.load(path, allow_pickle=False) as held:
        for key in held.files:
            place, name = key.split("/", maxsplit=1)
            shapes.setdefault(place, {})[name] = held[key]
    found: dict[str, ForeseenChange] = {}
    for kept in shapes.values():
        roots = {n.removeprefix(COMPONENT): a for n, a in kept.items() if n.startswith(COMPONENT)}
        areas, cities = kept["areas"], kept["cities"]
        whole = ForeseenChange(
            expected=pd.DataFrame(kept["expected"], index=areas),
            spread=pd.DataFrame(kept["spread"], index=areas),
            shape=ErrorShape(kept["size"], kept["standardised"], roots),
        )
        found |= {city: whole.of(areas[cities == city].tolist()) for city in set(cities.tolist())}
    return found


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
