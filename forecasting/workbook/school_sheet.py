"""The sheets 学校: one row per school and stage, a sheet per scenario."""

import pandas as pd

from data.checks.points import SYNTHETIC
from data.contract.bases import PupilsBasis
from data.contract.columns import SCHOOL_KIND
from data.contract.stages import STAGE_CODES, STAGE_TITLES
from data.language import Text
from forecasting.headline import headline_years
from forecasting.workbook.sheet_style import COUNT, PROBABILITY, Book

HEADING_ROW = 2
COUNTED = 3  # years with counts that the sheet shows
NAME_LENGTH, NAME_FORBIDS = 31, "[]:*?/\\'"  # of sheets in Excel
MADE_UP = Text("虚构示例学校，不得用于规划决策。", "Made-up schools: no basis for decisions. ")
NOTE = Text(
    "各校之和等于全县预测（未列入的学校除外）；{until}年括号内为80%区间；富余＝学位－在校生；班级在每个年级取整；"
    "教师＝在校生÷生师比标准。",
    "Schools add up to the county; 80 % range in brackets; surplus = seats less pupils; classes "
    "are whole in each grade; teachers = pupils over the staffing norm.",
)


def write_schools(book: Book, schools: pd.DataFrame, now: int) -> None:
    """Write a sheet per scenario from the rows of ``schools.csv``; nothing where there are none."""
    for number, scenario in enumerate(schools["scenario"].unique(), start=1):
        own = schools[schools["scenario"] == scenario]
        _write_scenario(book, own, now, book.scenario_titles.get(scenario, scenario), number)


def sheet_name(name: str, number: int, title: str) -> str:
    """Return the name of the sheet of the scenario in place ``number``; the first has no title.

    >>> sheet_name("学校", 1, "基准"), sheet_name("学校", 2, "高/低")
    ('学校', '学校2 高低')
    """
    if number == 1:
        return name
    return f"{name}{number} {''.join(one for one in title if one not in NAME_FORBIDS)}"[
        :NAME_LENGTH
    ]


def _write_scenario(book: Book, rows: pd.DataFrame, now: int, scenario: str, number: int) -> None:
    until = int(rows["year"].max())
    years = [now, *headline_years(now, until)]
    counted = rows.loc[rows["pupils_basis"] == PupilsBasis.OBSERVED, "year"]
    seen = sorted(map(int, counted.unique()))[-COUNTED:]
    columns = _columns(seen, years, until)
    shown = _rows(book, rows, {*seen, *years}, until)
    title = Text(
        f"各校在校生、班级与学位（{scenario}情景）",
        f"Pupils, classes and seats of every school ({scenario})",
    )
    names = (sheet_name(one, number, scenario) for one in ("学校", "Schools"))
    sheet = book.sheet(Text(*names), title, len(columns))
    made_up = MADE_UP if (rows["basis"] == SYNTHETIC).any() else Text("", "")
    note = Text(made_up.zh + NOTE.zh.format(until=until), made_up.en + NOTE.en)
    sheet.write_string(1, 0, book.say(note), book.note)
    for column, width in enumerate((10, 9, 24, 11, 9)):
        sheet.set_column(column, column, width, book.text)
    last = book.write_table(sheet, HEADING_ROW, columns, shown)
    chance = list(columns).index("shortage_probability")
    book.colour_by_probability(sheet, (HEADING_ROW + 1, chance, last, chance))


def _columns(seen: list[int], years: list[int], until: int) -> dict[str, tuple[Text, str]]:
    """Return column → heading and number format."""
    return {
        "county": (Text("县区", "county"), "@"),
        "town": (Text("乡镇", "town"), "@"),
        "school": (Text("学校", "school"), "@"),
        "kind": (Text("类型", "kind"), "@"),
        "stage": (Text("学段", "stage"), "@"),
        **{f"pupils_{year}": (Text(f"{year}年在校生", f"pupils {year}"), COUNT) for year in seen},
        **{
            f"pupils_{year}": (Text(f"{year}年预测", f"forecast {year}"), COUNT)
            for year in years
            if year not in seen
        },
        "range": (Text(f"{until}年80%区间", f"80 % range {until}"), "@"),
        "classes": (Text(f"{until}年班级", f"classes {until}"), COUNT),
        "teachers_required": (Text(f"{until}年教师", f"teachers {until}"), COUNT),
        "seats": (Text("现有学位", "seats"), COUNT),
        "surplus": (Text(f"{until}年富余", f"surplus {until}"), COUNT),
        "shortage_probability": (
            Text(f"{until}年不够的概率", f"chance of too few {until}"),
            PROBABILITY,
        ),
    }


def _rows(book: Book, rows: pd.DataFrame, years: set[int], until: int) -> pd.DataFrame:
    """Return one row per school and stage, by county, town, school and stage."""
    key = ["adcode", "school_id", "stage"]
    last = rows[rows["year"] == until].set_index(key)
    shown = last.assign(
        range=[
            f"{low:,.0f}-{high:,.0f}"
            for low, high in zip(last["pupils_lo80"], last["pupils_hi80"], strict=True)
        ],
        **{f"pupils_{year}": rows[rows["year"] == year].set_index(key)["pupils"] for year in years},
    ).reset_index()
    place = shown["stage"].map({code: at for at, code in enumerate(STAGE_CODES)})
    order = shown.assign(place=place).sort_values(["adcode", "town", "school_id", "place"]).index
    return shown.loc[order].assign(
        stage=shown["stage"].map({code: book.say(text) for code, text in STAGE_TITLES.items()}),
        kind=shown["kind"].map(lambda kind: kind_title(kind).within(book.language)),
    )


def kind_title(kind: object) -> Text:
    """Return a kind of school in words; empty where it is not stated.

    >>> kind_title("nine_year").zh
    '九年一贯制'
    """
    if not isinstance(kind, str) or kind not in SCHOOL_KIND:
        return Text("", "")
    return Text(SCHOOL_KIND[kind][0], kind.replace("_", " "))
