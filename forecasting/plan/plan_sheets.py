"""The sheets of 布局规划.xlsx: names, notes, columns, their headings, widths and formats."""

from dataclasses import dataclass

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.workbook.sheet_style import GAP

WIDE = {
    "reason": 46,
    "rests_on": 56,
    "value": 18,
    "basis": 8,
    "source": 70,
    "measure": 34,
    "county": 15,
    "scenario": 12,
    "stage": 8,
    "schools": 7,
    "classes": 8,
    "teachers": 8,
    "rank": 6,
}
LABELS = {
    "scenario": Text("情景", "scenario"),
    "rank": Text("次序", "rank"),
    "county": Text("县区", "county"),
    "stage": Text("学段", "stage"),
    "year": Text("启用年度", "opens"),
    "action": Text("措施", "action"),
    "taken_from": Text("来自学段\n或接收县区", "from stage,\nto county"),
    "decide_in": Text("决策年度", "decide in"),
    "schools": Text("学校数", "schools"),
    "classes": Text("班数", "classes"),
    "seats": Text("学位", "seats"),
    "cost_wan": Text("费用（万元）", "cost, CNY 1e4"),
    "land_mu": Text("用地（亩）", "land, mu"),
    "floor_m2": Text("建筑面积\n（平方米）", "floor, m2"),
    "teachers": Text("教师", "teachers"),
    "basis": Text("依据", "basis"),
    "rests_on": Text("没有出处的定额；现有学位", "norms without a source; today's seats"),
    "reason": Text("理由", "reason"),
    "need_kindergarten": Text("幼儿园新增需求\n（学位）", "need\nkindergarten"),
    "need_primary": Text("小学新增需求", "need primary"),
    "need_junior": Text("初中新增需求", "need junior"),
    "need_general_senior": Text("高中新增需求", "need senior"),
    "need_mu": Text("折合用地（亩）", "need, mu"),
    "plan_mu": Text("方案用地（亩）", "in plan, mu"),
    "quota_share": Text("占全市", "share"),
    "decide_until": Text("最迟决策", "decide by"),
    "classes_common": Text("各情景\n都做", "in every\nscenario"),
    "classes_most": Text("最多", "at most"),
    "scenario_most": Text("最多的情景", "most in"),
    "signal_year": Text("看哪年", "sign in"),
    "signal_pupils": Text("信号：在校生", "sign: pupils"),
    "signal_side": Text("高／低于\n信号做足", "do it all if"),
    "signal_gap": Text("信号：缺学位数\n（未实施方案）", "sign: seats short\nbefore the plan"),
    "value_wan": Text("等待价值（万元）", "worth, CNY 1e4"),
    "group": Text("类别", "group"),
    "measure": Text("指标", "measure"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "source": Text("出处", "source"),
}
FORMATS = {
    **dict.fromkeys(("year", "decide_in", "decide_until", "signal_year", "rank"), "0"),
    **dict.fromkeys(("seats", "teachers", "signal_gap"), GAP),
    "quota_share": "0%",
    "value": "#,##0.###",
    "land_mu": "#,##0.0",
    "plan_mu": "#,##0.0",
}
SIDES = {
    f"{stage}_{side}": Text(f"{title.zh}\n{word.zh}", f"{stage}\n{word.en}")
    for side, word in (("below", Text("低于信号", "below")), ("above", Text("高于信号", "above")))
    for stage, title in STAGE_TITLES.items()
}
LABELS |= SIDES
FORMATS |= dict.fromkeys(SIDES, GAP)
TEXTS = (
    "scenario",
    "county",
    "stage",
    "action",
    "taken_from",
    "basis",
    "rests_on",
    "reason",
    "scenario_most",
    "signal_side",
    "group",
    "measure",
    "unit",
    "source",
)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, what is said under its title, and its columns."""

    name: Text
    note: Text
    columns: tuple[str, ...]


_STEPS = ("decide_in", "schools", "classes", "seats", "cost_wan", "land_mu", "floor_m2", "teachers")
SUMMARY = Sheet(
    Text("汇总", "Summary"),
    Text(
        "各情景、各学段、各措施合计；租用和接送为学位·年，负数为减少。",
        "Sums by scenario, stage and action; leases and buses in seat-years, negative: taken away.",
    ),
    (
        "scenario",
        "stage",
        "action",
        "schools",
        "classes",
        "seats",
        "cost_wan",
        "land_mu",
        "floor_m2",
        "teachers",
    ),
)
YEARLY = Sheet(
    Text("分县分年", "County and year"),
    Text(
        "各县区按决策年度的合计：学校、班数、投资、用地、建筑面积、教师；租用和接送每年计一次。",
        "Sums by county and year of decision; leases and buses count once a year.",
    ),
    ("scenario", "county", *_STEPS),
)
ANNEX = Sheet(
    Text("项目附表", "Projects"),
    Text(
        "每行一项措施；启用年度为秋季学期，决策年度为最迟作出决定的学年；班数为整数。",
        "A row a step; opens in autumn of the year, to be decided in the school year named.",
    ),
    ("scenario", "county", "stage", "year", "action", "taken_from", *_STEPS, "reason", "rests_on"),
)
PRIORITY = Sheet(
    Text("用地次序", "Land order"),
    Text(
        "折合用地 = Σ学段（各年中最大的期望缺口 × 生均用地），由大到小；是采取措施前的需求。",
        "need = sum over stages of the largest expected shortage of a year × land a pupil, before "
        "any step.",
    ),
    (
        "scenario", "rank", "county", "need_kindergarten", "need_primary", "need_junior",
        "need_general_senior", "need_mu", "quota_share", "plan_mu",
    ),
)  # fmt: skip
COMMON = Sheet(
    Text("共同与待定", "Common"),
    Text(
        "今后三个学年内要定的措施（班；接送为学位）：各情景都做的部分不会后悔；其余等在校生越过信号再定。",
        "Steps due within three school years (classes; buses: seats): what every scenario shares "
        "cannot be regretted; the rest waits until pupils pass the sign.",
    ),
    (
        "county", "stage", "action", "taken_from", "decide_until", "classes_common",
        "classes_most", "scenario_most", "signal_year", "signal_pupils", "signal_side",
    ),
)  # fmt: skip
WAITING = Sheet(
    Text("等待价值", "Waiting"),
    Text(
        "信号年以后的步骤等看清需求再定，与现在全部定下相比少花的期望代价（新抽样）；"
        "右侧为两种情形下到末年增减的学位。",
        "What is saved on fresh draws when steps after the sign are decided once it is seen; to "
        "the right the seats added by the last year either way.",
    ),
    ("county", "signal_year", "signal_gap", "value_wan", *SIDES),
)
CHECK = Sheet(
    Text("检验与敏感性", "Checks"),
    Text(
        "最优性差距、与其他做法在新抽样上的比较、换一种判断的结果。",
        "Optimality, comparison on fresh draws, and the plan under other judgements.",
    ),
    ("scenario", "group", "measure", "value", "unit"),
)
NORMS = Sheet(
    Text("定额与依据", "Norms"),
    Text(
        "“假设”没有出处，请在数据目录的标准表中换成本地数值。",
        "An assumption has no source: put local values into the table of standards.",
    ),
    ("stage", "measure", "value", "unit", "basis", "source"),
)
