"""Columns and words of 指标.xlsx."""

from collections.abc import Mapping

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.workbook.sheet_style import COUNT

DECIMAL = "#,##0.00"
STAGES = {
    **STAGE_TITLES,
    "compulsory": Text("义务教育", "compulsory"),
    "all": Text("各学段", "all stages"),
}
BASES = {
    "observed": Text("统计", "observed"),
    "forecast": Text("预测", "forecast"),
    "estimate": Text("估算", "estimate"),
    "assumption": Text("假设：沿用最近一年占比", "assumption: last share carried forward"),
    "": Text("", ""),
}
MET = {"yes": Text("达标", "met"), "no": Text("未达标", "not met"), "": Text("", "")}
STATUS = {
    "confirmed": Text("已核", "confirmed"),
    "to_be_confirmed": Text("待核", "to be confirmed"),
    "stated": Text("本地数据", "data folder"),
    "": Text("", ""),
}
SENSES = {"least": "≥", "most": "≤", "none": ""}
Columns = Mapping[str, tuple[Text, str]]
_COUNTY: Columns = {"county": (Text("县区", "county"), "@"), "stage": (Text("学段", "stage"), "@")}
INDICATOR_COLUMNS: Columns = {
    "county": _COUNTY["county"],
    "title": (Text("指标", "indicator"), "@"),
    "stage": _COUNTY["stage"],
    "year": (Text("学年", "year"), "0"),
    "numerator": (Text("分子", "numerator"), DECIMAL),
    "denominator": (Text("分母", "denominator"), DECIMAL),
    "shown": (Text("数值", "value"), "@"),
    "norm": (Text("标准", "norm"), "@"),
    "met": (Text("现状", "as it stands"), "@"),
    "plan_shown": (Text("规划后", "with the plan"), "@"),
    "plan_met": (Text("规划后达标", "met with the plan"), "@"),
    "basis": (Text("依据", "basis"), "@"),
    "norm_status": (Text("条款核对", "norm checked"), "@"),
    "missing": (Text("说明", "note"), "@"),
}
WARNING_COLUMNS: Columns = {
    **_COUNTY,
    "near_level": (Text("近期预警（3年）", "warning, 3 years"), "@"),
    "near_year": (Text("近期最紧年份", "tightest year"), "0"),
    "near_short": (Text("近期缺口", "seats short"), COUNT),
    "near_level_plan": (Text("规划后（期末年）", "with the plan, last year"), "@"),
    "long_level": (Text("远期预警（至2035年）", "warning to 2035"), "@"),
    "long_year": (Text("远期最紧年份", "tightest year"), "0"),
    "long_short": (Text("远期缺口", "seats short"), COUNT),
    "long_level_plan": (Text("规划后（期末年）", "with the plan, last year"), "@"),
    "peak_year": (Text("在校生高峰年", "peak year"), "0"),
    "peak_pupils": (Text("高峰在校生", "pupils at peak"), COUNT),
    "national_peak_year": (Text("全国高峰年", "peak of the nation"), "0"),
    "years_after_nation": (Text("比全国晚（年）", "years later"), "0"),
}
STAFF: Columns = {
    **_COUNTY,
    "year": (Text("学年", "year"), "0"),
    "required": (Text("按标准需要", "required"), COUNT),
    "staying": (Text("在岗（按较早退休）", "staying, earlier age"), COUNT),
    "staying_most": (Text("在岗（按较晚退休）", "staying, later age"), COUNT),
    "short": (Text("缺（负为余）", "short"), COUNT),
    "short_least": (Text("缺（按较晚退休）", "short, later age"), COUNT),
    "moved_in": (Text("由下一学段余额调入", "moved in"), COUNT),
    "moved_out": (Text("调往上一学段", "moved out"), COUNT),
    "recruited": (Text("当年招聘", "recruited"), COUNT),
}
TOWNS: Columns = {
    "county": _COUNTY["county"],
    "town": (Text("乡镇", "town"), "@"),
    "stage": _COUNTY["stage"],
    "year": (Text("学年", "year"), "0"),
    "pupils": (Text("在校生", "pupils"), COUNT),
    "children": (Text("按居住地应有", "by residence"), COUNT),
    "inflow": (Text("净流入（负为流出）", "net inflow"), COUNT),
    "seats_required": (Text("需求学位", "seats required"), COUNT),
    "seats_required_lo80": (Text("80%下限", "80 % lower"), COUNT),
    "seats_required_hi80": (Text("80%上限", "80 % upper"), COUNT),
    "seats": (Text("现有学位", "seats"), COUNT),
    "gap": (Text("缺口（负为余）", "gap"), COUNT),
    "net": (Text("净流入乡镇", "net inflow"), "@"),
    "basis": (Text("依据", "basis"), "@"),
    "method": (Text("分到乡镇的办法", "shared by"), "@"),
    "missing": (Text("说明", "note"), "@"),
}
BOARDING: Columns = {
    **_COUNTY,
    "year": (Text("学年", "year"), "0"),
    "pupils": (Text("在校生", "pupils"), COUNT),
    "share": (Text("寄宿生占比（沿用，假设）", "boarders, carried forward"), "0.0%"),
    "share_year": (Text("占比的学年", "year of the share"), "0"),
    "table": (Text("占比出自", "share from"), "@"),
    "required": (Text("寄宿学位需求", "places required"), COUNT),
    "beds": (Text("现有床位", "beds"), COUNT),
    "short": (Text("缺口（负为余）", "short"), COUNT),
}
METHODS = {
    "schools": Text("按校所在乡镇的在校生", "pupils of the schools there"),
    "children": Text("按乡镇学龄人口", "children who live there"),
    "residents": Text("按乡镇常住总人口（未分年龄）", "residents, ages not stated"),
    "": Text("", ""),
}
CLASS_PATH: Columns = {
    "county": _COUNTY["county"],
    "year": (Text("学年", "year"), "0"),
    "pupils": (Text("普高在校生", "pupils"), COUNT),
    "classes": (Text("现有班数", "classes"), COUNT),
    "classes_plan": (Text("规划后班数", "with the plan"), COUNT),
    "mean_size": (Text("平均班额", "mean class"), DECIMAL),
    "classes_norm": (Text("按50人需班数", "classes at 50"), COUNT),
    "short_norm": (Text("缺班", "short"), COUNT),
    "short_norm_plan": (Text("规划后缺班", "short with the plan"), COUNT),
    "classes_relaxed": (Text("高峰前放宽到55人需班数", "classes, 55 until the peak"), COUNT),
    "short_relaxed": (Text("放宽后缺班", "short"), COUNT),
    "short_relaxed_plan": (Text("放宽且规划后缺班", "short with the plan"), COUNT),
    "peak_year": (Text("高峰年", "peak year"), "0"),
}
NORM_COLUMNS: Columns = {
    "title": (Text("指标", "indicator"), "@"),
    "stage": _COUNTY["stage"],
    "document": (Text("文件", "document"), "@"),
    "clause": (Text("条款", "clause"), "@"),
    "norm": (Text("标准", "norm"), "@"),
    "applies_to": (Text("适用", "applies to"), "@"),
    "status": (Text("核对", "status"), "@"),
    "source": (Text("出处", "source"), "@"),
}
