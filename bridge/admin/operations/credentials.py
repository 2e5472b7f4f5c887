"""What accounts log in with: passwords, hashes that were brought along, and public keys.

A password is shown once, when it was generated; a hash never.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bridge.admin.operations.desk import Desk
from bridge.domain.accounts import Account, AccountKey
from bridge.domain.audit import Deed
from bridge.domain.errors import Conflict, Invalid
from bridge.domain.password_hashes import check_hash, scheme
from bridge.domain.terms import check_days, expiry
from bridge.ledger import accounts
from bridge.ledger.database import Transaction
from bridge.runtime.passwords import generate, hash_password

_LONGEST_PASSWORD = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """An account, and its new password if one was generated: shown once, kept nowhere."""

    account: Account
    generated_password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPassword:
    """A password that is to be set."""

    hashed: str
    origin: str  # as the audit trail tells it: given, generated, or the kind of a hash; never what it is
    generated: str | None = None


def new_password(*, password: str | None = None, password_hash: str | None = None) -> NewPassword:
    """Return what to keep of a password that is given, or of a hash; without both one is generated.

    Raises:
        Invalid: it cannot be a password, or the hash cannot be taken over, or both are given.
    """
    if password_hash is not None:
        if password is not None:
            raise Invalid("give a password or its hash, not both")
        return NewPassword(hashed=check_hash(password_hash), origin=f"hash ({scheme(password_hash)})")
    if password is not None:
        return NewPassword(hashed=hash_password(_check_password(password)), origin="given")
    generated = generate()
    return NewPassword(hashed=hash_password(generated), origin="generated", generated=generated)


def set_password(
    desk: Desk,
    *,
    name: str,
    password: str | None = None,
    password_hash: str | None = None,
    keep_old_days: str | None = None,
    expires: str | None = None,
) -> Credentials:
    """Give the account a new password, a generated one if neither it nor its hash is given.

    Args:
        desk: where to work.
        name: whose.
        password: the new one.
        password_hash: or what another server kept of it.
        keep_old_days: so long the old one is right as well; None: it ends now.
        expires: days from now; None: it never does, whatever the old one did.

    Raises:
        Invalid: one of them cannot be right.
        NotFound: there is no such account.
        Conflict: an old one is to be kept, and there is none.
    """
    account = _get(desk, name)
    now = desk.clock.now()
    until = None if keep_old_days is None else now + check_days(keep_old_days)
    new = new_password(password=password, password_hash=password_hash)
    expires_at = None if expires is None else expiry(expires, now=now)

    def write(ledger: Transaction) -> Account:
        before = accounts.get(ledger, name=name)
        former = before.password_hash if until is not None else None
        if until is not None and former is None:
            raise Conflict(f"account {name} has no old password that could be kept; only set the new one")
        values = {
            "password_hash": new.hashed,
            "password_expires_at": expires_at,
            "former_password_hash": former,
            "former_password_until": until,
        }
        accounts.change(ledger, account_id=account.id, values=values)
        return accounts.get(ledger, name=name)

    detail: dict[str, Any] = {"password": new.origin}
    detail |= {} if until is None else {"old_until": until.isoformat()}
    detail |= {} if expires_at is None else {"expires": expires_at.isoformat()}
    deed = Deed(act="account password", subject=f"account:{name}", detail=detail)
    return Credentials(account=desk.change(deed, write), generated_password=new.generated)


def add_keys(
    desk: Desk, *, name: str, source: str, text: str, expires: str | None = None
) -> list[AccountKey]:
    """Let the public keys in *text*, of the file *source*, log in, for ever or for so many days.

    Raises:
        Invalid: one of them cannot be used, or the days cannot be right.
        NotFound: there is no such account.
        AlreadyThere: the account has one of them.
    """
    account = _get(desk, name)
    now = desk.clock.now()
    expires_at = None if expires is None else expiry(expires, now=now)
    keys = parse_keys(source, text, now=now, expires_at=expires_at)

    def write(ledger: Transaction) -> None:
        for key in keys:
            accounts.add_key(ledger, account_id=account.id, key=key)

    detail: dict[str, Any] = {"keys": [key.fingerprint for key in keys]}
    detail |= {} if expires_at is None else {"expires": expires_at.isoformat()}
    desk.change(Deed(act="account key add", subject=f"account:{name}", detail=detail), write)
    return keys


def remove_key(desk: Desk, *, name: str, fingerprint: str) -> None:
    """Take a key away; raise `NotFound` if the account has none such."""
    account = _get(desk, name)
    deed = Deed(act="account key remove", subject=f"account:{name}", detail={"keys": [fingerprint]})
    desk.change(deed, accounts.remove_key, account_id=account.id, fingerprint=fingerprint)


def check_keys(desk: Desk, text: str) -> list[AccountKey]:
    """Return the public keys in what a person pasted; raise `Invalid` if one cannot be used."""
    return parse_keys("keys", text, now=desk.clock.now())


def parse_keys(
    source: str, text: str, *, now: datetime, expires_at: datetime | None = None
) -> list[AccountKey]:
    """Return the public keys in *text*; raise `Invalid` with the name of the file *source*."""
    from bridge.admin.operations import keys  # loads cryptography, which a listing does not need

    try:
        return [replace(key, added_at=now, expires_at=expires_at) for key in keys.parse(text)]
    except Invalid as error:
        raise Invalid(f"{source}: {error}") from error


def _get(desk: Desk, name: str) -> Account:
    return desk.account(name)


def _check_password(password: str) -> str:
    if not password or len(password) > _LONGEST_PASSWORD or not password.isprintable():
        raise Invalid(f"password: expected one line of 1 to {_LONGEST_PASSWORD} printable characters")
    return password
