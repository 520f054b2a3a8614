"""Counties' shares in the small children of their prefecture in 2020, predicted from 2010.

Six folds of provinces; the learned change is learned anew from the other folds. Every method
gives births of 2010-2020, and all go through the main job's projection, which moves the children
on.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import GroupKFold

from data.reference.china_panel import ATTRIBUTE_COLUMNS, code_changes, county_age_sex
from features.ageing.census_table import add_sexes, group_table
from features.arrays import Births, FloatArray
from features.births.childbearing import effective_women
from features.births.city_births import nowcast_births, women_of_births
from features.births.county_births import downscale_births
from features.migration.change_errors import draw_errors
from features.migration.cohort_change import FOLDS, fit_cohort_change, panel_change
from features.migration.learned_change import LearnedChange
from features.migration.university_towns import are_university_towns
from features.projection.project import census_day_ages, project_population

FIRST, LAST, DRAWS, SEED = 2010, 2020, 300, 1
FEWEST_COUNTIES = 3
FIRST_COUNTY_CODE = 21  # GB/T 2260: 01-20 are districts
BORN = {"2016-2020": 0, "2011-2015": 5}  # counted at 0-4 and at 5-9
OURS = "learned change of small children (shipped)"
KINDS = ("districts", "university towns")
LIMITS = (0.025, 0.05, 0.1, 0.5, 0.9, 0.95, 0.975)


@dataclass(frozen=True)
class Prefecture:
    """Data on one prefecture's counties in 2010, and their children (county, born) later.

    Parameters
    ----------
    census : of 2010
    change : learned without its province
    children : (county, born) counted in 2020
    fold : in which its province was held back
    """

    census: pd.DataFrame
    change: LearnedChange
    children: FloatArray
    fold: int


def prefectures() -> Iterator[Prefecture]:
    """Yield every prefecture with at least three counties that both censuses have."""
    predictors, log_change, persons = panel_change(ATTRIBUTE_COLUMNS)
    census = county_age_sex(FIRST)
    later = code_changes().reindex(predictors.index).fillna(predictors.index.to_series())
    counted = add_sexes(group_table(county_age_sex(LAST))).loc[later, list(BORN.values())]
    size = np.log(persons.sum(axis=1))
    province, prefecture = (predictors.index.str[:digits].to_numpy() for digits in (2, 4))
    folds = GroupKFold(FOLDS).split(predictors, groups=province)
    for fold, (train, test) in enumerate(folds):
        model = fit_cohort_change(predictors.iloc[train], log_change[train], persons[train])
        for code in sorted(set(prefecture[test])):
            rows = np.flatnonzero(prefecture == code)
            own = predictors.iloc[rows].reindex(columns=list(model.columns))
            if len(own) < FEWEST_COUNTIES:
                continue
            table = census[census["adcode"].isin(own.index)]
            spread = model.errors.expect(own)
            errors = draw_errors(model.errors.shape, spread, size[rows], DRAWS, SEED)
            change = model.predict(own)[:, :, None] + errors
            groups = group_table(table).loc[own.index]
            learned = LearnedChange(groups, change)
            yield Prefecture(table, learned, counted.to_numpy()[rows], fold)


def kind_of_county(groups: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return children of 0-9, and which counties are districts and which university towns."""
    persons = add_sexes(groups)
    return {
        "size": persons[[0, 5]].sum(axis=1).to_numpy(),
        "districts": groups.index.str[4:].astype(int).to_numpy() < FIRST_COUNTY_CODE,
        "university towns": are_university_towns(persons, FIRST),
    }


def births_by_method(place: Prefecture, city: Births) -> dict[str, Births]:
    """Return births of the counties: shares that stay, women of 2010 times a ratio, and ours."""
    areas = list(place.change.groups.index)
    women = effective_women(place.census, range(city.years[0], LAST + 1)).loc[areas]
    children = add_sexes(place.change.groups)[0].clip(lower=1)
    own = np.log(children / women[FIRST])
    overall = np.log(children.sum() / women[FIRST].sum())
    weights = {
        "shares of 2010": pd.DataFrame(dict.fromkeys(city.years, children)),
        "women who stay × own ratio": women.mul(np.exp(own), axis=0),
        "women who stay × ratio half-way to the city's": women.mul(
            np.exp((own + overall) / 2), axis=0
        ),
        "women who stay × the city's ratio": women,
    }
    unknown = np.zeros((len(areas), len(city.years)), dtype=bool)
    found = {
        name: Births(
            tuple(areas),
            city.years,
            (weight / weight.sum()).to_numpy()[:, :, None] * city.births,
            unknown,
        )
        for name, weight in weights.items()
    }
    return found | {OURS: downscale_births(city, place.change, FIRST, SEED)}


