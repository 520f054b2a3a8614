"""Text on a plan: display names, the reason for each step, and its data basis."""

from collections.abc import Iterable, Set

import numpy as np
import pandas as pd

from data.contract.columns import STANDARD_MEASURE
from data.contract.stages import STAGE_TITLES
from data.language import Text
from forecasting.plan.case.actions import Action, Reason
from forecasting.plan.case.costs import lease_years
from forecasting.plan.case.planning_case import PlanCase
from forecasting.plan.project_list.gap_words import GapWords, is_demonstration
from forecasting.plan.project_list.outlook import PlanOutlook
from forecasting.plan.project_list.receiving import receiving_schools
from forecasting.plan.project_list.steps import Step
from forecasting.wording.forecast_text import NEARLY, chance

# A school that moves into a new building: ``merge`` with land in ``plan.csv``.
RELOCATE = "relocate"
LIKELY = 0.5
ACTION_TITLES = {
    **{str(action): action.words for action in Action},
    RELOCATE: Text("迁建", "relocate"),
}


def norm_title(code: str) -> Text:
    """Return the display name of a norm."""
    return Text(STANDARD_MEASURE[code][0], code.replace("_", " "))


def assumed_norms(actions: Iterable[str], stage: str, standards: pd.DataFrame) -> list[str]:
    """Return the measures without a source that ``actions`` at a stage depend on."""
    guessed = standards[(standards["stage"] == stage) & (standards["basis"] == "assumption")]
    used = [
        norm
        for action in actions
        for norm in (Action.BUILD if action == RELOCATE else Action(action)).norms
    ]
    return [norm for norm in dict.fromkeys(used) if norm in set(guessed["measure"])]


def rests_on(
    action: str, stage: str, basis: str, standards: pd.DataFrame, *, named: bool = False
) -> Text:
    """Return the unsourced basis of a row of ``plan.csv``: norms, and existing seats.

    A ``named`` school has its own classes and not those of the usual size.
    """
    titles = [
        norm_title(code)
        for code in assumed_norms([action], stage, standards)
        if not (named and code == "school_classes_usual")
    ]
    zh, en = "、".join(t.zh for t in titles) or "无", ", ".join(t.en for t in titles) or "none"
    if is_demonstration(basis):
        return Text(f"{zh}；现有学位按在用推算", f"{en}; existing seats are those in use")
    return Text(zh, en)


def shown_actions(plan: pd.DataFrame) -> pd.DataFrame:
    """Return rows of ``plan.csv`` with the actions that planners read, ``relocate`` among them."""
    moved = (plan["action"] == str(Action.MERGE)) & (plan["land_m2"] > 0)
    return plan.assign(action=plan["action"].mask(moved, RELOCATE))


def reason_text(
    case: PlanCase, found: PlanOutlook, step: Step, leaving: Set[int], words: GapWords
) -> Text:
    """Return why a step is taken: the situation without and with the plan.

    Parameters
    ----------
    case, found, step : case, figures without and with the plan, and the decision
    leaving : schools that the plan merges or converts in any year
    words : what a gap of the county and stage is called
    """
    if step.action == Action.MERGE and step.reason == Reason.NEW_DISTRICT:
        return _moved(case, step)
    if step.action == Action.CLOSE:
        return Text("学校已无学生", "the school has no pupils left")
    situation = (
        _surplus(case, found, step, leaving, words)
        if step.reason == Reason.SURPLUS
        else _lack(case, found, step, words)
    )
    lead = _LEADS.get(step.reason)
    return Text(f"{lead.zh}；{situation.zh}", f"{lead.en}; {situation.en}") if lead else situation


_TO_THE_NEEDIEST = Text(
    "统筹新增的学位落在自身最不够的区",
    "what the pool adds goes to the districts that lack most themselves",
)
_LEADS = {
    Reason.NEW_DISTRICT: Text(
        "行动计划要求新区建设全学段学校，这是其中一部",
        "a section of the all-stage school that the action plan requires in the New District",
    ),
    Reason.LAST_SCHOOL: Text(
        "每个县区至少有一所普通高中", "every county has one general senior school"
    ),
}


