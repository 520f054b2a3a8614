"""Check of accounts that takes as long for a name that does not exist as for a wrong password.

MLflow compares a password only where the user exists, so that the time of a refusal would tell
who does. ``auth.ini`` names this function, ``server.env`` the folder to import it from.
"""

import secrets

from flask import Response, request
from mlflow.server.auth import authenticate_request_basic_auth, store
from werkzeug.datastructures import Authorization
from werkzeug.security import check_password_hash, generate_password_hash

NOBODYS = generate_password_hash(secrets.token_urlsafe())


def authenticate() -> Authorization | Response:
    """Return the account of the request, or MLflow's refusal."""
    found = authenticate_request_basic_auth()
    given = request.authorization
    if isinstance(found, Response) and given is not None and not store.has_user(given.username):
        check_password_hash(NOBODYS, given.password or "")
    return found
