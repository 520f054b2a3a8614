"""Scenarios as data: the baseline plus the differences a planner writes down."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.reference.packs import Pack, default_pack
from data.scenario.assumptions import ByCounty, ByCountyAndYear, ByYear, ComingYear, County, worded
from data.scenario.messages import field_problem
from data.scenario.yaml_text import Document, read_document

StageCode = Literal[
    "kindergarten", "primary", "junior", "general_senior", "vocational_senior"
]  # as in data.contract.stages, which a test holds it to
DEFAULTS = ("baseline", "fast_urbanization", "low_fertility")
# Of any city; a pack adds its own, and may word one of these anew.
GENERAL = (
    *DEFAULTS,
    "fertility_support",
    "three_child",
    "small_classes",
    "senior_split",
    "project_delay",
    "targets_2030",
)
GENERAL_FOLDER = Path(str(files("data"))) / "scenarios"


def scenario_names(pack: Pack | None) -> tuple[str, ...]:
    """Return the scenarios that can be named: those of any city, and those of ``pack``."""
    own = sorted(file.stem for file in (pack.folder / "scenarios").glob("*.yaml")) if pack else []
    return tuple(dict.fromkeys([*GENERAL, *own]))


_DEFAULT_PACK = default_pack()
BUNDLED = scenario_names(_DEFAULT_PACK)
LONGEST_NAME = 60  # characters; three bytes each are well below what file systems take
_NO_FILE_NAME = re.compile(
    r"""[/\\:*?"<>|]|^[. =+\-@]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)""", re.IGNORECASE
)

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


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _contradiction(key: str, other: str) -> PydanticCustomError:
    return PydanticCustomError("contradiction", "only one", {"key": key, "other": other})


class Fertility(_Part):
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
                raise _contradiction("reached_in", "factor")
        return self


class Migration(_Part):
    """Net migration of children as a multiple of what was learned between the censuses."""

    scale: ByCountyAndYear[MigrationScale] = 1.0


class Urbanization(_Part):
    """Urban share of the city in 2035: above the baseline's median, or itself, as a fraction.

    ``share_2035_above_baseline: 0.05`` is five points more; ``share_2035: 0.65`` is 65 %. One of
    the two.
    """

    share_2035_above_baseline: float = Field(0.0, ge=-0.3, le=0.3)
    share_2035: float | None = Field(None, ge=0.2, le=0.98)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.share_2035 is not None and self.share_2035_above_baseline:
            raise _contradiction("share_2035", "share_2035_above_baseline")
        return self


class NewDistrict(_Part):
    """Dwellings of a new district to be occupied by year, and the pupils in each of them.

    They come on top of the migration learned from the censuses. Their children are taken from the
    rest of the city in proportion, or come ``from_outside``. A stage without pupils per dwelling
    has those of the city's mean household.
    """

    county: County | None = None
    dwellings: dict[ComingYear, Dwellings] = Field(default_factory=dict)
    pupils_per_dwelling: dict[StageCode, PupilsPerDwelling] = Field(default_factory=dict)
    from_outside: bool = False

    @model_validator(mode="after")
    def _dwellings_to_fill(self) -> Self:
        for key in ("pupils_per_dwelling", "from_outside"):
            if getattr(self, key) and not self.dwellings:
                raise PydanticCustomError("no_dwellings", "dwellings missing", {"key": key})
        if self.dwellings and not self.county:
            raise PydanticCustomError("no_county", "county missing", {"key": "dwellings"})
        return self


class Enrolment(_Part):
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


class Seats(_Part):
    """Seats per pupil from the present year on: planning reserve, class sizes other than the norm.

    The classrooms stay: with smaller classes they have fewer seats.
    """

    planning_reserve: ByCountyAndYear[Reserve] = 0.0
    class_size: dict[StageCode, ByCountyAndYear[ClassSize]] = Field(default_factory=dict)


class Pipeline(_Part):
    """Projects that are not finished: the share opened within five years, and years of delay.

    Without ``delivered`` it is that of the last plan; 1 opens every project as planned.
    """

    delivered: ByCounty[Delivered] | None = None
    delay_years: ByCounty[DelayYears] = 0


def _file_name(name: str) -> str:
    """Return a name that every system takes for that of a file, and none for a path."""
    if len(name) > LONGEST_NAME or not name.isprintable() or _NO_FILE_NAME.search(name):
        raise PydanticCustomError("no_file_name", "no file name")
    return name


