"""start.bat and what it runs, as far as they can be looked at away from Windows."""

import runpy
import subprocess
import sys
from pathlib import Path, PureWindowsPath

ROOT = Path(__file__).parents[2]
steps = runpy.run_path(str(ROOT / "start.py"))["steps"]


def test_the_batch_file_is_ascii_and_leaves_the_words_to_python():
    text = (ROOT / "start.bat").read_text(encoding="ascii")
    assert "chcp 65001" in text
    assert 'py -3 "%~dp0start.py" %*' in text
    assert "*.bat text eol=crlf" in (ROOT / ".gitattributes").read_text(encoding="utf-8")


def test_windows_has_its_own_folder_of_commands_and_every_package_a_hash():
    commands = steps(Path("规划 科"), windows=True)
    assert [PureWindowsPath(step[0]).name for step in commands[1:]] == [
        "python.exe", "uv.exe", "uv.exe",
    ]  # fmt: skip
    assert all("Scripts" in step[0] for step in commands[1:])
    assert all("--require-hashes" in step for step in commands[1:3])


def test_it_runs_the_command_from_any_folder(tmp_path: Path):
    folder = tmp_path / "规划 科"
    folder.mkdir()
    done = subprocess.run(  # noqa: S603 - our own arguments
        [sys.executable, str(ROOT / "start.py"), "--help"],
        cwd=folder, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "学位需求预测" in done.stdout
