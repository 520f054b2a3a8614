"""Computation of every scenario of a forecast into its own folder."""

from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from data.scenario.schema import Scenario
from experiments.computing.cluster import parallel_workers
from experiments.computing.stopwatch import Advance, not_shown
from experiments.results.forecast_inputs import ForecastInputs
from experiments.results.scenario_folder import ScenarioWriter, is_complete
from features.projection.census_prediction import predict_from_census
from forecasting.city import ForecastRequest
from forecasting.region import forecast_region


def compute_scenarios(
    inputs: ForecastInputs, folder: Path, advance: Advance = not_shown
) -> list[Path]:
    """Compute the scenarios missing in ``folder``; return the folder of each scenario in order.

    A folder is named by the digest of all that shapes the scenario's figures, so that one which is
    there is never computed again.
    """
    folder.mkdir(exist_ok=True)
    places = {one.name: folder / inputs.digests[one.name] for one in inputs.scenarios}
    missing = [one for one in inputs.scenarios if not is_complete(places[one.name])]
    if missing:
        _compute(inputs, missing, places, advance)
    return list(places.values())


def _compute(
    inputs: ForecastInputs,
    missing: Sequence[Scenario],
    places: dict[str, Path],
    advance: Advance,
) -> None:
    """Compute scenarios; each is complete once its last area is computed."""
    bundle, choice = inputs.bundle, inputs.choice
    request = ForecastRequest(
        scenarios=tuple(missing),
        compared_with=inputs.scenarios[0],
        drawn=frozenset(choice.drawn),
        settings=inputs.request.settings,
    )
    cities = bundle.cities_of(choice.counties)
    # The areas of a single city are computed scenario by scenario.
    in_turn = len(cities) == 1 and not bundle.tree.above(cities[0].city)
    writers: dict[str, ScenarioWriter] = {}
    # More threads do not help: the arrays of one city are small.
    with parallel_workers(inputs.request.scheduler), threadpool_limits(1):
        predicted = predict_from_census(bundle)
        chunks = forecast_region(cities, predicted, bundle.tree, bundle.names, request)
        for number, chunk in enumerate(chunks, start=1):
            if in_turn and chunk.scenario not in writers:
                _finish(writers)
            if chunk.scenario not in writers:
                own = places[chunk.scenario]
                writers[chunk.scenario] = ScenarioWriter(own, choice.rows)
            writers[chunk.scenario].add(chunk)
            advance(number / (len(missing) * len(cities)))
    _finish(writers)


def _finish(writers: dict[str, ScenarioWriter]) -> None:
    while writers:
        writers.popitem()[1].finish()
