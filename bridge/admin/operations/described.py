"""What is there, in the form in which it is declared: to keep under version control, or to take elsewhere.

Import tokens are sealed and stay here; hashes of passwords are told only to whoever asks for them by command.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bridge.admin.operations import accounts, administrations
from bridge.admin.operations.declared_accounts import told
from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account
from bridge.domain.administrations import Administration

_ALWAYS = frozenset(
    {"administrations", "keys", "routes", "disabled", "code", "name", "import_times", "timezone"}
)
# As of `bridge.admin.operations.declared`: what is so is left out.
_DEFAULTS: Mapping[str, Any] = {"at_close": "refuse", "tells_ok": False}


def present(desk: Desk, *, with_hashes: bool = False) -> dict[str, Any]:
    """Return all administrations and accounts as a declaration.

    Args:
        desk: where to work.
        with_hashes: those of passwords as well; else a new account somewhere else needs a new password.
    """
    return {
        "administrations": [_administration(one) for one in administrations.listing(desk)],
        "accounts": [_account(one, with_hashes=with_hashes) for one in accounts.listing(desk)],
    }


def _administration(one: Administration) -> dict[str, Any]:
    said = {
        "code": one.code,
        "id": one.payt_id,
        "import_times": [f"{at:%H:%M}" for at in one.import_times],
        "timezone": one.timezone,
        "guards": {code.value: str(rule) for code, rule in one.guards.items()},
    }
    return _short(said)


def _account(one: Account, *, with_hashes: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"name": one.name} | told(one)
    del said["password"]
    if with_hashes:
        said["password_hash"] = one.password_hash
    said["keys"] = [f"{key.public_key} {key.comment}".strip() for key in one.keys]
    said["routes"] = [_short(route) for route in said["routes"]]
    return _short(said)


def _short(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in said.items()
        if name in _ALWAYS or (value not in (None, [], {}) and _DEFAULTS.get(name) != value)
    }


def as_toml(document: Mapping[str, Any]) -> str:
    """Return a declaration as TOML, one table for each thing."""
    return "\n".join(_tables(document)) + "\n"


def _tables(document: Mapping[str, Any]) -> Iterator[str]:
    yield "# Administrations and accounts of sftp-bridge, for: bridge apply FILE"
    for noun, things in document.items():
        for one in things:
            yield f"\n[[{noun}]]"
            yield from _fields({name: value for name, value in one.items() if name != "routes"})
            for route in one.get("routes", []):
                yield f"\n[[{noun}.routes]]"
                yield from _fields(route)
            if noun == "accounts" and not one["routes"]:
                yield "routes = []"


def _fields(said: Mapping[str, Any]) -> Iterator[str]:
    for name, value in said.items():
        yield f"{name} = {_value(value)}"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    # TOML's escapes are JSON's; of what JSON leaves as it is, TOML forbids DEL.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
