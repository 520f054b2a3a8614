"""Which counties the outputs are limited to."""

from dataclasses import dataclass
from difflib import get_close_matches

from data.bundle import DataBundle
from data.language import Text
from data.problems import DataError, DataProblem


@dataclass(frozen=True)
class Choice:
    """Areas that outputs are limited to.

    Parameters
    ----------
    rows : areas that tables have rows of
    shown : areas that people read about: those of one level, and the area they form together
    drawn : areas whose draws are kept: those shown except the area they form, which is their sum
    counties : those that have to be forecast
    """

    rows: tuple[str, ...]
    shown: tuple[str, ...]
    drawn: tuple[str, ...]
    counties: tuple[str, ...]


def choose(bundle: DataBundle, wanted: tuple[str, ...]) -> Choice:
    """Return what ``wanted`` names or adcodes stand for: all areas for none.

    One of several cities, or an area above them, stands for its counties and itself.

    Parameters
    ----------
    bundle : data of the areas
    wanted : names or adcodes; empty for all areas

    Raises
    ------
    DataError
        Every name that no area has, with the nearest ones, and every one that several have.
    """
    tree = bundle.tree
    areas = _named(bundle, wanted)
    counties = tuple(dict.fromkeys(one for area in areas for one in tree.counties_of(area)))
    if len(areas) > 1 or counties == areas != () or (areas and len(tree.cities) == 1):
        return Choice(areas, areas, areas, counties)
    counties = counties or bundle.counties
    top = areas or tree.lowest_common_area(counties)
    above = dict.fromkeys(area for one in counties for area in tree.above(one))
    inside = tuple(area for area in above if not areas or {area, *tree.above(area)} & set(areas))
    parts = tree.parts(counties)
    return Choice((*counties, *inside), (*parts, *top), parts, counties)


def _named(bundle: DataBundle, wanted: tuple[str, ...]) -> tuple[str, ...]:
    names = bundle.names
    codes = {name: code for code, name in names.items()}
    known = {**codes, **{code: code for code in names}}
    problems = [_unknown(name, codes) for name in wanted if name not in known]
    same = {name: [code for code, one in names.items() if one == name] for name in wanted}
    problems += [_ambiguous(name, several) for name, several in same.items() if len(several) > 1]
    if problems:
        raise DataError(problems)
    return tuple(dict.fromkeys(known[name] for name in wanted))


def _ambiguous(name: str, codes: list[str]) -> DataProblem:
    expected = Text("只有一个县区叫的名称", "a name that one area alone has")
    listed = "、".join(codes)
    how_to_fix = Text(f"请改用代码：{listed}", f"give one of their codes: {listed}")
    return DataProblem("--county", expected, how_to_fix, value=name)


def _unknown(name: str, codes: dict[str, str]) -> DataProblem:
    by_label = {
        f"{label} {code}": code if name.isdigit() else label for label, code in codes.items()
    }
    near = get_close_matches(name, by_label.values(), n=3, cutoff=0.3) or list(by_label.values())
    listed = "、".join(label for label, key in by_label.items() if key in near)
    expected = Text(f"数据目录中的县区，例如 {listed}", f"an area of the data folder: {listed}")
    how_to_fix = Text("请核对名称或六位代码", "check the name or the six-digit code")
    return DataProblem("--county", expected, how_to_fix, value=name)
