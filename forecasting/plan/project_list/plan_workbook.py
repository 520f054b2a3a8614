"""布局规划.xlsx: the plan in the form of a plan's annex, one table per sheet."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xlsxwriter

from data.contract.columns import BASIS, STANDARD_MEASURE
from data.contract.stages import STAGE_TITLES
from data.language import Language
from data.reference.source_texts import source_text
from forecasting.plan.case.actions import GIVING
from forecasting.plan.project_list.check_words import GROUP_TITLES, UNIT_WORDS, figure_title
from forecasting.plan.project_list.plan_sheets import (
    ANNEX,
    CHECK,
    COMMON,
    FORMATS,
    LABELS,
    NORMS,
    OUTLOOK,
    PRIORITY,
    SUMMARY,
    TEXTS,
    WIDE,
    YEARLY,
    SheetLayout,
)
from forecasting.plan.project_list.reasons import ACTION_TITLES, rests_on, shown_actions
from forecasting.plan.project_list.summary import M2_A_MU, WAN
from forecasting.workbook.sheet_style import COUNT, CREATED, Book, leave_out_of_print
from forecasting.workbook.write_workbook import PLAIN_TEXT


def write_plan_workbook(
    tables: Mapping[str, pd.DataFrame],
    standards: pd.DataFrame,
    path: Path,
    titles: Mapping[str, str],
    language: Language,
) -> None:
    """Write the tables of a plan as an Excel workbook; equal tables give a byte-identical file.

    Parameters
    ----------
    tables : ``plan``, ``plan_priority``, ``plan_common``, ``plan_outlook``, ``plan_check``
    standards : norms with basis and source
    path : file to write
    titles : scenario → title in the language of the workbook
    """
    with xlsxwriter.Workbook(path, PLAIN_TEXT) as file:
        file.set_properties({"title": Path(path).stem, "created": CREATED})
        book = Book(file, language, titles)
        steps = _in_planners_units(shown_actions(_closed_below_nought(tables["plan"])))
        cells = zip(steps["action"], steps["stage"], steps["basis"], strict=True)
        named = steps["school_ids"] != ""
        basis = [
            rests_on(*cell, standards, named=own).within(language)
            for cell, own in zip(cells, named, strict=True)
        ]
        _write(book, SUMMARY, _summary(steps))
        _write(book, YEARLY, _by_year(steps))
        _write(book, ANNEX, steps.assign(rests_on=basis))
        _write(book, PRIORITY, _in_planners_units(tables["plan_priority"]))
        _write(book, COMMON, _with_side(tables["plan_common"]))
        _write(book, OUTLOOK, tables["plan_outlook"])
        _write(book, CHECK, _titled(tables["plan_check"], book))
        sources = [source_text(source).within(language) for source in standards["source"]]
        _write(book, NORMS, standards.assign(source=sources))


def _with_side(shared: pd.DataFrame) -> pd.DataFrame:
    """Add the side of the signal on which all of a step is carried out, and differing scenarios."""
    side = shared["signal_above"].map({True: "＞", False: "＜"}).fillna("")
    differs = shared["classes_most"] > shared["classes_common"]
    return shared.assign(signal_side=side, scenario_most=shared["scenario_most"].where(differs))


def _closed_below_nought(steps: pd.DataFrame) -> pd.DataFrame:
    """Make the counts of closed classes negative like their seats, so that sums of both agree."""
    return steps.assign(
        classes=steps["classes"].where(~steps["action"].isin(GIVING), -steps["classes"])
    )


def _summary(steps: pd.DataFrame) -> pd.DataFrame:
    """Return sums by scenario, stage and action in their order."""
    keys = ["scenario", "stage", "action"]
    codes = [*steps["scenario"].unique(), *STAGE_TITLES, *ACTION_TITLES]
    order = {code: place for place, code in enumerate(codes)}
    placed = steps.sort_values(keys, key=lambda column: column.map(order), kind="stable")
    return placed.groupby(keys, sort=False).sum(numeric_only=True).reset_index()


def _by_year(steps: pd.DataFrame) -> pd.DataFrame:
    """Return sums by scenario, county and year of decision."""
    keys = ["scenario", "adcode", "county", "decide_in"]
    order = {name: place for place, name in enumerate(steps["scenario"].unique())}
    placed = steps.sort_values(
        ["scenario", "adcode", "decide_in"],
        key=lambda column: column.map(order) if column.name == "scenario" else column,
        kind="stable",
    )
    return placed.groupby(keys, sort=False).sum(numeric_only=True).reset_index()


def _in_planners_units(table: pd.DataFrame) -> pd.DataFrame:
    """Add money in 10,000 CNY and land in mu, the units of planning annexes."""
    units = {
        "cost_wan": ("cost_cny", WAN),
        "land_mu": ("land_m2", M2_A_MU),
        "need_mu": ("need_land_m2", M2_A_MU),
        "plan_mu": ("land_in_plan_m2", M2_A_MU),
    }
    held = {new: table[old] / factor for new, (old, factor) in units.items() if old in table}
    return table.assign(**held)


def _write(book: Book, sheet: SheetLayout, table: pd.DataFrame) -> None:
    page = book.sheet(sheet.name, sheet.name, len(sheet.columns))
    if not sheet.printed:
        leave_out_of_print(page)
    page.write_string(1, 0, book.say(sheet.note), book.note)
    shown = table.reindex(columns=list(sheet.columns)).assign(adcode="")
    words = _words(book)
    for column in TEXTS:
        if column in sheet.columns:
            codes = shown[column].fillna("").astype(str)
            shown[column] = codes.map(lambda code: words.get(code, code))
    columns = {name: (LABELS[name], FORMATS.get(name, COUNT)) for name in sheet.columns}
    columns |= {name: (LABELS[name], "@") for name in sheet.columns if name in TEXTS}
    for place, name in enumerate(sheet.columns):
        page.set_column(place, place, WIDE.get(name, 11), book.text)
    book.write_table(page, 2, columns, shown)


def _titled(check: pd.DataFrame, book: Book) -> pd.DataFrame:
    """Replace measures by their display names, and round seats and money to integers."""
    counted = check["unit"].isin(["CNY", "seats", "seat-years", "m2"])
    check = check.assign(value=check["value"].round().where(counted, check["value"]))
    if book.language != "zh":
        return check
    pairs = zip(check["group"], check["measure"], strict=True)
    return check.assign(measure=[figure_title(*pair, book.scenario_titles) for pair in pairs])


def _words(book: Book) -> dict[str, str]:
    """Return code → display name in the workbook's language."""
    titled = {**STAGE_TITLES, **ACTION_TITLES, **GROUP_TITLES}
    words = {code: book.say(title) for code, title in titled.items()} | dict(book.scenario_titles)
    if book.language == "zh":
        for vocabulary in (BASIS, STANDARD_MEASURE):
            words |= {code: titles[0] for code, titles in vocabulary.items()}
        words |= UNIT_WORDS
    return words
