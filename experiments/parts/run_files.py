"""The files that people read of a forecast: figures, workbook and pictures."""

from pathlib import Path

from data.language import Language
from experiments.charts.seats_chart import write_chart
from experiments.charts.waterfall import write_why_chart
from experiments.parts.outputs import CHART, WHY_CHART, WORKBOOK
from experiments.results.folder import write_demand, write_figures
from forecasting.tables import ForecastTables
from forecasting.workbook.cover import Cover
from forecasting.workbook.write_workbook import write_workbook


def write_run_files(folder: Path, tables: ForecastTables, cover: Cover, language: Language) -> None:
    """Write the files of the scenarios that ``cover`` tells into ``folder``."""
    titles = cover.titles(language)
    write_workbook(tables.demand, tables.changes, folder / WORKBOOK, cover, language)
    write_chart(tables.demand, folder / CHART, titles, language)
    write_why_chart(tables.demand, tables.changes, folder / WHY_CHART, titles, language)
    write_demand(tables.demand, folder)
    write_figures(tables.changes, folder / "why.csv")
