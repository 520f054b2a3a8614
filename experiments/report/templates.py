"""The Jinja environment of the pages."""

from functools import cache
from importlib.resources import files

import jinja2


@cache
def templates() -> jinja2.Environment:
    """Return the environment: text is escaped, and a missing value is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False,
        "separators": (",", ":"),
        "sort_keys": False,
    }
    return environment


def _template(name: str) -> str:
    return files("experiments").joinpath("templates", name).read_text(encoding="utf-8")
