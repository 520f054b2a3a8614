"""A colleague's machine: logs copies of a results folder under titles of its own, as a process."""

import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from experiments.tracking.track import track


def main(url: str, results: Path, titles: Sequence[str]) -> None:
    for title in titles:
        with tempfile.TemporaryDirectory() as place:
            own = Path(shutil.copytree(results, Path(place) / "results"))
            manifest = json.loads((own / "manifest.json").read_text("utf-8"))
            manifest["study"] = {"title": [title, title], "description": ["", ""]}
            text = json.dumps(manifest, ensure_ascii=False)
            (own / "manifest.json").write_text(text, encoding="utf-8")
            track(own, url)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
