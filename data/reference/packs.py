"""Cities with bundled public figures: one data folder each, with figures of that city alone.

A pack is a folder of ``data/reference`` with ``pack.yaml``: tables as in any data folder, figures
beyond them in ``context/``, its own ``scenarios/`` and ``studies/``. A planner's folder whose
counties all lie in a pack is completed by it; any other has the national figures alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field

from data.language import Text

DEFAULT_PACK = "guilin"
REFERENCE = Path(str(files("data"))) / "reference"
NATION = REFERENCE / "china"
ABOUT = "pack.yaml"


class About(BaseModel):
    """Contents of ``pack.yaml``.

    Parameters
    ----------
    title_zh, title_en : the city
    public_kindergarten_share : least share of kindergarten pupils in public ones; None: not planned
    new_district : adcode of the county that all-stage schools are planned in, empty for none
    map_zh, map_en : what a reader must know of the bundled boundaries
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    title_zh: str
    title_en: str
    public_kindergarten_share: float | None = Field(None, ge=0, le=1)
    new_district: str = ""
    map_zh: str = ""
    map_en: str = ""


@dataclass(frozen=True)
class Pack:
    """One bundled city."""

    folder: Path

    @cached_property
    def about(self) -> About:
        """What is particular to the city."""
        return About.model_validate(yaml.safe_load((self.folder / ABOUT).read_text("utf-8")))

    @cached_property
    def areas(self) -> frozenset[str]:
        """Adcodes of its areas."""
        return frozenset(pd.read_csv(self.folder / "areas.csv", dtype=str)["adcode"])

    @property
    def title(self) -> Text:
        """Name of the city."""
        return Text(self.about.title_zh, self.about.title_en)

    @property
    def map_note(self) -> Text:
        """What a reader must know of the bundled boundaries."""
        return Text(self.about.map_zh, self.about.map_en)


@cache
def packs() -> tuple[Pack, ...]:
    """Return every bundled city, by name."""
    return tuple(Pack(about.parent) for about in sorted(REFERENCE.glob(f"*/{ABOUT}")))


@cache
def default_pack() -> Pack:
    """Return the city that is forecast where no data folder is named."""
    return Pack(REFERENCE / DEFAULT_PACK)


def pack_of(areas: Collection[str]) -> Pack | None:
    """Return the bundled city that all ``areas`` belong to, if there is one."""
    return next((pack for pack in packs() if pack.areas.issuperset(areas)), None)
