"""Damage to a file as bytes, whatever it holds."""

import random

from hypothesis import strategies as st

Change = str
"""Name of what was done to a file."""

HEADS = (
    b"",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"PK\x03\x04",
    b"PAR1",
    b"SQLite format 3\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504,
    b"\x80\x04\x95",
    b'{"type":',
    b"%PDF-1.7\n",
    b"\x1f\x8b\x08\x00",
    b"\x93NUMPY",
    b"<html>",
)


def _place(draw: st.DrawFn, content: bytes) -> int:
    return draw(st.integers(0, max(len(content) - 1, 0)))


def _noise(draw: st.DrawFn, length: int) -> bytes:
    return random.Random(draw(st.integers(0, 2**32 - 1))).randbytes(length)  # noqa: S311


def _flip(draw: st.DrawFn, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(draw(st.integers(1, 8))):
        if changed:
            changed[_place(draw, content)] ^= 1 << draw(st.integers(0, 7))
    return bytes(changed)


def _truncated(draw: st.DrawFn, content: bytes) -> bytes:
    return content[: _place(draw, content)]


def _tail(draw: st.DrawFn, content: bytes) -> bytes:
    return content[_place(draw, content) :]


def _hole(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    return content[:start] + content[start + draw(st.integers(1, 400)) :]


def _doubled(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    piece = content[start : start + draw(st.integers(1, 2000))]
    return content[:start] + piece * draw(st.integers(1, 20)) + content[start:]


def _inserted(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    extra = draw(st.sampled_from([b"\x00", b"\xff", b'"', b"\r", b"\n", b"\x1a", b"\x80", None]))
    return content[:start] + (extra or _noise(draw, 60)) * draw(st.integers(1, 5)) + content[start:]


def _zeroed(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    length = draw(st.sampled_from([1, 4, 512, 4096]))
    return (
        content[:start] + b"\x00" * len(content[start : start + length]) + content[start + length :]
    )


def _overwritten(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    noise = _noise(draw, draw(st.sampled_from([2, 4, 8, 64])))
    return content[:start] + noise + content[start + len(noise) :]


def _other_head(draw: st.DrawFn, content: bytes) -> bytes:
    head = draw(st.sampled_from(HEADS))
    return head + (content if draw(st.booleans()) else content[len(head) :])


def _replaced(draw: st.DrawFn, content: bytes) -> bytes:
    return draw(st.sampled_from(HEADS)) + _noise(draw, draw(st.sampled_from([0, 1, 100, 5000])))


_CHANGES = {
    "bits flipped": _flip,
    "truncated": _truncated,
    "head lost": _tail,
    "hole": _hole,
    "piece doubled": _doubled,
    "bytes inserted": _inserted,
    "zeroed": _zeroed,
    "overwritten": _overwritten,
    "other file's head": _other_head,
    "noise": _replaced,
}


@st.composite
def damaged_bytes(draw: st.DrawFn, content: bytes) -> tuple[Change, bytes]:
    """Return the name of what was done, and the bytes after it."""
    change = draw(st.sampled_from(sorted(_CHANGES)))
    return change, _CHANGES[change](draw, content)
