"""``xuewei init``: an empty data folder to fill in, or one with synthetic places for trials."""

import tempfile
from pathlib import Path

from rich.console import Console

from data.language import Language, Text
from data.problems import DataError, DataProblem
from data.reference.packs import default_pack
from data.template import WORKBOOK, write_template
from forecasting.siting.synthetic_sites import write_demo


def _refuse(folder: Path, expected: Text, how_to_fix: Text) -> DataError:
    return DataError([DataProblem(str(folder), expected, how_to_fix)])


def run(folder: Path, language: Language, *, synthetic_sites: bool = False) -> None:
    """Write the template, or synthetic places, into ``folder``: all files or none.

    The folder must be new or empty.

    Raises
    ------
    DataError : there is something in the folder, or it cannot be written
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise _refuse(
                folder,
                Text("新的或空的文件夹", "a new or empty folder"),
                Text("换一个文件夹；其中内容未改动", "choose another; nothing was changed"),
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".xuewei-") as temporary:
            made = Path(temporary) / "template"
            made.mkdir()
            (write_demo if synthetic_sites else write_template)(made)
            if folder.exists():
                # Windows does not rename onto a folder, not even onto an empty one.
                folder.rmdir()
            made.rename(folder)
    except OSError as error:
        raise _refuse(
            folder,
            Text(f"可写的位置（{error.strerror}）", f"a writable location ({error.strerror})"),
            Text("换一个位置，或先关闭其中打开的文件", "choose another, or close files open in it"),
        ) from error
    console = Console(soft_wrap=True, highlight=False, markup=False)
    if synthetic_sites:
        city = default_pack().title
        message = Text(
            f"已新建 {folder}：{city.zh}各县区人口，加虚构的居民点、学校和用地，只供试用。"
            f"接着运行 xuewei forecast --data {folder}",
            f"created {folder}: counties of {city.en} with synthetic places, "
            f"for trials only. Next: xuewei forecast --data {folder}",
        )
        console.print(message.within(language))
        return
    console.print(
        Text(
            f"已新建 {folder}：各表的 CSV 和 {WORKBOOK}。同一张表填一处即可，"
            f"示例行请换成真实数据，然后运行 xuewei check {folder}",
            f"created {folder}: one CSV per table, and {WORKBOOK}. Fill in each table in "
            f"one of the two, replace the example rows, then run: xuewei check {folder}",
        ).within(language)
    )
