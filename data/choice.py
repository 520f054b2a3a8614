"""Which counties the outputs are limited to."""

from difflib import get_close_matches

from data.bundle import DataBundle
from data.language import Text
from data.problems import DataError, DataProblem


def choose_areas(bundle: DataBundle, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the adcodes of ``wanted`` names or adcodes; all counties and the city for none.

    Raises
    ------
    DataError
        Every name that no area has, with the nearest ones.
    """
    if not wanted:
        return (*bundle.counties, bundle.city)
    codes = {name: code for code, name in bundle.names.items()}
    known = {**codes, **{code: code for code in bundle.names}}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise DataError([_unknown(name, codes) for name in unknown])
    return tuple(dict.fromkeys(known[name] for name in wanted))


def _unknown(name: str, codes: dict[str, str]) -> DataProblem:
    by_label = {
        f"{label} {code}": code if name.isdigit() else label for label, code in codes.items()
    }
    near = get_close_matches(name, by_label.values(), n=3, cutoff=0.3) or list(by_label.values())
    listed = "、".join(label for label, key in by_label.items() if key in near)
    expected = Text(f"数据目录中的县区，例如 {listed}", f"an area of the data folder: {listed}")
    remedy = Text("请核对名称或六位代码", "check the name or the six-digit code")
    return DataProblem("--county", expected, remedy, value=name)
