"""Rendering of Vega-Lite specifications as PNG with the bundled font."""

from collections.abc import Mapping
from importlib.resources import as_file, files
from typing import Any

import vl_convert as vlc

FONT = "Noto Sans CJK SC"
SCALE = 2.0
Specification = dict[str, Any]


def png(chart: Mapping[str, Any]) -> bytes:
    """Return a Vega-Lite specification rendered as PNG.

    Parameters
    ----------
    chart : specification whose ``config`` sets the font to :data:`FONT`
    """
    with as_file(files("data").joinpath("fonts")) as folder:
        vlc.register_font_directory(str(folder))
        return vlc.vegalite_to_png(dict(chart), scale=SCALE)
