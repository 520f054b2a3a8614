"""Names of metrics in the study's language, shown as chart titles.

A name is ``measure/stage``, such as ``缺口/3 初中`` or ``gap/3_junior``; its steps are years. The
interface sorts by name: the number keeps the stages in the order of schooling.
"""

from data.contract.stages import STAGES
from data.language import Language, Text

MEASURES = {
    "pupils": Text("在校生", "pupils"),
    "seats_required": Text("需求学位", "seats_required"),
    "seats_available": Text("可用学位", "seats_available"),
    "gap": Text("缺口", "gap"),
    "gap_lo80": Text("区间下限80", "interval_low80"),
    "gap_hi80": Text("区间上限80", "interval_high80"),
    "shortage_probability": Text("短缺概率", "shortage_probability"),
    "difference": Text("比基准多缺", "gap_above_first"),
    "difference_lo80": Text("比基准多缺下限80", "gap_above_first_low80"),
    "difference_hi80": Text("比基准多缺上限80", "gap_above_first_high80"),
    "difference_above": Text("比基准更缺的概率", "probability_above_first"),
    "plan_seats": Text("规划新增学位", "plan_seats"),
    "plan_cost": Text("规划费用", "plan_cost"),
}
HEADLINES = Text("关键数字", "headline")
_STAGE_TITLES = {one.code: one.title for one in STAGES}
_PLACES = {one.code: place for place, one in enumerate(STAGES, start=1)}


def stage_name(stage: str, language: Language) -> str:
    """Return the name of a stage within metric names.

    >>> stage_name("junior", "zh"), stage_name("junior", "en")
    ('3 初中', '3_junior')
    """
    title = _STAGE_TITLES[stage].zh
    return Text(f"{_PLACES[stage]} {title}", f"{_PLACES[stage]}_{stage}").within(language)


def metric_name(measure: str, stage: str, language: Language) -> str:
    """Return the name of a measure of a stage.

    >>> metric_name("gap", "junior", "zh"), metric_name("gap_lo80", "junior", "en")
    ('缺口/3 初中', 'interval_low80/3_junior')
    """
    return f"{MEASURES[measure].within(language)}/{stage_name(stage, language)}"


def headline_name(measure: Text, stage: str, language: Language) -> str:
    """Return the name of a headline metric, which has no year.

    >>> headline_name(Text("2030年缺口", "gap_2030"), "junior", "zh")
    '关键数字/2030年缺口 3 初中'
    """
    title = f"{HEADLINES.within(language)}/{measure.within(language)}"
    joint = Text(" ", "_").within(language)
    return f"{title}{joint}{stage_name(stage, language)}"
