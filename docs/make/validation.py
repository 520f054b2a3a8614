"""The base year against every published total, written as ``docs/validation.md``.

Run ``make validation``.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from data.bundle import DataBundle, load_bundle
from data.contract.rungs import measured_errors
from data.contract.stages import STAGES, stage_index
from data.scenario.schema import load_scenario
from docs.make.out_of_time import out_of_time
from features.arrays import FloatArray, Population
from features.projection.scenario_population import JumpOff, residents
from features.ratios.learned_ratio import TARGETS, child_residents
from features.ratios.predicted_ratio import draw_ratios
from forecasting.scenario_forecast import build_start, scenario_demand
from models.census_ratio.base_pupils import reported_pupils
from models.census_ratio.gross_ratio import RatioEvidence
from models.census_ratio.ratio_evidence import credible_totals, ratio_evidence
from models.stage_pupils import StagePupils, stage_population

PAGE = Path("docs") / "validation.md"
DRAWS, SEED, NOW, UNTIL = 1000, 1, 2026, 2035
TOLERANCE = 0.03
INTRODUCTION = """# Validation of the base year

Written by `make validation`; do not edit. Medians of 1,000 draws, baseline scenario, bundled
Guilin data. Differences above 3 % are **bold**; the reasons stand below each table.
"""
NOTES = {
    "census": """On census day single ages under 15 add up to the published groups exactly; the
forecast counts age two months earlier, on 31 August. Ages 15-19 differ on purpose: the census
counts youths where they study and work, the forecast keeps *home* youths, the children of a place.
They are the 5-9 of the census before, grown as the cohort behind them grew
([population](methods-population.md)). Districts with universities or senior schools for the whole
city lose students, counties whose youths have left regain them.""",
    "primary": """\
Each county is predicted from what is learned of counties elsewhere, pulled by the reports of the
other counties of the city, as if it had not reported
([pupils per resident](methods-demand.md)). Provinces left out of learning are the wider test.""",
    "secondary": """The county yearbook counts junior and general senior schools together; no public
table parts them by county. Our two stages add up to its figure.""",
    "ratio": """The kindergarten ratio of the base year is the national one (no figure for Guilin is
public); those of 2025 and 2030 are the plan's targets by assumption, so their small differences
from it check the arithmetic alone. The other stages have no target of their own; that of the senior
stage is a scenario's.""",
    "ladder": """Weighted absolute errors of the stages, from `make bench-rungs`. The first three
rungs start from the same residents and the same last pupils, so they show what a history is worth
beyond the last year; small counties err more than states
([accuracy](accuracy.md)). Year 0 of the last rung is the census year of counties without reports,
each province left out of what was learned (`make bench-ratios`).""",
}


def census_groups(bundle: DataBundle, jump_off: JumpOff) -> pd.DataFrame:
    """Compare the counties' single ages of census day with their census age groups."""
    areas = bundle.counties
    table = bundle.tables.population
    own = table[(table["year"] == jump_off.year) & table["adcode"].isin(areas)]
    single = jump_off.census_day
    rows = []
    for lower in range(0, 20, 5):
        inside = own[(own["age_lower"] >= lower) & (own["age_lower"] < lower + 5)]
        published = inside.groupby("adcode")["persons"].sum().reindex(list(areas))
        ours = single[:, lower : lower + 5].sum(axis=1)
        differ = ~np.isclose(published.to_numpy(dtype=float), ours)
        rows.append((f"{lower}-{lower + 4}, city", published.sum(), ours.sum()))
        rows += [
            (f"{lower}-{lower + 4}, {bundle.names[code]}", published[code], ours[place])
            for place, code in enumerate(areas)
            if differ[place]
        ]
    return _compare(rows)


def primary_left_out(bundle: DataBundle, jump_off: JumpOff) -> pd.DataFrame:
    """Predict each county's primary pupils from what is learned and the other counties' reports."""
    groups = jump_off.change.groups
    enrolment = credible_totals(bundle.table("enrolment"))
    known = reported_pupils(enrolment, jump_off.year, list(groups.index))[TARGETS[0]].dropna()
    residents = child_residents(groups)[:, 0]
    rows = []
    for adcode in known.index:
        others = known.drop(adcode).to_frame()
        ratio = draw_ratios(groups, jump_off.ratios, others, DRAWS, SEED)
        place = groups.index.get_loc(adcode)
        predicted = float(residents[place] * np.exp(np.median(ratio[place, 0])))
        rows.append((bundle.names[adcode], known[adcode], predicted))
    return _compare(rows)


