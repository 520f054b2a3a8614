"""Everything a forecast leaves in its results folder."""

from collections.abc import Mapping, Sequence

import pandas as pd

from data.bundle import DataBundle
from data.contract.stages import STAGES
from data.language import Language, Text
from data.scenario.schema import Scenario
from forecasting.headline import is_observed, rung_lines
from forecasting.workbook.cover import Cover

WORKBOOK = "学位需求预测.xlsx"
CHART = "学位需求.png"
WHY_CHART = "变化原因.png"


def cover_of(
    demand: pd.DataFrame,
    bundle: DataBundle,
    scenarios: Sequence[Scenario],
    settings: Mapping[str, str],
) -> Cover:
    """Return what the workbook says beside the figures of ``demand``.

    Parameters
    ----------
    demand : rows of the scenarios
    bundle : what the forecast read
    scenarios : the futures in the table, the main one first
    settings : choices of the run, with ``data`` and ``now``
    """
    return Cover(
        title=Text(
            f"{bundle.names[bundle.city]}学位需求预测",
            f"School-seat demand, {bundle.names[bundle.city]}",
        ),
        scenarios=scenarios,
        sources=sources(bundle),
        vintage=Text(
            f"数据目录 {settings['data']}；{len(bundle.digests)}个文件的校验码见 manifest.json",
            f"data folder {settings['data']}; digests of its {len(bundle.digests)} files are in "
            "manifest.json",
        ),
        observed=_observed_text(observed_years(demand), demand),
        rungs=rung_lines(demand),
        now=int(settings["now"]),
    )


def observed_years(demand: pd.DataFrame) -> dict[str, list[int]]:
    """Return stage → years in which some area's pupils are a published count."""
    seen = demand[demand["basis"].map(is_observed)]
    return {
        str(stage): sorted({int(year) for year in rows["year"]})
        for stage, rows in seen.groupby("stage", sort=False)
    }


def sources(bundle: DataBundle) -> list[str]:
    """Return the sources named in the tables that were read, each once, in table order."""
    tables = [getattr(bundle.tables, name) for name in bundle.tables.__dataclass_fields__]
    held = [t["source"] for t in tables if isinstance(t, pd.DataFrame) and "source" in t]
    return list(pd.concat(held).dropna().drop_duplicates())


def _observed_text(seen: dict[str, list[int]], demand: pd.DataFrame) -> Text:
    years = f"{demand['year'].min()}-{demand['year'].max()}"
    if not seen:
        return Text(f"{years}年全部为估算或预测", f"{years}: all estimates or forecasts")
    zh = "；".join(_years_of(seen, "zh"))
    en = "; ".join(_years_of(seen, "en"))
    return Text(
        f"在校生为公布数的年份（部分县区）：{zh}；{years}年其余均为估算或预测",
        f"pupils are published counts (of some counties) in: {en}; all else in {years} is estimated"
        " or forecast",
    )


def _years_of(seen: dict[str, list[int]], language: Language) -> list[str]:
    return [
        f"{stage.title.within(language)} {', '.join(map(str, seen[stage.code]))}"
        for stage in STAGES
        if stage.code in seen
    ]
