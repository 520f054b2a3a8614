"""The Chinese characters of a page as a font inside it, for machines that have none."""

import base64
from collections.abc import Iterable
from importlib.resources import files
from io import BytesIO

from fontTools.subset import Options, Subsetter, load_font, save_font

FAMILY = "Xuewei Sans"
FILE = "NotoSansCJKsc-GB2312.otf"
# The Latin letters of the system are hinted for it and look better.
FIRST_SYMBOL = "\u2000"
DROPPED = ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx"]  # for vertical and variant text


def embedded_font(texts: Iterable[str]) -> str:
    """Return the bundled font, of the characters in ``texts`` alone, as WOFF in base64."""
    wanted = sorted({letter for text in texts for letter in text if letter >= FIRST_SYMBOL})
    options = Options(flavor="woff", layout_features=[], hinting=False, name_IDs=[1, 2])
    options.drop_tables += DROPPED
    with files("data").joinpath("fonts", FILE).open("rb") as stream:
        # Opened whole: the table directory is read again while saving.
        font = load_font(BytesIO(stream.read()), options)
    # The stamp of the moment would make equal pages differ.
    font.recalcTimestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(wanted))
    subsetter.subset(font)
    out = BytesIO()
    save_font(font, out, options)
    return base64.b64encode(out.getvalue()).decode("ascii")
