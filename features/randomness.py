"""Random numbers that depend on a seed and a name alone, never on order or worker count."""

from zlib import crc32

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from features.arrays import FloatArray


def named_generator(seed: int, *names: str) -> np.random.Generator:
    """Return the generator that belongs to ``names`` (an area, a component …) under ``seed``.

    Two calls with equal arguments give equal streams, whichever process makes them, so a county's
    draws do not change when other counties are left out.
    """
    words = [crc32(name.encode()) for name in names]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))


def balanced_normal(random: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Return standard normal deviates, the second half of the last axis mirroring the first.

    What is linear in them has its mean whatever the seed.

    References
    ----------
    Hammersley and Morton (1956), A new Monte Carlo technique: antithetic variates.
    """
    *others, draws = shape
    half = random.standard_normal((*others, draws - draws // 2))
    return np.concatenate([half, -half], axis=-1)[..., :draws]


def strata(values: FloatArray) -> FloatArray:
    """Return each draw's place among the draws of the last axis: middles of equal parts of 0 to 1.

    Values drawn anew at these places keep their order, and so what goes together, while their mean
    and quantiles no longer depend on the seed.

    >>> strata(np.array([3.0, -1.0, 7.0, 5.0]))
    array([0.375, 0.125, 0.875, 0.625])

    References
    ----------
    Iman and Conover (1982), A distribution-free approach to inducing rank correlation.
    """
    return (_places(values) + 0.5) / values.shape[-1]


def stratified_normal(values: FloatArray) -> FloatArray:
    """Return normal deviates at the places of :func:`strata`; equal values in any order."""
    draws = values.shape[-1]
    deviates: FloatArray = ndtri((np.arange(draws) + 0.5) / draws)
    return deviates[_places(values, stable=False)]


def _places(values: FloatArray, *, stable: bool = True) -> npt.NDArray[np.intp]:
    """Return the rank of each value among those of the last axis, from 0."""
    order = values.argsort(axis=-1, kind="stable" if stable else "quicksort")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(values.shape[-1]), axis=-1)
    return places


def thinned(many: FloatArray, draws: int) -> FloatArray:
    """Return ``draws`` of many draws (last axis), each row with the quantiles of all of them."""
    place = strata(many[..., :draws])
    rows = np.sort(many, axis=-1)
    return np.take_along_axis(rows, (place * many.shape[-1]).astype(int), axis=-1)


def unrelated(factor: FloatArray, other: FloatArray) -> FloatArray:
    """Return ``factor`` scaled so that the mean of its product with ``other`` is that of the means.

    Of two independent variables the mean of the product over the draws (last axis) is the product
    of the means but for chance, and chance is taken out here.

    >>> factor, other = np.array([1.0, 3.0]), np.array([2.0, 4.0])
    >>> round(float((unrelated(factor, other) * other).mean()), 9)
    6.0
    """
    together = (factor * other).mean(axis=-1, keepdims=True)
    apart = factor.mean(axis=-1, keepdims=True) * other.mean(axis=-1, keepdims=True)
    scale = np.divide(apart, together, out=np.ones_like(together), where=together > 0)
    rounding = np.isclose(scale, 1.0, rtol=1e-12, atol=0.0)
    return factor * np.where(rounding, 1.0, scale)
