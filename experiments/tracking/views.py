"""Saved views of the run table, one for the city and one per county, as MLflow's own tags.

A view is the tag ``mlflow.sharedViewState.<key>`` of an experiment: filter, columns and charts as
the interface keeps them, opened by a link with that key. A metric without a chart needs a
hidden one, or the UI adds sections; therefore views list every metric.
"""

import base64
import json
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from mlflow import MlflowClient

from data.contract.stages import STAGES
from data.language import Language, Text
from experiments.results.reader import Results
from experiments.tracking.names import MEASURES, metric_name, stage_name
from experiments.tracking.runs import find_runs, is_parent
from experiments.tracking.scenario_runs.answers import APART, WHY, answer_year, tag_name, year_name
from experiments.tracking.scenario_runs.notes import GAP_TITLES
from experiments.tracking.store import CURRENT, EARLIER, PLACE, VERSION
from forecasting.headline import supply_known

KEY = "mlflow.sharedViewState."
VERSIONS_KEY = "versions"
VERSIONS = Text("本次与以前的基准", "Baseline, now and before")
MOST_VIEWS = 39  # of areas; limit of the UI per experiment is 40
SECTIONS = {
    "gap": (MEASURES["gap"], ("gap", "gap_lo80", "gap_hi80")),
    "difference": (MEASURES["difference"], ("difference",)),
    "pupils": (MEASURES["pupils"], ("pupils",)),
}
SEATS_WIDTH, APART_WIDTH, WHY_WIDTH = 395, 370, 520
FIXED_WIDTHS = {"attributes.`Run Name`": 190, "runDateAndNestInfo": 60, "duration": 50}
FIRST_COLUMNS = ["0", "attributes.`Run Name`", "runDateAndNestInfo", "duration"]


def view_key(adcode: str) -> str:
    """Return the key of an area's view."""
    return f"area-{adcode}"


def view_link(experiment: str, adcode: str, mode: str = "TABLE") -> str:
    """Return the address of an area's view within the UI; ``mode`` is TABLE or CHART."""
    query = f"viewStateShareKey={view_key(adcode)}&compareRunsMode={mode}"
    return f"#/experiments/{experiment}/runs?{query}"


def write_views(client: MlflowClient, experiment: str, results: Results) -> None:
    """Write the views of a logged study, replacing those of the same areas."""
    found = find_runs(client, results.digest)
    leading = sorted({name for run in found if is_parent(run) for name in run.data.metrics})
    areas = _areas(results)
    for adcode, county in areas.items():
        view = _view(results, county, leading)
        _save(client, experiment, view_key(adcode), county, view)
    if not client.search_runs([experiment], f"tags.{VERSION} = '{EARLIER}'", 1, 1):
        return
    county, first = next(iter(areas.values())), results.scenarios[0].name
    condition = f"tags.county = '{county}' and tags.scenario = '{first}'"
    view = _view(results, county, leading) | {"searchFilter": condition}
    name = VERSIONS.within(results.settings.language)
    _save(client, experiment, VERSIONS_KEY, name, view)


def _save(
    client: MlflowClient, experiment: str, key: str, name: str, view: Mapping[str, Any]
) -> None:
    """Save a view under ``key``, replacing one that is there."""
    now, state = int(time.time() * 1000), json.dumps(view, ensure_ascii=False)
    packed = base64.b64encode(zlib.compress(state.encode())).decode()
    saved = {"name": name, "createdAt": now, "updatedAt": now, "state": f"deflate;{packed}"}
    client.set_experiment_tag(experiment, KEY + key, json.dumps(saved, ensure_ascii=False))


def view_links(experiment: str, results: Results) -> str:
    """Return links to the views, in Markdown."""
    areas = _areas(results).items()
    return " · ".join(f"[{name}]({view_link(experiment, code)})" for code, name in areas)


def _areas(results: Results) -> dict[str, str]:
    """Return adcode → name of the areas with views, the city first."""
    pairs = sorted(set(zip(results.demand["adcode"], results.demand["county"], strict=True)))
    return dict(pairs[:MOST_VIEWS])


