"""Display names of the measures and units of ``plan_check.csv``."""

from collections.abc import Mapping

from data.language import Text

GROUP_TITLES = {
    "plan": Text("方案", "plan"),
    "fresh_draws": Text("新抽样上的比较", "on fresh draws"),
    "other_scenario": Text("换一个情景", "another scenario"),
    "sensitivity": Text("敏感性", "sensitivity"),
    "limits": Text("限额", "limits"),
}
# Vocabulary of the measures of plan_check.csv.
FIGURE_WORDS = {
    "objective": "总代价",
    "bound": "总代价下界",
    "optimality_gap": "最优性差距",
    "missing_seat_years": "短缺学位·年",
    "idle_seat_years": "空置学位·年",
    "enough_budget": "不受限制的每学年预算",
    "enough_land": "不受限制的用地",
    "regret_of": "多花的代价",
    "regret_if": "多花的代价：实际为",
    "decisions": "措施费用",
    "shortage": "短缺代价",
    "missing": "短缺学位·年",
    "total": "总代价",
    "idle": "空置学位·年",
    "distribution": "本方案",
    "mean": "按均值",
    "peak": "按峰值新建",
    "none": "不行动",
    "as_planned": "本方案",
    "shortage_years": "缺一个学位相当于几年经费",
    "least_gain_cny": "列入清单至少要省（元）",
    "list": "措施条数",
    "no_conversion": "不改办",
    "infeasible": "无解",
}
UNIT_WORDS = {
    "CNY": "元",
    "CNY a year": "元/年",
    "seats": "学位",
    "seat-years": "学位·年",
    "m2": "平方米",
    "m": "米",
    "km": "公里",
    "classes": "班",
    "schools": "所",
    "pupils": "人",
    "decisions": "项",
    "pupils per class": "人/班",
    "fraction": "比例",
    "years": "年",
}


def figure_title(group: str, measure: str, scenarios: Mapping[str, str]) -> str:
    """Return the Chinese name of a measure of ``plan_check.csv``, with scenario titles.

    >>> figure_title("fresh_draws", "total_mean", {})
    '总代价：按均值'
    >>> figure_title("sensitivity", "shortage_years=1: idle", {})
    '缺一个学位相当于几年经费=1：空置学位·年'
    """
    if group == "plan" and measure == "idle":
        return "空置代价"
    words = {**FIGURE_WORDS, **scenarios}
    case, colon, figure = measure.partition(": ")
    if colon:
        name, equals, value = case.partition("=")
        return f"{words.get(name, name)}{equals}{value}：{words.get(figure, figure)}"
    for start in ("regret_of", "regret_if", "total", "decisions", "missing", "idle"):
        rest = measure.removeprefix(f"{start}_")
        if rest in words and rest != measure:
            return f"{words[start]}：{words[rest]}"
    return words.get(measure, measure)
