"""Accounts: who may log in over SFTP, how, and for which administrations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.admin.operations.credentials import (
    Credentials,
    add_keys,
    check_keys,
    new_password,
    parse_keys,
    remove_key,
    set_password,
)
from bridge.admin.operations.desk import Desk
from bridge.admin.operations.waiting import FOR_ENCODING
from bridge.domain.accounts import Account, AtClose, check_name
from bridge.domain.administrations import AdministrationId
from bridge.domain.audit import Deed, changes
from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Conflict, Invalid
from bridge.domain.terms import Terms
from bridge.ledger import accounts, administrations, removing, waiting
from bridge.ledger.database import Transaction

__all__ = [
    "Changed",
    "Credentials",
    "add",
    "add_keys",
    "change",
    "check_keys",
    "codes_of",
    "get",
    "listing",
    "page",
    "remove",
    "remove_key",
    "set_disabled",
    "set_password",
    "set_stopped",
]

NO_ENCODING = "none"  # the word with which an operator takes an encoding away
_UNCHANGED = Terms()
_OF_PASSWORDS = ("password_hash", "password_expires_at", "former_password_hash", "former_password_until")
_OF_TERMS = (
    "password_expires_at",
    "allowed_networks",
    "max_sessions",
    "max_file_bytes",
    "max_files_per_day",
    "quota_bytes",
    "language",
    "contact",
    "tells_ok",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """An account as it is now, and what that set going."""

    account: Account
    retried: int = 0  # uploads that waited for an encoding, and are looked at again


def add(
    desk: Desk,
    *,
    name: str,
    administration_codes: Sequence[str],
    password: str | None = None,
    password_hash: str | None = None,
    key_texts: Mapping[str, str] | None = None,
    encoding: str | None = None,
    at_close: AtClose = AtClose.REFUSE,
    terms: Terms = _UNCHANGED,
) -> Credentials:
    """Add an account; without a password and a key it gets a generated password.

    Args:
        desk: where to work.
        name: its login.
        administration_codes: whom its files may be for; the first is the default.
        password: None, and neither hash nor key: one is made.
        password_hash: or what another server kept of it.
        key_texts: public key files, their names with their contents.
        encoding: of file names and text that are not UTF-8.
        at_close: what the client is told of a file that cannot go as it is.
        terms: limits, networks, expiry, and how its people are told.

    Raises:
        Invalid: one of them cannot be right.
        NotFound: there is no such administration.
        AlreadyThere: the name is taken, or a key is given twice.
    """
    check_name(name)
    codec = None if encoding in {None, NO_ENCODING} else check_encoding(encoding or "")
    now = desk.clock.now()
    values = terms.values(now=now)
    keys = [key for source, text in (key_texts or {}).items() for key in parse_keys(source, text, now=now)]
    ids = _administration_ids(desk, administration_codes)
    new = None
    if password is not None or password_hash is not None or not keys:
        new = new_password(password=password, password_hash=password_hash)
    deed = Deed(
        act="account add",
        subject=f"account:{name}",
        detail={
            "administrations": list(dict.fromkeys(administration_codes)),
            "password": "none" if new is None else new.origin,
            "keys": [key.fingerprint for key in keys],
            "encoding": codec,
            "at_close": at_close,
        }
        | _plain(values),
    )
    account = desk.change(
        deed,
        accounts.add,
        name=name,
        password_hash=None if new is None else new.hashed,
        encoding=codec,
        administration_ids=ids,
        keys=keys,
        now=now,
        at_close=at_close,
        values=values,
    )
    return Credentials(account=account, generated_password=None if new is None else new.generated)


def listing(desk: Desk) -> list[Account]:
    """Return every account, by name; for a viewer the one that is seen."""
    own = desk.actor.account
    if own is not None:
        return [desk.database.read_now(accounts.by_id, account_id=own)]
    return desk.database.read_now(accounts.listing)


def page(desk: Desk, *, after: str | None, limit: int) -> list[Account]:
    """Return the next *limit* accounts by name, behind the name *after*; a viewer sees the one."""
    if desk.actor.account is not None:
        return [] if after is not None else listing(desk)
    return desk.database.read_now(accounts.page, after=after, limit=limit)


def get(desk: Desk, *, name: str) -> Account:
    """Return one; raise `NotFound`."""
    return desk.account(name)


def codes_of(desk: Desk, *, names: Collection[str]) -> list[str]:
    """Return the administrations that any of *names* sends for, by code; of one removed since none."""
    own = desk.actor.account
    found = [one for one in desk.database.read_now(accounts.named, names=names) if own in {None, one.id}]
    return sorted({place.code for account in found for place in account.administrations})


def change(
    desk: Desk,
    *,
    name: str,
    administration_codes: Sequence[str] = (),
    encoding: str | None = None,
    forget_password: bool = False,
    at_close: AtClose | None = None,
    terms: Terms = _UNCHANGED,
) -> Changed:
    """Change what is given and leave the rest; *administration_codes* replace the former ones.

    With an encoding, intake looks again at what was held for want of it.

    Raises:
        Invalid: a value cannot be right.
        NotFound: there is no such account or administration.
        Conflict: a route names an administration that would go, or nothing would be left to log in with.
    """
    account = get(desk, name=name)
    now = desk.clock.now()
    values = terms.values(now=now)
    if encoding is not None:
        values["encoding"] = None if encoding == NO_ENCODING else check_encoding(encoding)
    if at_close is not None:
        values["at_close"] = at_close
    if forget_password:
        if not account.keys:
            raise Conflict(f"account {name} has no key; add one before its password goes, or disable it")
        values |= dict.fromkeys(_OF_PASSWORDS)
    ids = _administration_ids(desk, administration_codes) if administration_codes else []

    def write(ledger: Transaction) -> tuple[Account, Changed]:
        return accounts.get(ledger, name=name), _write_change(ledger, account, values, ids, now)

    return desk.change(_deed_of_change, write)[1]


def _write_change(
    ledger: Transaction,
    account: Account,
    values: dict[str, Any],
    administration_ids: Sequence[AdministrationId],
    now: datetime,
) -> Changed:
    if administration_ids:
        accounts.set_administrations(ledger, account_id=account.id, administration_ids=administration_ids)
    if values:
        accounts.change(ledger, account_id=account.id, values=values)
    retried = 0
    if values.get("encoding"):
        retried = waiting.retry_all(ledger, account_id=account.id, reasons=FOR_ENCODING, now=now)
    return Changed(account=accounts.get(ledger, name=account.name), retried=retried)


def _deed_of_change(both: tuple[Account, Changed]) -> Deed:
    before, changed = both
    differing = changes(_told(before), _told(changed.account))
    retried = {"retried": changed.retried} if changed.retried else {}
    return Deed(act="account change", subject=f"account:{before.name}", detail=differing | retried)


def set_disabled(desk: Desk, *, name: str, is_disabled: bool) -> Account:
    """Let the account log in no more, or again; raise `NotFound`."""
    account = get(desk, name=name)
    deed = Deed(act=f"account {'disable' if is_disabled else 'enable'}", subject=f"account:{name}")
    desk.change(deed, accounts.change, account_id=account.id, values={"is_disabled": is_disabled})
    return get(desk, name=name)


def set_stopped(desk: Desk, *, name: str, is_stopped: bool) -> Account:
    """Send nothing more of what the account uploads, which is still accepted; or send again.

    Raises:
        NotFound: there is no such account.
    """
    deed = Deed(act=f"account {'stop' if is_stopped else 'resume'}", subject=f"account:{name}")
    return desk.change(deed, accounts.set_stopped, name=name, is_stopped=is_stopped)


def remove(desk: Desk, *, name: str) -> None:
    """Remove the account; what it sent is still delivered, and its history stays.  Raise `NotFound`."""
    account = get(desk, name=name)
    deed = Deed(act="account remove", subject=f"account:{name}")
    desk.change(deed, removing.remove, account_id=account.id, now=desk.clock.now())


def _told(account: Account) -> dict[str, Any]:
    """Return what `change` may change, as the audit trail tells it."""
    return {
        "administrations": [place.code for place in account.administrations],
        "encoding": account.encoding,
        "at_close": account.at_close,
        "password": "none" if account.password_hash is None else "set",
    } | _plain({name: getattr(account, name) for name in _OF_TERMS})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* as JSON can hold them."""
    plain = dict(values)
    for name, value in values.items():
        if isinstance(value, datetime):
            plain[name] = value.isoformat()
        elif isinstance(value, tuple):
            plain[name] = list(value)
    return plain


def _administration_ids(desk: Desk, codes: Sequence[str]) -> list[AdministrationId]:
    if not codes:
        raise Invalid("an account needs an administration that its files are for")
    unique = list(dict.fromkeys(codes))
    return [desk.database.read_now(administrations.get, code=code).id for code in unique]
