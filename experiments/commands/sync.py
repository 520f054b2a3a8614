"""``xuewei sync``: what was not logged when it was made goes to its store now, once."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from mlflow import MlflowClient
from rich.console import Console

from data.bundle import load_bundle
from data.language import Language, Text
from data.problems import DataError, DataProblem
from experiments.commands.compare import FOLDER, UNSENT_COMPARISON
from experiments.parts.scenario_cache import part_is_whole
from experiments.results.folder import previous, run_files
from experiments.results.folder_lock import in_sole_use
from experiments.results.plan_file import UNSENT_PLAN
from experiments.tracking.comparison_runs import send_comparison
from experiments.tracking.fitted import fitted_of
from experiments.tracking.pending_uploads import UNSENT, Unsent, forget, parts_folder, tidy, unsent
from experiments.tracking.plan_runs import send_plan
from experiments.tracking.registered_model import register
from experiments.tracking.runs import finish, is_logged, mark_earlier, open_store, track
from experiments.tracking.store import CURRENT, store_of, without_password
from features.projection.scenario_population import foresee


@dataclass(frozen=True)
class Letter:
    """Something to be sent.

    Parameters
    ----------
    about : what it is, for the reader
    store : address of the store it was for, without a password
    send : sends it, and forgets that it was to be sent
    """

    about: Text
    store: str
    send: Callable[[MlflowClient], None]


def run(folders: Sequence[Path], tracking_uri: str | None, language: Language) -> None:
    """Send what is kept unsent beside each folder of results and in it.

    Parameters
    ----------
    folders : folders of results or of comparisons; none for all in the working directory
    tracking_uri : store to send to; None for the one that each was for
    language : language of the messages

    Raises
    ------
    DataError
        A folder is not there or in use, or a store fails, which loses nothing.
    """
    console = Console(soft_wrap=True, highlight=False, markup=False)
    problems: list[DataProblem] = []
    sent = 0
    for folder in folders or _waiting(Path()):
        try:
            with in_sole_use(folder):
                tidy(folder)
                for about, store in _send_all(_letters(folder), tracking_uri, problems):
                    done = Text("已记入", "logged into").within(language)
                    console.print(f"{about.within(language)}: {done} {store}")
                    sent += 1
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    if not sent:
        console.print(Text("没有待补记的运行。", "Nothing is waiting.").within(language))


def _send_all(
    letters: Iterator[Letter], tracking_uri: str | None, problems: list[DataProblem]
) -> Iterator[tuple[Text, str]]:
    """Send each letter and give what it is about and where it went; add to the problems.

    A store that cannot be opened is tried once, since that may take most of a minute.
    """
    clients: dict[str, MlflowClient | None] = {}
    for letter in letters:
        store = store_of(letter.store, tracking_uri)
        try:
            if store not in clients:
                clients[store] = None
                clients[store] = open_store(store)
            client = clients[store]
            if client is not None:
                letter.send(client)
                yield letter.about, without_password(store)
        except DataError as error:
            problems += error.problems


def _letters(folder: Path) -> Iterator[Letter]:
    """Give what is to be sent, a study before the plan that goes with its runs."""
    if not folder.exists() and not parts_folder(folder).exists():
        expected = Text("结果文件夹", "a results folder")
        raise DataError([DataProblem(str(folder), expected, Text("请核对路径", "check the path"))])
    for one in unsent(folder):
        yield Letter(one.study.title, one.store, partial(_send_study, folder, one))
    for place in (previous(folder), folder):
        if (place / UNSENT_PLAN).exists():
            about = Text(f"{place} 布局规划", f"plan in {place}")
            yield Letter(about, _store(place / UNSENT_PLAN), partial(_send_plan, place))
        for held in (place, place / FOLDER):
            if (held / UNSENT_COMPARISON).exists():
                about = Text(f"{held} 情景比较", f"comparison in {held}")
                send = partial(_send_comparison, held)
                yield Letter(about, _store(held / UNSENT_COMPARISON), send)


def _store(note: Path) -> str:
    try:
        return str(json.loads(note.read_text(encoding="utf-8"))["store"])
    except (ValueError, KeyError) as error:
        expected = Text("完整的待补记说明", "a whole note of what is to be sent")
        remedy = Text("请重新运行原命令，或删除该文件", "run the command again, or delete the file")
        raise DataError([DataProblem(str(note), expected, remedy)]) from error


def _send_plan(folder: Path, client: MlflowClient) -> None:
    send_plan(client, folder)


def _send_comparison(folder: Path, client: MlflowClient) -> None:
    send_comparison(client, folder)


def _send_study(folder: Path, one: Unsent, client: MlflowClient) -> None:
    """Log the runs of a study as the forecast would have done, and register its model."""
    study = one.study
    for run in one.runs:
        if not is_logged(client, study, run) and not part_is_whole(run.part):
            raise DataError([_gone(run.part)])
    for run in one.runs:
        track(client, study, run)
    bundle = load_bundle(one.inputs)
    # Another program, or other bundled data, would register a model that made other figures.
    if one.same_code and bundle.digests == study.digests:
        fitted = fitted_of(one.inputs, bundle, foresee(bundle), study.parameters)
        register(client, study.title.zh, fitted)
    for run in one.runs:
        finish(client, study, run, run_files(one.folder, first=not run.place))
    parts = {run.scenario.name: run.part.name for run in one.runs}
    if study.version == CURRENT:
        mark_earlier(client, study.title.zh, parts.values())
    forget(folder, study.title, parts)
    tidy(folder)


def _gone(part: Path) -> DataProblem:
    expected = Text("预测留下的完整分件", "the whole part that the forecast left")
    remedy = Text("已删除或损坏，请重新运行预测", "it is gone or broken: run the forecast again")
    return DataProblem(str(part), expected, remedy)


def _waiting(folder: Path) -> list[Path]:
    """Return the results of a folder that may have something to be sent."""
    ends = (UNSENT_PLAN, UNSENT_COMPARISON)
    found = [note.parent for end in ends for note in folder.glob(f"*/{end}")]
    found += [note.parent.parent for note in folder.glob(f"*/{FOLDER}/{UNSENT_COMPARISON}")]
    names = [place.name.removesuffix("-previous") for place in found]
    names += [one.parent.name.removesuffix("-parts") for one in folder.glob(f"*-parts/{UNSENT}")]
    return [folder / name for name in sorted(set(names)) if not name.startswith(".")]
