"""Answers as plain values for JSON, the same for commands and HTTP API.

Moments are ISO 8601 in UTC.  A name here is a contract: scripts read it.  Secrets are not here; whether
there is one, is.
"""

from datetime import datetime
from typing import Any

from bridge.domain.accounts import Account
from bridge.domain.administrations import Administration

Record = dict[str, Any]


def administration(value: Administration) -> Record:
    """Return an administration."""
    return {
        "code": value.code,
        "id": value.payt_id,
        "token": "set" if value.sealed_token else "not set",
        "import_time": f"{value.import_time:%H:%M}",
        "timezone": value.timezone,
        "paused_until": moment(value.paused_until),
        "paused_reason": value.paused_reason,
    }


def account(value: Account) -> Record:
    """Return an account."""
    codes = {administration.id: administration.code for administration in value.administrations}
    return {
        "name": value.name,
        "administrations": [administration.code for administration in value.administrations],
        "has_password": value.password_hash is not None,
        "keys": [
            {"fingerprint": key.fingerprint, "type": key.public_key.split(" ")[0], "comment": key.comment}
            for key in value.keys
        ],
        "encoding": value.encoding,
        "disabled": value.is_disabled,
        "routes": [
            {
                "id": route.id,
                "pattern": route.pattern,
                "kind": route.kind,
                "administration": codes.get(route.administration_id) if route.administration_id else None,
            }
            for route in value.routes
        ],
    }


def moment(value: datetime | None) -> str | None:
    """Return a moment as ``2026-11-21T20:25:00.123456Z``."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")
