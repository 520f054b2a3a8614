"""A plain pandas cohort-survival loop, as a planner would write it: county by county, year by year.

It knows less than the forecast: the nation's survival, births that stay as they are with a random
level, ratios of one, classes of 45. So its time is a floor for this way of writing.
"""

import sys
import time

import numpy as np
import pandas as pd

from data.contract.stages import STAGES
from data.reference.china_panel import CENSUS_YEARS, county_age_sex
from features.ageing.survivorship import log_survival

CLASS_SIZE, YEARS, AGES = 45, 15, 20


def forecast_county(people: pd.DataFrame, survival: pd.Series, births: pd.Series) -> pd.DataFrame:
    """Return mean and quantiles of seats by stage and year from persons (age × draw)."""
    rows = []
    for year in range(1, YEARS + 1):
        people = people.shift(1).mul(survival.shift(1), axis=0)
        people.loc[0] = births
        for stage in STAGES:
            pupils = people.loc[stage.first_age : stage.last_age].sum()
            seats = np.ceil(pupils / CLASS_SIZE) * CLASS_SIZE
            found = seats.quantile([0.025, 0.1, 0.9, 0.975]).to_dict()
            rows.append({"stage": stage.code, "year": year, "mean": seats.mean()} | found)
    return pd.DataFrame(rows)


def seconds_a_county(counties: int, draws: int) -> float:
    """Return the time of the loop over the first ``counties``, per county."""
    census = county_age_sex(CENSUS_YEARS[-1])
    census = census[census["age_lower"] < AGES]
    survival = pd.Series(np.exp(log_survival(range(2020, 2021))[0][:AGES]))
    random = np.random.default_rng(1)
    start = time.perf_counter()
    tables = []
    for adcode in census["adcode"].unique()[:counties]:
        groups = census[census["adcode"] == adcode].groupby("age_lower")["persons"].sum()
        single = groups.reindex(range(AGES), method="ffill") / 5
        level = pd.Series(random.lognormal(0.0, 0.1, draws))
        people = pd.DataFrame(np.outer(single, level))
        table = forecast_county(people, survival, single[0] * level)
        tables.append(table.assign(adcode=adcode))
    pd.concat(tables)
    return (time.perf_counter() - start) / counties


if __name__ == "__main__":
    print(seconds_a_county(int(sys.argv[1]), int(sys.argv[2])))
