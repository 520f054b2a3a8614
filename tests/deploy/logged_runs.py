"""Runs and files of the team server's store, compared with those of an undisturbed study."""

from collections import Counter
from collections.abc import Collection, Mapping

from tests.deploy.team_server import OWN, TITLE, Place, Row, query

# Per run: workspace, study, scenario, county, status, and how many metrics and inputs it has.
RUNS = """
    SELECT e.workspace, e.name, s.value, c.value, r.status,
      (SELECT count(*) FROM metrics m WHERE m.run_uuid = r.run_uuid),
      (SELECT count(*) FROM inputs i WHERE i.destination_id = r.run_uuid)
    FROM runs r JOIN experiments e USING (experiment_id)
    JOIN tags s ON s.run_uuid = r.run_uuid AND s.key = 'scenario'
    JOIN tags c ON c.run_uuid = r.run_uuid AND c.key = 'county'
    WHERE r.lifecycle_stage = 'active'
"""
FILES = """
    SELECT e.workspace, e.name, s.value, replace(r.artifact_uri, 'mlflow-artifacts:/', '')
    FROM runs r JOIN experiments e USING (experiment_id)
    JOIN tags s ON s.run_uuid = r.run_uuid AND s.key = 'scenario'
    WHERE r.lifecycle_stage = 'active' AND r.status = 'FINISHED'
      AND NOT EXISTS (SELECT 1 FROM tags p WHERE p.run_uuid = r.run_uuid
                      AND p.key = 'mlflow.parentRunId')
"""
RUNS_PER_STUDY = 6  # two scenarios, each with a run of the city and of two counties
NAMES_THE_STUDY = {"report.html", "manifest.json"}


def logged(place: Place, titles: Collection[str]) -> Counter[Row]:
    """Return the runs of the studies with these titles."""
    return Counter(row for row in query(place, RUNS) if row[1] in titles)


def expected(place: Place, workspaces: Mapping[str, str]) -> Counter[Row]:
    """Return the runs of the undisturbed study under each title (title → workspace)."""
    undisturbed = [row for row in query(place, RUNS) if row[1] == TITLE]
    assert len(undisturbed) == RUNS_PER_STUDY
    assert {row[4] for row in undisturbed} == {"FINISHED"}
    return Counter(
        (workspace, title, *row[2:])
        for title, workspace in workspaces.items()
        for row in undisturbed
    )


def files(place: Place) -> dict[Row, dict[str, bytes]]:
    """Return the files of each finished scenario: workspace, study, scenario → name → content."""
    return {
        (*key,): {
            file.relative_to(place.artifacts / folder).as_posix(): file.read_bytes()
            for file in (place.artifacts / folder).rglob("*")
            if file.is_file()
        }
        for *key, folder in query(place, FILES)
    }


def assert_files_complete(place: Place, titles: Collection[str], scenarios: int) -> None:
    """Every finished scenario has the files of the undisturbed study, except those that name it."""
    found = files(place)
    own = {key: content for key, content in found.items() if key[1] in titles}
    for (workspace, title, scenario), content in own.items():
        undisturbed = found[OWN, TITLE, scenario]
        assert content.keys() == undisturbed.keys()
        differing = {name for name in content if content[name] != undisturbed[name]}
        assert differing <= NAMES_THE_STUDY, (workspace, title)
    assert len(own) == scenarios
