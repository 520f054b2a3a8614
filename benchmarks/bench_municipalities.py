"""Error of stage totals in Japanese municipalities, where births fall; renews ``rung_errors.csv``.

Run ``python benchmarks/bench_municipalities.py TABLE`` with births and pupils of municipalities
(code, year, births, primary_pupils, junior_pupils, compulsory_school_primary_pupils, …) from
SSDSE-A, which is not bundled. Forecast from 2020 with the births known then. Municipalities with
nine-year schools, or fewer than 50 pupils, are left out: 1,039 remain.
"""

import sys

import numpy as np
import pandas as pd
from bench_rungs import TARGET

from data.contract.rungs import Rung
from models.history import EnrolmentHistory, build_history
from models.progression.model import ProgressionModel

SET, ORIGIN, HORIZONS = "japan_municipalities", 2020, (1, 3, 4)
STAGES, YEARS = ("primary", "junior"), (6, 3)
FEWEST = 50  # pupils


def municipal_history(table: pd.DataFrame) -> EnrolmentHistory:
    """Return the totals of the two stages, and births."""
    pupils = [f"{stage}_pupils" for stage in STAGES]
    joint = table.groupby("code")[[f"compulsory_school_{name}" for name in pupils]].max()
    wide = table.pivot_table(index="code", columns="year", values=pupils, aggfunc="sum")
    kept = (wide.min(axis=1) >= FEWEST) & wide.notna().all(axis=1) & ~(joint.sum(axis=1) > 0)
    table = table[table["code"].isin(kept.index[kept])].rename(columns={"code": "area_id"})
    rows = table.melt(["area_id", "year"], pupils, "grade", "enrolment")
    rows["grade"] = rows["grade"].map({name: str(at) for at, name in enumerate(pupils, start=1)})
    return build_history(rows, table[["area_id", "year", "births"]].dropna())


def main() -> None:
    """Score both stages together and write their rows."""
    table = pd.read_csv(sys.argv[1], dtype={"code": str}).query("2016 <= year <= 2024")
    history = municipal_history(table)
    fitted = ProgressionModel(YEARS).fit(history.until(ORIGIN))
    point = fitted.forecast(max(HORIZONS), 1, np.random.default_rng(1)).median
    rows = []
    for step in HORIZONS:
        actual = history.pupils[:, history.years.index(ORIGIN + step)]
        wape = 100 * np.abs(point[:, step - 1] - actual).sum() / actual.sum()
        rows.append((Rung.STAGE_TOTALS, SET, ORIGIN, ORIGIN, step, actual.size, wape))
    known = pd.read_csv(TARGET)
    found = pd.DataFrame(rows, columns=known.columns)
    known = pd.concat([known[known["set"] != SET], found])
    known.to_csv(TARGET, index=False, float_format="%.3f", lineterminator="\n")
    print(found.to_string(index=False))


if __name__ == "__main__":
    main()
