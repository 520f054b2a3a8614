"""What the main job rests on is listed with its licence, and none of it is copyleft unnoticed."""

import re

import pytest
from packaging.requirements import Requirement

from tests.deploy.team_server import ROOT

PERMISSIVE = re.compile(
    r"MIT|MIT License|MIT-0|MIT-CMU|0BSD|CC0-1\.0|Zlib|ISC License \(ISCL\)|(3-Clause )?BSD License"
    r"|BSD-[23]-Clause|Apache-2\.0|Apache Software License|PSF-2\.0"
    r"|Python Software Foundation License"
)
# Looked at by hand.
SEEN = {
    "certifi": "MPL-2.0; a list of certificates that is used as it is",
    "huey": "its metadata name none; MIT by its licence file",
    "skops": "its metadata name none; MIT by its licence file",
}


def is_permissive(licence: str) -> bool:
    return all(PERMISSIVE.fullmatch(part) for part in re.split(r" AND | OR |; ", licence))


def table() -> dict[str, tuple[str, str]]:
    """Package → version and licence, as docs/dependencies.md has them."""
    lines = (ROOT / "docs" / "dependencies.md").read_text("utf-8").splitlines()[2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name.lower().replace("_", "-").replace(".", "-"): tuple(rest) for name, *rest in rows}


def pins() -> list[Requirement]:
    lines = (ROOT / "locks" / "main.txt").read_text("utf-8").splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if re.match(r"[a-z0-9]", line)]


def test_every_pinned_package_is_listed_as_it_is_pinned():
    listed = table()
    needed = {one.name for one in pins() if one.marker is None or one.marker.evaluate()}
    assert needed == listed.keys(), "make licences"
    pinned = {(one.name, str(one.specifier).removeprefix("==")) for one in pins()}
    assert {(name, version) for name, (version, _) in listed.items()} <= pinned, "make licences"


def test_no_licence_is_other_than_permissive_unless_it_was_looked_at():
    assert {name for name, (_, licence) in table().items() if not is_permissive(licence)} == {*SEEN}


@pytest.mark.parametrize(
    "licence", ["GPL-3.0", "LGPL-3.0-only", "MIT AND GPL-2.0", "UNKNOWN", "BSD License; AGPL", ""]
)
def test_copyleft_is_noticed(licence: str):
    assert not is_permissive(licence)
