"""Fixed texts of the report's layout plan section in both languages."""

from data.language import Text

PLAN_WORDS = {
    "plan": Text(
        "布局规划：建哪些、改哪些、并哪些", "Layout plan: what to open, change, merge, close"
    ),
    "plan_basis": Text(
        "方案以整所学校和整班为单位：每个县区学段只增或只减，有余才并，合并后三年内短缺概率不超过20%，"
        "租用一次三年为限。在每次抽样上权衡措施费用、缺学位和空学位的代价，使期望之和最小；"
        "省不到1,500万元的事不列：这条线是判断，没有出处，减半和加倍时的清单长短和代价见布局规划.xlsx“检验与敏感性”。",
        "The plan consists of complete schools and complete classes. In each county a stage either "
        "only gains or only gives up seats, and gives them up only if its probability of a "
        "shortage stays within 20 % for three years; rooms are rented once, for three years. The "
        "expected cost of actions, missing seats and idle seats over all draws is minimised; "
        "actions that save less than CNY 15 million are omitted. That limit is a judgement without "
        "a source; the list and its cost at half and at double of it are in the workbook's checks.",
    ),
    "plan_map": Text("各县区增减的学位", "Seats gained and lost by county"),
    "plan_map_reading": Text(
        "数字是到{until}年长期增减的学位（新建、扩建、转入，减去合并和转出；不含租用），"
        "颜色是它占{now}年可用学位的比例：橙色（＋）为增加，蓝色（－）为减少。",
        "Number: permanent change in seats by {until} (built, extended or converted to the stage, "
        "minus merged or transferred; rented rooms excluded). Colour: its share of the seats "
        "available in {now}; orange (+) is an increase, blue (-) a decrease.",
    ),
    "plan_net": Text("增减学位", "seats gained"),
    "plan_share": Text("占现有学位", "share of today's"),
    "plan_steps": Text("各县区措施", "Actions by county"),
    "plan_steps_reading": Text(
        "负数为减少的学位。决策年度是最迟要定下的学年。理由先说不做会怎样，再说按方案会怎样。",
        "Negative: seats removed. Decide in: the last school year in which to decide. The reason "
        "states what happens without the action and what happens with the plan.",
    ),
    "action": Text("措施", "action"),
    "seats": Text("学位", "seats"),
    "opens": Text("启用年度", "opens"),
    "decide": Text("决策年度", "decide in"),
    "cost": Text("费用（万元）", "cost, CNY 1e4"),
    "land": Text("用地（亩）", "land, mu"),
    "rented": Text("（租用）", "(rented)"),
    "schools": Text("学校（所）", "schools"),
    "reason": Text("理由", "reason"),
    "no_steps": Text("这个学段没有措施。", "No action at this stage."),
    "priority": Text("用地优先次序", "Priority order for land"),
    "priority_formula": Text(
        "某县区的用地需求＝各学段“采取措施之前、历年中最大的期望缺口”×“生均用地”之和；由大到小排列，"
        "占全市的比例就是它在用地指标中应得的份额。最后一列是方案在较省地的办法用过之后仍要的用地。",
        "Need of a county = sum over stages of (largest expected shortage of any year before any "
        "action × land per pupil), in descending order; its share of the city total is its share "
        "of the land quota. The last column is the land the plan still uses after options that "
        "need less land.",
    ),
    "rank": Text("次序", "rank"),
    "need": Text("{stage}期望缺口", "{stage}: shortage"),
    "need_land": Text("折合用地（亩）", "need, mu"),
    "quota": Text("占全市", "share"),
    "land_in_plan": Text("方案用地（亩）", "in the plan, mu"),
    "common": Text(
        "现在可定的和要等信号的", "What can be decided now, and what should wait for a signal"
    ),
    "common_counts": Text(
        "到{until}学年要定的{steps}项措施中，{shared}项在各情景下至少都做一部分，这一部分现在定下"
        "不会后悔；{waits}项做多少要等{year}年的在校生：越过信号就按上限做，否则只做共同的部分。",
        "Of {steps} actions due for a decision by {until}, {shared} are taken at least in part in "
        "every scenario; that part is safe to decide now. The size of {waits} depends on "
        "enrolment in {year}: beyond the signal up to the maximum, otherwise only the common "
        "part.",
    ),
    "common_table": Text("{until}学年以前要定的措施", "Actions due for a decision by {until}"),
    "in_all": Text("各情景都做（班）", "in every scenario (classes)"),
    "at_most": Text("最多（班）", "at most (classes)"),
    "most_in": Text("最多的情景", "largest in"),
    "sign": Text("信号：{year}年在校生", "signal: pupils in {year}"),
    "above": Text("高于{pupils}", "above {pupils}"),
    "below": Text("低于{pupils}", "below {pupils}"),
    "no_sign": Text("在校生分不出，随情景定", "not separable by enrolment; depends on scenario"),
    "rules": Text("与更简单的做法相比", "Comparison with simpler rules"),
    "rules_reading": Text(
        "在没有用来编制方案的新抽样上算出的期望代价（现值）：总代价＝措施＋缺学位＋空置；各做法守同样的规则。"
        "新抽样出自同一个预测模型，不检验模型本身的误差。",
        "Expected cost at present value on new draws that were not used to make the plan: total = "
        "actions + missing seats + idle seats, under the same constraints. The draws come from "
        "the same forecast model and do not test its error.",
    ),
    "rule": Text("做法", "rule"),
    "total_cost": Text("总代价（亿元）", "total, CNY 1e8"),
    "steps_cost": Text("其中措施（亿元）", "actions, CNY 1e8"),
    "missing": Text("短缺（学位·年）", "missing, seat-years"),
    "idle_years": Text("空置（学位·年）", "idle, seat-years"),
    "more": Text("比本方案多（亿元）", "excess over this plan, CNY 1e8"),
    "distribution": Text("本方案（整个分布）", "this plan (full distribution)"),
    "mean": Text("按平均缺口", "by the mean gap"),
    "peak": Text("按高峰新建", "build to the peak"),
    "none": Text("不行动", "do nothing"),
    "unmet": Text("预算或用地不够的地方", "Where budget or land is insufficient"),
    "unmet_head": Text(
        "比不受限时多缺（学位·年）", "additional shortage due to limits, seat-years"
    ),
    "worst_year": Text("最缺的一年", "worst year"),
    "assumed": Text("哪些建立在假设上", "What is based on assumptions"),
    "assumed_reading": Text(
        "方案费用的{cost:.0%}来自至少用到一项没有出处的定额（假设）的措施；{cells}今天的学位是估算。"
        "请在数据目录的“标准”表和“学位”表中换成本地数值，再编一次。",
        "{cost:.0%} of the plan's cost is for actions that use at least one norm without a source "
        "(an assumption); present seats are estimated for {cells}. Enter local figures in the "
        "tables standards and capacity and run the plan again.",
    ),
    "assumed_cells": Text(
        "{total}个有措施的县区学段中{part}个", "{part} of {total} county-stage pairs with actions"
    ),
    "assumed_norms": Text("没有出处的定额", "norms without a source"),
    "plan_scenarios": Text("各情景的方案", "Plans by scenario"),
}