def _view(results: Results, county: str, metrics: Sequence[str]) -> dict[str, Any]:
    settings = results.settings
    years = settings.now, settings.until
    demand = results.demand
    gap = GAP_TITLES[bool(supply_known(demand).any())].within(settings.language)
    main = demand["scenario"] == results.scenarios[0].name
    rows = demand[main & (demand["county"] == county)]
    columns = list(_columns(rows, answer_year(*years), settings.language))
    names = [f"tags.`{name}`" for name, _ in columns]
    return {
        "searchFilter": f"tags.county = '{county}' and tags.{VERSION} = '{CURRENT}'",
        "orderByKey": f"tags.`{PLACE}`",
        "orderByAsc": True,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": ["attributes.`Run Name`", *names],
        "columnOrder": [*FIRST_COLUMNS, *names],
        "columnWidths": FIXED_WIDTHS | {f"tags.`{name}`": width for name, width in columns},
        "runsHiddenMode": "SHOW_ALL",
        "compareRunSections": [
            _section(key, gap if key == "gap" else title.within(settings.language))
            for key, (title, _) in SECTIONS.items()
        ],
        "compareRunCharts": list(_charts(years, settings.language, metrics, gap)),
        "isAccordionReordered": False,
        "groupBy": None,
        "hideEmptyCharts": True,
        "useGroupedValuesInCharts": False,
        "globalLineChartConfig": {
            "xAxisKey": "step", "lineSmoothness": 0, "selectedXAxisMetricKey": "",
        },
    }  # fmt: skip


def _columns(demand: pd.DataFrame, year: int, language: Language) -> Iterator[tuple[str, int]]:
    """Yield name and width of the columns: seats and difference by stage, then the reasons.

    Stages are in descending order of shortage probability.
    """
    then = demand[demand["year"] == year].set_index("stage")["shortage_probability"]
    stages = sorted(STAGES, key=lambda stage: -then.get(stage.code, 0.0))
    for stage in stages:
        for kind, width in ((year_name(year), SEATS_WIDTH), (APART, APART_WIDTH)):
            yield tag_name(kind, stage, language), width
    for stage in stages:
        yield tag_name(WHY, stage, language), WHY_WIDTH


def _section(key: str, title: str) -> dict[str, Any]:
    return {
        "uuid": key, "name": title, "display": True, "isReordered": False, "deleted": False,
        "isGenerated": False, "columns": 3, "cardHeight": 360,
    }  # fmt: skip


def _charts(
    years: tuple[int, int], language: Language, metrics: Sequence[str], gap: str
) -> Iterator[dict[str, Any]]:
    """Yield one chart per section and stage, and a hidden one for every other metric.

    ``gap`` is what seats required less seats available are called.
    """
    drawn = set()
    for section, (_, measures) in SECTIONS.items():
        for stage in STAGES:
            names = [metric_name(measure, stage.code, language) for measure in measures]
            drawn.add(names[0])
            title = f"{gap}/{stage_name(stage.code, language)}" if section == "gap" else names[0]
            yield _chart(section, names, *years) | {"displayName": title}
    for name in metrics:
        if name not in drawn:
            yield _chart("none", [name], *years) | {"isGenerated": True, "deleted": True}


def _chart(section: str, names: list[str], now: int, until: int) -> dict[str, Any]:
    return {
        "type": "LINE", "uuid": f"{section} {names[0]}", "metricSectionId": section,
        "metricKey": names[0], "selectedMetricKeys": names, "xAxisKey": "step",
        "range": {"xMin": now - 0.5, "xMax": until + 0.5}, "scaleType": "linear",
        "xAxisScaleType": "linear", "yAxisKey": "metric", "yAxisExpressions": [],
        "runsCountToCompare": 20, "deleted": False, "isGenerated": False,
        "useGlobalXaxisKey": True, "lineSmoothness": 0, "displayName": names[0],
    }  # fmt: skip
