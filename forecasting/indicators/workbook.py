"""指标.xlsx: the indicators of the first scenario as inspections ask for them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.contract.indicator_codes import INDICATOR_CODES
from data.contract.stages import STAGE_TITLES
from data.language import Language, Text
from data.reference.indicator_norms import Norm
from data.reference.indicator_norms import norms as bundled_norms
from forecasting.demand import NO_WARNING
from forecasting.headline import WARNING_TITLES, headline_years
from forecasting.indicators.registry import GROUP_TITLES, INDICATOR_BY_CODE
from forecasting.indicators.summary_sheet import write_summary
from forecasting.indicators.table import missing_words
from forecasting.workbook.sheet_style import COUNT, CREATED, LAST_COLUMN, Book
from forecasting.workbook.write_workbook import PLAIN_TEXT

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
APPLIES = {
    "each school": "每所学校", "county": "全县", "definition": "口径", "assumption": "假设",
    "check": "对照",
}  # fmt: skip


def write_indicator_workbook(
    tables: Mapping[str, pd.DataFrame],
    norms: Iterable[Norm],
    path: Path,
    note: Text,
    language: Language,
) -> None:
    """Write the tables of the first scenario as an Excel workbook; equal tables, equal bytes.

    Parameters
    ----------
    tables : ``indicators``, ``stage_warnings``, ``teachers_needed`` of one scenario
    norms : the norms that the indicators were compared with
    path : file to write
    note : what a reader must know of the data, under the title of each sheet
    language : language of headings and words
    """
    with xlsxwriter.Workbook(path, PLAIN_TEXT) as file:
        file.set_properties({"title": path.stem, "created": CREATED})
        book = Book(file, language, {})
        shown = indicators_shown(tables["indicators"], language)
        write_summary(book, shown, note, _plan_year(tables["indicators"]))
        for group, title in GROUP_TITLES.items():
            own = shown[shown["group"] == str(group)]
            _sheet(book, title, note, INDICATOR_COLUMNS, own, printed=False)
        warned = warnings_shown(tables["stage_warnings"], language)
        _sheet(book, Text("学位预警", "warnings"), note, WARNING_COLUMNS, warned)
        staff = tables["teachers_needed"]
        staff = staff.assign(stage=[book.say(STAGES[one]) for one in staff["stage"]])
        _sheet(book, Text("教师需求", "teachers"), note, STAFF, staff, printed=False)
        towns = _towns(tables["towns"], book)
        _sheet(book, Text("乡镇学位", "towns"), note, TOWNS, towns, printed=False)
        path_rows = tables["senior_class_path"]
        _sheet(book, Text("普高消除大班额", "senior classes"), note, CLASS_PATH, path_rows)
        _sheet(book, Text("标准出处", "norms"), note, NORM_COLUMNS, _norms(norms, language))


def _plan_year(indicators: pd.DataFrame) -> int:
    """Return the first headline year ahead, in which the plan is compared."""
    years = indicators["year"]
    return headline_years(int(years.min()), int(years.max()))[0]


def _sheet(
    book: Book,
    title: Text,
    note: Text,
    columns: Columns,
    rows: pd.DataFrame,
    *,
    printed: bool = True,
) -> None:
    """Write a sheet; long ones are for filters and are not printed."""
    page = book.sheet(title, title, len(columns))
    if not printed:
        page.print_area(0, LAST_COLUMN, 0, LAST_COLUMN)
    page.write_string(1, 0, book.say(note), book.note)
    page.set_column(0, 1, 14, book.text)
    for place, name in enumerate(columns):
        if name in ("title", "document", "source", "missing", "method"):
            page.set_column(place, place, 28, book.text)
    shown = rows if "adcode" in rows else rows.assign(adcode="")
    book.write_table(page, 2, columns, shown)


def indicators_shown(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the indicators with codes as words and values as a planner writes them."""
    one = [INDICATOR_BY_CODE[code] for code in table["code"]]
    percent = [indicator.percent for indicator in one]
    pairs = zip(table["sense"], table["threshold"], one, strict=True)
    codes = {f"{name}_code": table[name] for name in ("stage", "met", "plan_met", "missing")}
    return table.assign(
        **codes,
        title=[indicator.title.within(language) for indicator in one],
        stage=[STAGES[stage].within(language) for stage in table["stage"]],
        shown=[*map(_shown, table["value"], percent)],
        plan_shown=[*map(_shown, table["plan_value"], percent)],
        norm=[_norm(sense, value, _is_share(indicator.code)) for sense, value, indicator in pairs],
        met=[MET[code].within(language) for code in table["met"]],
        plan_met=[MET[code].within(language) for code in table["plan_met"]],
        basis=[BASES[code].within(language) for code in table["basis"]],
        norm_status=[STATUS[code].within(language) for code in table["norm_status"]],
        missing=[missing_words(code).within(language) for code in table["missing"]],
    )


def warnings_shown(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return the warnings with codes as words; no level where present seats are not stated."""
    unknown = Text("现有学位未报", "seats not stated").within(language)
    levels = {code: title.within(language) for code, title in WARNING_TITLES.items()}
    shown = table.assign(stage=[STAGES[stage].within(language) for stage in table["stage"]])
    for column in ("near_level", "long_level", "near_level_plan", "long_level_plan"):
        empty = "" if column.endswith("_plan") else unknown
        shown[column] = [empty if level == NO_WARNING else levels[level] for level in table[column]]
    return shown


def _towns(table: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Return the towns in words; seats of projects and of schools without a town stand apart."""
    apart = book.say(Text("（未落到乡镇）", "(no town)"))
    return table.assign(
        town=[
            town or ("" if missing else apart)
            for town, missing in zip(table["town"], table["missing"], strict=True)
        ],
        stage=[book.say(STAGES[stage]) for stage in table["stage"]],
        net=[book.say(Text("是", "yes")) if one == "yes" else "" for one in table["net_inflow"]],
        basis=[book.say(BASES[one]) for one in table["basis"]],
        method=[book.say(METHODS[one]) for one in table["method"]],
        missing=[book.say(missing_words(one)) for one in table["missing"]],
    )


def _norms(norms: Iterable[Norm], language: Language) -> pd.DataFrame:
    table = pd.DataFrame([vars(one) for one in norms])
    titles = {code: one.title.within(language) for code, one in INDICATOR_CODES.items()}
    pairs = zip(table["code"], table["sense"], table["threshold"], strict=True)
    return table.assign(
        title=[titles[code] for code in table["code"]],
        stage=[STAGES[stage].within(language) for stage in table["stage"]],
        norm=[_norm(sense, value, _is_share(code)) or f"{value:g}" for code, sense, value in pairs],
        applies_to=table["applies_to"].map(APPLIES) if language == "zh" else table["applies_to"],
        status=[STATUS[code].within(language) for code in table["status"]],
    )


def _is_share(code: str) -> bool:
    """Return whether the threshold itself is a share."""
    return any(norm.unit == "fraction" for (of, _), norm in bundled_norms().items() if of == code)


def _shown(value: float, percent: bool) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.1%}" if percent else f"{value:,.2f}"


def _norm(sense: str, value: float, share: bool) -> str:
    if sense == "none" or pd.isna(value):
        return ""
    return f"{SENSES[sense]}{value:.0%}" if share else f"{SENSES[sense]}{value:g}"
