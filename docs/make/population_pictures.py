"""Pictures of the population pipeline, one a step: ``make pictures-population``."""

from pathlib import Path

import altair as alt
import numpy as np
import pandas as pd

from data.bundle import DataBundle, load_bundle
from data.reference.china_panel import CENSUS_YEARS, county_age_sex
from data.scenario.schema import load_scenario
from experiments.report.picture_style import COLOURS, Picture, fan, limits, save
from features.ageing.census_table import GROUPS, add_sexes, group_table
from features.ageing.single_years import split_groups
from features.arrays import Births
from features.births.birth_cohorts import follow_births
from features.births.fertility_rates import age_specific_fertility, child_woman_ratio
from features.migration.net_migration import SEXES, panel_net_migration
from features.migration.university_towns import are_university_towns
from features.projection.base_census import panel_census
from features.projection.scenario_population import JumpOff, build_jump_off, residents
from features.urban.residence_split import children_by_residence

FOLDER = Path("docs") / "images"
NOW, UNTIL, DRAWS, SEED = 2026, 2035, 1000, 1
LEVEL = alt.Axis(labelAngle=0)
COHORT = alt.X("cohort:N", sort=None, title="2010年普查时的年龄（岁）", axis=LEVEL)
WHOLE = alt.Scale(domain=[0, 106], nice=False)
SEX_TITLES = {"M": "男", "F": "女"}
TOWN, DISTRICT, CITY, COUNTY = "大学城区", "其他市辖区", "县级市", "县"


def main() -> None:
    """Draw all pictures into ``docs/images``."""
    bundle = load_bundle(None)
    jump_off = build_jump_off(bundle, UNTIL, DRAWS, SEED)
    pictures: dict[str, Picture] = {
        "single-years": single_years(bundle, jump_off),
        "undercount": undercount(),
        "cohort-migration": cohort_migration(),
        "urban-paths": urban_share(bundle, jump_off),
        "births": births_path(bundle, jump_off),
        "residence": residence(bundle, jump_off),
    }
    for name, picture in pictures.items():
        save(picture, FOLDER / f"population-{name}.png")


def single_years(bundle: DataBundle, jump_off: JumpOff) -> Picture:
    """Draw the census groups of the city and the single years that they are split into."""
    census = panel_census(bundle.tables.population, jump_off.year, bundle.counties)
    groups = group_table(census.assign(adcode=bundle.city))
    births = jump_off.births
    all_births = Births(
        (bundle.city,),
        births.years,
        births.births.sum(axis=0, keepdims=True),
        np.zeros((1, len(births.years)), dtype=bool),
    )
    panels = []
    for sex, colour in zip(SEXES, COLOURS, strict=False):
        counts = groups[sex].to_numpy()[:, : len(GROUPS) - 1]
        smooth = split_groups(counts, np.array(GROUPS))
        infants = census[(census["sex"] == sex) & (census["age_lower"] == 0)]["persons"].sum()
        single = follow_births(
            smooth, all_births, (bundle.city,), jump_off.year, np.array([float(infants)])
        )
        table = pd.DataFrame(
            {
                "age": np.arange(85),
                "single": single[0] / 1000,
                "smooth": smooth[0] / 1000,
                "group": np.repeat(counts[0] / 5000, 5),
            }
        )
        panels.append(_pyramid_side(table, sex, colour))
    return alt.hconcat(*panels, spacing=4).properties(
        title=_title(
            f"桂林市{jump_off.year}年普查：五岁组拆分为单岁",
            "竖线为普查五岁组均分，色条为拆分后的单岁；0-9岁随历年出生人数，虚线为不用出生人数的平滑曲线",
        )
    )


def _pyramid_side(table: pd.DataFrame, sex: str, colour: str) -> Picture:
    """Draw one half of the pyramid from ``age, single, smooth, group`` in thousands."""
    left = sex == "M"
    side = alt.Scale(domain=[48, 0] if left else [0, 48])
    age = alt.Y(
        "age:Q",
        title="年龄（岁）" if left else None,
        scale=alt.Scale(domain=[-0.5, 85], nice=False),
        axis=alt.Axis(values=list(range(0, 90, 10))),
    )
    base = alt.Chart(table).encode(y=age)
    bars = base.mark_bar(orient="horizontal", size=3.2, color=colour, opacity=0.85).encode(
        x=alt.X("single:Q", title=f"{SEX_TITLES[sex]}（千人）", scale=side)
    )
    mean = base.mark_tick(color="#404040", thickness=1.2, height=5).encode(
        x=alt.X("group:Q", scale=side)
    )
    dashes = (
        base.transform_filter("datum.age < 10")
        .mark_line(color="black", strokeDash=[3, 2], strokeWidth=1.5)
        .encode(x=alt.X("smooth:Q", scale=side), order="age:Q")
    )
    return alt.layer(bars, mean, dashes, width=300, height=380)


