"""Charts as PNG, in the bundled font."""

from importlib.resources import as_file, files
from typing import Any

import vl_convert as vlc

FONT = "Noto Sans CJK SC"
SCALE = 2.0


def png(chart: Any) -> bytes:
    """Return an Altair chart as a PNG; charts name :data:`FONT` in their configuration."""
    with as_file(files("data").joinpath("fonts")) as folder:
        vlc.register_font_directory(str(folder))
        return vlc.vegalite_to_png(chart.to_json(), scale=SCALE)
