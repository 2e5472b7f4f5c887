"""Tokens for programs: made once and shown once, of them only hashes are kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from bridge.admin.operations.desk import Desk
from bridge.admin.operations.records import Record, moment
from bridge.domain.admins import ApiToken, check_admin_name, check_role
from bridge.domain.audit import Deed
from bridge.domain.errors import Invalid
from bridge.domain.roles import Role
from bridge.ledger import accounts, api_tokens

_PREFIX = "bridge_"  # so that scanners for leaked secrets, and people, know what it is
_RANDOM_BYTES = 32
_HINT = len(_PREFIX) + 6  # characters
FOR_EVER = 0  # days, of a token that works until it is revoked
_LONGEST_DAYS = 3650
_SEEN_EVERY = timedelta(minutes=1)  # how exactly it is known when a token was last used


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A token with what it is: shown once, kept nowhere."""

    token: ApiToken
    secret: str


def listing(desk: Desk) -> list[ApiToken]:
    """Return every token, by name."""
    desk.check_sees_all("tokens")
    return desk.database.read_now(api_tokens.listing)


def add(
    desk: Desk,
    *,
    name: str,
    role: Role,
    account: str | None = None,
    may_write: bool = False,
    days: float = 365.0,
) -> Made:
    """Make a token.

    Args:
        desk: where to work.
        name: what it is for: ``monitoring``.
        role: as of an admin.
        account: of a viewer: the only account that it sees.
        may_write: whether it may change what its role may; else it looks only.
        days: how long it works; `FOR_EVER`: until it is revoked.

    Raises:
        Invalid: a value cannot be right.
        NotFound: there is no such account.
        AlreadyThere: the name is taken.
    """
    check_admin_name(name)
    check_role(role, account)
    if not 0 <= days <= _LONGEST_DAYS:
        raise Invalid(f"a token works for 0 (until it is revoked) to {_LONGEST_DAYS} days, not {days:g}")
    now = desk.clock.now()
    expires_at = None if days == FOR_EVER else now + timedelta(days=days)
    secret = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    account_id = None if account is None else desk.database.read_now(accounts.get, name=account).id
    detail = {"role": role, "account": account, "may_write": may_write, "expires_at": moment(expires_at)}
    token = desk.change(
        Deed(act="token add", subject=f"token:{name}", detail=detail),
        api_tokens.add,
        name=name,
        token_hash=hashed(secret),
        hint=secret[:_HINT],
        role=role,
        account_id=account_id,
        may_write=may_write,
        made_by=desk.actor.who,
        now=now,
        expires_at=expires_at,
    )
    return Made(token=token, secret=secret)


def revoke(desk: Desk, *, name: str) -> None:
    """End a token at once; raise `NotFound`."""
    deed = Deed(act="token revoke", subject=f"token:{name}")
    desk.change(deed, api_tokens.revoke, name=name, now=desk.clock.now())


def whose(desk: Desk, secret: str) -> ApiToken | None:
    """Return the token that *secret* is, and note that it was used; None if it is none, or is over."""
    if not secret.startswith(_PREFIX):
        return None
    token = desk.database.read_now(api_tokens.find, token_hash=hashed(secret))
    now = desk.clock.now()
    if token is None or token.is_over(now):
        return None
    if token.last_used_at is None or now - token.last_used_at >= _SEEN_EVERY:
        desk.note_use(api_tokens.touch, token_id=token.id, now=now)
    return token


def hashed(secret: str) -> str:
    """Return what is kept of *secret*: it is 256 random bits, which no slow hash has to protect."""
    return hashlib.sha256(secret.encode()).hexdigest()


def record(value: ApiToken) -> Record:
    """Return a token for JSON."""
    return {
        "name": value.name,
        "hint": value.hint,
        "role": value.role,
        "account": value.account,
        "may_write": value.may_write,
        "made_by": value.made_by,
        "created_at": moment(value.created_at),
        "expires_at": moment(value.expires_at),
        "last_used_at": moment(value.last_used_at),
    }
