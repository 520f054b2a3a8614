"""Words of the page per school."""

from data.language import Text

OWNERS = {"public": Text("公办", "public"), "private": Text("民办", "private")}
WORDS = {
    "title": Text("{city}一校一档", "Schools of {city}"),
    "made_up": Text(
        "虚构示例：这些学校不存在，不得用于规划决策。",
        "Made-up example: these schools do not exist and are no basis for decisions.",
    ),
    "lead": Text(
        "每所学校的历史、预测、班级、学位与规划。各校预测之和在每次抽样中等于全县预测"
        "（学校表没有列入的学生除外）；"
        "单校误差大于全县，请看区间。",
        "History, forecast, classes, seats and plan of every school. Schools add up to their "
        "county in every draw (but for pupils of schools that the table lacks); a single school "
        "is less certain than its county: read the range.",
    ),
    "scenario": Text("情景", "Scenario"),
    "choose": Text("选择学校（输入名称查找）", "Choose a school (type its name)"),
    "previous": Text("上一所", "previous"),
    "next": Text("下一所", "next"),
    "print": Text("打印本页", "print this page"),
    "all": Text("打印全部", "print all"),
    "school_id": Text("学校代码", "school id"),
    "chart": Text("{stage}在校生：历史、预测和区间", "{stage}: pupils, forecast and range"),
    "legend_past": Text("统计数", "counted"),
    "legend_ahead": Text("预测均值", "mean forecast"),
    "legend_band": Text("80%区间（浅色95%）", "80 % range (light: 95 %)"),
    "legend_seats": Text("现有学位", "seats today"),
    "year": Text("年度", "year"),
    "pupils": Text("在校生", "pupils"),
    "range": Text("80%区间", "80 % range"),
    "needed": Text("需要班级", "classes needed"),
    "staff": Text("需要教师（按标准）", "teachers by the norm"),
    "seats": Text("现有学位", "seats"),
    "surplus": Text("富余学位", "surplus seats"),
    "chance": Text("学位不够的概率", "chance of too few seats"),
    "counted": Text("统计数", "counted"),
    "today": Text("现状与标准", "Today and the norm"),
    "norm": Text("标准", "norm"),
    "classes": Text("班级数", "classes"),
    "class_size": Text("平均班额（人）", "pupils per class"),
    "teachers": Text("专任教师", "teachers"),
    "ratio": Text("生师比", "pupils per teacher"),
    "land": Text("生均用地（m²）", "land per pupil (m2)"),
    "floor": Text("生均建筑面积（m²）", "floor per pupil (m2)"),
    "above": Text(
        "学校表{year}年本学段合计为全县在校生估算数的{share}；各校预测按全县分摊，会低于统计数。"
        "请在学校表填年份，或补全县在校生表。",
        "The schools of this stage had {share} of the county's estimated pupils in {year}; their "
        "forecasts share the county's and fall below the counts. State years in the table schools, "
        "or the county's pupils in enrolment.",
    ),
    "below": Text(
        "学校表{year}年本学段合计为全县在校生的{share}，其余学生按未列入的学校计。",
        "The schools of this stage had {share} of the county's pupils in {year}; the others count "
        "as in schools not listed.",
    ),
    "planned": Text("按计划学位", "planned seats"),
    "opens": Text("计划{year}年开办", "to open in {year}"),
    "plan": Text("规划", "Plan"),
    "new": Text("规划新建学校", "Schools that the plan opens"),
    "county": Text("县区", "county"),
    "stage": Text("学段", "stage"),
    "decide": Text("决策年", "decided in"),
    "schools": Text("所数", "schools"),
    "land_m2": Text("用地（m²）", "land (m2)"),
    "floor_m2": Text("建筑面积（m²）", "floor (m2)"),
    "reason": Text("理由", "reason"),
    "no_plan": Text("尚未编制规划（xuewei plan）。", "There is no plan yet (xuewei plan)."),
    "no_action": Text("规划保留本校，不作调整。", "The plan leaves this school as it is."),
    "plan_build": Text("{year}年{stage}新建", "{year}: {stage} built"),
    "plan_expand": Text("{year}年{stage}扩建", "{year}: {stage} extended"),
    "plan_convert": Text("{year}年改办{stage}", "{year}: becomes {stage}"),
    "plan_merge": Text("{year}年{stage}并入其他学校", "{year}: {stage} merged into others"),
    "plan_lease": Text("{year}年{stage}租用", "{year}: {stage} leased"),
    "plan_close": Text("{year}年{stage}撤销", "{year}: {stage} closed"),
    "plan_receives": Text(
        "{year}年{stage}接收并入学校的学生", "{year}: {stage} takes pupils of merged schools"
    ),
    "footer": Text(
        "由 xuewei forecast 生成；方法见 docs/methods-schools.md。",
        "Made by xuewei forecast; for the method see docs/methods-schools.md.",
    ),
}
