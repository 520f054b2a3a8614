import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from features.migration.change_errors import (
    ErrorShape,
    draw_errors,
    fit_errors,
    variance_components,
)

TARGETS = 2


def codes(provinces: int, prefectures: int, counties: int) -> pd.Index:
    return pd.Index(
        [
            f"{p + 11:02d}{f + 1:02d}{c + 1:02d}"
            for p in range(provinces)
            for f in range(prefectures)
            for c in range(counties)
        ]
    )


def test_components_find_what_provinces_and_prefectures_share():
    areas = codes(60, 5, 6)
    rng = np.random.default_rng(0)

    def part(digits: int) -> np.ndarray:
        code, names = pd.factorize(areas.str[:digits])
        return rng.standard_normal((len(names), TARGETS))[code]

    scores = np.sqrt(0.3) * part(2) + np.sqrt(0.2) * part(4) + np.sqrt(0.5) * part(6)
    found = {
        name: np.diag(root @ root.T) for name, root in variance_components(scores, areas).items()
    }
    assert found["province"] == pytest.approx(0.3, abs=0.1)
    assert found["prefecture"] == pytest.approx(0.2, abs=0.06)
    assert sum(found.values()) == pytest.approx(np.ones(TARGETS))


@pytest.fixture(scope="module")
def fitted() -> tuple[ErrorShape, pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Errors of 900 counties: twice as wide where the predictor is above zero."""
    areas = codes(15, 6, 10)
    rng = np.random.default_rng(3)
    predictors = pd.DataFrame({"kind": rng.choice([-1.0, 1.0], len(areas))}, index=areas)
    width = np.where(predictors["kind"] > 0, 0.2, 0.1)[:, None]
    errors = width * rng.standard_normal((len(areas), TARGETS))
    size = rng.normal(size=len(areas))
    code = pd.factorize(areas.str[:2])[0]
    rows = np.arange(len(areas))
    folds = [(rows[code % 5 != fold], rows[code % 5 == fold]) for fold in range(5)]
    found = fit_errors(predictors, errors, size, folds)
    return found.shape, found.expect(predictors), predictors, size


def test_draws_are_as_wide_as_the_errors_of_counties_alike(fitted):
    shape, spread, predictors, size = fitted
    drawn = draw_errors(shape, spread, size, 400, 1)
    found = drawn.std(axis=(1, 2))
    wide = (predictors["kind"] > 0).to_numpy()
    assert found[wide].mean() == pytest.approx(0.2, rel=0.15)
    assert found[~wide].mean() == pytest.approx(0.1, rel=0.15)


def test_a_district_is_as_wide_as_other_districts_were():
    """Errors of 400 counties are half as wide as those of 200 districts, relative to expected."""
    normal = ndtri((np.arange(200) + 0.5) / 200)[:, None]
    shape = ErrorShape(
        size=np.zeros(600),
        district=np.arange(600) >= 400,
        standardised=np.concatenate([np.tile(normal, (2, 1)) / 2, normal]),
        components={"county": np.eye(1)},
    )
    expected = pd.DataFrame(0.1, index=["450321", "450302"], columns=[0])
    county, district = shape.windows(list(expected.index), np.zeros(2))
    assert county.shape == district.shape == (1, 200)
    assert district.std() == pytest.approx(2 * county.std(), rel=0.02)


def test_errors_beyond_the_last_hundredth_are_limited_to_it(fitted):
    shape, *_ = fitted
    for column in shape.standardised.T:
        assert (column == column.max()).sum() == pytest.approx(0.01 * len(column), abs=2)


def test_a_countys_draws_do_not_depend_on_its_company(fitted):
    shape, spread, _, size = fitted
    together = draw_errors(shape, spread, size, 50, 1)
    alone = draw_errors(shape, spread.iloc[[7]], size[[7]], 50, 1)
    assert np.array_equal(together[7], alone[0])


def test_another_seed_gives_other_draws(fitted):
    shape, spread, _, size = fitted
    one, two = (draw_errors(shape, spread.iloc[:3], size[:3], 50, seed) for seed in (1, 2))
    assert not np.array_equal(one, two)
