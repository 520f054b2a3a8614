"""A server whose tables are those of an older version."""

import sys

import pytest

from tests.deploy.team_server import Place, Server, query, run

pytestmark = pytest.mark.campaign
VERSION = "SELECT version_num FROM alembic_version"
BACK_BY_ONE = """
import sys
from alembic.command import downgrade
from mlflow.store.db.utils import _get_alembic_config
downgrade(_get_alembic_config(sys.argv[1]), "-1")
"""


def test_an_upgrade_backs_up_the_old_tables_and_renews_them(place: Place, server: Server):
    ((newest,),) = query(place, VERSION)
    server.stop()
    store = place.settings("server.env")["MLFLOW_BACKEND_STORE_URI"]
    run([sys.executable, "-c", BACK_BY_ONE, store])
    ((older,),) = query(place, VERSION)
    assert older != newest
    place.script("upgrade")
    assert query(place, VERSION) == [(newest,)]
    server.start()
    server.stop()
    saved = max((place.folder / "backups").glob("20*"))
    place.script("restore", str(saved))
    assert query(place, VERSION) == [(older,)]
    place.script("upgrade")
    server.start()
