"""``xuewei indicators``: what inspections of the State ask for, before and after the plan."""

import shutil
from pathlib import Path

import pandas as pd
from rich.console import Console

from data.language import Language, Text
from experiments.commands.log_results import log_folder, store_for
from experiments.console.forecast_summary import print_not_logged
from experiments.report.word.closure_documents import FOLDER as CLOSURES
from experiments.report.word.closure_documents import write_closure_documents
from experiments.report.write_report import write_report
from experiments.results.folder_lock import added_to, exclusive_use
from experiments.results.indicator_file import (
    WORKBOOK,
    IndicatorTables,
    indicator_case,
    write_indicators,
)
from experiments.results.plan_file import read_plan
from experiments.results.reader import Results, read_results
from experiments.tracking.marker import mark
from forecasting.indicators.boarding import boarding_table
from forecasting.indicators.class_path import class_path
from forecasting.indicators.closure_cases import closure_cases
from forecasting.indicators.measures.staff import staff_table
from forecasting.indicators.sentences import indicator_sentences, made_up_note
from forecasting.indicators.sheets.workbook import write_indicator_workbook
from forecasting.indicators.stage_warnings import warning_table
from forecasting.indicators.table import indicator_table
from forecasting.indicators.towns import town_table


def run(folder: Path, tracking_uri: str | None, language: Language) -> None:
    """Compute the indicators of every scenario in ``folder``; write, log and print them.

    Raises
    ------
    DataError
        The folder holds no forecast; nothing is written.
    """
    with exclusive_use(folder):
        results = read_results(folder)
        _run(results, store_for(folder, tracking_uri), language)


def _run(results: Results, store: str, language: Language) -> None:
    folder, console = results.folder, Console()
    with console.status(Text("计算指标", "computing indicators").within(language)):
        tables = indicator_tables(results)
    mark(folder, store, logged=False)
    first = results.scenarios[0].name
    own = {name: table[table["scenario"] == first] for name, table in vars(tables).items()}
    note = made_up_note(results.bundle.tables)
    standards = results.bundle.table("standards")
    with added_to(folder) as added:
        write_indicators(tables, added, folder)
        case = indicator_case(results, first, read_plan(folder))
        write_indicator_workbook(own, case.norms.values(), added / WORKBOOK, note, language)
        cases = list(closure_cases(case, standards))
        shutil.rmtree(folder / CLOSURES, ignore_errors=True)
        documents = write_closure_documents(cases, added, note, language)
    write_report(results, results.bundle, language)
    fault = log_folder(folder, store)
    if fault is not None:
        print_not_logged(folder, fault, language)
    sentences = indicator_sentences(own["indicators"], own["stage_warnings"], own["towns"])
    for sentence in (*sentences, note):
        if sentence.within(language):
            console.print(sentence.within(language), markup=False, soft_wrap=True)
    written = Text(f"已写出：{folder / WORKBOOK}", f"written: {folder / WORKBOOK}")
    console.print(written.within(language), markup=False, soft_wrap=True)
    if documents:
        place, count = folder / CLOSURES, len(documents)
        dossiers = Text(f"撤并论证材料 {count} 份：{place}", f"{count} closure dossiers: {place}")
        console.print(dossiers.within(language), markup=False, soft_wrap=True)


def indicator_tables(results: Results) -> IndicatorTables:
    """Return the indicators of every scenario, with its plan where there is one."""
    plan = read_plan(results.folder)
    names = [scenario.name for scenario in results.scenarios]
    cases = {name: indicator_case(results, name, plan) for name in names}
    made = {
        "indicators": indicator_table,
        "stage_warnings": warning_table,
        "teachers_needed": staff_table,
        "towns": town_table,
        "boarding": boarding_table,
        "senior_class_path": class_path,
    }
    tables = {}
    for name, make in made.items():
        parts = [make(case) for case in cases.values()]
        for scenario, part in zip(names, parts, strict=True):
            part.insert(0, "scenario", scenario)
        filled = [part for part in parts if len(part)] or parts[:1]
        tables[name] = pd.concat(filled, ignore_index=True)
    return IndicatorTables(**tables)
