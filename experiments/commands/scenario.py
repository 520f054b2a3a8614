"""``xuewei scenario``: write a commented template, show a scenario, compare two."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from data.bundle import load_bundle
from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.scenario.differences import differing, worded_terms
from data.scenario.schema import Scenario, load_scenario
from data.scenario.terms import Term, stated, terms
from data.scenario.workbook_sheet import workbook_scenario
from experiments.console.typed import program, quoted

LONGER = ("description", "reason", "source")
GUIDE = (
    Text(
        "删去行首的“# ”即生效（连同上面的分组行）；没有写的假设与基准相同。",
        "Remove the leading “# ” to set an assumption, and that of its group heading above.",
    ),
    Text(
        "值可以是一个数；按年份写 {2026: 1.0, 2030: 1.2}；按县区写 {default: 1.0, 县区名: 1.3}。",
        "A value is a number, or {2026: 1.0, 2030: 1.2} by year, or {default: 1.0, COUNTY: 1.3}.",
    ),
)


def new(name: str, origin: str, language: Language) -> None:
    """Write the template ``NAME.yaml`` from ``origin`` into the working directory.

    Raises
    ------
    DataError : the file exists or cannot be written, or there is no such origin
    """
    _write(name, template(name, load_scenario(origin), language), language)


def _write(name: str, text: str, language: Language, data: Path | None = None) -> None:
    path = Path(f"{name}.yaml")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        expected = Text("还没有的文件", "a file that does not exist yet")
        how_to_fix = Text("换一个名称；原文件未改动", "choose another name; nothing was changed")
        raise DataError([DataProblem(str(path), expected, how_to_fix)]) from None
    except (OSError, ValueError) as error:
        expected = Text(
            f"可写的位置和文件名（{error}）", f"a writable location and file name ({error})"
        )
        how_to_fix = Text("换一个名称或位置", "choose another name or location")
        raise DataError([DataProblem(str(path), expected, how_to_fix)]) from None
    given = [] if data is None else ["--data", str(data)]
    options = [*given, "--scenario", "baseline", "--scenario", str(path)]
    command = f"{program()} {quoted('forecast', *options)}"
    Console(soft_wrap=True, highlight=False, markup=False).print(
        Text(
            f"已新建 {path}。改好后运行：{command}", f"created {path}. Edit it, then run: {command}"
        ).within(language)
    )


def from_excel(file: Path, data: Path | None, language: Language) -> None:
    """Write the scenario of the sheet 方案 of a workbook as a file named after its title.

    Raises
    ------
    DataError : the workbook has no such sheet, or what is wrong in it, or the file exists
    """
    scenario = workbook_scenario(file, _counties(data), None)
    own = {key: getattr(scenario, key) for key in LONGER}
    _write(scenario.name, template(scenario.name, scenario, language, own), language, data)


def template(
    name: str, origin: Scenario, language: Language, texts: Mapping[str, Text] | None = None
) -> str:
    """Return a scenario file with the assumptions of ``origin``, all others as comments.

    Parameters
    ----------
    texts : description, reason and source; empty by default, as those of the origin do not apply
    """
    texts = {"title": Text(name, name), **(texts or dict.fromkeys(LONGER, Text("", "")))}
    lines = [f"# {line.within(language)}" for line in GUIDE]
    for key, text in texts.items():
        lines += [f"{key}_zh: {_yaml(text.zh)}", f"{key}_en: {_yaml(text.en)}"]
    own = stated(origin)
    above: tuple[str, ...] = ()
    for key, term in terms().items():
        *groups, last = key.split(".")
        for depth, group in enumerate(groups):
            if tuple(groups[: depth + 1]) != above[: depth + 1]:
                prefix = ".".join(groups[: depth + 1]) + "."
                used = any(one.startswith(prefix) for one in own)
                lines.append(_line(depth, f"{group}:", active=used))
        above = tuple(groups)
        value = own.get(key, term.value)
        written = f"{last}: {'' if value is None else _yaml(value)}".rstrip()
        note = f"  # {describe(term, language)}"
        lines.append(_line(len(groups), written + note, active=key in own))
    return "\n".join(lines) + "\n"


def describe(term: Term, language: Language) -> str:
    """Return title, unit, allowed range and baseline of an assumption in one line."""
    allowed = Text(f"允许 {term.allowed}", f"allowed {term.allowed}").within(language)
    base = Text(f"基准 {term.baseline.zh}", f"baseline {term.baseline.en}").within(language)
    parts = (term.title.within(language), term.unit.within(language), allowed, base)
    return " | ".join(part for part in parts if term.allowed or part != allowed)


def _line(depth: int, text: str, *, active: bool) -> str:
    return ("" if active else "# ") + "  " * depth + text


def _yaml(value: object) -> str:
    """Return a value as YAML in one line."""
    text = yaml.safe_dump(
        [value], default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000
    )
    return text.strip()[1:-1]


def show(name: str, data: Path | None, language: Language) -> None:
    """Print every assumption of a scenario next to its baseline; ``*`` marks differences.

    Counties are checked against ``data``, the bundled reference where none is given.

    Raises
    ------
    DataError : there is no such scenario, or what is wrong with it
    """
    counties = _counties(data)
    scenario = load_scenario(name, counties)
    _print_texts(scenario, language)
    own = worded_terms(scenario, counties, language)
    headings = (
        Text("假设", "assumption"), Text("数值", "value"), Text("基准", "baseline"),
        Text("单位", "unit"), Text("来源", "source"),
    )  # fmt: skip
    source = Text("见上", "see above") if scenario.source.zh else Text("未注明", "not stated")
    rows = [
        (
            ("* " if key in own else "  ") + term.title.within(language),
            own.get(key, term.baseline.within(language)),
            term.baseline.within(language),
            term.unit.within(language),
            (source if key in own else Text("基准", "baseline")).within(language),
        )
        for key, term in sorted(terms().items(), key=lambda item: item[0] not in own)
    ]
    _print_table(headings, rows, language)


def diff(one: str, other: str, data: Path | None, language: Language) -> None:
    """Print the assumptions in which two scenarios differ.

    Counties are checked as in :func:`show`.

    Raises
    ------
    DataError : there is no such scenario, or what is wrong with it
    """
    counties = _counties(data)
    pair = load_scenario(one, counties), load_scenario(other, counties)
    headings = (Text("假设", "assumption"), *(s.title for s in pair), Text("单位", "unit"))
    rows = differing(pair, counties, language)
    if rows:
        _print_table(headings, rows, language)
    else:
        print(
            Text("两个情景的假设相同", "both scenarios have the same assumptions").within(language)
        )


def _counties(data: Path | None) -> dict[str, str]:
    """Return adcode → name of the counties that a scenario may refer to."""
    bundle = load_bundle(data)
    return {code: bundle.names[code] for code in bundle.counties}


def _print_texts(scenario: Scenario, language: Language) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    console.print(f"{scenario.title.within(language)}  {scenario.name}")
    texts = (
        (Text("说明", "description"), scenario.description),
        (Text("理由", "reason"), scenario.reason),
        (Text("来源", "source"), scenario.source),
    )
    for label, text in texts:
        if text.within(language):
            console.print(f"{label.within(language)}: {text.within(language)}")


def _print_table(
    headings: Sequence[Text], rows: Sequence[tuple[str, ...]], language: Language
) -> None:
    table = Table(show_lines=False)
    for heading in headings:
        table.add_column(heading.within(language), overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    Console(highlight=False).print(table)
