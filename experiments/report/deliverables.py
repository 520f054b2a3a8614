"""Workbook, chart, Word report and HTML report, made from a finished results folder."""

from data.bundle import DataBundle
from data.contract.stages import STAGES
from data.language import Language, Text
from experiments.charts.seats_chart import write_chart
from experiments.report.page.contents import Page, open_page
from experiments.report.school_page import write_school_pages
from experiments.report.word.report_document import write_word_report
from experiments.report.write_report import write_page
from experiments.results.evidence import observed_years, sources
from experiments.results.reader import Results
from experiments.results.results_folder import PICTURE, REPORT, WORD_REPORT, WORKBOOK
from forecasting.headline import rung_lines
from forecasting.wording.forecast_text import conclusion
from forecasting.workbook.cover import Cover
from forecasting.workbook.write_workbook import write_workbook


def write_deliverables(results: Results, bundle: DataBundle, language: Language) -> None:
    """Write workbook, chart, Word report and HTML report into the results folder.

    Parameters
    ----------
    results : results of the forecast
    bundle : input data of the forecast
    language : language of the documents
    """
    folder, page = results.folder, open_page(results, None, language)
    cover = cover_of(page, bundle)
    write_workbook(
        results.demand,
        results.changes,
        results.schools,
        results.staffing,
        folder / WORKBOOK,
        cover,
        language,
    )
    write_chart(results.demand, folder / PICTURE, cover.titles(language), language)
    write_word_report(page, bundle, folder / PICTURE, folder / WORD_REPORT)
    write_page(page, bundle, folder / REPORT)
    write_school_pages(results, bundle, None, language)


def cover_of(page: Page, bundle: DataBundle) -> Cover:
    """Return the cover sheet of the workbook."""
    results, name = page.results, bundle.names[bundle.city]
    files, data = len(bundle.digests), results.data
    return Cover(
        title=Text(f"{name}学位需求预测", f"School-seat demand, {name}"),
        conclusion=conclusion(page.outlook, page.areas, page.until),
        scenarios=results.scenarios,
        sources=sources(bundle),
        vintage=Text(
            f"数据：{data}，共{files}个文件，校验码见 manifest.json",
            f"data: {data}, {files} files, digests in manifest.json",
        ),
        rests_on=[*rung_lines(results.demand), _observed_text(results), *_without_targets(bundle)],
        now=page.now,
    )


def _without_targets(bundle: DataBundle) -> list[Text]:
    """Return a note if the city has no planned targets."""
    if len(bundle.table("targets")):
        return []
    return [
        Text(
            "没有规划目标（目标表）：毛入园率和巩固率保持不变",
            "no planned targets (table targets): enrolment ratios and retention are held constant",
        )
    ]


def _observed_text(results: Results) -> Text:
    seen, demand = observed_years(results.demand), results.demand
    years = f"{demand['year'].min()}-{demand['year'].max()}"
    if not seen:
        return Text(f"{years}年全部为估算或预测", f"{years}: all estimates or forecasts")
    zh = "；".join(_years_of(seen, "zh"))
    en = "; ".join(_years_of(seen, "en"))
    return Text(
        f"在校生为公布数的年份（部分县区）：{zh}；{years}年其余均为估算或预测",
        f"years with published pupil counts (some counties): {en}; all other figures of {years} are"
        " estimates or forecasts",
    )


def _years_of(seen: dict[str, list[int]], language: Language) -> list[str]:
    return [
        f"{stage.title.within(language)} {', '.join(map(str, seen[stage.code]))}"
        for stage in STAGES
        if stage.code in seen
    ]
