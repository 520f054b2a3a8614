"""Enrolment ratios of Guilin's reporting counties, lent to places where too few have reported.

Ratios differ more between cities than between the counties of one. The only other place whose
ratio is known is the nation, so its distance from Guilin's counties is added to their spread.
Run ``make reference-ratios``; renews ``data/reference/guilin/context/reference_ratios.csv``.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.bundle import load_bundle
from data.scenario.schema import load_scenario
from features.projection.scenario_population import build_jump_off, residents
from models.census_ratio.evidence import national_primary_ratio, ratio_evidence
from models.census_ratio.gross_ratio import base_log_ratios, stage_population

TARGET = (
    Path(__file__).resolve().parent.parent / "data/reference/guilin/context/reference_ratios.csv"
)
DRAWS, SEED, UNTIL = 1000, 1, 2026
LATEST_PRIMARY = 2023
SOURCES = {
    "primary": "中国县域统计年鉴 2021 (2020 data), 小学在校学生; residents 6-11 from 2020 census",
    "general_senior": "中国县域统计年鉴 2021 (2020 data), 普通中学在校学生 less junior pupils; "
    "home youths 15-17 from 2020 census",
}


def main() -> None:
    """Write the mean and spread of the log ratios between counties."""
    bundle = load_bundle(None)
    jump_off = build_jump_off(bundle, UNTIL, DRAWS, SEED)
    population = residents(jump_off, load_scenario("baseline"), UNTIL)
    base = stage_population(population)[:, :, population.years.index(jump_off.year)]
    evidence = ratio_evidence(bundle, jump_off.year)
    ratios = base_log_ratios(base, evidence, population.areas, SEED)
    nation = np.log(national_primary_ratio(bundle.context, LATEST_PRIMARY))
    distance = abs(ratios["primary"].pool.centre - nation)
    rows = [
        (stage, jump_off.year, pool.counties, pool.centre, np.hypot(pool.spread, distance))
        for stage, pool in ((stage, ratios[stage].pool) for stage in SOURCES)
    ]
    table = pd.DataFrame(rows, columns=["stage", "year", "counties", "log_mean", "log_sd"])
    table = table.assign(
        basis="estimate",
        method="mean between counties of log(pupils / residents); log_sd joins their standard "
        f"deviation and the distance of primary pupils from the nation's of {LATEST_PRIMARY}",
        source=table["stage"].map(SOURCES),
    )
    table.to_csv(TARGET, index=False, float_format="%.4f", lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
