"""Names of metrics, parameters and tags in the study's language, as planners read them.

A name is ``measure/stage``, such as ``缺口/3 初中`` or ``gap/3_junior``; its steps are years. The
interface sorts by name: the number keeps the stages in the order of schooling.
"""

import re
from collections.abc import Mapping

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
INDICATOR_MEASURES = {
    "met": Text("指标达标比例", "indicators_met"),
    "near_level": Text("指标/近期红橙预警数", "indicators/near_warnings"),
    "long_level": Text("指标/远期红橙预警数", "indicators/long_warnings"),
    "recruited": Text("指标/招聘教师合计", "indicators/teachers_recruited"),
    "short": Text("指标/末年教师缺额", "indicators/teachers_short"),
}
HEADLINES = Text("关键数字", "headline")
RUNG = Text("数据层级", "rung")  # tag
# In English a parameter is named by its key.
PARAMETERS = {
    "data": "数据",
    "now": "当前学年",
    "until": "末年",
    "draws": "抽样次数",
    "seed": "随机种子",
    "language": "语言",
    "fertility.factor": "生育/出生人数倍数",
    "fertility.reached_in": "生育/倍数达到的年份",
    "migration.scale": "迁移/净迁移倍数",
    "urbanization.share_2035_above_baseline": "城镇化/2035年比基准高",
    "urbanization.share_2035": "城镇化/2035年城镇化率",
    "new_district.county": "新区/所在县区",
    "new_district.dwellings": "新区/各年入住套数",
    "new_district.pupils_per_dwelling": "新区/每套学生数",
    "new_district.kind": "新区/住房类型",
    "new_district.yield_error": "新区/每套学生数相对误差",
    "new_district.from_outside": "新区/住户来自市外",
    "enrolment.target_attainment": "入学/入园和巩固率目标实现程度",
    "enrolment.senior_target_attainment": "入学/高中阶段目标实现程度",
    "enrolment.general_share": "入学/普通高中占比",
    "seats.planning_reserve": "学位/规划预留比例",
    "seats.class_size": "学位/班额",
    "pipeline.delivered": "项目/如期开学比例",
    "pipeline.delay_years": "项目/再推迟年数",
}
PLAN_MEASURES = {
    "objective": Text("规划/目标值", "plan/objective"),
    "bound": Text("规划/下界", "plan/bound"),
    "optimality_gap": Text("规划/与最优相差百分比", "plan/optimality_gap"),
    "decisions": Text("规划/决策费用", "plan/decisions"),
    "shortage": Text("规划/缺学位代价", "plan/shortage"),
    "idle": Text("规划/闲置代价", "plan/idle"),
    "missing_seat_years": Text("规划/缺学位年", "plan/missing_seat_years"),
    "idle_seat_years": Text("规划/闲置学位年", "plan/idle_seat_years"),
}
# Other draws than those planned with: figure_rule.
PLAN_FIGURES = {
    "total": Text("总代价", "total"),
    "decisions": Text("决策费用", "decisions"),
    "missing": Text("缺学位年", "missing"),
    "idle": Text("闲置学位年", "idle"),
    "regret_of": Text("比本规划多付", "regret"),
}
PLAN_RULES = {
    "distribution": Text("本规划", "distribution"),
    "mean": Text("按均值规划", "mean"),
    "peak": Text("按高峰规划", "peak"),
    "none": Text("不行动", "none"),
}
REGRET_IF = "regret_if_"
_STAGE_TITLES = {one.code: one.title for one in STAGES}
_PLACES = {one.code: place for place, one in enumerate(STAGES, start=1)}


def parameter_name(key: str, language: Language) -> str:
    """Return the name of a parameter: a setting, or an assumption of a scenario.

    >>> parameter_name("fertility.factor", "zh"), parameter_name("fertility.factor", "en")
    ('生育/出生人数倍数', 'fertility.factor')
    """
    return PARAMETERS[key] if language == "zh" else key


def metric_words(title: str) -> str:
    """Return a title with the characters that MLflow refuses in names replaced by a space.

    >>> metric_words("低生育（试）")
    '低生育 试'
    """
    return re.sub(r"[^\w.\- ]+", " ", title).strip()


def plan_name(measure: str, titles: Mapping[str, str], language: Language) -> str:
    """Return the name of a figure of the plan.

    Parameters
    ----------
    measure : as in ``plan_check.csv``
    titles : scenario → title
    language : language of the name

    >>> plan_name("missing_mean", {}, "zh"), plan_name("regret_of_peak", {}, "en")
    ('规划检验/缺学位年 按均值规划', 'plan_check/regret_peak')
    >>> plan_name("regret_if_low", {"low": "低生育"}, "zh")
    '规划检验/若为低生育多付'
    """
    if measure in PLAN_MEASURES:
        return PLAN_MEASURES[measure].within(language)
    check = Text("规划检验", "plan_check").within(language)
    figure, _, rule = measure.rpartition("_")
    if figure in PLAN_FIGURES and rule in PLAN_RULES:
        what, by = PLAN_FIGURES[figure], PLAN_RULES[rule]
        return f"{check}/{Text(f'{what.zh} {by.zh}', f'{what.en}_{by.en}').within(language)}"
    scenario = measure.removeprefix(REGRET_IF)
    if scenario in titles and language == "zh":
        return f"{check}/若为{titles[scenario]}多付"
    return f"{check}/{measure}"


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
