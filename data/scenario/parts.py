"""The parts of a scenario: which assumptions there are, in what unit and range."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from data.contract.fields import ALL_KINDS
from data.scenario.assumptions import (
    ByCounty,
    ByCountyAndYear,
    ByYear,
    ByYearsSince,
    ComingYear,
    County,
)

StageCode = Literal[
    "kindergarten", "primary", "junior", "general_senior", "vocational_senior"
]  # as in data.contract.stages, which a test holds it to
BirthFactor = Annotated[float, Field(ge=0.2, le=3.0)]
MigrationScale = Annotated[float, Field(ge=0.0, le=3.0)]
Attainment = Annotated[float, Field(ge=0.0, le=1.5)]
GeneralShare = Annotated[float, Field(ge=0.05, le=1.0)]
Reserve = Annotated[float, Field(ge=0.0, le=0.5)]
ClassSize = Annotated[int, Field(ge=10, le=100)]
Delivered = Annotated[float, Field(ge=0.05, le=1.0)]
DelayYears = Annotated[int, Field(ge=0, le=10)]
Dwellings = Annotated[int, Field(ge=0, le=1_000_000)]
PupilsPerDwelling = Annotated[float, Field(ge=0, le=2)]
RelativeError = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """What holds for every part: known keys alone, values of the very kind, none that changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Fertility(Part):
    """Births as a multiple of the baseline, reached in a straight line by ``reached_in``.

    A factor by year says itself when it is reached.
    """

    factor: ByCountyAndYear[BirthFactor] = 1.0
    reached_in: ComingYear = 2030

    @model_validator(mode="after")
    def _one_way_of_reaching(self) -> Self:
        if isinstance(self.factor, dict) and "reached_in" in self.model_fields_set:
            paths = (self.factor, *self.factor.values())
            if any(isinstance(path, dict) and isinstance(min(path), int) for path in paths):
                raise PydanticCustomError("two_ways", "one way of reaching", {"key": "reached_in"})
        return self


class Migration(Part):
    """Net migration of children as a multiple of what was learned between the censuses."""

    scale: ByCountyAndYear[MigrationScale] = 1.0


class Urbanization(Part):
    """Urban share of the city in 2035: above the baseline's median, or itself, as a fraction.

    ``share_2035_above_baseline: 0.05`` is five points more; ``share_2035: 0.65`` is 65 %. One of
    the two.
    """

    share_2035_above_baseline: float = Field(0.0, ge=-0.3, le=0.3)
    share_2035: float | None = Field(None, ge=0.2, le=0.98)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.share_2035 is not None and self.share_2035_above_baseline:
            raise PydanticCustomError(
                "contradiction",
                "only one",
                {"key": "share_2035", "other": "share_2035_above_baseline"},
            )
        return self


class NewDistrict(Part):
    """Dwellings of a new district to be occupied by year, and the pupils in each of them.

    They come on top of the migration learned from the censuses. Their children are taken from the
    rest of the city in proportion, or come ``from_outside``. Pupils per dwelling are a number, or
    numbers by years since occupation (``{0: 0.1, 5: 0.4}``), with the relative standard error
    ``yield_error``. A stage without them has those that the table ``dwelling_yields`` states for
    the ``kind`` of dwelling, else those of the city's mean household.
    """

    county: County | None = None
    dwellings: dict[ComingYear, Dwellings] = Field(default_factory=dict)
    kind: str = ALL_KINDS
    pupils_per_dwelling: dict[StageCode, ByYearsSince[PupilsPerDwelling]] = Field(
        default_factory=dict
    )
    yield_error: RelativeError = 0.0
    from_outside: bool = False

    @model_validator(mode="after")
    def _dwellings_to_fill(self) -> Self:
        for key in ("kind", "pupils_per_dwelling", "yield_error", "from_outside"):
            if getattr(self, key) not in ({}, 0.0, ALL_KINDS, False) and not self.dwellings:
                raise PydanticCustomError("no_dwellings", "dwellings missing", {"key": key})
        if self.dwellings and not self.county:
            raise PydanticCustomError("no_county", "county missing", {"key": "dwellings"})
        return self


class Enrolment(Part):
    """Policy on enrolment: how far planned ratios are reached, and the two senior stages.

    ``target_attainment`` is the part that is taken of each step towards the targets of kindergarten
    and of nine-year retention, from the present year on. ``senior_target_attainment`` is the part
    of the way from the senior stage's own gross ratio to its target; the baseline goes none of it
    and follows the nation. ``general_share`` is the share of senior pupils in general schools from
    the present year on; without one it stays as last known.
    """

    target_attainment: ByYear[Attainment] = 1.0
    senior_target_attainment: ByYear[Attainment] = 0.0
    general_share: ByCountyAndYear[GeneralShare] | None = None


class Seats(Part):
    """Seats per pupil from the present year on: planning reserve, class sizes other than the norm.

    The classrooms stay: with smaller classes they have fewer seats.
    """

    planning_reserve: ByCountyAndYear[Reserve] = 0.0
    class_size: dict[StageCode, ByCountyAndYear[ClassSize]] = Field(default_factory=dict)


class Pipeline(Part):
    """Projects that are not finished: the share opened within five years, and years of delay.

    Without ``delivered`` it is that of the last plan; 1 opens every project as planned.
    """

    delivered: ByCounty[Delivered] | None = None
    delay_years: ByCounty[DelayYears] = 0