def _moved(case: PlanCase, step: Step) -> Text:
    """Return why an existing school moves into a new building, and how large that is."""
    classes = float(case.norms["school_classes_usual"].iloc[step.stage])
    seats = classes * float(case.size[step.area, step.stage, step.year])
    return Text(
        "行动计划要求新区建设全学段学校；本学段学位有余，由一所现有学校迁入新校舍"
        f"（{classes:.0f}班、{seats:,.0f}个学位），不增学位",
        "the action plan requires an all-stage school in the New District; this stage has spare "
        f"seats, so an existing school moves into a new building ({classes:.0f} classes, "
        f"{seats:,.0f} seats) and no seat is added",
    )


def _lack(case: PlanCase, found: PlanOutlook, step: Step, words: GapWords) -> Text:
    """Return the shortage without and with the plan in the worst year that the step affects.

    For rented rooms that is the worst year with the plan, as new schools open while they are held.
    """
    lease = step.action == Action.LEASE
    last = len(case.years) - 1
    covered = lease_years(case, step.stage, step.year) if lease else range(step.year, last + 1)
    cell = step.area, step.stage
    gap = found.gap_with if lease else found.gap
    year = max(covered, key=lambda one: gap[*cell, one])
    title = _stage_title(case, step)
    before = _state(found, (*cell, year), words)
    after = _state(found, (*cell, year), words, planned=True)
    when = case.years[year]
    share = _share(step, float(found.gap[*cell, year] - found.gap_with[*cell, year]))
    parts = [
        Text(
            f"都不做：{when}年{title.zh}{before.zh}；按方案（{share.zh}）：{after.zh}",
            f"without any action: {title.en} in {when}: {before.en}; with the plan ({share.en}) "
            f"{after.en}",
        )
    ]
    if lease:
        parts.insert(0, _term(case, found, step, covered, words))
    if found.chance_with[*cell, year] >= LIKELY and found.gap_with[*cell, last] < 0:
        parts.append(
            _after_the_peak(case.years[last], words.balance(float(found.gap_with[*cell, last])))
        )
    if step.giver >= 0:
        parts.append(_given(case, found, step, words))
    elif title is not STAGE_TITLES[case.stages[step.stage]] and step.reason == Reason.SHORTAGE:
        parts.append(_TO_THE_NEEDIEST)
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


def _after_the_peak(year: int, spare: Text) -> Text:
    """Return why the plan leaves a shortage in the peak years."""
    return Text(
        f"高峰过后{year}年平均{spare.zh}，故不按高峰建足，高峰时不够的须另行安排",
        f"after the peak, in {year}, on average {spare.en}, so not built for the peak; what is "
        f"missing then must be found elsewhere",
    )


def _share(step: Step, total: float, *, fewer: bool = False) -> Text:
    """Return the seats of a decision, and those of all decisions if they are more."""
    own, every = f"{step.seats:,.0f}", f"{total:,.0f}"
    sign = Text("减", " fewer") if fewer else Text("", "")
    many = step.schools > 1
    batch = (
        Text(f"{step.schools:.0f}所共", f"{step.schools:.0f} schools, ") if many else Text("", "")
    )
    zh = f"本项{batch.zh}{sign.zh}{own}个学位"
    en = f"this decision: {batch.en}{own} seats{sign.en}"
    if every == own:
        return Text(zh, en)
    return Text(f"{zh}，各项合计{sign.zh}{every}个", f"{en}; all decisions: {every}{sign.en}")


