"""Checks that figures are in the unit of their column, and are figures, not codes for missing."""

from collections.abc import Callable, Iterator
from itertools import product

from data.checks.plausibility import births_and_children
from data.contract.table_reading import Readings
from data.language import Text
from data.problems import DataProblem

ANOTHER_UNIT = 10.0  # times: no place has so many births for its children, or so few
NINES = (999, 9_999, 99_999, 999_999)  # codes for missing in many files
OFTEN, AROUND = 3, 10


def totals_agree(readings: Readings) -> Iterator[DataProblem]:
    """Require population by age and the resident total to be of one order, in the same unit."""
    if not {"population", "totals"} <= set(readings):
        return
    people = readings["population"].rows
    by_sex = people.groupby(["adcode", "year", people["sex"] == "all"])["persons"].sum()
    summed = by_sex.groupby(level=[0, 1]).max().rename("summed").reset_index()
    reading = readings["totals"]
    both = reading.rows.reset_index(names="line").merge(summed, on=["adcode", "year"])
    # Children alone are a tenth of the residents, and a unit mix-up is a factor of ten thousand.
    off = both[
        (both["summed"] > 2 * both["population"]) | (both["summed"] * 100 < both["population"])
    ]
    for line, total in zip(off["line"], off["summed"], strict=True):
        yield reading.problem(
            line,
            "population",
            Text(f"与分年龄人口之和 {total:,.0f} 相当", f"near the sum over ages {total:,.0f}"),
            Text("核对单位（人或万人）", "check the unit (persons or 万人)"),
        )


# What a seat takes at least; below it the figure is in the larger unit named.
_LEAST_PER_SEAT = {
    "cost_cny": (1000.0, Text("造价", "a cost"), "元", "万元"),
    "land_m2": (1.0, Text("用地面积", "land"), "平方米", "亩"),
}


def plausible_units(readings: Readings) -> Iterator[DataProblem]:
    """Require 1,000 yuan and one square metre per seat: less is in 万元 or 亩 without a sign."""
    for name, (column, (least, title, unit, larger)) in product(
        ("projects", "sites", "schools"), _LEAST_PER_SEAT.items()
    ):
        if name not in readings or column not in readings[name].rows:
            continue
        reading = readings[name]
        few = reading.rows[column] < least * reading.rows["seats"]
        for line in reading.rows.index[few & (reading.rows[column] > 0)]:
            yield reading.problem(
                line,
                column,
                Text(f"以{unit}还是{larger}为单位？", f"{title.en} in {unit} or in {larger}?"),
                Text(
                    f"表头写明单位：“{title.zh}（{unit}）”或“{title.zh}（{larger}）”",
                    f"state it in the heading: {column}（{unit}） or {column}（{larger}）",
                ),
            )


def births_in_persons(readings: Readings) -> Iterator[DataProblem]:
    """Require births of five years to be of one order with the children of 0-4 of a census.

    A single county that is off is reported; where most are, the unit is another one. No births
    at all are no unit, and are reported with the others.
    """
    every = list(births_and_children(readings))
    far = [(table, at, count, counted, year) for table, at, _, count, counted, year in every
           if count and not counted / ANOTHER_UNIT <= count <= counted * ANOTHER_UNIT]  # fmt: skip
    for reading, place, count, counted, year in far if 2 * len(far) > len(every) else ():
        zh = f"五年出生数与 {year} 年普查 0-4 岁 {counted:,.0f} 人相当（现为 {count:,.0f}）"
        en = f"births of five years near the {counted:,.0f} of 0-4 in {year}, not {count:,.0f}"
        how_to_fix = Text("单位是人、千人还是万人？写在表头", "state the unit in the heading")
        yield reading.problem(place, "births", Text(zh, en), how_to_fix)


def figures_of_nines(readings: Readings) -> Iterator[DataProblem]:
    """Refuse 9,999 and the like where it stands more often than all figures near it together."""
    for reading in readings.values():
        columns = [one.name for one in reading.table.columns if one.kind in {"count", "amount"}]
        for name, nines in product(columns, NINES):
            if name not in reading.rows:
                continue
            near = reading.rows[name].between(nines - AROUND, nines + AROUND)
            mine = reading.rows.index[reading.rows[name] == nines]
            if len(mine) >= OFTEN and 2 * len(mine) > near.sum():
                zh, en = "数值，而不是缺失代码（如 9999）", "a figure, not a code for missing"
                how_to_fix = Text("未报告的留空；确为此数请逐处核对",
                                  "leave the cell empty where it is not reported")  # fmt: skip
                for place in mine:
                    yield reading.problem(place, name, Text(zh, en), how_to_fix)


UNIT_CHECKS: tuple[Callable[[Readings], Iterator[DataProblem]], ...] = (
    totals_agree,
    plausible_units,
    births_in_persons,
    figures_of_nines,
)
