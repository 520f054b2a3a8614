"""Errors of a scenario or study file, with the line in the file and in plain words."""

from difflib import get_close_matches

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
_ABOUT_KEYS = (
    "extra_forbidden",
    "invalid_key",
    "contradiction",
    "two_ways",
    "no_dwellings",
    "no_county",
)
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
# Kind of fault -> what was expected and how to fix it, with what pydantic says of the fault.
_WORDS = {
    "contradiction": (
        Text("{key} 与 {other} 只填一个", "only one of {key} and {other}"),
        Text("删去其中一个", "delete one of them"),
    ),
    "two_ways": (
        Text("factor 按年份给出时不再写 reached_in", "no reached_in where factor goes by year"),
        Text("删去其中一个", "delete one of them"),
    ),
    "no_dwellings": (
        Text("同时填写 dwellings（各年入住套数）", "dwellings by year as well"),
        Text("补上 dwellings，或删去此项", "add dwellings, or delete this key"),
    ),
    "no_county": (
        Text("同时填写 county（新区所在县区）", "county, where the new district lies, as well"),
        Text("补上 county", "add county"),
    ),
    "before_now": (
        Text("不早于当前学年 {now} 的年份", "a year not before the present one, {now}"),
        Text("改为以后的年份；过去不因情景而变", "take a later year; the past stays"),
    ),
    "outside": (
        Text("{inside} 之间的值", "a value within {inside}"),
        Text("改到允许范围内", "keep within the range"),
    ),
    "no_file_name": (
        Text("能作文件名的名称（60 字以内）", "a name for a file, 60 characters at most"),
        Text(
            '不用 / \\ : * ? " < > |，不以点或 = + - @ 开头',
            'no / \\ : * ? " < > |, and neither a dot nor = + - @ at its head',
        ),
    ),
    "no_year": (
        Text("各年的套数（年份: 套数）", "dwellings by year (year: dwellings)"),
        Text("补上年份", "add the year"),
    ),
}


def field_problem(document: Document, model: type[BaseModel], error: ErrorDetails) -> DataProblem:
    """Return one fault that pydantic found in ``document`` as a problem of its file.

    Its place is pydantic's, without the marks of alternative forms and of keys.
    """
    context = error.get("ctx", {})
    place = tuple(part for part in error["loc"] if part not in {*FORMS, KEY_FAULT})
    if "key" in context:
        place = (*place, context["key"])
    at_key = KEY_FAULT in error["loc"] or error["type"] in _ABOUT_KEYS
    value = place[-1] if at_key else error["input"]
    expected, how_to_fix = (
        (at_key and _BAD_KEYS.get(error["type"]))
        or _advice(model, error, place)
        or (
            _KINDS.get(error["type"], Text("符合要求的值", error["msg"])),
            document.guide,
        )
    )
    return DataProblem(
        document.file,
        expected,
        how_to_fix,
        row=document.line(place),
        column=document.column(place),
        value=None if value is None else str(value)[:40],
    )


def _advice(model: type[BaseModel], error: ErrorDetails, place: Place) -> tuple[Text, Text] | None:
    """Return what was expected and how to fix it, None where the kind of value is wrong."""
    kind, context, written = error["type"], error.get("ctx", {}), str(place[-1])
    if kind in {"extra_forbidden", "invalid_key"}:
        return _known_key(model, place)
    if kind == "literal_error":
        return Text("学段代码", "the code of a stage"), _nearest(written, list(STAGE_CODES))
    if kind == "unknown_county":
        known = Text("数据中的县区名称或代码", "a county of the data, by name or adcode")
        return known, _nearest(written, list(context["known"].values()))
    if kind == "union_tag_invalid":
        return _forms(context["expected_tags"])
    if kind in {"greater_than_equal", "less_than_equal"}:
        kind, context = "outside", {"inside": range_text(model, place)}
    if kind == "dict_type" and written == "dwellings":
        kind = "no_year"
    if kind not in _WORDS:
        return None
    expected, how_to_fix = _WORDS[kind]
    return Text(expected.zh.format(**context), expected.en.format(**context)), how_to_fix


def _forms(tags: str) -> tuple[Text, Text]:
    """Return which forms a value may take where another was used."""
    if "by_year" in tags:
        expected = Text(
            "全市统一的数字，或按年份的数字", "one number for the city, or one per year"
        )
        return expected, Text("此项不能按县区区分", "this one does not differ by county")
    expected = Text("一个数字，或按县区的数字", "one number, or one per county")
    return expected, Text("此项不能按年份区分", "this one does not differ by year")


def _known_key(model: type[BaseModel], place: Place) -> tuple[Text, Text]:
    """Return the known keys in the place of an unknown one, and the nearest of all."""
    parts = {name: _part(model, name) for name in model.model_fields}
    owner = parts.get(str(place[0])) if len(place) > 1 else model
    siblings = list(owner.model_fields) if owner else []
    expected = Text("已知的键", "a known key")
    homes = [name for name, part in parts.items() if part and str(place[-1]) in part.model_fields]
    if homes:
        return expected, Text(f"写在 {homes[0]}: 之下", f"write it below {homes[0]}:")
    return expected, _nearest(str(place[-1]), siblings)


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
