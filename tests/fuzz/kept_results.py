"""Damage to a results folder: manifest, tables and draws, with or without the digest that fits."""

import hashlib
import io
import json
import pickle
import zipfile
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.fuzz.archives import packed
from tests.fuzz.bases import Files, csv_bytes
from tests.fuzz.cells import HOSTILE_CELLS, damaged_rows
from tests.fuzz.parquets import Pickled, odd_parquets
from tests.fuzz.raw import Change, damaged_bytes

MANIFEST = "manifest.json"
ODD_JSON: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    "x",
    0,
    -1,
    1e308,
    True,
    [None],
    [[]],
    {"a": {}},
    ["../../x"],
    "../../x",
    "9" * 5000,
    {"450312": 1},
    *HOSTILE_CELLS[:40],
)


@st.composite
def damaged_results(draw: st.DrawFn, held: Files) -> tuple[Change, str, bytes, Files]:
    """Return the change, the file that it befell with its bytes, and the complete folder."""
    names = sorted(name for name in held if _is_read(name))
    name = draw(st.sampled_from([MANIFEST, *names]))
    if name == MANIFEST and draw(st.integers(0, 3)):
        change, content = "JSON edited", _edited(draw, json.loads(held[MANIFEST]))
        return change, name, content, held | {name: content}
    change, content = _damaged(draw, name, held[name])
    changed = held | {name: content}
    if name != MANIFEST and draw(st.booleans()):
        manifest = json.loads(held[MANIFEST])
        kinds = {"results_sha256": name, "data_sha256": name.removeprefix("inputs/")}
        for kind, known in kinds.items():
            if known in manifest[kind]:
                manifest[kind][known] = hashlib.sha256(content).hexdigest()
        changed[MANIFEST] = json.dumps(manifest).encode()
        change += ", digest forged"
    return change, name, content, changed


def _is_read(name: str) -> bool:
    return name.endswith((".csv", ".parquet", ".npz")) and not name.startswith(
        ("demand.csv", "siting")
    )


def _damaged(draw: st.DrawFn, name: str, content: bytes) -> tuple[Change, bytes]:
    if draw(st.booleans()):
        return draw(damaged_bytes(content))
    if name.endswith(".npz"):
        return draw(odd_draws(content))
    if name.endswith(".parquet"):
        return draw(odd_parquets([["adcode", "county", "gap"], ["450302", "x", "1"]]))
    text = content.decode("utf-8-sig")
    change, rows = draw(damaged_rows([line.split(",") for line in text.splitlines()]))
    return change, csv_bytes(rows)


def _edited(draw: st.DrawFn, held: Any) -> bytes:
    """Replace, remove or add something at a place in the manifest."""
    at = held
    for _ in range(draw(st.integers(0, 3))):
        inner = list(at.values()) if isinstance(at, dict) else at
        deeper = [one for one in inner if isinstance(one, dict | list) and one]
        if not deeper:
            break
        at = deeper[draw(st.integers(0, len(deeper) - 1))]
    keys = list(at) if isinstance(at, dict) else range(len(at))
    key = keys[draw(st.integers(0, len(keys) - 1))]
    if draw(st.booleans()):
        at[key] = draw(st.sampled_from(ODD_JSON))
    else:
        del at[key]
    return json.dumps(held, ensure_ascii=False).encode("utf-8", "replace")


@st.composite
def odd_draws(draw: st.DrawFn, content: bytes) -> tuple[Change, bytes]:
    """Return a file of draws with an odd array in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = draw(st.sampled_from(sorted(parts)))
    odd = draw(st.sampled_from(sorted(_ARRAYS)))
    parts[name] = _ARRAYS[odd](np.load(io.BytesIO(parts[name])))
    return f"draws: {odd}", packed(list(parts.items()))


def _npy(array: np.ndarray[Any, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def _shaped(shape: str, kind: str = "<f4") -> bytes:
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return (
        b"\x93NUMPY\x01\x00" + (len(head) + 1).to_bytes(2, "little") + head + b"\n" + b"\x00" * 64
    )


_ARRAYS = {
    "pickled": lambda _: b"\x93NUMPY\x01\x00" + _object_head() + pickle.dumps(Pickled()),
    "objects": lambda _: _npy(np.array([Pickled()], dtype=object), allow_pickle=True),
    "absurd shape": lambda _: _shaped("(900000000000,)"),
    "several gigabytes": lambda _: _shaped("(2000000000,)"),
    "negative shape": lambda _: _shaped("(-1,)"),
    "code for a shape": lambda _: _shaped("(__import__('os').system('touch unpickled'),)"),
    "texts": lambda one: _npy(np.full(one.shape, "x")),
    "not a number": lambda one: _npy(np.full(one.shape, np.nan)),
    "negative": lambda one: _npy(np.full(one.shape, -5.0)),
    "one axis less": lambda one: _npy(one[0] if one.ndim else one),
    "empty": lambda one: _npy(one[:0]),
    "complex": lambda one: _npy(np.zeros(one.shape, complex)),
    "records": lambda one: _npy(np.zeros(one.shape, [("a", "f8")])),
}


def _object_head() -> bytes:
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    return len(head).to_bytes(2, "little") + head
