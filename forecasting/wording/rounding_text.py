"""How classes are rounded by school and grade, in words."""

from collections.abc import Mapping

from data.contract.stages import STAGES
from data.language import Text
from data.reference.school_sizes import national_school_sizes
from forecasting.rounding import expected_classes


def rounding_text(class_size: Mapping[str, float], stated: int, by_school: int = 0) -> Text:
    """Return the sentence for the assumptions: school sizes used and the seats that they add.

    Parameters
    ----------
    class_size : stage → pupils per class
    stated : number of county-stage pairs whose number of schools is all that is stated
    by_school : number of those whose schools are forecast one by one
    """
    nation = national_school_sizes()
    zh, en = [], []
    for stage in STAGES:
        persons = float(nation.at[stage.code, "pupils_per_school"])
        size = class_size[stage.code]
        mean = float(expected_classes(persons, size, persons, stage.class_groups))
        added = mean * size / persons - 1
        zh.append(f"{stage.title.zh}{persons:,.0f}人（多{added:.0%}学位）")
        en.append(f"{stage.title.en} {persons:,.0f} pupils (adds {added:.0%} of seats)")
    year = int(nation["year"].max())
    own = Text(
        f"{stated}个县区学段按填报的学校数，其余",
        f"{stated} county-stage pairs use the number of schools stated; for the others the",
    )
    start = own if stated else Text("其余" if by_school else "", "The")
    if by_school:
        start = Text(
            f"{by_school}个县区学段按各校分年级的预测逐校取整，{start.zh}",
            f"{by_school} county-stage pairs are the sum of their schools, forecast one by one. "
            f"{start.en}",
        )
    return Text(
        "班级在每所学校的每个年级取整（幼儿园可编混合班，按园取整）："
        f"{start.zh}按{year}年全国校均规模估算——{'、'.join(zh)}。"
        "学校数随在校生增减；比较年的在用学位用同样方法取整。",
        "Classes are whole in each grade of each school (in each kindergarten, whose classes may "
        f"be mixed). {start.en} expected rounding at the national mean school of {year} is used, "
        f"an estimate: {', '.join(en)}. The number of schools follows the pupils; seats in use in "
        "the base year are rounded alike.",
    )
