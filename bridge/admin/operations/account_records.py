"""Accounts and their routes as plain values, as `records` has all others; no secret is here, and no hash."""

from collections.abc import Mapping
from typing import Any

from bridge.admin.operations.moments import moment
from bridge.domain.accounts import Account, Route
from bridge.domain.administrations import AdministrationId


def account(value: Account) -> dict[str, Any]:
    """Return an account."""
    codes = {administration.id: administration.code for administration in value.administrations}
    return {
        "name": value.name,
        "administrations": [administration.code for administration in value.administrations],
        "has_password": value.password_hash is not None,
        "keys": [
            {
                "fingerprint": key.fingerprint,
                "type": key.public_key.split(" ")[0],
                "comment": key.comment,
                "added_at": moment(key.added_at),
                "expires_at": moment(key.expires_at),
                "last_used_at": moment(key.last_used_at),
            }
            for key in value.keys
        ],
        "password_expires_at": moment(value.password_expires_at),
        "former_password_until": moment(value.former_password_until),
        "encoding": value.encoding,
        "at_close": value.at_close,
        "expects": value.expects,
        "disabled": value.is_disabled,
        "stopped": value.is_stopped,
        "allowed_networks": list(value.allowed_networks),
        "max_sessions": value.max_sessions,
        "max_file_bytes": value.max_file_bytes,
        "max_files_per_day": value.max_files_per_day,
        "quota_bytes": value.quota_bytes,
        "language": value.language,
        "contact": value.contact,
        "tells_ok": value.tells_ok,
        "erased_at": moment(value.erased_at),
        "routes": [route(one, codes=codes) for one in value.routes],
    }


def route(value: Route, *, codes: Mapping[AdministrationId, str]) -> dict[str, Any]:
    """Return a route; *codes* are those of the account's administrations."""
    return {
        "id": value.id,
        "pattern": value.pattern,
        "kind": value.kind,
        "administration": codes.get(value.administration_id) if value.administration_id else None,
        "encoding": value.encoding,
        "guards": {code.value: str(rule) for code, rule in value.guards.items()},
    }
