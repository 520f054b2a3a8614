"""Predictors of the ten years after a census: what a planner knows of each county then.

Every predictor is a log ratio, a share or a rate, so that counties of all sizes are comparable;
the same is computed for the prefecture (4-digit code) and the province (2-digit code), and the
county's distance from both, because children move towards the urban core they belong to.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.ageing.census_table import GROUPS, add_sexes
from features.migration.neighbours import neighbour_predictors

CONTEXT = {"prefecture": 4, "province": 2}
CONTEXT_KEYS = (
    *(f"share_{group}" for group in (0, 5, 10, 15, 20, 25, 65)),
    *(f"step_{group}" for group in (5, 10, 15, 20, 25, 30)),
    *("child_woman", "infant_child", "sex_0", "sex_20", "five_woman", "ten_parent"),
)
ATTRIBUTE_CONTEXT = (
    *("registered", "urban_population", "mean_years_schooling", "birth_rate_permille"),
    *("employed_primary_percent", "children_ever_born_per_woman"),
    *("in_migrants_same_county_long_form", "in_migrants_same_province_long_form"),
    "in_migrants_other_province_long_form",
)
COUNTS = (
    *("registered_population", "urban_population", "households"),
    *("in_migrants_same_county_long_form", "in_migrants_same_province_long_form"),
    "in_migrants_other_province_long_form",
)


def predictors_of(groups: pd.DataFrame, attributes: pd.DataFrame | None) -> pd.DataFrame:
    """Return all predictors that the census table and the optional attributes allow."""
    parts = [census_predictors(groups)]
    if attributes is not None:
        parts.append(attribute_predictors(attributes, groups.index))
    own = pd.concat(parts, axis=1)
    compared = own[own.columns.intersection([*CONTEXT_KEYS, *ATTRIBUTE_CONTEXT])]
    is_sum = is_sum_of_others(groups.index.astype(str))
    return pd.concat([own, neighbour_predictors(compared, is_sum)], axis=1).dropna(
        axis=1, how="all"
    )


def census_predictors(groups: pd.DataFrame) -> pd.DataFrame:
    """Return predictors from the age and sex groups alone.

    Parameters
    ----------
    groups : table of :func:`features.ageing.census_table.group_table`, six-digit adcodes as the
        index
    """
    code = groups.index.astype(str)
    own = _structure(groups)
    total = add_sexes(groups).sum(axis=1).clip(lower=1.0)
    unit = pd.to_numeric(code.str[4:6], errors="coerce").fillna(0).to_numpy(dtype=float)
    parts = [own, pd.DataFrame({"log_total": _log(total)}, index=groups.index)]
    kind = {"district": (unit > 0) & (unit < 20), "county_city": unit > 80}
    parts.append(pd.DataFrame(kind, index=groups.index).astype(float))
    for level, digits in CONTEXT.items():
        parts.append(_context(groups, own, total, level, digits))
    return pd.concat(parts, axis=1)


def attribute_predictors(attributes: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """Return predictors from whatever attribute columns there are, NaN where a county has none.

    Counts become logs of their share in the population; rates stay as they are.
    """
    table = attributes.drop_duplicates("adcode").set_index("adcode").reindex(areas)
    population = table["population"].astype(float) if "population" in table else None
    known: dict[str, pd.Series] = {}
    for name in table.columns.intersection([*COUNTS, *RATES]):
        values = table[name].astype(float)
        if name in RATES:
            known[name] = values
        elif population is not None:
            short = "registered" if name == "registered_population" else name
            known[short] = _log(values) - _log(population)
    own = pd.DataFrame(known, index=areas)
    if population is None or own.empty:
        return own
    parts = [own]
    keys = [key for key in ATTRIBUTE_CONTEXT if key in own]
    for level, digits in CONTEXT.items():
        group = areas.astype(str).str[:digits]
        weighted = own[keys].mul(population, axis=0).groupby(group).sum()
        weight = own[keys].notna().mul(population.fillna(0), axis=0).groupby(group).sum()
        around = (weighted / weight.where(weight > 0)).loc[group].set_axis(areas)
        parts += [around.add_prefix(f"{level}_"), (own[keys] - around).add_prefix(f"from_{level}_")]
    return pd.concat(parts, axis=1)


RATES = (
    *("non_agricultural_hukou_percent", "minority_percent", "birth_rate_permille"),
    *("death_rate_permille", "mean_years_schooling", "women_15_49_percent"),
    *("children_ever_born_per_woman", "employed_primary_percent"),
)


def _log(values: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    return np.log(values.clip(lower=1.0))


def _structure(groups: pd.DataFrame) -> pd.DataFrame:
    """Return shares, steps between neighbouring groups, sex ratios and child ratios."""
    persons = add_sexes(groups)
    log_persons, log_total = _log(persons), _log(persons.sum(axis=1))
    log_men, log_women = _log(groups["M"]), _log(groups["F"])
    women = groups["F"]
    result = {f"share_{group}": log_persons[group] - log_total for group in GROUPS}
    for group in GROUPS[1:14]:
        result[f"step_{group}"] = log_persons[group] - log_persons[group - 5]
    for group in GROUPS[:14]:
        result[f"sex_{group}"] = log_men[group] - log_women[group]
    infants = groups["I", 0]
    older = (persons[0] - infants).where(infants.notna())
    result["infant_child"] = _log(infants) - _log(older)
    result["child_woman"] = log_persons[0] - _log(women[20] + women[25] + women[30])
    result["five_woman"] = log_persons[5] - _log(women[25] + women[30] + women[35])
    result["ten_parent"] = log_persons[10] - _log(persons[35] + persons[40])
    return pd.DataFrame(result, index=groups.index)


def is_sum_of_others(code: pd.Index) -> npt.NDArray[np.bool_]:
    """Return True for provinces and cities listed with their counties: they count people twice.

    441900 (Dongguan) has no counties and is one itself.
    """
    province = code.str.endswith("0000") & code.str[:2].duplicated(keep=False)
    prefecture = code.str.endswith("00") & code.str[:4].duplicated(keep=False)
    return np.asarray(province | prefecture)


def _context(
    groups: pd.DataFrame, own: pd.DataFrame, total: pd.Series, level: str, digits: int
) -> pd.DataFrame:
    """Return the surrounding area's structure, the distance from it and the place within it."""
    code = groups.index.astype(str)
    key = code.str[:digits]
    base = ~is_sum_of_others(code)
    surrounding = groups[base].groupby(key[base]).sum(min_count=1)
    around = _structure(surrounding)[list(CONTEXT_KEYS)].reindex(key).set_axis(groups.index)
    total_around = surrounding[["M", "F"]].sum(axis=1).clip(lower=1.0)
    share = total / total_around.reindex(key).to_numpy()
    persons = add_sexes(groups)
    pull = (persons[20] / persons[10].clip(lower=1)).where(base)
    within = pull.groupby(key)
    place = pd.DataFrame(
        {
            f"{level}_log_total": _log(total / share),
            f"{level}_log_share": np.log(share),
            f"{level}_strongest_pull": within.transform("max"),
            f"{level}_rank_of_pull": within.rank(pct=True),
        }
    )
    distance = (own[list(CONTEXT_KEYS)] - around).add_prefix(f"from_{level}_")
    return pd.concat([around.add_prefix(f"{level}_"), distance, place], axis=1)
