"""分年度建设项目库.xlsx: the plan as the yearly project list that counties hand in."""

from collections.abc import Mapping
from math import ceil
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.contract.stages import STAGE_TITLES
from data.language import Language, Text
from forecasting.plan.case.actions import GIVING
from forecasting.plan.project_list.plan_table import ID_BREAK
from forecasting.plan.project_list.reasons import (
    ACTION_TITLES,
    RELOCATE,
    rests_on,
    shown_actions,
)
from forecasting.plan.project_list.summary import WAN
from forecasting.workbook.sheet_style import COUNT, CREATED, Book
from forecasting.workbook.write_workbook import PLAIN_TEXT

AREA = "#,##0;-#,##0;–"
LINE_POINTS = 13.5
LATIN, MARGIN = 0x2000, 1.0
COLUMNS = {
    "number": (Text("序号", "no."), COUNT, 5.0),
    "project": (Text("项目名称", "project"), "@", 20.0),
    "county": (Text("县区", "county"), "@", 10.0),
    "kind": (Text("类型", "kind"), "@", 8.0),
    "stage": (Text("学段", "stage"), "@", 8.0),
    "seats": (Text("学位", "seats"), COUNT, 8.0),
    "classes": (Text("班数", "classes"), COUNT, 6.0),
    "land_m2": (Text("用地\n（平方米）", "land, m2"), AREA, 9.0),
    "floor_m2": (Text("建筑面积\n（平方米）", "floor, m2"), AREA, 9.0),
    "cost_wan": (Text("投资\n（万元）", "cost,\nCNY 1e4"), COUNT, 9.0),
    "decide_in": (Text("决策\n年度", "decide\nin"), "0", 7.0),
    "year": (Text("启用\n年度", "opens"), "0", 7.0),
    "reason": (Text("理由", "reason"), "@", 44.0),
    "rests_on": (Text("依据：没有出处的定额；现有学位", "basis"), "@", 24.0),
}
TOTALS = {
    "decide_in": (Text("决策年度", "decide in"), "0", 10.0),
    "kind": (Text("类型", "kind"), "@", 10.0),
    **{
        name: (title, COUNT, 12.0)
        for name, title in {
            "projects": Text("项目数", "projects"),
            "seats": Text("学位", "seats"),
            "land_m2": Text("用地\n（平方米）", "land, m2"),
            "floor_m2": Text("建筑面积\n（平方米）", "floor, m2"),
            "cost_wan": Text("投资（万元）", "cost, CNY 1e4"),
        }.items()
    },
}
WRAPPED = ("project", "reason", "rests_on")
SUMS = ["seats", "classes", "land_m2", "floor_m2", "cost_cny", "teachers"]
WORKS = Text("建设项目", "Projects")
CLOSURES = Text("合并停办", "Mergers and closures")
BY_YEAR = Text("年度汇总", "By year")
NOTE = Text(
    "首个情景；按最迟决策年度排列。面积和投资按定额估算，不折现；暂名、校名待定的由县区填定。",
    "First scenario, by latest year of decision. Areas and costs follow the norms, not discounted; "
    "provisional names are for the county to replace.",
)

STEP_BY_STEP = Text(
    "一项合并多所学校的，可从启用年度起分年实施：推迟只推迟节省，不会造成短缺。",
    "A merger of several schools may be carried out over several years from the year stated: a "
    "delay costs savings and makes no shortage.",
)


def write_project_workbook(
    plan: pd.DataFrame,
    standards: pd.DataFrame,
    schools: Mapping[str, str],
    lines: tuple[Text, ...],
    path: Path,
    language: Language,
) -> None:
    """Write the yearly project list, ready to print; equal input gives a byte-identical file.

    Parameters
    ----------
    plan : rows of ``plan.csv`` of one scenario
    standards : norms with basis and source
    schools : id → name of the named schools
    lines : summary of the plan, placed above the list; the first marks a demonstration
    path : file to write
    language : language of the workbook
    """
    with xlsxwriter.Workbook(path, PLAIN_TEXT) as file:
        file.set_properties({"title": path.stem, "created": CREATED})
        book = Book(file, language, {})
        projects = project_rows(plan, standards, schools, language)
        gives = projects["action"].isin([str(action) for action in GIVING])
        for name, rows in ((WORKS, projects[~gives]), (CLOSURES, projects[gives])):
            numbered = rows.assign(number=range(1, len(rows) + 1))
            notes = (NOTE, STEP_BY_STEP) if name is CLOSURES else (NOTE,)
            _write(book, name, (*lines[:1], *notes), COLUMNS, numbered)
        _write(book, BY_YEAR, lines, TOTALS, _by_year(projects))


