"""Urban shares of 2020 predicted from 2010, county by county: ``make bench-urbanization``.

Known in 2010 are the counties' shares of that year and the nation's of 2000 and 2010. The spread
of the paces is the panel's, between the very censuses that are compared: widths are not predicted.
"""

import numpy as np
import pandas as pd

from data.bundle import load_bundle
from data.reference.china_panel import CENSUS_YEARS, county_attributes
from features.projection.scenario_population import national_urban_share
from features.urban.urban_path import pace_spread, urban_paths

DRAWS = 500
NEAR = 0.001  # a tenth of a point: an all-urban district stays within its interval


def predicted(first: pd.DataFrame, nation: pd.Series) -> pd.DataFrame:
    """Return quantiles of the share in 2020 by county, city after city."""
    known = nation[nation.index <= CENSUS_YEARS[0]]
    span = range(CENSUS_YEARS[0], CENSUS_YEARS[1] + 1)
    parts = []
    for city, counties in first.groupby(first["adcode"].str[:4]):
        residents = counties.set_index("adcode")["population"].astype(float)
        path = urban_paths(counties, f"{city}00", residents, known, span, DRAWS, 1)
        limits = np.quantile(path.share[:, -1], [0.5, 0.1, 0.9, 0.025, 0.975], axis=1)
        parts.append(pd.DataFrame(limits.T, index=list(path.areas)))
    return pd.concat(parts)


def report(name: str, table: pd.DataFrame) -> None:
    weight = table["population"].astype(float)
    cells = []
    for column in ("unchanged", "predicted"):
        error = 100 * (table[column] - table["share"])
        cells += [np.average(error.abs(), weights=weight), np.average(error, weights=weight)]
    inside = [
        100 * table["share"].between(table[low] - NEAR, table[high] + NEAR).mean()
        for low, high in ((1, 2), (3, 4))
    ]
    text = " | ".join(f"{cell:.1f}" for cell in cells) + f" | {inside[0]:.0f} | {inside[1]:.0f}"
    print(f"| {name} | {len(table)} | {text} |")


def main() -> None:
    bundle = load_bundle(None)
    nation = national_urban_share(bundle.context.vital_rates)
    columns = ["adcode", "year", "population", "urban_population"]
    totals = bundle.table("totals")
    panel = [county_attributes(year)[columns] for year in CENSUS_YEARS]
    # Guilin on the codes of 2020: two of its counties changed theirs.
    first, second = (
        pd.concat([table[table["adcode"].str[:4] != "4503"], own[columns]])
        for table, year in zip(panel, CENSUS_YEARS, strict=True)
        for own in [totals[(totals["year"] == year) & totals["adcode"].isin(bundle.counties)]]
    )
    later = second.set_index("adcode").astype({"population": float, "urban_population": float})
    table = predicted(first, nation).rename(columns={0: "predicted"}).join(later, how="inner")
    before = first.set_index("adcode").astype({"population": float, "urban_population": float})
    table["unchanged"] = before["urban_population"] / before["population"]
    table["share"] = table["urban_population"] / table["population"]
    print("Spread of the yearly pace between cities and within them:", pace_spread())
    print("\n| points | areas | unchanged: error | bias | predicted: error | bias | 80 % | 95 % |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    report("all", table)
    low, high = table["unchanged"].quantile([1 / 3, 2 / 3])
    report(f"under {low:.0%} in 2010", table[table["unchanged"] < low])
    report(f"{low:.0%} to {high:.0%}", table[table["unchanged"].between(low, high)])
    report(f"above {high:.0%}", table[table["unchanged"] > high])
    guilin = table.loc[list(bundle.counties)]
    report("Guilin", guilin)
    print("\n| county | 2010 | predicted for 2020 | 80 % | 2020 |\n|---|---:|---:|---:|---:|")
    for adcode, row in guilin.iterrows():
        figures = [100 * row[name] for name in ("unchanged", "predicted", 1, 2, "share")]
        before, middle, low, high, share = (f"{figure:.1f}" for figure in figures)
        print(f"| {bundle.names[adcode]} | {before} | {middle} | {low} - {high} | {share} |")


if __name__ == "__main__":
    main()
