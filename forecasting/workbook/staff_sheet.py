"""The sheet on teachers and boarding places, where tables state teachers or boarders."""

import pandas as pd

from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.headline import chosen_years
from forecasting.provision.teacher_why import TEACHER_PARTS
from forecasting.wording.teacher_text import TEACHER_PART_TITLES, teacher_sentences
from forecasting.workbook.cover import write_lines
from forecasting.workbook.sheet_style import COUNT, GAP, Book

COLUMNS = {
    "county": (Text("县区", "county"), "@"),
    "stage": (Text("学段", "stage"), "@"),
    "year": (Text("学年", "year"), "0"),
    "teachers_required": (Text("按标准\n需教师", "teachers\nrequired"), COUNT),
    "teachers_staying": (Text("退休后\n在岗", "still in\npost"), COUNT),
    "teachers_short": (Text("缺\n（负为余）", "short"), GAP),
    "total": (Text("比现在\n变化", "change\nfrom now"), GAP),
    **{part: (TEACHER_PART_TITLES[part], GAP) for part in TEACHER_PARTS},
    "boarding_required": (Text("寄宿学位\n需求", "boarding\nplaces"), COUNT),
    "boarding_beds": (Text("现有\n床位", "beds"), COUNT),
    "boarding_short": (Text("寄宿缺口\n（负为余）", "beds\nshort"), GAP),
}
KNOWN = ["teachers_staying", "boarding_required"]
NOTES = (
    Text(
        "教师缺额＝按编制标准需要－在岗教师中尚未到法定退休年龄的人数（未报性别的按较早年龄）；"
        "不含调动、辞职。变化拆成学生数的各项和退休，逐项相加等于“比现在变化”。",
        "Teachers short: required by the staffing norm less those in post below the statutory "
        "retirement age (the earlier age where the sex is not stated); other departures are not "
        "counted. The parts add up to the change from now.",
    ),
    Text(
        "寄宿学位＝预测在校生×该县区最近一年上报的寄宿生占比（沿用不变，是假设）；床位为最近一年上报数。",
        "Boarding places: forecast pupils times the county's last reported share of boarders, "
        "carried forward unchanged (an assumption); beds as last reported.",
    ),
)


def write_staff(book: Book, ordered: pd.DataFrame, staffing: pd.DataFrame, now: int) -> None:
    """Write the sheet on the first scenario, if anything is known beyond the staffing norm.

    Parameters
    ----------
    book : workbook
    ordered : rows of ``demand.csv`` in reading order
    staffing : rows of ``why_teachers.csv``
    now : present school year
    """
    first = ordered["scenario"].iloc[0]
    main, changes = (table[table["scenario"] == first] for table in (ordered, staffing))
    rows = main[main["year"].isin(chosen_years(now, int(main["year"].max())))]
    rows = rows[rows[KNOWN].notna().any(axis=1)]
    if rows.empty:
        return
    key = ["adcode", "stage", "year"]
    wide = changes.rename(columns={"to_year": "year"}).pivot_table(
        "teachers", [*key, "total"], "part", aggfunc="first"
    )
    table = rows.merge(wide.reset_index().reindex(columns=[*key, "total", *TEACHER_PARTS]),
                       on=key, how="left")  # fmt: skip
    figures = ["total", *TEACHER_PARTS]
    table[figures] = table[figures].round() + 0  # so that nothing is written as -0
    table["boarding_short"] = table["boarding_required"] - table["boarding_beds"]
    table["stage"] = [book.say(STAGE_TITLES[code]) for code in table["stage"]]
    title = Text("教师缺额和寄宿学位", "Teachers short and boarding places")
    sheet = book.sheet(Text("教师与寄宿", "Teachers, boarding"), title, len(COLUMNS))
    sheet.set_column(0, 1, 12, book.text)
    lines = [*teacher_sentences(main, changes), *NOTES]
    heading = Text("主要情况", "In short")
    row = write_lines(book, sheet, 2, heading, lines, len(COLUMNS))
    book.write_table(sheet, row, COLUMNS, table)
