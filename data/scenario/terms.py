"""The assumptions of a scenario one by one: title, unit, allowed range and baseline."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pandas as pd

from data.contract.stages import STAGES
from data.language import Text
from data.reference.packs import NATION
from data.scenario.messages import range_text
from data.scenario.schema import Scenario

BY_STAGE = ("seats.class_size", "new_district.pupils_per_dwelling")
UNITS = {
    "times": Text("倍", "times"),
    "year": Text("年份", "year"),
    "fraction": Text("小数（0.05 = 5%）", "fraction (0.05 = 5 %)"),
    "dwellings": Text("套/年", "dwellings per year"),
    "pupils": Text("人/套", "pupils per dwelling"),
    "class": Text("人/班", "pupils per class"),
    "years": Text("年", "years"),
    "county": Text("县区名称或代码", "county or adcode"),
    "kind": Text("类型", "kind"),
    "flag": Text("是/否", "true/false"),
}
# key -> title, unit, words for a baseline that is no number
_TERMS: dict[str, tuple[Text, str, Text | None]] = {
    "fertility.factor": (
        Text("出生人数为基准的倍数", "births as a multiple of the baseline"), "times", None,
    ),
    "fertility.reached_in": (
        Text("该倍数达到的年份", "year in which that multiple is reached"), "year", None,
    ),
    "migration.scale": (
        Text("学龄人口净迁移的倍数", "multiple of children's net migration"), "times", None,
    ),
    "urbanization.share_2035_above_baseline": (
        Text("2035年城镇化率比基准高（0.05 = 5个百分点）",
             "urban share in 2035 above the baseline (0.05 = 5 points)"), "fraction", None,
    ),
    "urbanization.share_2035": (
        Text("2035年城镇化率（默认 = 基准）", "urban share in 2035 (default = baseline)"),
        "fraction", Text("按已有趋势", "as learned"),
    ),
    "new_district.county": (
        Text("新区所在县区", "county of the new district"), "county", Text("无", "none"),
    ),
    "new_district.dwellings": (
        Text("新区各年入住住房套数", "dwellings occupied by year"), "dwellings",
        Text("无", "none"),
    ),
    "new_district.pupils_per_dwelling": (
        Text("每套住房学生数（默认 = 全市户均）",
             "pupils per dwelling (default = the city's mean)"),
        "pupils", Text("全市户均", "the city's mean"),
    ),
    "new_district.kind": (
        Text("新区住房类型（住房学生数表中的）", "kind of dwelling in the table dwelling_yields"),
        "kind", Text("不分类型", "any"),
    ),
    "new_district.yield_error": (
        Text("每套学生数的相对误差（0.2 = 20%）", "relative error of pupils per dwelling"),
        "fraction", None,
    ),
    "new_district.from_outside": (
        Text("新区住户来自市外", "newcomers from outside the city"), "flag",
        Text("否", "false"),
    ),
    "enrolment.target_attainment": (
        Text("毛入园率和义务教育巩固率目标实现程度（1 = 全部实现）",
             "part of the kindergarten and retention targets reached (1 = all)"), "fraction", None,
    ),
    "enrolment.senior_target_attainment": (
        Text("高中阶段毛入学率目标实现程度（0 = 随全国走势，1 = 全部实现）",
             "part of the senior target reached (0 = the nation's pace, 1 = all)"),
        "fraction", None,
    ),
    "enrolment.general_share": (
        Text("普通高中占高中阶段在校生的比例（默认 = 最近已知值）",
             "general share of senior pupils (default = latest known)"),
        "fraction", Text("最近已知值", "latest known"),
    ),
    "seats.planning_reserve": (Text("规划预留比例", "planning reserve"), "fraction", None),
    "seats.class_size": (
        Text("班额（默认 = 国家标准）", "class size (default = the norm)"), "class", None,
    ),
    "pipeline.delivered": (
        Text("五年内如期开学的规划学位比例（默认 = “十三五”实际）",
             "share of planned seats open within five years (default = the last plan's)"),
        "fraction", Text("“十三五”实际", "the last plan's"),
    ),
    "pipeline.delay_years": (
        Text("未完工项目再推迟的年数", "further delay of unfinished projects"), "years", None,
    ),
}  # fmt: skip
TITLES = {key: title for key, (title, _, _) in _TERMS.items()}


@dataclass(frozen=True)
class Term:
    """One assumption as people meet it.

    Parameters
    ----------
    key : ``part.key``, or ``part.key.stage``
    title, unit : in words
    allowed : range as text, empty where it is no number
    baseline : its value in the baseline, in words
    value : the same as a value; None where it is none
    """

    key: str
    title: Text
    unit: Text
    allowed: str
    baseline: Text
    value: object


@cache
def terms() -> dict[str, Term]:
    """Return every assumption of the baseline by its key, one per stage where stages differ."""
    return {term.key: term for key in BASELINE.values() for term in _terms_of(key)}


BASELINE = Scenario(name="baseline", title_zh="基准", title_en="Baseline")


def _terms_of(key: str) -> Iterator[Term]:
    title, unit, words = _TERMS[key]
    value = str(BASELINE.values()[key])
    allowed = range_text(Scenario, tuple(key.split(".")))
    if key not in BY_STAGE:
        yield Term(
            key, title, UNITS[unit], allowed, words or Text(value, value), BASELINE.values()[key]
        )
        return
    for stage in STAGES:
        size = None if words else _norm_class_size(stage.code)
        norm = words or Text(str(size), str(size))
        named = Text(f"{stage.title.zh}：{title.zh}", f"{stage.title.en}: {title.en}")
        yield Term(f"{key}.{stage.code}", named, UNITS[unit], allowed, norm, size)


def _norm_class_size(stage: str) -> int:
    norms = pd.read_csv(NATION / "standards.csv")
    rows = norms[(norms["measure"] == "class_size") & (norms["stage"] == stage)]
    return int(rows["value"].iloc[0])


def stated(scenario: Scenario) -> dict[str, object]:
    """Return what a scenario states other than the baseline, under the keys of :func:`terms`."""
    found: dict[str, object] = {}
    for key, value in scenario.values().items():
        if key in BY_STAGE:
            found |= {f"{key}.{stage}": one for stage, one in value.items()}
        elif value != BASELINE.values()[key]:
            found[key] = value
    return found
