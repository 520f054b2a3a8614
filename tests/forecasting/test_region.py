"""Several cities: each as if alone, what they add up to, and the same whoever computes them."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

from benchmarks.national_folder import write_national_folder
from data.bundle import DataBundle, load_bundle
from data.contract.stages import STAGE_CODES
from data.scenario.schema import load_scenario
from data.settings import Settings
from features.projection.census_prediction import predict_from_census
from forecasting.city import ForecastRequest
from forecasting.forecast_tables import concat_tables
from forecasting.region import ForecastChunk, forecast_region

BEIJING, TIANJIN = "110100", "120100"
SCENARIOS = ("baseline", "low_fertility")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> DataBundle:
    folder: Path = tmp_path_factory.mktemp("two cities")
    write_national_folder(folder, 32)
    return load_bundle(folder)


def forecast(bundle: DataBundle, *cities: str, backend: str = "sequential") -> list[ForecastChunk]:
    chosen = [city for city in bundle.cities if city.city in cities]
    scenarios = tuple(load_scenario(name) for name in SCENARIOS)
    drawn = frozenset(county for city in chosen for county in city.counties)
    request = ForecastRequest(scenarios, scenarios[0], drawn, Settings(2026, 2028, 20, 1))
    predicted = predict_from_census(bundle)
    with parallel_config(backend):
        return list(forecast_region(chosen, predicted, bundle.tree, bundle.names, request))


@pytest.fixture(scope="module")
def chunks(bundle: DataBundle) -> list[ForecastChunk]:
    return forecast(bundle, BEIJING, TIANJIN)


def demand(chunks: list[ForecastChunk]) -> pd.DataFrame:
    table = concat_tables([chunk.tables for chunk in chunks]).demand
    return table.set_index(["scenario", "adcode", "stage", "year"])


def test_every_level_is_the_sum_of_the_one_below(bundle: DataBundle, chunks: list[ForecastChunk]):
    found = demand(chunks)
    assert set(found.index.unique("adcode")) == set(bundle.tables.areas["adcode"])
    means = found[["pupils", "seats_required", "gap"]]
    for area in ("000000", "110000", BEIJING):
        below = [one for one, parent in bundle.tree.parents.items() if parent == area]
        summed = sum(means.xs(one, level="adcode") for one in below)
        total = means.xs(area, level="adcode").loc[summed.index]
        # Each row was rounded to integer persons and seats.
        assert np.abs(total - summed).to_numpy().max() <= len(below)


def test_an_area_is_uncertain_as_the_sum_of_its_draws_is(chunks: list[ForecastChunk]):
    own = [chunk for chunk in chunks if chunk.scenario == "baseline" and chunk.draws.areas]
    required = np.concatenate([chunk.draws.required for chunk in own]).sum(axis=0)
    low, high = np.percentile(required, (10, 90), axis=-1).round()
    total = (
        demand(chunks).sort_index(level=[0, 1], sort_remaining=False).loc[("baseline", "000000")]
    )
    shape = (len(STAGE_CODES), len(own[0].draws.years))
    assert (total["seats_required_lo80"].to_numpy().reshape(shape) == low).all()
    assert (total["seats_required_hi80"].to_numpy().reshape(shape) == high).all()


def test_a_city_is_the_same_alone_and_in_company(bundle: DataBundle, chunks: list[ForecastChunk]):
    alone = demand(forecast(bundle, TIANJIN))
    company = demand(chunks)
    assert BEIJING not in alone.index.unique("adcode")
    assert "000000" not in alone.index.unique("adcode")  # a part of the nation is not the nation
    pd.testing.assert_frame_equal(company.loc[alone.index], alone)


def test_other_processes_give_the_same(bundle: DataBundle, chunks: list[ForecastChunk]):
    apart = forecast(bundle, BEIJING, TIANJIN, backend="loky")
    assert [chunk.scenario for chunk in apart] == [chunk.scenario for chunk in chunks]
    for one, other in zip(apart, chunks, strict=True):
        for name in ("demand", "changes", "differences", "residence"):
            pd.testing.assert_frame_equal(getattr(one.tables, name), getattr(other.tables, name))
        np.testing.assert_array_equal(one.draws.required, other.draws.required)


def test_parts_of_the_reasons_add_up_at_every_level(chunks: list[ForecastChunk]):
    changes = concat_tables([chunk.tables for chunk in chunks]).changes
    keys = ["scenario", "adcode", "stage", "from_year", "to_year"]
    groups = changes.groupby(keys)
    np.testing.assert_allclose(groups["seats"].sum(), groups["total"].first(), atol=1e-6)
    assert "000000" in set(changes["adcode"])
