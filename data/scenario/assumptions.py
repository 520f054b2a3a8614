"""Assumptions that may differ by county and by year, in one form for all of them.

``1.2`` holds everywhere; ``{2026: 1.0, 2030: 1.2}`` goes through these years; ``{default: 1.0,
COUNTY: 1.3}`` differs by county, and each county's value is again a number or a mapping of years.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, ValidationInfo
from pydantic_core import PydanticCustomError

from data.contract.fields import ALL_KINDS
from data.contract.stages import STAGE_TITLES
from data.language import Language, Text

Number = TypeVar("Number")
FloatArray = npt.NDArray[np.float64]
Scalar = int | float
Years = Mapping[int, Scalar]
Value = Scalar | Years | Mapping[str, Scalar | Years]

DEFAULT = "default"
FORMS = ("number", "by_year", "by_county")
FIRST_YEAR, LAST_YEAR = 2021, 2100
SMALLEST_ADCODE = 100_000


def _not_past(year: int, info: ValidationInfo) -> int:
    now = (info.context or {}).get("now")
    if now is not None and year < now:
        raise PydanticCustomError("before_now", "not before {now}", {"now": now})
    return year


def _adcode(county: Any, info: ValidationInfo) -> Any:
    """Return the adcode of a county of the data, given its name or its code.

    Without counties in the context, as where a scenario is only shown, it stays as it stands.
    """
    if isinstance(county, int) and county >= SMALLEST_ADCODE:
        county = str(county)
    counties: Mapping[str, str] | None = (info.context or {}).get("counties")
    if counties is None or county == DEFAULT or not isinstance(county, str):
        return county
    code = {name: adcode for adcode, name in counties.items()}.get(county, county)
    if code not in counties:
        raise PydanticCustomError("unknown_county", "unknown county", {"known": dict(counties)})
    return code


PlanYear = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
ComingYear = Annotated[PlanYear, AfterValidator(_not_past)]
County = Annotated[str, Field(min_length=1), BeforeValidator(_adcode)]


def _form(value: Any) -> str:
    if not isinstance(value, Mapping):
        return "number"
    # JSON has no numbers for keys.
    years = [str(key).isdecimal() and int(key) < SMALLEST_ADCODE for key in value]
    return "by_year" if years and all(years) else "by_county"


ByYear = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[dict[PlanYear, Number], Tag("by_year"), Field(min_length=1)],
    Discriminator(_form),
]
YearsSince = Annotated[int, Field(ge=0, le=60)]
ByYearsSince = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[dict[YearsSince, Number], Tag("by_year"), Field(min_length=1)],
    Discriminator(_form),
]
ByCounty = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[dict[County, Number], Tag("by_county"), Field(min_length=1)],
    Discriminator(_form),
]
ByCountyAndYear = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[dict[PlanYear, Number], Tag("by_year"), Field(min_length=1)]
    | Annotated[dict[County, ByYear[Number]], Tag("by_county"), Field(min_length=1)],
    Discriminator(_form),
]


def worded(value: Any, names: Mapping[str, str], language: Language) -> str:
    """Return an assumption as people read it, with names in the place of codes.

    >>> worded({"default": 1.0, "110101": {2030: 0.5}}, {"110101": "东城区"}, "zh")
    '其他县区 1.0；东城区 2030年 0.5'
    """
    if isinstance(value, Mapping) and value:
        by_year = _form(value) == "by_year"
        joint = Text("，", ", ") if by_year else Text("；", "; ")
        pairs = (
            f"{_label(key, names, language)} {worded(one, names, language)}"
            for key, one in value.items()
        )
        return joint.within(language).join(pairs)
    if value is None or value == {}:
        return Text("默认", "default").within(language)
    if isinstance(value, bool):
        return (Text("是", "yes") if value else Text("否", "no")).within(language)
    if value == ALL_KINDS:
        return Text("不分类型", "any").within(language)
    return names.get(value, value) if isinstance(value, str) else str(value)


def _label(key: Any, names: Mapping[str, str], language: Language) -> str:
    """Return what a key of an assumption is called: a year, a county or a stage."""
    if isinstance(key, int):
        return Text(f"{key}年", f"{key}:").within(language)
    if key == DEFAULT:
        return Text("其他县区", "other counties").within(language)
    return STAGE_TITLES[key].within(language) if key in STAGE_TITLES else names.get(key, key)


def value_of(value: Value | None, area: str) -> Scalar | Years | None:
    """Return what is stated for one area; None where nothing is."""
    if value is None or isinstance(value, int | float):
        return value
    if _form(value) == "by_year":
        return value  # type: ignore[return-value]
    counties: Mapping[Any, Any] = value
    return counties.get(area, counties.get(DEFAULT))


def each_number(value: Value, change: Callable[[Scalar], Years]) -> Value:
    """Return ``value`` with each number that holds for all years made a mapping of years."""
    if isinstance(value, int | float):
        return change(value)
    if _form(value) == "by_year":
        return value
    counties: Mapping[Any, Any] = value
    return {
        area: one if isinstance(one, Mapping) else change(one) for area, one in counties.items()
    }


def over(
    value: Value | None,
    areas: Sequence[str],
    years: Sequence[int],
    now: int,
    baseline: npt.ArrayLike,
) -> FloatArray:
    """Return an assumption as (area, year): the baseline before ``now``, what is stated after.

    A number holds from ``now`` on. Values by year are joined by straight lines that start at the
    baseline in ``now`` and stay level after the last year. Where nothing is stated the baseline
    goes on.

    Parameters
    ----------
    value : number, by year, by county, or None
    areas, years : labels of the axes
    now : present year
    baseline : broadcast to (area, year)

    Raises
    ------
    KeyError : a county that is not among the areas

    Examples
    --------
    >>> over({"default": 2.0, "b": {2028: 3.0}}, ["a", "b"], range(2025, 2030), 2026, 1.0)
    array([[1., 2., 2., 2., 2.],
           [1., 1., 2., 3., 3.]])
    """
    calendar = np.array(years)
    result = np.array(np.broadcast_to(baseline, (len(areas), len(years))), dtype=float)
    if isinstance(value, Mapping) and _form(value) == "by_county":
        strangers = set(map(str, value)) - {*areas, DEFAULT}
        if strangers:
            raise KeyError(f"no such areas: {sorted(strangers)}")
    coming = calendar >= now
    for row, area in zip(result, areas, strict=True):
        stated = value_of(value, area)
        if isinstance(stated, Mapping):
            knots = dict(stated)
            if min(knots) > now:
                knots[now] = float(np.interp(now, calendar, row))
            known = sorted(knots)
            row[coming] = np.interp(calendar[coming], known, [knots[year] for year in known])
        elif stated is not None:
            row[coming] = stated
    return result
