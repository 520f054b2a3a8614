"""Embedded subset font with a page's Chinese characters, for systems that have none."""

import base64
from collections.abc import Iterable
from importlib.resources import files
from io import BytesIO

from fontTools.subset import Options, Subsetter, load_font, save_font

FAMILY = "Xuewei Sans"
FILE = "NotoSansCJKsc-GB2312.otf"
# The system's own Latin fonts are hinted and look better on screen.
FIRST_SYMBOL = "\u2000"
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]  # for vertical and variant text


def embedded_font(texts: Iterable[str]) -> str:
    """Return the bundled font, subset to the characters in ``texts``, as base64 WOFF."""
    wanted = sorted({char for text in texts for char in text if char >= FIRST_SYMBOL})
    options = Options(flavor="woff", layout_features=[], hinting=False, name_IDs=[1, 2])
    options.drop_tables += DROPPED
    with files("data").joinpath("fonts", FILE).open("rb") as stream:
        # Read into memory: the table directory is read again while saving.
        font = load_font(BytesIO(stream.read()), options)
    # A timestamp would make equal pages differ.
    font.recalcTimestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(wanted))
    subsetter.subset(font)
    out = BytesIO()
    save_font(font, out, options)
    return base64.b64encode(out.getvalue()).decode("ascii")
