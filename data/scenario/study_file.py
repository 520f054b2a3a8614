"""A study: which scenarios are forecast together, for whom and on what data."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.language import Text
from data.problems import DataError, DataProblem
from data.reference.packs import default_pack
from data.scenario.messages import field_problem
from data.scenario.schema import BUNDLED, DEFAULTS
from data.scenario.yaml_text import read_document

BUNDLED_STUDIES = ("all_scenarios",)
GUIDE = Text("键和例子见 docs/studies.md", "keys and an example are in docs/studies.md")
Words = Annotated[str, Field(min_length=1)]


class Study(BaseModel):
    """Contents of a study file. Paths in it count from the file's own folder.

    Parameters
    ----------
    title_zh, title_en : title; the Chinese one names the experiment
    description_zh, description_en : what it is to answer
    data : data folder; None is the bundled reference
    counties : names or adcodes that the outputs are limited to; none for all
    scenarios : bundled names or YAML files, the one to compare with first
    now : school year that counts as the present; None is that of today
    until : last school year
    draws : number of draws, with the same random numbers in every scenario
    seed : random seed
    out : results folder; None is ``results-<name of the study>`` in the working directory
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    title_zh: Words
    title_en: Words
    description_zh: str = ""
    description_en: str = ""
    data: Words | None = None
    counties: list[Words] = []
    scenarios: Annotated[list[Words], Field(min_length=1)] = list(DEFAULTS)
    now: Annotated[int, Field(ge=2021, le=2050)] | None = None
    until: Annotated[int, Field(ge=2025, le=2050)] = 2035
    draws: Annotated[int, Field(ge=50, le=20_000)] = 1000
    seed: Annotated[int, Field(ge=0, le=2**32 - 1)] = 1
    out: Words | None = None

    @property
    def title(self) -> Text:
        """Title in both languages."""
        return Text(self.title_zh, self.title_en)

    @property
    def description(self) -> Text:
        """What it is to answer, in both languages."""
        return Text(self.description_zh, self.description_en)

    def placed(self, name: str, folder: Path | None) -> Self:
        """Return the study with its paths counted from ``folder``, where it has one."""
        home = folder or Path()
        paths: dict[str, Any] = {"out": str(home / self.out) if self.out else f"results-{name}"}
        if self.data:
            paths["data"] = str(home / self.data)
        paths["scenarios"] = [one if one in BUNDLED else str(home / one) for one in self.scenarios]
        return self.model_copy(update=paths)


def load_study(name_or_file: str) -> Study:
    """Return a bundled study by its name, or one read from a YAML file, its paths found.

    Raises
    ------
    DataError
        Unknown name, unreadable YAML, an unknown key or a value out of range; every one of them.
    """
    if name_or_file in BUNDLED_STUDIES:
        bundled = default_pack().folder / "studies" / f"{name_or_file}.yaml"
        return _parse(bundled.read_bytes(), name_or_file).placed(name_or_file, None)
    path = Path(name_or_file)
    try:
        content = path.read_bytes()
    except (OSError, ValueError):
        known = "、".join(BUNDLED_STUDIES)
        expected = Text(
            f"可读的 YAML 文件，或内置研究（{known}）", f"a YAML file or a bundled study ({known})"
        )
        how_to_fix = Text("请核对名称或路径", "check the name or the path")
        raise DataError([DataProblem("FILE", expected, how_to_fix, value=name_or_file)]) from None
    return _parse(content, path.name).placed(path.stem, path.parent)


def _parse(content: bytes, file: str) -> Study:
    """Return the study of a YAML text, or raise all that is wrong with it."""
    document = read_document(content, file, GUIDE)
    name = Path(file).stem
    titled = {"title_zh": name, "title_en": document.content.get("title_zh", name)}
    problems = list(document.problems)
    try:
        study = Study.model_validate(titled | document.content)
    except ValidationError as error:
        problems += [field_problem(document, Study, fault) for fault in error.errors()]
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))
    return study
