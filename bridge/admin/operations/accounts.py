"""Accounts: who may log in over SFTP, how, and for which administrations."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.waiting import FOR_ENCODING
from bridge.domain.accounts import Account, AccountKey, AtClose, check_name
from bridge.domain.administrations import AdministrationId
from bridge.domain.audit import Deed, changes
from bridge.domain.encodings import check_encoding
from bridge.domain.errors import Conflict, Invalid
from bridge.ledger import accounts, administrations, waiting
from bridge.ledger.database import Transaction
from bridge.runtime.passwords import hash_password

# Without 0 O o 1 I l: it may be read out on the telephone.  20 of 56 characters are 116 bits.
_ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GENERATED_LENGTH = 20
_LONGEST_PASSWORD = 1024
NO_ENCODING = "none"  # the word with which an operator takes an encoding away


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account, and its new password if one was generated: shown once, kept nowhere."""

    account: Account
    generated_password: str | None = None


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
    key_texts: Mapping[str, str] | None = None,
    encoding: str | None = None,
    at_close: AtClose = AtClose.REFUSE,
) -> Credentials:
    """Add an account; without a password and a key it gets a generated password.

    Args:
        desk: where to work.
        name: its login.
        administration_codes: whom its files may be for; the first is the default.
        password: None and no key: one is made.
        key_texts: public key files, their names with their contents.
        encoding: of file names and text that are not UTF-8.
        at_close: what the client is told of a file that cannot go as it is.

    Raises:
        Invalid: one of them cannot be right.
        NotFound: there is no such administration.
        AlreadyThere: the name is taken, or a key is given twice.
    """
    check_name(name)
    codec = None if encoding in {None, NO_ENCODING} else check_encoding(encoding or "")
    keys = [key for source, text in (key_texts or {}).items() for key in _parse_keys(source, text)]
    ids = _administration_ids(desk, administration_codes)
    generated = None
    if password is None and not keys:
        password = generated = _generate_password()
    hashed = None if password is None else hash_password(_check_password(password))
    deed = Deed(
        act="account add",
        subject=f"account:{name}",
        detail={
            "administrations": list(dict.fromkeys(administration_codes)),
            "password": _origin(hashed, generated),
            "keys": [key.fingerprint for key in keys],
            "encoding": codec,
            "at_close": at_close,
        },
    )
    account = desk.change(
        deed,
        accounts.add,
        name=name,
        password_hash=hashed,
        encoding=codec,
        administration_ids=ids,
        keys=keys,
        now=desk.clock.now(),
        at_close=at_close,
    )
    return Credentials(account=account, generated_password=generated)


def listing(desk: Desk) -> list[Account]:
    """Return every account, by name; for a viewer the one that is seen."""
    only = desk.seen(None)
    return desk.database.read_now(accounts.listing) if only is None else [get(desk, name=only)]


def get(desk: Desk, *, name: str) -> Account:
    """Return one; raise `NotFound`."""
    desk.check_sees(name, f"account {name}")
    return desk.database.read_now(accounts.get, name=name)


def change(
    desk: Desk,
    *,
    name: str,
    administration_codes: Sequence[str] = (),
    encoding: str | None = None,
    forget_password: bool = False,
    at_close: AtClose | None = None,
) -> Changed:
    """Change what is given and leave the rest; *administration_codes* replace the former ones.

    With an encoding, intake looks again at what was held for want of it.

    Raises:
        Invalid: a value cannot be right.
        NotFound: there is no such account or administration.
        Conflict: a route names an administration that would go, or nothing would be left to log in with.
    """
    account = get(desk, name=name)
    values: dict[str, Any] = {}
    if encoding is not None:
        values["encoding"] = None if encoding == NO_ENCODING else check_encoding(encoding)
    if at_close is not None:
        values["at_close"] = at_close
    if forget_password:
        if not account.keys:
            raise Conflict(f"account {name} has no key; add one before its password goes, or disable it")
        values["password_hash"] = None
    ids = _administration_ids(desk, administration_codes) if administration_codes else []
    now = desk.clock.now()

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


def set_password(desk: Desk, *, name: str, password: str | None = None) -> Credentials:
    """Give the account a new password, a generated one if *password* is None; the old one ends."""
    account = get(desk, name=name)
    generated = _generate_password() if password is None else None
    hashed = hash_password(_check_password(password or generated or ""))
    deed = Deed(
        act="account password",
        subject=f"account:{name}",
        detail={"password": _origin(hashed, generated)},
    )
    desk.change(deed, accounts.change, account_id=account.id, values={"password_hash": hashed})
    return Credentials(account=get(desk, name=name), generated_password=generated)


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
    desk.change(deed, accounts.remove, account_id=account.id, now=desk.clock.now())


def add_keys(desk: Desk, *, name: str, source: str, text: str) -> list[AccountKey]:
    """Let the public keys in *text*, of the file *source*, log in.

    Raises:
        Invalid: one of them cannot be used.
        NotFound: there is no such account.
        AlreadyThere: the account has one of them.
    """
    account = get(desk, name=name)
    keys = _parse_keys(source, text)

    def write(ledger: Transaction) -> None:
        for key in keys:
            accounts.add_key(ledger, account_id=account.id, key=key)

    fingerprints = [key.fingerprint for key in keys]
    desk.change(Deed(act="account key add", subject=f"account:{name}", detail={"keys": fingerprints}), write)
    return keys


def remove_key(desk: Desk, *, name: str, fingerprint: str) -> None:
    """Take a key away; raise `NotFound` if the account has none such."""
    account = get(desk, name=name)
    deed = Deed(act="account key remove", subject=f"account:{name}", detail={"keys": [fingerprint]})
    desk.change(deed, accounts.remove_key, account_id=account.id, fingerprint=fingerprint)


def _told(account: Account) -> dict[str, Any]:
    """Return what `change` may change, as the audit trail tells it."""
    return {
        "administrations": [place.code for place in account.administrations],
        "encoding": account.encoding,
        "at_close": account.at_close,
        "password": "none" if account.password_hash is None else "set",
    }


def _origin(hashed: str | None, generated: str | None) -> str:
    """Return where a password came from; never what it is."""
    if hashed is None:
        return "none"
    return "given" if generated is None else "generated"


def _administration_ids(desk: Desk, codes: Sequence[str]) -> list[AdministrationId]:
    if not codes:
        raise Invalid("an account needs an administration that its files are for: --administration CODE")
    unique = list(dict.fromkeys(codes))
    return [desk.database.read_now(administrations.get, code=code).id for code in unique]


def _parse_keys(source: str, text: str) -> list[AccountKey]:
    from bridge.admin.operations import keys  # loads cryptography, which a listing does not need

    try:
        return keys.parse(text)
    except Invalid as error:
        raise Invalid(f"{source}: {error}") from error


def _check_password(password: str) -> str:
    if not password or len(password) > _LONGEST_PASSWORD or not password.isprintable():
        raise Invalid(f"password: expected one line of 1 to {_LONGEST_PASSWORD} printable characters")
    return password


def _generate_password() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_GENERATED_LENGTH))
