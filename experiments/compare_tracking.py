"""A comparison of scenarios as a run of its own, beside the runs that it compares."""

from pathlib import Path
from string import ascii_uppercase

from mlflow.entities import Param

from data.problems import DataError
from experiments.compare_words import Comparison
from experiments.tracking import (
    STORE_FAULTS,
    find_runs,
    open_experiment,
    open_store,
    unreachable,
)

TABLE = "compare.json"


def track_comparison(store: str, experiment: str, comparison: Comparison, page: Path) -> None:
    """Log a run with the scenarios as parameters A, B …, the table and the page.

    Parameters
    ----------
    store : address of the store
    experiment : name of the experiment where the scenarios were never logged
    comparison : what is compared
    page : finished page, kept as artifact

    Raises
    ------
    DataError
        The store cannot be reached or refuses the run.
    """
    client = open_store(store)
    titles = " / ".join(scenario.title.zh for scenario in comparison.scenarios)
    sentences = [text.zh for other in comparison.others for text in comparison.sentences(other)]
    note = {"mlflow.note.content": "\n".join(f"- {sentence}" for sentence in sentences)}
    params = {
        letter: f"{scenario.title.zh} {scenario.name}"
        for letter, scenario in zip(ascii_uppercase, comparison.scenarios, strict=False)
    } | {"years": " ".join(map(str, comparison.years)), **comparison.settings}
    try:
        logged = find_runs(client, comparison.part)
        place = logged[0].info.experiment_id if logged else open_experiment(client, experiment)
        run = client.create_run(place, None, note, f"比较：{titles}").info.run_id
        client.log_batch(run, params=[Param(name, value) for name, value in params.items()])
        client.log_table(run, comparison.table, TABLE)
        client.log_artifact(run, str(page))
        client.set_terminated(run)
    except STORE_FAULTS as error:
        raise DataError([unreachable(store, error)]) from error
