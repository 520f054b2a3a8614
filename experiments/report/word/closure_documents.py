"""撤并论证/: one Word document per school that the plan closes, merges or turns."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Language, Text
from data.reference.indicator_norms import closure_steps
from experiments.report.word.document import WordReport
from forecasting.indicators.closure_cases import ClosureCase
from forecasting.plan.case.actions import Action

FOLDER = "撤并论证"
WAN = 1e4
WORDS = {
    "title": Text("{name}撤并论证材料（草稿）", "Closure dossier (draft): {name}"),
    "facts": Text("{county} {town}　{stage}　拟于{year}学年{action}",
                  "{county} {town} {stage}: {action} in {year}"),
    "proposal": Text("一、拟议事项和理由", "1. Proposal and reason"),
    "intake": Text("二、近三年招生和预测", "2. Three years of intake and the forecast"),
    "intake_table": Text("在校生和招生（人）", "pupils and entrants"),
    "intake_headings": Text("学年|在校生|招生|性质", "year|pupils|entrants|basis"),
    "observed": Text("统计", "observed"),
    "forecast": Text("预测", "forecast"),
    "estimate": Text("估算", "estimate"),
    "estimate_note": Text("本校没有单独预测：按其占全县的份额推算，是估算。",
                          "No forecast of its own: its share of the county, an estimate."),
    "short_history": Text("学校表只有{years}年的数据，不足三年，请补齐。",
                          "The table has {years} years only: add the others."),
    "ways": Text("三、学生去向和路程", "3. Where pupils go"),
    "ways_table": Text("{year}学年{pupils:.0f}名学生的去向", "{pupils:.0f} pupils in {year}"),
    "ways_headings": Text("接收学校|人数|直线距离（公里）", "school|pupils|straight line, km"),
    "unknown_km": Text("未知", "unknown"),
    "unplaced": Text("附近有余量的学校还容不下{pupils:.0f}人，须先落实学位，否则不得撤并。",
                     "{pupils:.0f} pupils have no place in the schools nearby: not to be closed."),
    "far_urban": Text("{pupils:.0f}人到新校超过{radius:g}公里的城镇服务半径（国家标准），"
                      "须先落实校车或寄宿。",
                      "{pupils:.0f} pupils go beyond the {radius:g} km of towns (national norm): "
                      "bus or boarding comes first."),
    "far_rural": Text("{pupils:.0f}人到新校超过{radius:g}公里的乡村服务半径（假设，国家未定数值，"
                      "由各县确定），须先落实校车或寄宿。",
                      "{pupils:.0f} pupils go beyond {radius:g} km in the country (an assumption: "
                      "counties set it): bus or boarding comes first."),
    "km_note": Text("距离为直线距离，实际路程和时间须实地核实。",
                    "Straight lines: actual ways have to be checked on site."),
    "small": Text("四、乡村小规模学校保护", "4. Protection of small rural schools"),
    "is_small": Text("在校生不足100人，属小规模学校保护范围：应先论证保留为小规模学校或教学点。",
                     "Fewer than 100 pupils: keeping it as a small school comes first."),
    "not_small": Text("在校生不少于100人或不是小学，不属于不足100人的小规模学校。",
                      "Not a primary school of fewer than 100 pupils."),
    "forbidden": Text("五、不得强行撤并的情形（逐项核对）", "5. Cases in which it must not close"),
    "procedure": Text("六、程序清单（逐项办理并留存材料）", "6. Procedure"),
    "check_headings": Text("事项|办理情况|条款核对", "item|done|norm checked"),
    "confirmed": Text("已核", "confirmed"),
    "to_be_confirmed": Text("待核", "to be confirmed"),
    "alternatives": Text("七、比较过的方案和费用", "7. Alternatives and cost"),
    "cost_table": Text("方案费用（万元）", "cost, CNY 10,000"),
    "cost_headings": Text("方案|一次性|每年|单价依据", "alternative|once|a year|basis of the cost"),
    "keep": Text("保留原校（空余学位的运转费）", "keep it: running cost of idle seats"),
    "close": Text("撤并（含决策论证费）", "close it"),
    "convert": Text("改办其他学段", "turn it to another stage"),
    "assumption": Text("假设，无出处", "assumption without a source"),
    "rests_on": Text("依据：{document}。标“待核”的条款未能核对原文。",
                     "After {document}. Items “to be confirmed” were not checked."),
    "no_decision": Text("本材料由模型生成，供论证使用，不是撤并决定。",
                        "Written by a model for discussion: no decision."),
}  # fmt: skip


def write_closure_documents(
    cases: Sequence[ClosureCase], folder: Path, note: Text, language: Language
) -> list[Path]:
    """Write one document per case into ``folder``/撤并论证; return the files.

    Parameters
    ----------
    cases : schools that the plan closes
    folder : results folder, or that of files to be added to it
    note : what a reader must know of the data
    language : language of the documents
    """
    if not cases:
        return []
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for case in cases:
        safe = re.sub(r'[\\/:*?"<>|\s]', "_", f"{case.closure.year}_{case.name}_{case.closure.id}")
        path = place / f"{safe}.docx"
        _document(case, note, language).save(path)
        written.append(path)
    return written


def _document(case: ClosureCase, note: Text, language: Language) -> WordReport:
    def say(key: str, **figures: object) -> str:
        return WORDS[key].within(language).format(**figures)

    closure = case.closure
    stage = STAGE_TITLES[closure.stage].within(language)
    action = Action(closure.action).words.within(language)
    facts = say("facts", county=case.county, town=case.town, stage=stage, year=closure.year,
                action=action)  # fmt: skip
    word = WordReport(say("title", name=case.name), facts)
    for line in filter(None, (note.within(language), say("no_decision"))):
        word.note(line)
    word.heading(say("proposal"))
    word.paragraph(case.reason)
    _intake(word, case, language)
    word.heading(say("ways"))
    caption = say("ways_table", year=closure.year, pupils=case.pupils)
    ways = [
        [name, f"{to.pupils:.0f}", say("unknown_km") if pd.isna(to.km) else f"{to.km:.1f}"]
        for name, to in case.destinations
    ]
    word.table(caption, say("ways_headings").split("|"), ways, (9.0, 3.0, 4.0))
    left = case.pupils - case.placed
    if left >= 0.5:
        word.paragraph(say("unplaced", pupils=left))
    if case.far >= 0.5:
        key = "far_urban" if case.urban else "far_rural"
        word.paragraph(say(key, pupils=case.far, radius=case.radius_km))
    word.note(say("km_note"))
    word.heading(say("small"))
    word.paragraph(say("is_small" if case.small else "not_small"))
    for kind in ("forbidden", "procedure"):
        word.heading(say(kind))
        _checklist(word, kind, language)
    word.heading(say("alternatives"))
    costs = [
        [say(one.code), f"{one.once_cny / WAN:,.0f}", f"{one.yearly_cny / WAN:,.1f}",
         say("assumption") if one.basis == "assumption" else one.basis]
        for one in case.alternatives
    ]  # fmt: skip
    word.table(say("cost_table"), say("cost_headings").split("|"), costs, (7.0, 2.5, 2.5, 4.0))
    documents = "、".join(closure_steps()["document"].unique())
    word.note(say("rests_on", document=documents))
    return word


def _intake(word: WordReport, case: ClosureCase, language: Language) -> None:
    """Add pupils and entrants of the last years, and the forecast."""

    def say(key: str, **figures: object) -> str:
        return WORDS[key].within(language).format(**figures)

    word.heading(say("intake"))
    seen = {year for year, _, _ in case.intake}
    rows = [
        [str(year), _count(pupils), _count(entrants), say("observed")]
        for year, pupils, entrants in case.intake
    ]
    rows += [
        [str(year), _count(pupils), "–", say(case.basis or "estimate")]
        for year, pupils in case.forecast
        if year not in seen
    ]
    word.table(say("intake_table"), say("intake_headings").split("|"), rows, (3.0, 4.0, 4.0, 5.0))
    if case.basis == "estimate":
        word.note(say("estimate_note"))
    if len(case.intake) < 3:
        word.paragraph(say("short_history", years=len(case.intake)))


def _checklist(word: WordReport, kind: str, language: Language) -> None:
    steps = closure_steps()
    rows = [
        [str(row[language]), "□", WORDS[str(row["status"])].within(language)]
        for row in steps[steps["kind"] == kind].to_dict("records")
    ]
    headings = WORDS["check_headings"].within(language).split("|")
    word.table("", headings, rows, (11.0, 2.5, 2.5))


def _count(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:,.0f}"