def _zero_line() -> alt.Chart:
    return alt.Chart(pd.DataFrame({"y": [0]})).mark_rule(color="#595959").encode(y="y:Q")


def undercount() -> Picture:
    """Draw how many of each cohort of 2010 the census of 2020 found, survivors expected = 100."""
    gain = panel_net_migration()[1].loc[:45]
    table = gain.rename(columns=SEX_TITLES).reset_index(names="age").melt("age", var_name="性别")
    table["found"] = 100 * table["value"]
    table["cohort"] = table["age"].map(lambda age: f"{age}-{age + 4}")
    base = alt.Chart(table).encode(x=COHORT)
    bars = base.mark_bar().encode(
        y=alt.Y("excess:Q", title="比应存活人数多（%）"),
        xOffset=alt.XOffset("性别:N", sort=["男", "女"]),
        color=alt.Color(
            "性别:N", title=None, scale=alt.Scale(range=list(COLOURS[:2])), sort=["男", "女"]
        ),
    )
    least, most = (100 * (extreme(gain.loc[0]) - 1) for extreme in (min, max))
    bars = bars.transform_calculate(excess="datum.found - 100")
    return alt.layer(bars, _zero_line()).properties(
        width=560,
        height=280,
        title=_title(
            "2010年普查漏登的婴幼儿",
            "24个省区合计：2020年普查所见队列人数与2010年人数乘存活率之比；"
            f"0-4岁多{least:.0f}-{most:.0f}%，迁移在其中相抵",
        ),
    )


def county_type(adcodes: pd.Index, towns: set[str]) -> pd.Series:
    """Return what kind of county each is, by its code (GB/T 2260) and its students."""
    number = adcodes.str[4:].astype(int)
    kind = np.where(number <= 20, DISTRICT, np.where(number >= 81, CITY, COUNTY))
    return pd.Series(np.where(adcodes.isin(list(towns)), TOWN, kind), adcodes)


def cohort_migration() -> Picture:
    """Draw net migration of cohorts by kind of county."""
    migrants, _ = panel_net_migration()
    first, second = (group_table(county_age_sex(year)) for year in CENSUS_YEARS)
    towns = set(second.index[are_university_towns(add_sexes(second), CENSUS_YEARS[1])])
    kind = county_type(migrants.index, towns)
    net = add_sexes(migrants).groupby(kind).sum()
    before = add_sexes(first).loc[migrants.index, list(net.columns)].groupby(kind).sum()
    table = (100 * net / before).loc[:, :45].rename_axis("kind").reset_index()
    table = table.melt("kind", var_name="age", value_name="rate")
    table["cohort"] = table["age"].map(lambda age: f"{age}-{age + 4}")
    order = [TOWN, DISTRICT, CITY, COUNTY]
    counts = kind.value_counts()
    labels = {name: f"{name}（{counts[name]}个）" for name in order}
    table["kind"] = table["kind"].map(labels)
    lines = (
        alt.Chart(table)
        .mark_line(point=True, strokeWidth=2.5)
        .encode(
            x=COHORT,
            y=alt.Y("rate:Q", title="十年净迁移（占2010年人数 %）"),
            color=alt.Color(
                "kind:N",
                title=None,
                sort=list(labels.values()),
                scale=alt.Scale(domain=list(labels.values()), range=list(COLOURS[:4])),
            ),
        )
    )
    return alt.layer(_zero_line(), lines).properties(
        width=560,
        height=320,
        title=_title(
            "2010-2020年各队列净迁移：不同类型县区",
            "两次普查留存法，儿童漏登已按全国校正；大学城区的学生入学时迁入、毕业后迁出",
        ),
    )


