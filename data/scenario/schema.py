"""Scenarios as data: the baseline plus the differences a planner writes down."""

import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    Field,
    PrivateAttr,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.reference.packs import Pack, default_pack
from data.scenario.assumptions import worded
from data.scenario.messages import field_problem
from data.scenario.parts import (
    Enrolment,
    Fertility,
    Migration,
    NewDistrict,
    Part,
    Pipeline,
    Seats,
    Urbanization,
)
from data.scenario.yaml_text import Document, read_document

DEFAULTS = ("baseline", "fast_urbanization", "quality_and_access")
# Of any city; a pack adds its own, and may word one of these anew.
GENERAL = (
    *DEFAULTS,
    "low_fertility",
    "fertility_support",
    "three_child",
    "small_classes",
    "relaxed_classes",
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


def _file_name(name: str) -> str:
    """Return a name that every system takes for that of a file, and none for a path."""
    if len(name) > LONGEST_NAME or not name.isprintable() or _NO_FILE_NAME.search(name):
        raise PydanticCustomError("no_file_name", "no file name")
    return name


class Scenario(Part):
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
