"""The plan in the MLflow runs of the same scenario: curves by year, a table, a note and files."""

import hashlib
import math
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Run

from data.contract.stages import STAGE_CODES, STAGE_TITLES
from experiments.results.folder import run_files
from experiments.results.layout_file import LAYOUT
from experiments.results.plan_file import UNSENT_PLAN, WORKBOOK, PlanTables, read_plan
from experiments.results.reader import Results, read_results
from experiments.tracking.metrics import STAGE_KEYS
from experiments.tracking.pending_uploads import unsent
from experiments.tracking.runs import find_runs
from experiments.tracking.store import NOTE, PARENT
from experiments.tracking.store_faults import told
from forecasting.headline import lead_area
from forecasting.plan.layout_plan import plan_answer
from forecasting.plan.reasons import ACTION_TITLES
from forecasting.plan.summary import M2_A_MU, WAN, YEARLY, steps_by_county
from forecasting.wording.forecast_text import span

PLAN_TAG, STAMP_TAG = "plan_sha256", "plan_stamp"
TABLE = "plan.json"
HEADLINE = "headline/plan_"
NOTE_MARK = "\n\n### 布局规划\n\n"
WHOLE = "合计"


@dataclass(frozen=True)
class ScenarioPlan:
    """What the runs of one scenario get.

    Parameters
    ----------
    steps : its rows of ``plan.csv``
    years : those of the forecast from the present one on
    headlines : measure → value
    note : sentences and files for the page of the run, in Markdown
    files : name in the run → file
    """

    steps: pd.DataFrame
    years: range
    headlines: Mapping[str, float]
    note: str
    files: Mapping[str, Path]

    @property
    def digest(self) -> str:
        """Sha256 of all of it."""
        told = self.steps.to_csv() + repr(sorted(self.headlines.items())) + self.note
        files = [name.encode() + file.read_bytes() for name, file in sorted(self.files.items())]
        return hashlib.sha256(b"".join([told.encode(), *files])).hexdigest()


def send_plan(client: MlflowClient | None, folder: Path) -> int:
    """Add the plan in ``folder`` to the runs of its scenarios; return how many hold it now.

    Runs are those that carry the digest of the folder's figures; one that has this very plan is
    left as it is. That it was to be logged is forgotten, unless the runs are still to come. Without
    a client there is no store, and so no runs.

    Raises
    ------
    DataError
        The store cannot be reached or refuses it.
    """
    results, tables = read_results(folder), read_plan(folder)
    logged = 0
    if client is not None and tables is not None:
        with told(client.tracking_uri):
            logged = sum(
                _log_scenario(client, find_runs(client, digest), _scenario(results, tables, name))
                for name, digest in results.parts.items()
            )
    if logged or not unsent(folder):
        (folder / UNSENT_PLAN).unlink(missing_ok=True)
    return logged


def _scenario(results: Results, tables: PlanTables, name: str) -> ScenarioPlan:
    steps, check = (table[table["scenario"] == name] for table in (tables.plan, tables.plan_check))
    told = check[check["group"] != "sensitivity"]
    folder, until = results.folder, int(results.demand["year"].max())
    first = name == results.scenarios[0].name
    files = run_files(folder, first=first)
    if first:
        # What holds every scenario, or places the first one's schools, goes with its run.
        files |= {file: folder / file for file in (WORKBOOK, LAYOUT, "plan.csv")}
    lead = lead_area(results.demand)["county"].iloc[0]
    sentences = plan_answer(steps, lead, results.bundle.names, results.now, until)
    bullets = "\n".join(f"- {sentence.zh}" for sentence in sentences)
    return ScenarioPlan(
        steps,
        range(results.now, until + 1),
        dict(zip(told["measure"], told["value"], strict=True)),
        f"{bullets}\n\n**附件**：{'、'.join([TABLE, *files])}",
        files,
    )


def _log_scenario(client: MlflowClient, runs: list[Run], plan: ScenarioPlan) -> int:
    """Add the plan to the run of a scenario and those of its counties; return 1 if it is there."""
    digest = plan.digest
    parents = [run for run in runs if PARENT not in run.data.tags]
    for parent in parents:
        run_id, tags = parent.info.run_id, parent.data.tags
        if tags.get(PLAN_TAG) == digest:
            continue
        stamp = _stamp(client, parent, digest)
        for run in runs:
            if run.data.tags.get(PARENT) == run_id:
                county = plan.steps[plan.steps["adcode"] == run.data.tags["adcode"]]
                client.log_batch(run.info.run_id, list(_curves(county, plan.years, stamp)))
        figures = [*_curves(plan.steps, plan.years, stamp)]
        figures += _headlines(plan.headlines, parent, stamp)
        client.log_batch(run_id, figures)
        _put_table(client, run_id, plan_as_read(plan.steps))
        _put_files(client, run_id, plan.files)
        own_note = tags.get(NOTE, "").partition(NOTE_MARK)[0]
        client.set_tag(run_id, NOTE, own_note + NOTE_MARK + plan.note)
        # The tag comes last: a run that was cut short is logged again.
        client.set_tag(run_id, PLAN_TAG, digest)
    return int(bool(parents))


