"""布局规划.xlsx: the plan in the shape of a plan's annex, a table a sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.columns import BASIS, STANDARD_MEASURE
from data.language import Language, Text
from forecasting.plan_summary import M2_A_MU, WAN
from forecasting.plan_words import ACTION_TITLES, GROUP_TITLES, figure_title
from forecasting.workbook import PLAIN_TEXT
from forecasting.workbook_style import COUNT, CREATED, GAP, Book
from forecasting.workbook_summary import STAGE_TITLES

WIDE = {"reason": 60, "basis": 40, "source": 70, "measure": 34, "county": 16, "scenario": 12}
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
    "reason": Text("理由", "reason"),
    "need_kindergarten": Text("幼儿园新增需求\n（学位）", "need\nkindergarten"),
    "need_primary": Text("小学新增需求", "need primary"),
    "need_junior": Text("初中新增需求", "need junior"),
    "need_senior": Text("高中新增需求", "need senior"),
    "need_mu": Text("折合用地（亩）", "need, mu"),
    "plan_mu": Text("方案用地（亩）", "in plan, mu"),
    "quota_share": Text("占全市", "share"),
    "decide_until": Text("最迟决策", "decide by"),
    "classes_common": Text(
        "各情景都做\n（班；接送为学位）", "in every scenario\n(classes; bus: seats)"
    ),
    "classes_most": Text("最多", "at most"),
    "scenario_most": Text("最多的情景", "most in"),
    "signal_year": Text("看哪年", "sign in"),
    "signal_pupils": Text("信号：在校生", "sign: pupils"),
    "signal_side": Text("高于或低于时做足", "do it all if"),
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
    "value": "#,##0.####",
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
    "reason",
    "scenario_most",
    "signal_side",
    "group",
    "measure",
    "unit",
    "source",
)


@dataclass(frozen=True)
class _Sheet:
    name: Text
    note: Text
    columns: tuple[str, ...]


_STEPS = ("decide_in", "schools", "classes", "seats", "cost_wan", "land_mu", "floor_m2", "teachers")
SUMMARY = _Sheet(
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
YEARLY = _Sheet(
    Text("分县分年", "County and year"),
    Text(
        "各县区按决策年度的合计：学校、班数、投资、用地、建筑面积、教师；租用和接送每年计一次。",
        "Sums by county and year of decision; leases and buses count once a year.",
    ),
    ("scenario", "county", *_STEPS),
)
ANNEX = _Sheet(
    Text("项目附表", "Projects"),
    Text(
        "每行一项措施；启用年度为秋季学期，决策年度为最迟作出决定的学年；班数为整数。",
        "A row a step; opens in autumn of the year, to be decided in the school year named.",
    ),
    ("scenario", "county", "stage", "year", "action", "taken_from", *_STEPS, "reason", "basis"),
)
PRIORITY = _Sheet(
    Text("用地次序", "Land order"),
    Text(
        "折合用地 = Σ学段（各年中最大的期望缺口 × 生均用地），由大到小；是采取措施前的需求。",
        "need = sum over stages of the largest expected shortage of a year × land a pupil, before "
        "any step.",
    ),
    (
        "scenario", "rank", "county", "need_kindergarten", "need_primary", "need_junior",
        "need_senior", "need_mu", "quota_share", "plan_mu",
    ),
)  # fmt: skip
COMMON = _Sheet(
    Text("共同与待定", "Common"),
    Text(
        "今后三个学年内要定的措施：各情景都做的部分不会后悔；其余等在校生越过信号再定。",
        "Steps due within three school years: what every scenario shares cannot be regretted; the "
        "rest waits until pupils pass the sign.",
    ),
    (
        "county", "stage", "action", "taken_from", "decide_until", "classes_common",
        "classes_most", "scenario_most", "signal_year", "signal_pupils", "signal_side",
    ),
)  # fmt: skip
WAITING = _Sheet(
    Text("等待价值", "Waiting"),
    Text(
        "信号年以后的步骤等看清需求再定，与现在全部定下相比少花的期望代价（新抽样）；"
        "右侧为两种情形下到末年增减的学位。",
        "What is saved on fresh draws when steps after the sign are decided once it is seen; to "
        "the right the seats added by the last year either way.",
    ),
    ("county", "signal_year", "signal_gap", "value_wan", *SIDES),
)
CHECK = _Sheet(
    Text("检验与敏感性", "Checks"),
    Text(
        "最优性差距、与其他做法在新抽样上的比较、换一种判断的结果。",
        "Optimality, comparison on fresh draws, and the plan under other judgements.",
    ),
    ("scenario", "group", "measure", "value", "unit"),
)
NORMS = _Sheet(
    Text("定额与依据", "Norms"),
    Text(
        "“假设”没有出处，请在数据目录的标准表中换成本地数值。",
        "An assumption has no source: put local values into the table of standards.",
    ),
    ("stage", "measure", "value", "unit", "basis", "source"),
)


def write_plan_workbook(
    tables: Mapping[str, pd.DataFrame],
    standards: pd.DataFrame,
    path: Path,
    titles: Mapping[str, str],
    language: Language,
) -> None:
    """Write the tables of a plan as an Excel workbook; equal tables give equal bytes.

    Parameters
    ----------
    tables : ``plan``, ``plan_priority``, ``plan_common``, ``plan_waiting``, ``plan_check``
    standards : norms with basis and source
    path : file to write
    titles : scenario → title in the language of the workbook
    """
    with xlsxwriter.Workbook(path, PLAIN_TEXT) as file:
        file.set_properties({"title": Path(path).stem, "created": CREATED})
        book = Book(file, language, titles)
        names = dict(zip(tables["plan"]["adcode"], tables["plan"]["county"], strict=True))
        steps = _in_planners_units(tables["plan"].replace({"taken_from": names}))
        shared = tables["plan_common"].replace({"taken_from": names})
        keys = ["scenario", "stage", "action"]
        order = {code: place for place, code in enumerate([*STAGE_TITLES, *ACTION_TITLES])}
        sorted_steps = steps.sort_values(
            keys[1:], key=lambda codes: codes.map(order), kind="stable"
        )
        _write(
            book,
            SUMMARY,
            sorted_steps.groupby(keys, sort=False).sum(numeric_only=True).reset_index(),
        )
        keys = ["scenario", "adcode", "county", "decide_in"]
        by_year = steps.sort_values(["adcode", "decide_in"], kind="stable")
        _write(book, YEARLY, by_year.groupby(keys, sort=False).sum(numeric_only=True).reset_index())
        _write(book, ANNEX, steps)
        _write(book, PRIORITY, _in_planners_units(tables["plan_priority"]))
        side = shared["signal_above"].map({True: "＞", False: "＜"})
        _write(book, COMMON, shared.assign(signal_side=side.fillna("")))
        _write(book, WAITING, _in_planners_units(tables["plan_waiting"]))
        _write(book, CHECK, _titled(tables["plan_check"], book))
        _write(book, NORMS, standards)


def _in_planners_units(table: pd.DataFrame) -> pd.DataFrame:
    """Add money in 10,000 CNY and land in mu, as annexes have them."""
    units = {
        "cost_wan": ("cost_cny", WAN),
        "value_wan": ("value_of_waiting_cny", WAN),
        "land_mu": ("land_m2", M2_A_MU),
        "need_mu": ("need_land_m2", M2_A_MU),
        "plan_mu": ("land_in_plan_m2", M2_A_MU),
    }
    held = {new: table[old] / factor for new, (old, factor) in units.items() if old in table}
    return table.assign(**held)


def _write(book: Book, sheet: _Sheet, table: pd.DataFrame) -> None:
    page = book.sheet(sheet.name, sheet.name, len(sheet.columns))
    page.write_string(1, 0, book.say(sheet.note), book.note)
    shown = table.reindex(columns=list(sheet.columns)).assign(adcode="")
    words = _words(book)
    for column in TEXTS:
        if column in sheet.columns:
            told = shown[column].fillna("").astype(str)
            shown[column] = told.map(lambda code: words.get(code, code))
    columns = {name: (LABELS[name], FORMATS.get(name, COUNT)) for name in sheet.columns}
    columns |= {name: (LABELS[name], "@") for name in sheet.columns if name in TEXTS}
    for place, name in enumerate(sheet.columns):
        page.set_column(place, place, WIDE.get(name, 11), book.text)
    book.write_table(page, 2, columns, shown)


def _titled(check: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Name the measures as people do."""
    if book.language != "zh":
        return check
    pairs = zip(check["group"], check["measure"], strict=True)
    return check.assign(measure=[figure_title(*pair, book.scenario_titles) for pair in pairs])


def _words(book: Book) -> dict[str, str]:
    """Return what codes are called in the workbook's language."""
    titled = {**STAGE_TITLES, **ACTION_TITLES, **GROUP_TITLES}
    words = {code: book.say(title) for code, title in titled.items()} | dict(book.scenario_titles)
    if book.language == "zh":
        for vocabulary in (BASIS, STANDARD_MEASURE):
            words |= {code: titles[0] for code, titles in vocabulary.items()}
    return words