def project_rows(
    plan: pd.DataFrame, standards: pd.DataFrame, schools: Mapping[str, str], language: Language
) -> pd.DataFrame:
    """Return one row per project in order of decision; each new school is a project of its own."""
    shown = shown_actions(plan)
    ordered = shown.sort_values(["decide_in", "year", "adcode"], kind="stable")
    opened = ordered["action"].isin(["build", RELOCATE])
    count = ordered["schools"].where(opened, 1).clip(lower=1).astype(int)
    single = ordered.loc[ordered.index.repeat(count)].reset_index(drop=True)
    shares = ordered.index.repeat(count).map(count).to_numpy()
    single[SUMS] = single[SUMS].astype(float).div(shares, axis=0)
    # Sections of the New District's school stand apart from other new schools of the county.
    series = single.groupby(["adcode", "stage", "action"]).cumcount() + 1
    last = single.groupby(["adcode", "stage", "action"])["year"].transform("size")
    cells = zip(single.to_dict("records"), series, last, strict=True)
    names = [project_name(row, int(place), int(of), schools) for row, place, of in cells]
    basis = zip(single["action"], single["stage"], single["basis"], strict=True)
    named = single["school_ids"] != ""
    return single.assign(
        project=[name.within(language) for name in names],
        kind=[ACTION_TITLES[action].within(language) for action in single["action"]],
        stage=[STAGE_TITLES[stage].within(language) for stage in single["stage"]],
        cost_wan=single["cost_cny"] / WAN,
        rests_on=[
            rests_on(*cell, standards, named=own).within(language)
            for cell, own in zip(basis, named, strict=True)
        ],
    )


def project_name(
    row: Mapping[str, object], place: int, count: int, schools: Mapping[str, str]
) -> Text:
    """Return the name of a project: the names of its schools, or a provisional one.

    Parameters
    ----------
    row : one project; ``action`` as shown to planners
    place, count : its number among the like projects of the county and stage
    schools : id → name
    """
    action = ACTION_TITLES[str(row["action"])]
    stage, county = STAGE_TITLES[str(row["stage"])], row["county"]
    known = [schools.get(one, one) for one in str(row["school_ids"]).split(ID_BREAK) if one]
    if known:
        zh, en = "、".join(known), ", ".join(known)
        to = stage if row["action"] == "convert" else Text("", "")
        return Text(f"{zh}{action.zh}{to.zh}", f"{en}: {action.en} {to.en}".strip())
    if row["action"] in ("build", RELOCATE):
        number = f"{place}" if count > 1 else ""
        return Text(
            f"{county}{action.zh}{stage.zh}{number}（暂名）",
            f"{county}, {action.en} {stage.en} {number} (provisional)",
        )
    if row["action"] in ("expand", "lease"):
        classes = f"{row['classes']:,.0f}"
        return Text(
            f"{county}{stage.zh}{action.zh}{classes}班（校名待定）",
            f"{county}, {stage.en}: {action.en} {classes} classes (schools to be named)",
        )
    many = f"{row['schools']:,.0f}"
    giver = STAGE_TITLES.get(str(row["taken_from"]), stage)
    to = stage if giver is not stage else Text("", "")
    return Text(
        f"{county}{giver.zh}{many}所{action.zh}{to.zh}（校名待定）",
        f"{county}, {many} of {giver.en}: {action.en} {to.en} (schools to be named)",
    )


def _by_year(projects: pd.DataFrame) -> pd.DataFrame:
    """Return sums by year of decision and kind, in the order of the list."""
    groups = projects.assign(projects=1).groupby(["decide_in", "kind"], sort=False)
    return (
        groups[[name for name in TOTALS if name not in ("decide_in", "kind")]].sum().reset_index()
    )


def _write(
    book: Book,
    name: Text,
    lines: tuple[Text, ...],
    columns: Mapping[str, tuple[Text, str, float]],
    rows: pd.DataFrame,
) -> None:
    title = Text(f"分年度建设项目库：{name.zh}", f"Yearly project list: {name.en}")
    page = book.sheet(name, title, len(columns))
    for place, line in enumerate(lines, start=1):
        page.write_string(place, 0, book.say(line), book.note)
    for place, (_, _, width) in enumerate(columns.values()):
        page.set_column(place, place, width, book.text)
    formats = {key: (heading, number) for key, (heading, number, _) in columns.items()}
    first = len(lines) + 1
    book.write_table(page, first, formats, rows.assign(adcode=""), WRAPPED)
    wrapped = [name for name in WRAPPED if name in columns]
    for place, row in enumerate(rows.to_dict("records"), start=first + 1):
        needed = [_lines(str(row[name]), columns[name][2]) for name in wrapped]
        page.set_row(place, LINE_POINTS * max(needed, default=1))


def _lines(text: str, width: float) -> int:
    """Return the lines that a text fills in a column; a Chinese character is two wide.

    >>> _lines("学位" * 10, 20.0), _lines("seats", 20.0)
    (3, 1)
    """
    wide = sum(2 if ord(letter) > LATIN else 1 for letter in text)
    return ceil(wide / (width - MARGIN))
