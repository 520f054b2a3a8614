"""The population arrays that pass between the pipelines."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def require_shape(name: str, values: npt.NDArray[np.floating], labels: dict[str, int]) -> None:
    """Raise ValueError if ``values`` does not have one axis per label, of the label's length.

    Raises
    ------
    ValueError : shape found and shape expected, axis by axis
    """
    expected = tuple(labels.values())
    if values.shape != expected:
        axes = ", ".join(labels)
        raise ValueError(f"{name} has shape {values.shape}, expected {expected} over ({axes})")


@dataclass(frozen=True)
class Population:
    """Persons by single year of age at 31 August.

    Parameters
    ----------
    areas : adcodes
    years : calendar years
    ages : single years of age
    persons : (area, year, age, draw) persons
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    ages: tuple[int, ...]
    persons: FloatArray

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        lengths = {"area": len(self.areas), "year": len(self.years), "age": len(self.ages)}
        require_shape("persons", self.persons, lengths | {"draw": self.persons.shape[-1]})

    def between(self, lowest: int, highest: int) -> FloatArray:
        """Return persons aged ``lowest`` to ``highest`` inclusive as (area, year, draw)."""
        wanted = [place for place, age in enumerate(self.ages) if lowest <= age <= highest]
        # Ages ascend, so that a slice does; it is not copied.
        return self.persons[:, :, wanted[0] : wanted[-1] + 1].sum(axis=2)


@dataclass(frozen=True)
class Births:
    """Births per calendar year.

    Parameters
    ----------
    areas : adcodes
    years : calendar years
    births : (area, year, draw) persons per year
    observed : (area, year) True where the figure is a published observation
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    births: FloatArray
    observed: npt.NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Check that every axis has its label."""
        lengths = {"area": len(self.areas), "year": len(self.years)}
        require_shape("births", self.births, lengths | {"draw": self.births.shape[-1]})
        require_shape("observed", self.observed.astype(float), lengths)