def _surplus(
    case: PlanCase, found: PlanOutlook, step: Step, leaving: Set[int], words: GapWords
) -> Text:
    """Return the idle seats without and with the plan, and where the pupils go."""
    cell = step.area, step.stage
    last = len(case.years) - 1
    worst = at_most(float(found.chance_with[*cell, step.year :].max()))
    title = _stage_title(case, step)
    gaps = found.gap, found.gap_with
    before, after = (words.balance(float(gap[*cell, last])) for gap in gaps)
    year = case.years[last]
    total = float(found.gap_with[*cell, last] - found.gap[*cell, last])
    fewer = _share(step, total, fewer=True)
    outcome = Text(
        f"都不做：{year}年{title.zh}平均{before.zh}；按方案（{fewer.zh}）：{after.zh}，"
        f"各年{words.chance.zh}{worst.zh}",
        f"without any action: {title.en} in {year} on average {before.en}; with the plan "
        f"({fewer.en}) {after.en}, {words.chance.en} {worst.en} in any year",
    )
    places = receiving_schools(case, step, leaving)
    return Text(f"{outcome.zh}；{places.zh}", f"{outcome.en}; {places.en}")


def _term(case: PlanCase, found: PlanOutlook, step: Step, covered: range, words: GapWords) -> Text:
    """Return for how long rooms are rented and the situation afterwards."""
    first, last = case.years[covered[0]], case.years[covered[-1]]
    after = covered[-1] + 1
    if after >= len(case.years):
        return Text(f"租用{first}—{last}学年", f"rented {first} to {last}")
    probability = float(found.chance_with[step.area, step.stage, after])
    after_it = chance(probability)
    # Rooms that are given back while seats are short bridge nothing: they ease the peak.
    bridges = probability < LIKELY
    purpose = Text("过渡", "as a bridge") if bridges else Text("缓解高峰", "to ease the peak")
    return Text(
        f"租用{first}—{last}学年{purpose.zh}，退租时{words.chance.zh}{after_it.zh}",
        f"rented {first} to {last} {purpose.en}; {words.chance.en} when it ends {after_it.en}",
    )


def _given(case: PlanCase, found: PlanOutlook, step: Step, words: GapWords) -> Text:
    """Return the situation of the stage whose schools are converted."""
    worst = at_most(float(found.chance_with[step.area, step.giver, step.year :].max()))
    title = STAGE_TITLES[case.stages[step.giver]]
    many = f"{step.schools:.0f}"
    return Text(
        f"取自{title.zh}{many}所，其后{title.zh}各年{words.chance.zh}{worst.zh}",
        f"taken from {many} schools of {title.en}, whose {words.chance.en} then is {worst.en}",
    )


def _stage_title(case: PlanCase, step: Step) -> Text:
    title = STAGE_TITLES[case.stages[step.stage]]
    if any(pool.stage == step.stage and step.area in pool.areas for pool in case.pools):
        return shared_title(title)
    return title


def shared_title(stage: Text) -> Text:
    """Return the name of a stage whose schools several counties share."""
    return Text(f"城区统筹的{stage.zh}", f"{stage.en} of the city's common pool")


def _state(
    found: PlanOutlook, cell: tuple[int, int, int], words: GapWords, *, planned: bool = False
) -> Text:
    """Return the shortage probability and the mean gap in words."""
    probability, gap = (found.chance_with, found.gap_with) if planned else (found.chance, found.gap)
    likely = chance(float(probability[cell]))
    mean = words.balance(float(gap[cell]))
    return Text(
        f"{words.chance.zh}{likely.zh}、平均{mean.zh}",
        f"{words.chance.en} {likely.en}, on average {mean.en}",
    )


def at_most(probability: float) -> Text:
    """Return an upper limit of a probability in words."""
    if probability < 1 - NEARLY:
        return chance(probability)
    return Text(f"不超过{probability:.0%}", f"{probability * 100:.0f} % at most")


def rounded_up(value: float) -> float:
    """Return a count rounded away from zero, as for teachers."""
    return float(np.sign(value) * np.ceil(abs(value) - 1e-6))
