"""Scenarios as data: the baseline plus the differences a planner writes down in YAML."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from data.language import Text
from data.problems import DataError, DataProblem

StageCode = Literal["kindergarten", "primary", "junior", "senior"]
BUNDLED = ("baseline", "fast_urbanization", "low_fertility")


PlanYear = Annotated[int, Field(ge=2021, le=2100)]
Dwellings = Annotated[int, Field(ge=0, le=1_000_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fertility(_Part):
    """Births as a multiple of the baseline, reached in a straight line by ``reached_in``."""

    factor: float = Field(1.0, gt=0.2, lt=3.0)
    reached_in: int = Field(2030, ge=2021, le=2100)


class Migration(_Part):
    """Net migration of children as a multiple of what was learned between the censuses."""

    scale: float = Field(1.0, ge=0.0, le=3.0)


class Urbanization(_Part):
    """Urban share of the city in 2035: above the baseline's median, or itself, as a fraction.

    ``share_2035_above_baseline: 0.05`` is five points more; ``share_2035: 0.65`` is 65 %. One of
    the two.
    """

    share_2035_above_baseline: float = Field(0.0, ge=-0.3, le=0.3)
    share_2035: float | None = Field(None, gt=0.2, lt=0.98)

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if self.share_2035 is not None and self.share_2035_above_baseline:
            raise ValueError("share_2035 与 share_2035_above_baseline 只能填一个 / state only one")
        return self


class NewDistrict(_Part):
    """Dwellings of Guilin New District to be occupied by year, and the pupils in each of them.

    They come on top of the migration learned from the censuses. Their children are taken from the
    rest of the city in proportion, or come ``from_outside``. A stage without pupils a dwelling has
    the city's mean household.
    """

    county: str = Field("450312", pattern=r"^\d{6}$")
    dwellings: dict[PlanYear, Dwellings] = Field(default_factory=dict)
    pupils_per_dwelling: dict[StageCode, Annotated[float, Field(ge=0, le=2)]] = Field(
        default_factory=dict
    )
    from_outside: bool = False


class Enrolment(_Part):
    """Policy on enrolment: the part of the way to the targets that is gone, and senior schools.

    ``general_share`` is the share of senior-secondary pupils in general schools from the present
    year on; without one it stays at the latest national entrants over junior leavers.
    """

    target_attainment: float = Field(1.0, ge=0.0, le=1.5)
    general_share: float | None = Field(None, gt=0.0, le=1.0)


class Seats(_Part):
    """Seats per pupil: the planning reserve as a fraction, and class sizes other than the norm."""

    planning_reserve: float = Field(0.0, ge=0.0, le=0.5)
    class_size: dict[StageCode, Annotated[int, Field(gt=0, le=100)]] = Field(default_factory=dict)


class Scenario(_Part):
    """One future to plan for. ``name`` is the identifier in every output."""

    name: str
    title_zh: str
    title_en: str
    description_zh: str = ""
    description_en: str = ""
    fertility: Fertility = Fertility()
    migration: Migration = Migration()
    urbanization: Urbanization = Urbanization()
    new_district: NewDistrict = NewDistrict()
    enrolment: Enrolment = Enrolment()
    seats: Seats = Seats()

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def description(self) -> Text:
        """Description in both languages."""
        return Text(self.description_zh, self.description_en)

    def assumptions(self) -> dict[str, str]:
        """Return every assumption as ``part.key`` → text, the way MLflow lists parameters."""
        parts = self.model_dump(
            exclude={"name", "title_zh", "title_en", "description_zh", "description_en"}
        )
        return {f"{p}.{key}": str(v) for p, values in parts.items() for key, v in values.items()}


def load_scenario(name_or_file: str) -> Scenario:
    """Return a bundled scenario by its name, or one read from a YAML file.

    Raises
    ------
    DataError
        Unknown name, unreadable YAML, an unknown key or a value out of range; every one of them.
    """
    if name_or_file in BUNDLED:
        source = files("data").joinpath("scenarios", f"{name_or_file}.yaml")
        return _parse(source.read_text(encoding="utf-8"), name_or_file, name_or_file)
    path = Path(name_or_file)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        names = "、".join(BUNDLED)
        raise DataError([_unknown_scenario(name_or_file, names)]) from None
    return _parse(text, path.stem, path.name)


def _unknown_scenario(given: str, names: str) -> DataProblem:
    return DataProblem(
        "--scenario",
        Text(
            f"内置情景（{names}）或可读的 YAML 文件", f"a bundled scenario ({names}) or a YAML file"
        ),
        Text("请核对名称或路径", "check the name or the path"),
        value=given,
    )


def _parse(text: str, name: str, file: str) -> Scenario:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        expected = Text("合法的 YAML", "valid YAML")
        raise DataError(
            [DataProblem(file, expected, Text("请修正格式", "mend the syntax"), value=str(error))]
        ) from None
    if not isinstance(content, dict):
        expected = Text("“键: 值”形式的情景", "a scenario of key: value lines")
        remedy = Text("参照内置情景书写", "write it as the bundled scenarios are written")
        raise DataError([DataProblem(file, expected, remedy, value=str(content)[:40])])
    titled = {"name": name, "title_zh": name, "title_en": name} | content
    try:
        return Scenario.model_validate(titled)
    except ValidationError as error:
        raise DataError([_field_problem(file, item) for item in error.errors()]) from None


def _field_problem(file: str, fault: ErrorDetails) -> DataProblem:
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        expected = Text("已知的情景参数", "a known scenario key")
    else:
        expected = Text(f"符合要求的值（{fault['msg']}）", fault["msg"])
    remedy = Text("参照文档中的情景参数表", "see the table of scenario keys in docs/data.md")
    return DataProblem(file, expected, remedy, column=key, value=str(fault["input"]))
