"""Damage to the parts of an Excel workbook, and to the archive that holds them."""

import io
import re
import struct
import zipfile

from hypothesis import strategies as st

from tests.fuzz.cells import cell_texts
from tests.fuzz.raw import Change, damaged_bytes

Parts = list[tuple[str, bytes]]
BOMB = (
    b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)
EXTERNAL = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
REMOTE = b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">'


@st.composite
def archive_edits(draw: st.DrawFn, content: bytes) -> tuple[Change, bytes]:
    """Return the workbook after damage to the parts of its archive."""
    change = draw(st.sampled_from(sorted(_ARCHIVE)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return change, _ARCHIVE[change](draw, parts)


def packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of ``parts``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, held in parts:
            archive.writestr(name, held)
    return stream.getvalue()


def _some(draw: st.DrawFn, parts: Parts) -> int:
    return draw(st.integers(0, len(parts) - 1))


def _dropped(draw: st.DrawFn, parts: Parts) -> bytes:
    del parts[_some(draw, parts)]
    return packed(parts)


def _doubled(draw: st.DrawFn, parts: Parts) -> bytes:
    return packed([*parts, parts[_some(draw, parts)]])


def _damaged(draw: st.DrawFn, parts: Parts) -> bytes:
    place = _some(draw, parts)
    parts[place] = parts[place][0], draw(damaged_bytes(parts[place][1]))[1]
    return packed(parts)


def _swapped(draw: st.DrawFn, parts: Parts) -> bytes:
    one, other = _some(draw, parts), _some(draw, parts)
    parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    return packed(parts)


def _entities(draw: st.DrawFn, parts: Parts) -> bytes:
    place, kind = _some(draw, parts), draw(st.sampled_from([BOMB, EXTERNAL, REMOTE]))
    name, held = parts[place]
    head, mark, rest = held.partition(b"?>")
    entity = {BOMB: b"&j;", EXTERNAL: b"&x;", REMOTE: b""}[kind]
    parts[place] = name, head + mark + kind + rest.replace(b"</", entity + b"</", 1)
    return packed(parts)


def _in_sheet(draw: st.DrawFn, parts: Parts, old: bytes, new: bytes) -> bytes:
    sheets = [place for place, (name, _) in enumerate(parts) if "sheets/sheet" in name]
    place = draw(st.sampled_from(sheets or [0]))
    times = draw(st.sampled_from([1, 3, 10_000]))
    parts[place] = (
        parts[place][0],
        re.sub(old, new.replace(b"\\", b"\\\\"), parts[place][1], count=times),
    )
    return packed(parts)


def _reference(draw: st.DrawFn, parts: Parts) -> bytes:
    places = [b"A1048577", b"XFE1", b"ZZZZ9", b"A0", b"A-1", b"1A", b"", b"A99999999999", b"$B$2"]
    return _in_sheet(
        draw, parts, rb'<c r="[A-Z]+\d+"', b'<c r="%s"' % draw(st.sampled_from(places))
    )


def _row_number(draw: st.DrawFn, parts: Parts) -> bytes:
    numbers = [b"0", b"-1", b"1048577", b"99999999999", b"x", b"2.5", b"1"]
    return _in_sheet(draw, parts, rb'<row r="\d+"', b'<row r="%s"' % draw(st.sampled_from(numbers)))


def _dimension(draw: st.DrawFn, parts: Parts) -> bytes:
    sizes = [b"A1", b"A1:XFD1048576", b"B2:A1", b"", b"x", b"A1:ZZZZ99999999", b"A1:A1"]
    new = b'<dimension ref="%s"' % draw(st.sampled_from(sizes))
    return _in_sheet(draw, parts, rb'<dimension ref="[^"]*"', new)


def _shared(draw: st.DrawFn, parts: Parts) -> bytes:
    indexes = [b"999999", b"-1", b"x", b"", b"1.5", b"9" * 5000]
    return _in_sheet(
        draw, parts, rb't="s"><v>\d+</v>', b't="s"><v>%s</v>' % draw(st.sampled_from(indexes))
    )


def _cell_type(draw: st.DrawFn, parts: Parts) -> bytes:
    kinds = [
        b'<c t="d"',
        b'<c t="e"',
        b'<c t="b"',
        b'<c t="str"',
        b'<c t="zz"',
        b'<c s="9999"',
        b'<c s="-1"',
        b'<c t="inlineStr"',
    ]
    return _in_sheet(draw, parts, rb"<c\b", draw(st.sampled_from(kinds)))


def _value(draw: st.DrawFn, parts: Parts) -> bytes:
    text = draw(cell_texts).encode("utf-8", "replace").replace(b"&", b"").replace(b"<", b"")
    values = [b"1e999", b"9" * 5000, b"nan", b"", b"--1", text, b"]]>", b"&#0;", b"&lol;"]
    return _in_sheet(draw, parts, rb"<v>[^<]*</v>", b"<v>%s</v>" % draw(st.sampled_from(values)))


def _merges(draw: st.DrawFn, parts: Parts) -> bytes:
    ranges = [b"A1:XFD1048576", b"B9:A1", b"A1", b"zz", b"A1:B2", b"A1:A1048576"]
    merge = (
        b'<mergeCell ref="%s"/>' % draw(st.sampled_from(ranges)) * draw(st.sampled_from([1, 2000]))
    )
    return _in_sheet(
        draw, parts, rb"</sheetData>", b"</sheetData><mergeCells>%s</mergeCells>" % merge
    )


def _nested(draw: st.DrawFn, parts: Parts) -> bytes:
    deep = draw(st.sampled_from([300, 60_000]))
    return _in_sheet(draw, parts, rb"<sheetData>", b"<sheetData>" + b"<a>" * deep + b"</a>" * deep)


def _padded(draw: st.DrawFn, parts: Parts) -> bytes:
    """Return a small file that is hundreds of megabytes when unpacked."""
    name, size = parts[_some(draw, parts)][0], draw(st.sampled_from([50, 300])) << 20
    filler = draw(
        st.sampled_from([b" ", b"<si><t>a</t></si>", b"<row/>", b"<row><c/></row>", b"\x00"])
    )
    named = dict(parts)
    head, mark, rest = named[name].partition(b">")
    named[name] = head + mark + (filler * (size // len(filler))) + rest
    return packed(list(named.items()))


def _sizes_that_lie(draw: st.DrawFn, parts: Parts) -> bytes:
    content = bytearray(packed(parts))
    heads = [found.start() for found in re.finditer(rb"PK\x01\x02", content)]
    for start in heads[: draw(st.sampled_from([1, 100]))]:
        field = draw(st.sampled_from([8, 10, 20, 24, 28, 42]))
        value = draw(st.sampled_from([0, 1, 9, 99, 2**31, 2**32 - 1]))
        width, mask = (2, 0xFFFF) if field in {8, 10, 28} else (4, 0xFFFFFFFF)
        packed_value = struct.pack("<I", value & mask)[:width]
        content[start + field : start + field + width] = packed_value
    return bytes(content)


def _odd_names(draw: st.DrawFn, parts: Parts) -> bytes:
    place = _some(draw, parts)
    names = [
        "../../evil.xml",
        "/etc/x",
        "a\x00b",
        "C:\\x",
        "x" * 60_000,
        "[Content_Types].xml",
        "目录",
    ]
    return packed([*parts, (draw(st.sampled_from(names)), parts[place][1])])


def _stored(draw: st.DrawFn, parts: Parts) -> bytes:
    methods = [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
    return packed(parts, draw(st.sampled_from(methods)))


def _renamed_part(draw: st.DrawFn, parts: Parts) -> bytes:
    place = _some(draw, parts)
    parts[place] = parts[place][0].upper(), parts[place][1]
    return packed(parts)


def _macros(draw: st.DrawFn, parts: Parts) -> bytes:
    return packed([*parts, ("xl/vbaProject.bin", draw(st.binary(max_size=100)))])


_ARCHIVE = {
    "part dropped": _dropped,
    "part doubled": _doubled,
    "part damaged": _damaged,
    "parts swapped": _swapped,
    "entities": _entities,
    "cell reference": _reference,
    "row number": _row_number,
    "dimension": _dimension,
    "shared string": _shared,
    "cell type": _cell_type,
    "cell value": _value,
    "merged ranges": _merges,
    "deep XML": _nested,
    "zip bomb": _padded,
    "sizes that lie": _sizes_that_lie,
    "odd names": _odd_names,
    "compression": _stored,
    "part renamed": _renamed_part,
    "macros": _macros,
}
