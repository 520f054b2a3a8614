"""Every route that the installed MLflow registers with accounts on. Run as a process of its own."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Route = tuple[str, str]  # method, path with <placeholders>


def registered(folder: Path) -> list[Route]:
    settings = folder / "auth.ini"
    settings.write_text(
        "[mlflow]\ndefault_permission = NO_PERMISSIONS\nadmin_username = admin\n"
        f"database_uri = sqlite:///{folder}/auth.db\n"
    )
    os.environ |= {
        "MLFLOW_AUTH_CONFIG_PATH": str(settings),
        "MLFLOW_AUTH_ADMIN_PASSWORD": "a-password-for-a-moment",
        "MLFLOW_FLASK_SERVER_SECRET_KEY": "a-key-for-a-moment",
        "MLFLOW_ENABLE_WORKSPACES": "true",
        "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/runs.db",
        "_MLFLOW_SGI_NAME": "uvicorn",
    }
    from mlflow.server import app as flask_app  # noqa: PLC0415 - it reads the environment
    from mlflow.server.auth import create_app  # noqa: PLC0415

    outer = create_app(flask_app)
    inner = [
        (method, rule.rule)
        for rule in flask_app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    return sorted({*inner, *_native(outer.routes)})


def _native(routes: Iterable[Any], prefix: str = "") -> Iterator[Route]:
    """Routes that FastAPI serves itself, those of included routers among them."""
    for route in routes:
        if hasattr(route, "original_router"):
            yield from _native(route.original_router.routes, prefix + route.include_context.prefix)
        elif getattr(route, "methods", None):
            for method in route.methods - {"HEAD", "OPTIONS"}:
                yield method, prefix + route.path.replace("{", "<").replace("}", ">")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(registered(Path(folder))))