class Scenario(_Part):
    """One future to plan for. ``name`` is the identifier in every output, and names files."""

    name: Annotated[str, AfterValidator(_file_name)] = Field(min_length=1)
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    description_zh: str = ""
    description_en: str = ""
    reason_zh: str = ""
    reason_en: str = ""
    source_zh: str = ""
    source_en: str = ""
    fertility: Fertility = Fertility()
    migration: Migration = Migration()
    urbanization: Urbanization = Urbanization()
    new_district: NewDistrict = NewDistrict()
    enrolment: Enrolment = Enrolment()
    seats: Seats = Seats()
    pipeline: Pipeline = Pipeline()
    _county_names: dict[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, context: Any) -> None:
        """Keep the names of the data's counties, for what people read."""
        self._county_names = dict((context or {}).get("counties") or {})

    def naming(self, counties: Mapping[str, str]) -> "Scenario":
        """Return the scenario with names of counties, adcode → name, for what people read."""
        named = self.model_copy()
        named._county_names = dict(counties)
        return named

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def description(self) -> Text:
        """Description in both languages."""
        return Text(self.description_zh, self.description_en)

    @property
    def source(self) -> Text:
        """Where the numbers come from, in both languages."""
        return Text(self.source_zh, self.source_en)

    @property
    def reason(self) -> Text:
        """Why one plans for it, in both languages."""
        return Text(self.reason_zh, self.reason_en)

    def values(self) -> dict[str, Any]:
        """Return every assumption as ``part.key`` → value."""
        parts = {
            part: value for part, value in self.model_dump().items() if isinstance(value, dict)
        }
        return {f"{p}.{key}": v for p, values in parts.items() for key, v in values.items()}

    def assumptions(self, language: Language) -> dict[str, str]:
        """Return every assumption as ``part.key`` → text, as people and MLflow read it.

        Counties are shown by name where the data have one.
        """
        return {
            key: worded(value, self._county_names, language) for key, value in self.values().items()
        }


def load_scenario(
    name_or_file: str,
    counties: Mapping[str, str] | None = None,
    now: int | None = None,
    pack: Pack | None = _DEFAULT_PACK,
) -> Scenario:
    """Return a bundled scenario by its name, or one read from a YAML file.

    Parameters
    ----------
    name_or_file : one of :func:`scenario_names` or a path
    counties : adcode → name of the data; names become adcodes. None: counties are not checked
    now : present year, before which a planner's file must not act. None: not checked
    pack : bundled city that the data belong to, whose scenarios can be named as well

    Raises
    ------
    DataError
        Unknown name, unreadable YAML, an unknown key or a value out of range; every one of them.
    """
    if name_or_file in scenario_names(pack):
        places = ([pack.folder / "scenarios"] if pack else []) + [GENERAL_FOLDER]
        files_of = (place / f"{name_or_file}.yaml" for place in places)
        bundled = next(file for file in files_of if file.is_file())
        return parse(bundled.read_bytes(), name_or_file, name_or_file, counties, None)
    path = Path(name_or_file)
    try:
        content = path.read_bytes()
    except (OSError, ValueError):
        raise DataError([_unknown_scenario(name_or_file, pack)]) from None
    return parse(content, path.stem, path.name, counties, now)


def _unknown_scenario(given: str, pack: Pack | None) -> DataProblem:
    names = "、".join(scenario_names(pack))
    return DataProblem(
        "--scenario",
        Text(
            f"内置情景（{names}）或可读的 YAML 文件", f"a bundled scenario ({names}) or a YAML file"
        ),
        Text("请核对名称或路径", "check the name or the path"),
        value=given,
    )


def parse(
    text: bytes, name: str, file: str, counties: Mapping[str, str] | None, now: int | None
) -> Scenario:
    """Return the scenario of a YAML text; see :func:`load_scenario`."""
    document = read_document(text, file)
    return build_scenario(document, name, counties, now)


def build_scenario(
    document: Document, name: str, counties: Mapping[str, str] | None, now: int | None
) -> Scenario:
    """Return the scenario that ``document`` states, or raise all that is wrong with it."""
    titled = {"name": name, "title_zh": name, "title_en": name} | document.content
    problems = list(document.problems)
    try:
        scenario = Scenario.model_validate(titled, context={"counties": counties, "now": now})
    except ValidationError as error:
        problems += [field_problem(document, Scenario, fault) for fault in error.errors()]
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))
    return scenario
