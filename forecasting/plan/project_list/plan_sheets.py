"""The sheets of 布局规划.xlsx: names, notes, columns, their headings, widths and formats."""

from dataclasses import dataclass

from data.language import Text
from forecasting.workbook.sheet_style import GAP

WIDE = {
    "reason": 70,
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
    "taken_from": Text("来自学段", "from stage"),
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
    "signal_year": Text("看哪年", "year to watch"),
    "signal_pupils": Text("信号：在校生", "pupils to watch"),
    "signal_side": Text("高／低于\n信号做足", "do it all if"),
    "gap": Text("平均差额\n不做", "mean gap\nwithout"),
    "gap_with_plan": Text("平均差额\n按方案", "mean gap\nwith plan"),
    "shortage_probability": Text("不够的概率\n不做", "too few\nwithout"),
    "shortage_probability_with_plan": Text("不够的概率\n按方案", "too few\nwith plan"),
    "group": Text("类别", "group"),
    "measure": Text("指标", "measure"),
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "source": Text("出处", "source"),
}
FORMATS = {
    **dict.fromkeys(("year", "decide_in", "decide_until", "signal_year", "rank"), "0"),
    **dict.fromkeys(("seats", "teachers", "gap", "gap_with_plan"), GAP),
    **dict.fromkeys(("shortage_probability", "shortage_probability_with_plan"), "0%"),
    "quota_share": "0%",
    "value": "#,##0.###",
    "land_mu": "#,##0.0",
    "plan_mu": "#,##0.0",
}
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
class SheetLayout:
    """A sheet: its name, the note under its title, its columns, and whether it is printed."""

    name: Text
    note: Text
    columns: tuple[str, ...]
    printed: bool = True


_STEPS = ("decide_in", "schools", "classes", "seats", "cost_wan", "land_mu", "floor_m2", "teachers")
SUMMARY = SheetLayout(
    Text("汇总", "Summary"),
    Text(
        "各情景、各学段、各措施合计；负数为减少，租用的学位租期内有效。",
        "Totals by scenario, stage and action; negative: closed; rented seats count while rented.",
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
YEARLY = SheetLayout(
    Text("分县分年", "County and year"),
    Text(
        "各县区按决策年度的合计：学校、班数、投资、用地、建筑面积、教师。",
        "Totals by county and year of decision.",
    ),
    ("scenario", "county", *_STEPS),
)
ANNEX = SheetLayout(
    Text("项目附表", "Projects"),
    Text(
        "每行一项决策，以整所学校或整班为单位；启用年度为秋季学期，决策年度为最迟作出决定的学年。",
        "One row per decision about complete schools or classes; it takes effect in autumn of the "
        "year and must be decided in the school year stated.",
    ),
    ("scenario", "county", "stage", "year", "action", "taken_from", *_STEPS, "reason", "rests_on"),
)
PRIORITY = SheetLayout(
    Text("用地次序", "Land order"),
    Text(
        "折合用地 = Σ学段（各年中最大的期望缺口 × 生均用地），由大到小；是采取措施前的需求。",
        "need = sum over stages of the largest expected shortage of a year × land per pupil, "
        "before any action.",
    ),
    (
        "scenario", "rank", "county", "need_kindergarten", "need_primary", "need_junior",
        "need_general_senior", "need_mu", "quota_share", "plan_mu",
    ),
)  # fmt: skip
COMMON = SheetLayout(
    Text("共同与待定", "Common"),
    Text(
        "今后三个学年内要定的措施（班）：各情景都做的部分不会后悔；其余等在校生越过信号再定。",
        "Actions due within three school years (classes): those common to every scenario "
        "are no-regret; the others wait until pupils pass the sign.",
    ),
    (
        "county", "stage", "action", "taken_from", "decide_until", "classes_common",
        "classes_most", "scenario_most", "signal_year", "signal_pupils", "signal_side",
    ),
)  # fmt: skip
OUTLOOK = SheetLayout(
    Text("做与不做", "With and without"),
    Text(
        "各县区各学段逐年：不按方案与按方案的需求减学位（平均差额，负数为有余）和需求多于学位的概率；"
        "城区统筹的学段各区同列全片数字。供筛选，不打印。",
        "By county, stage and year: demand less seats (mean gap, negative: to spare) and the "
        "chance of more demand than seats, without and with the plan; counties that share schools "
        "all show the figures of their pool. For filters, not printed.",
    ),
    (
        "scenario",
        "county",
        "stage",
        "year",
        "gap",
        "gap_with_plan",
        "shortage_probability",
        "shortage_probability_with_plan",
    ),
    printed=False,
)
CHECK = SheetLayout(
    Text("检验与敏感性", "Checks"),
    Text(
        "最优性差距、与其他做法在新抽样上的比较、换一种判断的结果。",
        "Optimality, comparison on fresh draws, and the plan under other judgements.",
    ),
    ("scenario", "group", "measure", "value", "unit"),
)
NORMS = SheetLayout(
    Text("定额与依据", "Norms"),
    Text(
        "“假设”没有出处，请在数据目录的标准表中换成本地数值。",
        "An assumption has no source: put local values into the table of standards.",
    ),
    ("stage", "measure", "value", "unit", "basis", "source"),
)
