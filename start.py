"""Installs xuewei where it lies on the first call, then runs a command or opens a prompt.

``start.bat`` calls it on Windows; it needs nothing but Python and runs on any system.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
TOO_OLD = "需要 Python 3.11 或更新的版本：请从 python.org 安装，勾选 Add python.exe to PATH。"
INSTALLING = "第一次运行：正在安装，约需几分钟……"
FAILED = "安装没有完成，请检查网络和磁盘空间后再运行一次。"
READY = "可以输入命令了，例如：\n  xuewei forecast\n  xuewei init 我的数据\n  xuewei --help\n"


def scripts(root: Path, *, windows: bool) -> Path:
    """Return the folder of commands of the project's own environment."""
    return root / ".venv" / ("Scripts" if windows else "bin")


def steps(root: Path, *, windows: bool) -> list[list[str]]:
    """Return the commands that install, in their order; packages come by hash from ``locks``."""
    ending = ".exe" if windows else ""
    folder = scripts(root, windows=windows)
    python, uv = (str(folder / f"{name}{ending}") for name in ("python", "uv"))
    install = [uv, "pip", "install", "--quiet", "--python", python]
    return [
        [sys.executable, "-m", "venv", str(root / ".venv")],
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--require-hashes", "-r", str(root / "locks" / "uv.txt")],
        [*install, "--require-hashes", "-r", str(root / "locks" / "main.txt")],
        [*install, "--no-deps", "--no-build-isolation", "-e", str(root)],
    ]  # fmt: skip


def install(root: Path, *, windows: bool) -> bool:
    """Install; a half-made environment is removed, so that the next call begins anew."""
    print(INSTALLING, flush=True)
    try:
        for step in steps(root, windows=windows):
            subprocess.run(step, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(error, FAILED, sep="\n")
        shutil.rmtree(root / ".venv", ignore_errors=True)
        return False
    return True


def main(arguments: list[str]) -> int:
    """Install where needed, then run ``xuewei`` with ``arguments``, or open a prompt."""
    windows = os.name == "nt"
    if sys.version_info < OLDEST:
        print(TOO_OLD)
        return 1
    folder = scripts(ROOT, windows=windows)
    command = folder / ("xuewei.exe" if windows else "xuewei")
    if not command.exists() and not install(ROOT, windows=windows):
        return 1
    if arguments:
        return subprocess.call([str(command), *arguments])
    print(READY)
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    shell = [os.environ.get("COMSPEC", "cmd"), "/k"] if windows else [os.environ.get("SHELL", "sh")]
    subprocess.call(shell, env=os.environ | {"PATH": path})
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
