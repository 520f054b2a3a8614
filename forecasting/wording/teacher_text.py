"""Sentences on missing teachers: required, staying, and why the difference changes."""

import numpy as np
import pandas as pd

from data.contract.stages import STAGES
from data.language import Text
from forecasting.headline import lead_area
from forecasting.provision.teacher_why import RETIREMENT
from forecasting.wording.why_text import PART_TITLES

TEACHER_PART_TITLES = {**PART_TITLES, RETIREMENT: Text("退休", "retirement")}


def teacher_sentences(demand: pd.DataFrame, staffing: pd.DataFrame) -> list[Text]:
    """Return one sentence per stage on the teachers of the city, or of the only county.

    Parameters
    ----------
    demand : rows of ``demand.csv`` of one scenario
    staffing : rows of ``why_teachers.csv`` of the same scenario
    """
    if staffing.empty:
        return []
    lead = lead_area(demand)
    own = staffing[staffing["adcode"] == lead["adcode"].iloc[0]]
    own = own[own["to_year"] == own["to_year"].max()]
    found = []
    for stage in STAGES:
        parts = own[own["stage"] == stage.code]
        if len(parts):
            rows = lead[lead["stage"] == stage.code].set_index("year")
            found.append(_sentence(stage.title, rows.loc[parts["to_year"].iloc[0]], parts))
    return found


def _sentence(stage: Text, then: "pd.Series[float]", parts: pd.DataFrame) -> Text:
    """Return required, staying and short in the last year, and what pupils and retirement add."""
    first = parts.iloc[0]
    each = parts.set_index("part")["teachers"]
    left, pupils = each[RETIREMENT], each.drop(RETIREMENT).sum()
    short = round(float(then["teachers_short"]))
    need, stay = (f"{then[f'teachers_{name}']:,.0f}" for name in ("required", "staying"))
    zh = f"按标准需教师{need}人，届时仍在岗{stay}人，{'缺' if short > 0 else '余'}{abs(short):,}人"
    en = f"{need} teachers required, {stay} still in post, {abs(short):,} "
    en += "short" if short > 0 else "more than required"
    span, change = first["from_year"], first["total"]
    verb = "减少" if change < 0 else "增加"
    zh += f"；缺额比{span}年{verb}{abs(round(change)):,}人，"
    zh += f"其中学生数变化{_signed(pupils)}，退休{_signed(left)}"
    en += (
        f"; {_signed(change)} against {span}, of which pupils {_signed(pupils)} and retirement "
        f"{_signed(left)}"
    )
    year, name = first["to_year"], first["county"]
    return Text(f"{name}{stage.zh}：{year}年{zh}。", f"{name}, {stage.en}: in {year} {en}.")


def _signed(count: float) -> str:
    return f"{np.round(count):+,.0f}" if round(count) else "0"