def regular_secondary(
    bundle: DataBundle, evidence: RatioEvidence, pupils: StagePupils
) -> pd.DataFrame:
    """Compare junior plus general senior pupils of the base year with the yearbook."""
    nothing, areas = evidence.enrolment.iloc[:0], list(pupils.areas)
    published = reported_pupils(nothing, evidence.base_year, areas)[TARGETS[1]].dropna()
    both = [stage_index("junior"), stage_index("general_senior")]
    ours = np.median(pupils.pupils[:, both, 0].sum(axis=1), axis=-1)
    place = {code: index for index, code in enumerate(pupils.areas)}
    rows = [(bundle.names[code], published[code], ours[place[code]]) for code in published.index]
    return _compare([*rows, ("all of these", published.sum(), sum(row[2] for row in rows))])


def implied_ratios(
    evidence: RatioEvidence, population: Population, pupils: StagePupils
) -> pd.DataFrame:
    """Return the city's gross enrolment ratio by stage with the target of the year."""
    goals = evidence.targets.set_index(["stage", "measure", "year"])["value"]
    counted = stage_population(population).sum(axis=0)
    ratio = np.median(pupils.pupils.sum(axis=0) / counted, axis=-1)
    rows = []
    for place, stage in enumerate(STAGES):
        for year in (evidence.base_year, 2025, 2030, 2035):
            goal = goals.get((stage.code, "gross_enrolment_ratio", year), np.nan)
            ours = ratio[place, pupils.years.index(year)]
            rows.append((f"{stage.title.en} {year}", 100 * goal, 100 * ours))
    return _compare(rows)


def _compare(rows: list[tuple[str, float, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["figure", "published", "ours"])
    return table.assign(difference=table["ours"] / table["published"] - 1)


def _markdown(table: pd.DataFrame, digits: int = 0) -> str:
    lines = ["| figure | published | ours | difference |", "|---|---:|---:|---:|"]
    for row in table.to_dict("records"):
        bold = "**" if abs(row["difference"]) > TOLERANCE else ""
        known = not np.isnan(row["published"])
        published = f"{row['published']:,.{digits}f}" if known else "-"
        difference = f"{bold}{row['difference']:+.1%}{bold}" if known else "-"
        lines.append(
            f"| {row['figure']} | {published} | {row['ours']:,.{digits}f} | {difference} |"
        )
    return "\n".join(lines)


def ladder_table() -> str:
    """Return the measured error of each step of the data ladder."""
    lines = ["| rung | measured on | origins | years ahead | error |", "|---|---|---|---:|---:|"]
    lines += [
        f"| {row.rung} | {row.set} | {row.first_origin}-{row.last_origin} | {row.horizon} | "
        f"{row.wape:.1f} % |"
        for row in measured_errors().itertuples()
    ]
    return "\n".join(lines)


def left_out_error(table: pd.DataFrame) -> str:
    """Return the weighted and the median absolute error of a comparison as a sentence."""
    weighted = (table["ours"] - table["published"]).abs().sum() / table["published"].sum()
    median: FloatArray = np.median(table["difference"].abs())
    return f"Weighted absolute error {weighted:.1%}, median county {median:.1%}."


def main() -> None:
    """Write the page from the bundled data."""
    bundle = load_bundle(None)
    start = build_start(bundle, NOW, UNTIL, DRAWS, SEED)
    jump_off = start.jump_off
    baseline = load_scenario("baseline")
    population = residents(jump_off, baseline, NOW)
    evidence = ratio_evidence(bundle, jump_off, SEED)
    demand = scenario_demand(bundle, start, baseline, NOW, SEED).demand
    left_out = primary_left_out(bundle, jump_off)
    secondary = regular_secondary(bundle, evidence, demand.pupils)
    parts = [
        INTRODUCTION,
        f"## Residents by age, census {jump_off.year}",
        _markdown(census_groups(bundle, jump_off)),
        NOTES["census"],
        f"## Primary pupils {jump_off.year}, each county predicted from the others",
        _markdown(left_out),
        left_out_error(left_out),
        NOTES["primary"],
        f"## Junior and general senior pupils {jump_off.year}",
        _markdown(secondary),
        NOTES["secondary"],
        "## Gross enrolment ratios of the city, per cent, next to the plan's targets",
        _markdown(implied_ratios(evidence, population, demand.pupils), digits=1),
        NOTES["ratio"],
        out_of_time(bundle),
        "## Steps of the data ladder",
        ladder_table(),
        NOTES["ladder"],
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