def _stamp(client: MlflowClient, parent: Run, digest: str) -> int:
    """Return the time that the plan's figures carry, in milliseconds.

    The same when a plan that was cut short is logged again, so that no figure is there twice; later
    than that of an earlier plan, whatever the clock says, so that the newest is on top.
    """
    told_of, _, told_at = parent.data.tags.get(STAMP_TAG, "").partition(" ")
    if told_of == digest:
        return int(told_at)
    stamp = max(int(time.time() * 1000), int(told_at or 0) + 1)
    client.set_tag(parent.info.run_id, STAMP_TAG, f"{digest} {stamp}")
    return stamp


def _curves(rows: pd.DataFrame, years: range, stamp: int) -> Iterator[Metric]:
    """Give seats that a plan opens or closes in a year by stage, and money by year of decision.

    Every stage and year has a value, 0 where nothing is done: it stands above that of an earlier
    plan, which a store never forgets.
    """
    seats = rows.groupby(["stage", "year"])["seats"].sum()
    cost = rows.groupby("decide_in")["cost_cny"].sum()
    for year in years:
        for stage in STAGE_CODES:
            count = float(seats.get((stage, year), 0.0))
            yield Metric(f"plan_seats/{STAGE_KEYS[stage]}", count, stamp, year)
        yield Metric("plan_cost/cny", float(cost.get(year, 0.0)), stamp, year)


def _headlines(figures: Mapping[str, float], parent: Run, stamp: int) -> Iterator[Metric]:
    """Give the headline figures; those that an earlier plan had alone are no number any more."""
    held = [key.removeprefix(HEADLINE) for key in parent.data.metrics if key.startswith(HEADLINE)]
    for measure, value in (dict.fromkeys(held, math.nan) | dict(figures)).items():
        yield Metric(f"{HEADLINE}{measure}", float(value), stamp, 0)


def plan_as_read(steps: pd.DataFrame) -> pd.DataFrame:
    """Return the plan of one scenario as the table view shows it: a row a county, stage and action.

    It opens grouped by the first column and compares the second between the scenarios. The sums of
    all counties come first.

    Parameters
    ----------
    steps : rows of ``plan.csv`` of the scenario
    """
    whole = steps_by_county(steps.assign(adcode="", county=WHOLE))
    rows = pd.concat([whole, steps_by_county(steps)]).to_dict("records")
    columns = {
        "县区学段措施": [
            f"{row['county']} {STAGE_TITLES[row['stage']].zh} {ACTION_TITLES[row['action']].zh}"
            for row in rows
        ],
        "学位": [
            f"{row['seats']:,.0f}学位·年" if row["action"] in YEARLY else f"{row['seats']:+,.0f}"
            for row in rows
        ],
        "启用年度": [span(row["first"], row["last"]).zh for row in rows],
        "最早决策年度": [f"{row['decide_in']}" for row in rows],
        "学校数": [_unless_nought(row["schools"], ",.0f") for row in rows],
        "班数": [_unless_nought(row["classes"], ",.0f") for row in rows],
        "费用（万元）": [f"{row['cost_cny'] / WAN:,.0f}" for row in rows],
        "用地（亩）": [_unless_nought(row["land_m2"] / M2_A_MU, ",.1f") for row in rows],
    }
    return pd.DataFrame(columns)


def _unless_nought(value: float, form: str) -> str:
    return format(value, form) if value else "—"


def _put_table(client: MlflowClient, run_id: str, table: pd.DataFrame) -> None:
    """Log a table in place of an earlier one, to which MLflow by itself would append."""
    client.log_text(run_id, pd.DataFrame().to_json(orient="split", index=False), TABLE)
    client.log_table(run_id, table, TABLE)


def _put_files(client: MlflowClient, run_id: str, files: Mapping[str, Path]) -> None:
    """Log files under their names in the run, in place of earlier ones."""
    with tempfile.TemporaryDirectory() as folder:
        for name, file in files.items():
            shutil.copyfile(file, Path(folder) / name)
        client.log_artifacts(run_id, folder)
