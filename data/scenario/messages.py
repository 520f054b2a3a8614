"""Errors of a scenario or study file, with the line in the file and in plain words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from data.contract.stages import STAGE_CODES
from data.language import Text
from data.problems import DataProblem
from data.scenario.assumptions import FIRST_YEAR, FORMS, LAST_YEAR
from data.scenario.yaml_text import Document, Place

KEY_FAULT = "[key]"
_KINDS = {
    "float_type": Text("数字（不加引号）", "a number (without quotes)"),
    "finite_number": Text("有限的数字", "a finite number"),
    "int_type": Text("整数（不加引号）", "a whole number (without quotes)"),
    "string_type": Text("文字", "a text"),
    "list_type": Text("列表，每行一个“- 值”", "a list, one - value per line"),
    "bool_type": Text("true（是）或 false（否）", "true or false"),
    "dict_type": Text("下一级的“键: 值”", "key: value lines below it"),
    "model_type": Text("下一级的“键: 值”", "key: value lines below it"),
    "too_short": Text("至少一个“键: 值”", "at least one key: value"),
    "string_too_short": Text("非空的文字", "a text that is not empty"),
}
_ABOUT_KEYS = ("extra_forbidden", "invalid_key", "contradiction", "no_dwellings", "no_county")
_A_YEAR = (
    Text(f"{FIRST_YEAR}–{LAST_YEAR} 的年份", f"a year from {FIRST_YEAR} to {LAST_YEAR}"),
    Text("年份写四位整数，不与县区混写", "four digits, and no counties at the same level"),
)
_A_COUNTY = (
    Text("县区名称、代码或 default", "a county's name, its adcode, or default"),
    Text("年份与县区不写在同一层", "no years at the same level as counties"),
)
_BAD_KEYS = {
    "greater_than_equal": _A_YEAR,
    "less_than_equal": _A_YEAR,
    "int_type": _A_YEAR,
    "string_type": _A_COUNTY,
}


@dataclass(frozen=True)
class _Fault:
    """An error found by pydantic: model, type, place, context; whether a key is at fault."""

    model: type[BaseModel]
    kind: str
    place: Place
    context: Mapping[str, Any]
    at_key: bool
    guide: Text

    @property
    def written(self) -> str:
        """The last key of the place."""
        return str(self.place[-1])


def field_problem(document: Document, model: type[BaseModel], error: ErrorDetails) -> DataProblem:
    """Return one fault that pydantic found in ``document`` as a problem of its file."""
    context = error.get("ctx", {})
    place = tuple(part for part in error["loc"] if part not in {*FORMS, KEY_FAULT})
    if "key" in context:
        place = (*place, context["key"])
    at_key = KEY_FAULT in error["loc"] or error["type"] in _ABOUT_KEYS
    value = place[-1] if at_key else error["input"]
    fault = _Fault(model, error["type"], place, context, at_key, document.guide)
    expected, how_to_fix = _advice(fault)
    return DataProblem(
        document.file,
        expected,
        how_to_fix,
        row=document.line(place),
        column=document.column(place),
        value=None if value is None else str(value)[:40],
    )


def _advice(fault: _Fault) -> tuple[Text, Text]:
    """Return what was expected, and how to fix it."""
    if fault.at_key and fault.kind in _BAD_KEYS:
        return _BAD_KEYS[fault.kind]
    if fault.kind in _ADVICE:
        return _ADVICE[fault.kind](fault)
    if fault.place[-1] == "dwellings" and fault.kind == "dict_type":
        expected = Text("各年的套数（年份: 套数）", "dwellings by year (year: dwellings)")
        return expected, Text("补上年份", "add the year")
    other = Text("符合要求的值", f"a value that fits ({fault.kind})")
    return _KINDS.get(fault.kind, other), fault.guide


def _stage(fault: _Fault) -> tuple[Text, Text]:
    return Text("学段代码", "the code of a stage"), _nearest(fault.written, list(STAGE_CODES))


def _county(fault: _Fault) -> tuple[Text, Text]:
    known = Text("数据中的县区名称或代码", "a county of the data, by name or adcode")
    return known, _nearest(fault.written, list(fault.context["known"].values()))


def _contradiction(fault: _Fault) -> tuple[Text, Text]:
    other, key = fault.context["other"], fault.context["key"]
    expected = Text(f"{key} 与 {other} 只填一个", f"only one of {key} and {other}")
    if other == "factor":
        expected = Text(
            "factor 按年份给出时不再写 reached_in", "no reached_in where factor goes by year"
        )
    return expected, Text("删去其中一个", "delete one of them")


def _no_dwellings(_: _Fault) -> tuple[Text, Text]:
    needed = Text("同时填写 dwellings（各年入住套数）", "dwellings by year as well")
    return needed, Text("补上 dwellings，或删去此项", "add dwellings, or delete this key")


def _no_county(_: _Fault) -> tuple[Text, Text]:
    needed = Text("同时填写 county（新区所在县区）", "county, where the new district lies, as well")
    return needed, Text("补上 county", "add county")


def _before_now(fault: _Fault) -> tuple[Text, Text]:
    now = fault.context["now"]
    expected = Text(f"不早于当前学年 {now} 的年份", f"a year not before the present one, {now}")
    return expected, Text("改为以后的年份；过去不因情景而变", "take a later year; the past stays")


def _outside(fault: _Fault) -> tuple[Text, Text]:
    inside = range_text(fault.model, fault.place)
    expected = Text(f"{inside} 之间的值", f"a value within {inside}")
    return expected, Text("改到允许范围内", "keep within the range")


def _file_name(_: _Fault) -> tuple[Text, Text]:
    expected = Text("能作文件名的名称（60 字以内）", "a name for a file, 60 characters at most")
    how_to_fix = Text(
        '不用 / \\ : * ? " < > |，不以点或 = + - @ 开头',
        'no / \\ : * ? " < > |, and neither a dot nor = + - @ at its head',
    )
    return expected, how_to_fix


def _forms(fault: _Fault) -> tuple[Text, Text]:
    """Return which forms a value may take where another was used."""
    if "by_year" in fault.context["expected_tags"]:
        expected = Text(
            "全市统一的数字，或按年份的数字", "one number for the city, or one per year"
        )
        return expected, Text("此项不能按县区区分", "this one does not differ by county")
    expected = Text("一个数字，或按县区的数字", "one number, or one per county")
    return expected, Text("此项不能按年份区分", "this one does not differ by year")


def _known_key(fault: _Fault) -> tuple[Text, Text]:
    """Return the known keys in the place of an unknown one, and the nearest of all."""
    parts = {name: _part(fault.model, name) for name in fault.model.model_fields}
    owner = parts.get(str(fault.place[0])) if len(fault.place) > 1 else fault.model
    siblings = list(owner.model_fields) if owner else []
    expected = Text("已知的键", "a known key")
    homes = [name for name, part in parts.items() if part and fault.written in part.model_fields]
    if homes:
        return expected, Text(f"写在 {homes[0]}: 之下", f"write it below {homes[0]}:")
    return expected, _nearest(fault.written, siblings)


def _nearest(written: str, known: list[str]) -> Text:
    near = get_close_matches(written, known, n=1, cutoff=0.6)
    if near:
        return Text(f"是否指 {near[0]}？", f"is {near[0]} meant?")
    return Text(f"可用：{'、'.join(known)}", f"one of: {', '.join(known)}")


def _part(model: type[BaseModel], name: str) -> type[BaseModel] | None:
    """Return the model of a part, None where the field is a text."""
    kind = model.model_fields[name].annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def bounds(model: type[BaseModel], place: Place) -> tuple[float, float] | None:
    """Return the least and the greatest value of a field, None where it is no number.

    They stand in the types of the model, however deep by stage, county or year.
    """
    name, *below = map(str, place)
    owner = _part(model, name)
    if owner is None:
        return _bounds_within(model.model_json_schema()["properties"][name])
    return _bounds_within(owner.model_json_schema()["properties"][below[0]]) if below else None


def _bounds_within(schema: object) -> tuple[float, float] | None:
    if isinstance(schema, list):
        return next((found for one in schema if (found := _bounds_within(one))), None)
    if not isinstance(schema, dict):
        return None
    if "minimum" in schema:
        return schema["minimum"], schema["maximum"]
    return _bounds_within([one for name, one in schema.items() if name != "propertyNames"])


def range_text(model: type[BaseModel], place: Place) -> str:
    """Return the range allowed at ``place`` as people write it, ``0.2–3``."""
    found = bounds(model, place)
    return f"{found[0]:.10g}–{found[1]:.10g}" if found else ""


_ADVICE: dict[str, Callable[[_Fault], tuple[Text, Text]]] = {
    "extra_forbidden": _known_key,
    "invalid_key": _known_key,
    "literal_error": _stage,
    "unknown_county": _county,
    "contradiction": _contradiction,
    "no_dwellings": _no_dwellings,
    "no_county": _no_county,
    "before_now": _before_now,
    "no_file_name": _file_name,
    "union_tag_invalid": _forms,
    "greater_than_equal": _outside,
    "less_than_equal": _outside,
}
