"""Accounts as they are declared: checked first, then compared and written where they differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bridge.admin.operations.credentials import parse_keys
from bridge.admin.operations.declared import DeclaredAccount
from bridge.admin.operations.declared_routes import WantedRoute, put_routes, ready_routes, told_of
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.differences import Change
from bridge.admin.operations.moments import moment
from bridge.admin.operations.waiting import FOR_ENCODING
from bridge.domain.accounts import Account, AccountKey, check_name
from bridge.domain.administrations import AdministrationId
from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Invalid, NotFound
from bridge.domain.hosts import check_mail_address
from bridge.domain.password_hashes import check_hash
from bridge.domain.terms import check_networks
from bridge.ledger import accounts, waiting
from bridge.ledger.database import Transaction

NOUN = "account"
_AS_THEY_ARE = ("at_close", "max_sessions", "max_file_bytes", "max_files_per_day", "quota_bytes", "language")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedAccount:
    """An account as it should be; what is None there stays as it is."""

    name: str
    administrations: list[str]  # codes, each once
    values: Mapping[str, Any]  # columns, as `bridge.ledger.accounts.change` takes them
    password_hash: str | None
    keys: Sequence[AccountKey] | None
    routes: Sequence[WantedRoute] | None


def ready(desk: Desk, declared: Mapping[str, DeclaredAccount]) -> dict[str, WantedAccount]:
    """Return what is wanted; raise `Invalid` with a line for each that cannot be right."""
    now = desk.clock.now()
    found: dict[str, WantedAccount] = {}
    mistakes: list[str] = []
    for name, one in declared.items():
        try:
            found[name] = _ready(one, now)
        except Invalid as error:
            mistakes.append(f"{NOUN} {name}: {error}")
    if mistakes:
        raise Invalid("\n".join(mistakes))
    return found


def _ready(one: DeclaredAccount, now: datetime) -> WantedAccount:
    keys = None
    if one.keys is not None:
        parsed = [key for text in one.keys for key in parse_keys("keys", text, now=now)]
        keys = list({key.fingerprint: key for key in parsed}.values())
    values: dict[str, Any] = {name: getattr(one, name) for name in _AS_THEY_ARE}
    values |= {
        "encoding": None if one.encoding is None else check_encoding(one.encoding),
        "allowed_networks": check_networks(one.allowed_networks) if one.allowed_networks else (),
        "contact": None if one.contact is None else check_mail_address(one.contact),
        "tells_ok": one.tells_ok,
    }
    if one.disabled is not None:
        values["is_disabled"] = one.disabled
    if one.password_expires_at is not None:
        values["password_expires_at"] = one.password_expires_at.astimezone(UTC)
    return WantedAccount(
        name=check_name(one.name),
        administrations=list(dict.fromkeys(one.administrations)),
        values=values,
        password_hash=None if one.password_hash is None else check_hash(one.password_hash),
        keys=keys,
        routes=None if one.routes is None else ready_routes(one.routes),
    )


def put(
    desk: Desk,
    ledger: Transaction,
    before: Account | None,
    wanted: WantedAccount,
    ids: Mapping[str, AdministrationId],
) -> Change | None:
    """Make an account as it is *wanted*; return what that changed, None for nothing.

    A change without fields is none, and has only notes.

    Args:
        desk: where to work.
        ledger: the transaction.
        before: as it is; None: there is none.
        wanted: as it should be.
        ids: of all administrations, by code.

    Raises:
        NotFound: it names an administration that is not there.
        Conflict: a route that stays names an administration that would go.
    """
    for code in wanted.administrations:
        if code not in ids:
            raise NotFound(f"{NOUN} {wanted.name}: no administration {code}; see: bridge administration list")
    start = before if before is not None else _add(desk, ledger, wanted, ids)
    fields = _values(ledger, start, wanted, is_new=before is None) | _keys(ledger, start, wanted)
    fields |= _places(ledger, start, wanted, ids)
    notes = _notes(desk, ledger, start, wanted, fields)
    if before is not None:
        notes += _notes_on_password(before, wanted)
        if not fields and not notes:
            return None
        return Change(verb="change", noun=NOUN, name=wanted.name, fields=fields, notes=notes)
    then = told(start) | {name: after for name, (_, after) in fields.items()}
    shown = {name: (None, value) for name, value in then.items() if value not in (None, [], False, "none")}
    return Change(verb="add", noun=NOUN, name=wanted.name, fields=shown, notes=notes)


def _add(
    desk: Desk, ledger: Transaction, wanted: WantedAccount, ids: Mapping[str, AdministrationId]
) -> Account:
    """Add the account with nothing but its name and places; what is wanted of it is written as a change."""
    return accounts.add(
        ledger,
        name=wanted.name,
        password_hash=None,
        encoding=None,
        administration_ids=[ids[code] for code in wanted.administrations],
        keys=[],
        now=desk.clock.now(),
    )


def _values(
    ledger: Transaction, start: Account, wanted: WantedAccount, *, is_new: bool
) -> dict[str, tuple[Any, Any]]:
    values = {name: value for name, value in wanted.values.items() if getattr(start, name) != value}
    fields = {
        "disabled" if name == "is_disabled" else name: (_plain(getattr(start, name)), _plain(value))
        for name, value in values.items()
    }
    if wanted.password_hash is not None and is_new:
        values["password_hash"] = wanted.password_hash
        fields["password"] = ("none", "set")
    if values:
        accounts.change(ledger, account_id=start.id, values=values)
    return fields


def _keys(ledger: Transaction, start: Account, wanted: WantedAccount) -> dict[str, tuple[Any, Any]]:
    if wanted.keys is None:
        return {}
    here = [key.fingerprint for key in start.keys]
    there = [key.fingerprint for key in wanted.keys]
    if set(here) == set(there):
        return {}
    for fingerprint in here:
        if fingerprint not in there:
            accounts.remove_key(ledger, account_id=start.id, fingerprint=fingerprint)
    for key in wanted.keys:
        if key.fingerprint not in here:
            accounts.add_key(ledger, account_id=start.id, key=key)
    return {"keys": (here, there)}


def _places(
    ledger: Transaction, start: Account, wanted: WantedAccount, ids: Mapping[str, AdministrationId]
) -> dict[str, tuple[Any, Any]]:
    """Write routes before administrations: a route that goes no longer needs its own."""
    fields: dict[str, tuple[Any, Any]] = {}
    if wanted.routes is not None:
        own = {code: ids[code] for code in wanted.administrations}
        fields |= put_routes(ledger, start, wanted.routes, ids=own)
    here = [place.code for place in start.administrations]
    if here != wanted.administrations:
        accounts.set_administrations(
            ledger, account_id=start.id, administration_ids=[ids[code] for code in wanted.administrations]
        )
        fields["administrations"] = (here, wanted.administrations)
    return fields


def _notes(
    desk: Desk, ledger: Transaction, start: Account, wanted: WantedAccount, fields: Mapping[str, Any]
) -> list[str]:
    notes = []
    if fields.get("encoding", (None, None))[1] is not None:
        now = desk.clock.now()
        retried = waiting.retry_all(ledger, account_id=start.id, reasons=FOR_ENCODING, now=now)
        notes += [f"uploads that waited for an encoding, looked at again: {retried}"] if retried else []
    keys = start.keys if wanted.keys is None else wanted.keys
    if start.password_hash is None and "password" not in fields and not keys:
        notes.append(f"it cannot log in yet: bridge account password {start.name}")
    return notes


def _notes_on_password(before: Account, wanted: WantedAccount) -> list[str]:
    """Return what is said where a hash is declared of an account without one: it may have been removed."""
    if wanted.password_hash is None or before.password_hash is not None:
        return []
    why = "it was added before, and its password may have been removed since"
    command = f"bridge account password {before.name} --hash-file FILE"
    return [f"its password_hash is not taken: {why}; to set it: {command}"]


def told(account: Account) -> dict[str, Any]:
    """Return what can differ, as plain values; of credentials only which there are."""
    names = ("encoding", *_AS_THEY_ARE, "allowed_networks", "contact", "tells_ok", "password_expires_at")
    return {
        "administrations": [place.code for place in account.administrations],
        "password": "none" if account.password_hash is None else "set",
        "keys": [key.fingerprint for key in account.keys],
        **{name: _plain(getattr(account, name)) for name in names},
        "disabled": account.is_disabled,
        "routes": told_of(account),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return list(value) if isinstance(value, tuple) else value
