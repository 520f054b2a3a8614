"""Births of the nation predicted from every year 1998 to 2024, and of counties from 2010.

Run ``make bench-births``. For counties see ``county_shares.py``. For the
nation each model predicts log births, or log births to a woman, of 1984 to the origin; the women
are known, for those of the next fifteen years live already.
"""

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from county_shares import coverage, errors, evaluate
from scipy.special import ndtri
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.statespace.structural import UnobservedComponents

from data.bundle import load_bundle
from data.reference.china_panel import county_age_sex
from features.ageing.census_table import GROUPS, group_table
from features.ageing.single_years import split_groups
from features.births.childbearing import age_both_ways, national_women
from features.births.national import NATION, future_levels

ORIGINS, LAST, LONGEST = range(1998, 2025), 2025, 10
LEVELS = (0.5, 0.1, 0.9, 0.025, 0.975)
SHOWN = (1, 3, 5, 10)
Model = Callable[[pd.Series, int], np.ndarray]


def normal(mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    return mean + ndtri(np.array(LEVELS))[:, None] * sd


def random_walk(series: pd.Series, horizon: int) -> np.ndarray:
    sd = np.sqrt((series.diff().dropna() ** 2).mean())
    return normal(np.full(horizon, series.iloc[-1]), sd * np.sqrt(np.arange(1, horizon + 1)))


def components(specification: str) -> Model:
    def predict(series: pd.Series, horizon: int) -> np.ndarray:
        fit = UnobservedComponents(series.to_numpy(), specification).fit(disp=0, maxiter=500)
        ahead = fit.get_forecast(horizon)
        return normal(ahead.predicted_mean, np.sqrt(ahead.var_pred_mean))

    return predict


def damped_smoothing(series: pd.Series, horizon: int) -> np.ndarray:
    model = ETSModel(series.reset_index(drop=True), error="add", trend="add", damped_trend=True)
    ahead = model.fit(disp=0).get_prediction(len(series), len(series) + horizon - 1)
    limits = ahead.pred_int(alpha=0.2).to_numpy()
    sd = (limits[:, 1] - limits[:, 0]) / 2 / ndtri(0.9)
    return normal(ahead.predicted_mean.to_numpy(), sd)


def fading_change(series: pd.Series, horizon: int) -> np.ndarray:
    return np.quantile(future_levels(series, horizon, 4000, 1), LEVELS, axis=1)


MODELS: dict[str, Model] = {
    "random walk": random_walk,
    "local level": components("llevel"),
    "local linear trend": components("lltrend"),
    "damped smoothing": damped_smoothing,
    "fading change (shipped)": fading_change,
}


def women() -> Iterator[tuple[str, pd.Series | float]]:
    years = range(1984, LAST + LONGEST + 1)
    yield "births alone", 0.0
    yield "to a woman by age pattern (shipped)", pd.Series(np.log(national_women(years)), years)
    counted = group_table(county_age_sex(2010))["F"].sum().to_numpy()
    single = split_groups(counted[None], np.array([*GROUPS, 90]))[:, :85]
    marrying = age_both_ways(single, 2010, years)[0, :, 20:35].sum(axis=1)
    yield "to a woman of 20-34", pd.Series(np.log(marrying), years)


def scores(series: pd.Series, births: pd.Series, model: Model) -> pd.DataFrame:
    rows = []
    for origin in ORIGINS:
        horizon = min(LONGEST, LAST - origin)
        predicted = model(series.loc[:origin], horizon)
        for step in range(horizon):
            year = origin + step + 1
            middle, *limits = predicted[:, step] - series[year]
            inside = [limits[low] < 0 < limits[low + 1] for low in (0, 2)]
            rows.append((step + 1, abs(np.expm1(middle)) * births[year], births[year], *inside))
    return pd.DataFrame(rows, columns=["horizon", "error", "births", "in_80", "in_95"])


def main() -> None:
    above = load_bundle(None).context.births_above
    births = above[above["adcode"] == NATION].set_index("year")["births"].astype(float).sort_index()
    for name, women_of_year in women():
        print(f"\n| {name} | " + " | ".join(f"{h} years" for h in SHOWN) + " | all | 80 % | 95 % |")
        print("|---|" + "---:|" * (len(SHOWN) + 3))
        series = (np.log(births) - women_of_year).loc[births.index]
        for label, model in MODELS.items():
            table = scores(series, births, model)
            sums = table.groupby("horizon")[["error", "births"]].sum()
            share = 100 * sums["error"] / sums["births"]
            overall = 100 * table["error"].sum() / table["births"].sum()
            cells = [f"{share[h]:.1f}" for h in SHOWN] + [f"{overall:.1f}"]
            cells += [f"{100 * table[column].mean():.0f}" for column in ("in_80", "in_95")]
            print(f"| {label} | " + " | ".join(cells) + " |")
    counties = evaluate(above)
    print("", *errors(counties), "", *coverage(counties), sep="\n")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # short series: the optimiser of some peers does not settle
    main()