def urban_share(bundle: DataBundle, jump_off: JumpOff) -> Picture:
    """Draw the urban share of each county with its interval and the points it goes through."""
    path = jump_off.urban
    totals = bundle.table("totals").dropna(subset=["urban_population"])
    order = [bundle.names[bundle.city], *(bundle.names[area] for area in path.areas)]
    parts = [limits(path.years, path.city).assign(name=order[0])]
    parts += [
        limits(path.years, share).assign(name=bundle.names[area])
        for area, share in zip(path.areas, path.share, strict=True)
    ]
    known = totals.assign(
        name=totals["adcode"].map(bundle.names),
        known=totals["urban_population"] / totals["population"],
    )[["name", "year", "known"]]
    table = pd.concat([*parts, known])
    columns = ["low", "middle", "high", "known"]
    table[columns] = 100 * table[columns]
    points = (
        alt.Chart()
        .mark_point(filled=True, size=45, color="#404040", opacity=1)
        .encode(x="year:Q", y="known:Q")
    )
    layers = alt.layer(
        *fan(alt.Y("low:Q", title="城镇化率（%）", scale=WHOLE), COLOURS[0]), points, data=table
    )
    return (
        layers.properties(width=165, height=105)
        .facet(alt.Facet("name:N", sort=order, title=None), columns=6)
        .properties(
            title=_title(
                "桂林市17个县区常住人口城镇化率",
                "点为普查及年度公布值，线为中位数，色带为80%区间；每次模拟中各县区城镇人口之和等于全市",
            )
        )
    )


def births_path(bundle: DataBundle, jump_off: JumpOff) -> Picture:
    """Draw the city's births, and the fertility of its counties at the census."""
    births = jump_off.births
    path = limits(births.years, births.births.sum(axis=0) / 1000)
    left = alt.layer(
        *fan(alt.Y("low:Q", title="出生人数（千人）"), COLOURS[0]), data=path
    ).properties(width=380, height=280)
    census = panel_census(bundle.tables.population, jump_off.year, bundle.counties)
    groups = group_table(census)
    column = births.years.index(jump_off.year)
    middle = pd.Series(np.median(births.births[:, column], axis=1), list(births.areas))
    rates = 1000 * age_specific_fertility(middle.loc[groups.index], census, jump_off.year)
    towns = are_university_towns(add_sexes(groups), jump_off.year)
    ratio = child_woman_ratio(groups)[~towns]
    chosen = [ratio.idxmax(), ratio.idxmin()]
    table = rates.loc[chosen].rename(index=bundle.names).rename_axis("name").reset_index()
    table = table.melt("name", var_name="age", value_name="rate")
    table["age"] = table["age"].map(lambda age: f"{age}-{age + 4}")
    right = (
        alt.Chart(table)
        .mark_line(point=True, strokeWidth=2.5)
        .encode(
            x=alt.X("age:N", sort=None, title="母亲年龄（岁）", axis=LEVEL),
            y=alt.Y("rate:Q", title="每千名常住妇女一年出生"),
            color=alt.Color("name:N", title=None, scale=alt.Scale(range=list(COLOURS[1:3]))),
        )
        .properties(width=300, height=280)
    )
    both = alt.hconcat(left, right, spacing=30).resolve_scale(color="independent")
    return both.properties(
        title=_title(
            "桂林市出生人数与县区生育率",
            f"左：中位数与80%区间；右：{jump_off.year}年妇女儿童比最高与最低县区（不计大学城区）的年龄别生育率（估计）",
        )
    )


def residence(bundle: DataBundle, jump_off: JumpOff) -> Picture:
    """Draw the city's children of primary age by where they live."""
    children = residents(jump_off, load_scenario("baseline"), NOW).between(6, 11)
    split = children_by_residence(children, jump_off.urban, bundle.context.city_proper)
    middle = np.median(split.sum(axis=0), axis=-1) / 1000
    labels = ["城区", "镇区", "乡村"]
    table = pd.DataFrame(middle, columns=labels).assign(year=jump_off.urban.years)
    table = table.melt("year", var_name="place", value_name="children")
    return (
        alt.Chart(table)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("children:Q", title="6-11岁儿童（千人）"),
            color=alt.Color(
                "place:N", title=None, sort=labels, scale=alt.Scale(range=list(COLOURS[:3]))
            ),
            order=alt.Order("rank:Q"),
        )
        .transform_calculate(rank="indexof(['乡村','镇区','城区'], datum.place)")
        .properties(
            width=560,
            height=300,
            title=_title(
                "桂林市小学学龄儿童的居住地（估计）",
                "假定儿童的城乡分布与常住人口相同；2020年以后按城镇化率推算",
            ),
        )
    )


def _title(text: str, note: str) -> alt.TitleParams:
    return alt.TitleParams(text, subtitle=note, anchor="start", offset=12)


if __name__ == "__main__":
    main()
