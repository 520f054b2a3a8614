"""A Word document as an office prints and signs it: A4, Chinese fonts, page numbers."""

import io
import os
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

BODY, TITLES = "仿宋", "黑体"
LATIN = "Times New Roman"
MINUS = "\u2212"
COLOUR = RGBColor(0x1F, 0x4E, 0x79)
HEADING_FILL = "E9EFF6"
# Word stores the creation time; a fixed one makes equal documents equal byte by byte.
CREATED, ZIP_DATE = datetime(2000, 1, 1), (1980, 1, 1, 0, 0, 0)


class WordReport:
    """A Word document built from top to bottom."""

    def __init__(self, title: str, facts: str) -> None:
        """Start the document with its title and a subtitle of facts."""
        self.document: DocumentType = Document()
        self._set_up_page()
        self._set_up_styles()
        self.document.core_properties.title = title
        self.document.core_properties.author = ""
        self.document.core_properties.created = CREATED
        self.document.core_properties.modified = CREATED
        head = self.document.add_paragraph(style="Title")
        head.add_run(title)
        line = self.document.add_paragraph(style="Subtitle")
        line.add_run(facts)

    def heading(self, text: str) -> None:
        """Add a heading."""
        self.document.add_paragraph(text, style="Heading 1")

    def paragraph(self, text: str, *, indented: bool = True) -> None:
        """Add a body paragraph."""
        own = self.document.add_paragraph(text)
        if indented:
            own.paragraph_format.first_line_indent = Pt(24)

    def points(self, texts: Sequence[str]) -> None:
        """Add a bulleted list."""
        for text in texts:
            self.document.add_paragraph(text, style="List Bullet")

    def note(self, text: str) -> None:
        """Add an explanation in small print."""
        own = self.document.add_paragraph()
        own.add_run(text).font.size = Pt(9)

    def picture(self, file: Path) -> None:
        """Add a picture at the width of the text."""
        self.document.add_picture(str(file), width=Cm(16))
        self.document.paragraphs[-1].alignment = WD_ALIGN_PARAGRAPH.CENTER

    def table(
        self, caption: str, headings: Sequence[str], rows: Sequence[Sequence[str]],
        widths: Sequence[float] | None = None,
    ) -> None:  # fmt: skip
        """Add a table whose heading row repeats on each page; the first column is text.

        Parameters
        ----------
        caption : text above the table
        headings : column headings
        rows : cells of each row
        widths : column widths, cm
        """
        above = self.document.add_paragraph(style="Caption")
        above.add_run(caption)
        table = self.document.add_table(1, len(headings), style="Table Grid")
        table.autofit = widths is None
        _narrow_margins(table._tbl.tblPr)
        for cell, text in zip(table.rows[0].cells, headings, strict=True):
            _fill(cell, text, bold=True, centred=True)
            _shade(cell)
        _repeat(table.rows[0]._tr)
        for values in rows:
            row = table.add_row()
            _keep_together(row._tr)
            cells = row.cells
            for place, (cell, text) in enumerate(zip(cells, values, strict=True)):
                _fill(cell, text, right=place > 0 and _is_figure(text))
        for place, width in enumerate(widths or ()):
            table.columns[place].width = Cm(width)
            for cell in table.columns[place].cells:
                cell.width = Cm(width)
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def save(self, path: Path) -> None:
        """Write the document atomically; equal content gives equal bytes."""
        held = io.BytesIO()
        self.document.save(held)
        partial = path.with_name(path.name + ".partial")
        with (
            zipfile.ZipFile(held) as made,
            zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as kept,
        ):
            for name in made.namelist():
                entry = zipfile.ZipInfo(name, ZIP_DATE)
                entry.compress_type = zipfile.ZIP_DEFLATED
                kept.writestr(entry, made.read(name))
        os.replace(partial, path)

    def _set_up_page(self) -> None:
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin, section.bottom_margin = Cm(2.4), Cm(2.2)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        footer.add_run("— ")
        _page_number(footer)
        footer.add_run(" —")

    def _set_up_styles(self) -> None:
        looks = {
            "Normal": (BODY, 12.0, False), "Title": (TITLES, 20.0, True),
            "Subtitle": (BODY, 10.5, False), "Heading 1": (TITLES, 14.0, True),
            "Caption": (TITLES, 10.5, False), "List Bullet": (BODY, 12.0, False),
        }  # fmt: skip
        for name, (font, size, bold) in looks.items():
            style = self.document.styles[name]
            style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
            style.font.italic = False
            style.font.color.rgb = COLOUR if name in ("Title", "Heading 1") else RGBColor(0, 0, 0)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for name_of in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
                fonts.attrib.pop(qn(name_of), None)
            fonts.set(qn("w:eastAsia"), font)
            style.paragraph_format.space_after = Pt(4)
            style.paragraph_format.line_spacing = 1.25
        self.document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.document.styles["Subtitle"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        caption = self.document.styles["Caption"].paragraph_format
        caption.keep_with_next, caption.alignment = True, WD_ALIGN_PARAGRAPH.CENTER
        self.document.styles["Heading 1"].paragraph_format.space_before = Pt(10)


def _fill(
    cell: _Cell, text: str, *, bold: bool = False, centred: bool = False, right: bool = False
) -> None:
    own = cell.paragraphs[0]
    own.paragraph_format.line_spacing, own.paragraph_format.space_after = 1.0, Pt(1)
    # Unlike a hyphen, a minus sign does not allow a line break after it.
    run = own.add_run(re.sub(r"-(?=\d)", MINUS, text))
    run.font.size, run.font.bold = Pt(9), bold
    if centred or right:
        own.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.RIGHT


def _is_figure(text: str) -> bool:
    return text[:1] in "+-−0123456789–"


def _shade(cell: _Cell) -> None:
    fill = OxmlElement("w:shd")
    fill.set(qn("w:val"), "clear")
    fill.set(qn("w:fill"), HEADING_FILL)
    cell._tc.get_or_add_tcPr().append(fill)


def _narrow_margins(table: Any) -> None:
    """Leave 0.07 cm on both sides of a cell's text, so that figures of six digits fit."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "40")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def _repeat(row: Any) -> None:
    """Repeat a row at the top of each page."""
    _keep_together(row)
    row.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_together(row: Any) -> None:
    """Prevent a row from breaking across pages."""
    row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _page_number(paragraph: Paragraph) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        paragraph.add_run()._r.append(element)
