"""Fixed texts of the report in both languages."""

from data.contract.rungs import Rung
from data.language import Text
from experiments.report.page.plan_texts import PLAN_WORDS

WORDS = {
    # the page
    "title": Text("学位需求报告", "School-seat demand report"),
    "scenario": Text("情景", "scenario"),
    "scenarios": Text("情景比较", "scenarios compared"),
    "main": Text("主要情景", "main scenario"),
    "facts": Text(
        "现在为{now}学年，预测到{until}学年，{draws}次抽样",
        "present school year {now}, forecast to {until}, {draws} draws",
    ),
    "contents": Text("目录", "Contents"),
    "stage": Text("学段", "stage"),
    "scroll_hint": Text("← 左右滑动看全表 →", "← swipe for the complete table →"),
    "year": Text("学年", "school year"),
    "indicators": Text("督导评估指标", "What inspections ask for"),
    "indicator": Text("指标", "indicator"),
    "county": Text("县区", "county"),
    "no_script": Text(
        "地图和曲线需要 JavaScript；表格和文字不受影响。",
        "Maps and curves need JavaScript; tables and text do not.",
    ),
    # figures
    "required": Text("需求学位", "seats required"),
    "available": Text("可用学位", "seats available"),
    "gap": Text("缺口", "gap"),
    "interval": Text("缺口80%区间", "80 % interval of the gap"),
    "chance": Text("短缺概率", "probability of a shortage"),
    "total": Text("合计", "total"),
    # 1 answer
    "answer": Text("结论", "Conclusion"),
    "estimated_seats": Text(
        "{cells}没有可用学位的统计数，按{year}年在用学位估算；"
        "不足和富余都是相对这个估算而言。填写“学位”表后，统计数会取代估算。",
        "{cells} no counted seats; the seats in use in {year} stand in for them, and shortage "
        "and surplus are relative to that estimate. A capacity table replaces it.",
    ),
    "all_cells": Text("全部县区和学段都", "All counties and stages have"),
    "some_cells": Text(
        "{total}个县区学段中有{part}个", "{part} of {total} county-stage pairs have"
    ),
    # 2 map
    "map": Text("地图：哪里缺、哪里余", "Map: shortages and surpluses"),
    "map_reading": Text(
        "颜色和数字是缺口占可用学位的比例：橙色（＋）为不足，蓝色（－）为富余；粗边框表示短缺概率"
        "不低于80%（红色预警）。",
        "Colour and number: the gap as a share of the seats available; orange (+) is a shortage, "
        "blue (-) a surplus; a thick outline marks a shortage probability of 80 % or more (red).",
    ),
    "map_inset": Text(
        "虚线框内在旁边放大。", " The dashed frame is shown enlarged next to the map."
    ),
    "map_none": Text(
        "数据目录没有边界图层，因此没有地图。",
        "There is no map because the data folder has no boundary layer (boundaries).",
    ),
    "inset": Text("虚线框内放大", "dashed frame, enlarged"),
    # 3 fans
    "fans": Text("各县区走势", "Trends by county"),
    "fans_reading": Text(
        "深蓝线为需求学位（各次模拟的平均），深浅色带为80%和95%区间；虚线为可用学位；橙色为不足；"
        "竖线为现在。各图纵轴不同。",
        "Dark blue: seats required (mean of the draws), with the 80 % and 95 % intervals; dashed: "
        "seats available; orange: shortage; vertical line: present. The scales differ.",
    ),
    # 4 warnings
    "warnings": Text("学位预警", "Warning levels"),
    "warnings_reading": Text(
        "短缺概率：红 ≥ 80%，橙 ≥ 50%，黄 ≥ 20%，绿（·）低于20%。",
        "Shortage probability: R red ≥ 80 %, O orange ≥ 50 %, Y yellow ≥ 20 %, · green below.",
    ),
    # 5 classes and staff
    "classes": Text("班级和教职工", "Classes and staff"),
    "classes_reading": Text(
        "需求学位折成的班级数，和按编制标准应配的教职工数；没有编制标准的学段只列班级。",
        "Classes needed for the seats required, and staff by the staffing norm; stages without "
        "a staffing norm show classes only.",
    ),
    "class_count": Text("班", "classes"),
    "staff": Text("教职工", "staff"),
    # 5 why
    "why": Text("为什么变", "Why it changes"),
    "why_reading": Text(
        "需求学位的变化拆成几项，各项之和等于总变化。下面的图和表为{first}到{last}年；其他年份见工作簿的“原因明细”。",
        "The change in seats required, split into components that add up to the total. Charts and "
        "tables: {first} to {last}; other years are in the workbook's sheet “All reasons”.",
    ),
    "why_table": Text(
        "各县区需求学位变化的构成（个）", "Components of the change by county (seats)"
    ),
    # 6 peak then idle
    "idle": Text("先高峰、后闲置", "Peak, then idle"),
    "idle_reading": Text(
        "高峰是现在起需求学位平均值最高的一年。“闲置始于”是此后每年都有八成以上把握富余的第一年。",
        "The peak is the year, from the present on, with the highest mean of seats required. Idle "
        "from: the first year after which every year has a surplus with a probability of at "
        "least 80 %.",
    ),
    "idle_table": Text(
        "各县区：最缺的一年与{until}年闲置", "Counties: worst year, idle in {until}"
    ),
    "peak_year": Text("高峰年", "peak"),
    "peak_seats": Text("高峰需求学位", "seats required at the peak"),
    "short_year": Text("最缺的年", "worst year"),
    "short": Text("当年缺学位", "seats short then"),
    "idle_from": Text("闲置始于", "idle from"),
    "idle_seats": Text("{until}年闲置（负为不足）", "idle in {until} (negative: short)"),
    "ends80": Text("80%区间", "80 % interval"),
    # 7 accuracy
    "accuracy": Text("有多准", "How accurate it is"),
    "accuracy_basis": Text("在校生依据：", "Basis of the enrolment figures:"),
    "accuracy_table": Text("各数据层级的实测误差", "Measured error by level of data detail"),
    "accuracy_reading": Text(
        "误差是预测与实际之差的绝对值之和占实际人数的百分比（加权平均），只用起点以前的数据预测、"
        "再与后来的实际人数比较得出。",
        "The error is the weighted absolute percentage error: the sum of absolute errors divided "
        "by the sum of actual pupils. Each forecast used only data up to its origin.",
    ),
    "rung": Text("数据层级", "level of data detail"),
    "set": Text("实测数据", "measured on"),
    "origins": Text("起点年份", "origins"),
    "ahead": Text("几年后", "years ahead"),
    "error": Text("误差", "error"),
    "cells": Text("比较次数", "comparisons"),
    "used": Text("本报告所用", "used here"),
    "interval_meaning": Text(
        "80%区间：方法若适用，实际值五次中约有四次落在其中，各有一成可能更高或更低；95%区间二十次中"
        "约有十九次。区间包含出生、迁移、升学和项目开学时间的不确定，不包含政策或区划的意外改变，"
        "也不包含可用学位估算本身的误差。",
        "80 % interval: if the method applies, about four in five actual values lie inside, one in "
        "ten above and one in ten below; 95 %: about nineteen in twenty. The intervals include "
        "uncertainty in births, migration, progression and project opening dates, but not "
        "unexpected changes in policy or boundaries, nor errors in the estimated seats.",
    ),
    "no_local_test": Text(
        "没有本地逐年在校生，所以本地区间的实际覆盖率还无法检验；填写三年以上的“在校生”表，"
        "就能改用经过多年检验的层级。",
        "Without local enrolment by year the coverage of these intervals cannot be tested here; "
        "an enrolment table of three or more years allows a level of detail that was tested.",
    ),
    # 8 assumptions and sources
    "assumptions": Text("假设与来源", "Assumptions and sources"),
    "assumption": Text("假设", "assumption"),
    "value": Text("取值", "value"),
    "unit": Text("单位", "unit"),
    "baseline": Text("基准", "baseline"),
    "differs": Text("与基准不同", "differs from the baseline"),
    "all_baseline": Text("全部与基准相同", "all equal to the baseline"),
    "description": Text("说明", "description"),
    "why_looked_at": Text("为什么看这个情景", "why it is included"),
    "origin": Text("数字出处", "source of its figures"),
    "estimated": Text("哪些是估算", "What is estimated"),
    "estimated_pupils": Text(
        "在校生：{seen}为公布数，其余年份和县区都是估算或预测。",
        "Pupils: published counts in {seen}; all other years and counties are estimated or "
        "forecast.",
    ),
    "no_pupils": Text("在校生：全部是估算或预测。", "Pupils: all estimated or forecast."),
    "sources": Text("数据来源", "Sources of the data"),
    "map_note": Text(
        "地图说明：坐标系 CGCS2000。{note}公开发布含地图的报告前，须依法送审并标注审图号。",
        "Map: datum CGCS2000. {note}A map published in China needs a review number (审图号).",
    ),
    "made_with": Text("怎样复现", "How to reproduce this report"),
    "setting": Text("设置", "setting"),
    "version": Text("版本", "version"),
    "files": Text("数据文件校验码（SHA-256）", "Digests of the data files (SHA-256)"),
    # comparing
    "compare": Text("情景差别", "Differences between scenarios"),
    "compare_reading": Text(
        "各情景与{first}情景使用同样的随机抽样，差别不是抽样误差。表中为所选年份差额（需求学位－可用学位）"
        "之差，正数为需求更多；80%区间不含零的加粗。",
        "All scenarios share their random draws with {first}, so differences are not sampling "
        "noise. The table shows the difference in the gap (seats required minus available); "
        "positive means a higher demand, bold an 80 % interval that excludes zero.",
    ),
    "compare_table": Text("与第一个情景之差（个）", "Difference from the first scenario (seats)"),
    "same": Text("与{first}没有明显差别。", "No clear difference from {first}."),
    **PLAN_WORDS,
}
SETTINGS = {
    "data": Text("数据目录", "data folder"),
    "now": Text("现在（学年）", "present school year"),
    "until": Text("末年", "last year"),
    "draws": Text("抽样次数", "draws"),
    "seed": Text("随机种子", "seed"),
}
# Why the closest measured error is relevant to this forecast, by level of data detail.
APPLIES = {
    Rung.GRADES: Text(
        "最接近的实测有两处（中国没有公开的长序列）：出生下降的日本市町村，与县区大小相近，但只有学段总数；"
        "学生减少的纽约州各县，分年级。美国各州人数多，误差小，只作参考。",
        "The closest tests are two, as no long Chinese series is public: Japanese municipalities "
        "with falling births, similar in size to counties but known by stage only, and New York's "
        "counties, by grade, where pupils become fewer. US states are larger and easier.",
    ),
    Rung.STAGE_TOTALS: Text(
        "最接近的实测是出生下降的日本市町村的小学和初中人数（中国没有公开的长序列），与县区大小相近。",
        "The closest test is on primary and junior pupils of Japanese municipalities with falling "
        "births, similar in size to counties; no long Chinese series is public.",
    ),
    Rung.CENSUS: Text(
        "基年就是上报数，没有换算误差；以后各年的误差来自出生和迁移，已在区间内。",
        "The base year is as reported; later errors come from births and migration and are "
        "included in the intervals.",
    ),
    Rung.LEARNED: Text(
        "最接近的实测是2020年的全国县区：整省留出、由其余省份学得，与把外地比例用到这里是同一种情形。",
        "The closest test is on China's counties in 2020 with entire provinces held out, which is "
        "the same situation as applying ratios from other areas here.",
    ),
    Rung.NATIONAL_RATIO: Text(
        "没有可比的实测：各县区在园幼儿没有公开数，用的是全国在园幼儿与出生人数之比。",
        "There is no comparable test: no county's kindergarten pupils are public, so the nation's "
        "ratio of kindergarten pupils to births is used.",
    ),
    Rung.NATIONAL_SHARE: Text(
        "没有可比的实测：把全国普职比用到一个县是假设，区间已放宽但无法检验。",
        "There is no comparable test: applying the national share to a county is an assumption; "
        "the intervals are wider but cannot be tested.",
    ),
}
MEASURED_ON = {
    "us_states": Text("美国各州", "US states"),
    "us_ny_counties": Text("纽约州各县（学生减少）", "New York's counties, falling enrolment"),
    "japan_municipalities": Text(
        "日本市町村（出生下降）", "Japanese municipalities, falling births"
    ),
    "china_primary": Text("全国县区（小学）", "counties of China (primary)"),
    "china_secondary": Text("全国县区（普通中学）", "counties of China (regular secondary)"),
}
# One letter per level, so that a greyscale print is readable; green needs no attention.
MARKS = {
    "red": Text("红", "R"),
    "orange": Text("橙", "O"),
    "yellow": Text("黄", "Y"),
    "green": Text("·", "·"),
}
