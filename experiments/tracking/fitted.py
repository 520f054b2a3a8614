"""What a forecast was made from, as the registry of models keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from data.bundle import DataBundle
from features.migration.learned_change import ForeseenChange

LATIN_NAMES = {"450300": "guilin"}


@dataclass(frozen=True)
class Fitted:
    """What a forecast was made from.

    Parameters
    ----------
    data : the planner's data folder; None is the bundled reference
    digests : data file → sha256
    adcode, city : code and name of what its counties form
    county : name of one of them, for the example of the input
    foreseen : city → what its census foretells of each county's change
    settings : now, until, draws, seed of the forecast, for the example too
    """

    data: Path | None
    digests: Mapping[str, str]
    adcode: str
    city: str
    county: str
    foreseen: Mapping[str, ForeseenChange]
    settings: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name in the registry: by the city, in Latin letters."""
        return f"xuewei-{LATIN_NAMES.get(self.adcode, self.adcode)}"


def fitted_of(
    data: Path | None,
    bundle: DataBundle,
    foreseen: Mapping[str, ForeseenChange],
    settings: Mapping[str, str],
) -> Fitted:
    """Return what a forecast of ``bundle``, read from ``data``, was made from."""
    return Fitted(
        data=data,
        digests=bundle.digests,
        adcode=bundle.city,
        city=bundle.names[bundle.city],
        county=bundle.names[bundle.counties[0]],
        foreseen=foreseen,
        settings=settings,
    )