def evaluate(births_above: pd.DataFrame) -> pd.DataFrame:
    """Return one row per county, method and span of birth years: counted, forecast and limits."""
    known = births_above[(births_above["adcode"] == "000000") & (births_above["year"] <= FIRST)]
    rates = pd.DataFrame(columns=["adcode", "year", "measure", "value"])
    rows = []
    for place in prefectures():
        code = f"{place.change.groups.index[0][:4]}00"
        women = women_of_births(place.census, LAST)
        city = nowcast_births(code, known, rates, place.census, women, DRAWS, SEED)
        kind = kind_of_county(place.change.groups)
        for method, births in births_by_method(place, city).items():
            start = census_day_ages(place.change.groups, FIRST, place.census.iloc[:0], births)
            final = project_population(place.change, FIRST, start, births)
            for column, (born, age) in enumerate(BORN.items()):
                persons = final.persons[:, -1, age : age + 5].sum(axis=1)
                share = persons / persons.sum(axis=0)
                counted = place.children[:, column]
                table = kind | {"counted": counted, "total": counted.sum()}
                limits = np.quantile(share, LIMITS, axis=1)
                table |= {f"at_{level}": row for level, row in zip(LIMITS, limits, strict=True)}
                table |= {"share": share.mean(axis=1), "persons": np.median(persons, axis=1)}
                rows.append(pd.DataFrame(table).assign(method=method, born=born, fold=place.fold))
    return pd.concat(rows, ignore_index=True)


def stretch_needed(ours: pd.DataFrame) -> FloatArray:
    """Return by how much 90 % intervals must be stretched to hold in all folds but one, by fold.

    One means that the spread shipped is right; what the folds say apart is how sure that is.
    """
    off = ours["counted"] / ours["total"] - ours["at_0.5"]
    side = np.where(off > 0, ours["at_0.95"], ours["at_0.05"]) - ours["at_0.5"]
    return np.array([(off / side)[ours["fold"] != fold].quantile(0.9) for fold in range(FOLDS)])


def errors(table: pd.DataFrame) -> list[str]:
    """Return a Markdown row a method: errors of shares and of births, bias by kind of county."""
    lines = [
        "| weighted absolute error, % | "
        + " | ".join(f"born {born}, shares | births" for born in BORN)
        + " | bias of shares 2016-2020: "
        + " | ".join(KINDS)
        + " |",
        "|---|" + "---:|" * (2 * len(BORN) + len(KINDS)),
    ]
    for method, rows in table.groupby("method", sort=False):
        cells = []
        for born in BORN:
            part = rows[rows["born"] == born]
            for predicted in (part["share"] * part["total"], part["persons"]):
                error = (predicted - part["counted"]).abs().sum() / part["counted"].sum()
                cells.append(f"{100 * error:.1f}")
        for kind in KINDS:
            part = rows[(rows["born"] == "2016-2020") & rows[kind]]
            bias = (part["share"] * part["total"]).sum() / part["counted"].sum() - 1
            cells.append(f"{100 * bias:+.1f}")
        lines.append(f"| {method} | {' | '.join(cells)} |")
    return lines


def coverage(table: pd.DataFrame) -> list[str]:
    """Return a Markdown row a third of the counties: how often our intervals of shares held."""
    ours = table[table["method"] == OURS].copy()
    ours["third"] = pd.qcut(ours["size"], 3, labels=["small", "middle", "large"])
    lines = [f"| held of shares, 80 % / 95 % | {' | '.join(BORN)} |", "|---|---:|---:|"]
    for third in ("small", "middle", "large", "all"):
        rows = ours if third == "all" else ours[ours["third"] == third]
        cells = []
        for born in BORN:
            part = rows[rows["born"] == born]
            share = part["counted"] / part["total"]
            held = [
                100 * share.between(part[f"at_{low}"], part[f"at_{high}"]).mean()
                for low, high in ((0.1, 0.9), (0.025, 0.975))
            ]
            cells.append(f"{held[0]:.1f} / {held[1]:.1f}")
        lines.append(f"| {third} | {' | '.join(cells)} |")
    stretch = ", ".join(f"{value:.2f}" for value in stretch_needed(ours))
    return [*lines, "", f"90 % intervals must be stretched, fold by fold left out: {stretch}"]
