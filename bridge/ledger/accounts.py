"""Accounts in the ledger, with their keys, administrations and routes."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain import expiry
from bridge.domain.accounts import Account, AccountId, AccountKey, AtClose, Expects, Route
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.expiry import WARNED_BEFORE, Expiring
from bridge.ledger import counters
from bridge.ledger.routes import add_route, remove_route, to_route
from bridge.ledger.rows import to_administration
from bridge.ledger.schema import account_administrations, account_keys, accounts, administrations, routes

__all__ = [
    "add",
    "add_key",
    "add_route",
    "by_id",
    "change",
    "expiring",
    "forget_former_passwords",
    "get",
    "listing",
    "named",
    "page",
    "remove_key",
    "remove_route",
    "replace_hash",
    "set_administrations",
    "set_stopped",
]

_alive = accounts.c.removed_at.is_(None)


def listing(connection: Connection) -> list[Account]:
    """Return every account, by name."""
    return _load(connection, _alive)


def page(connection: Connection, *, after: str | None, limit: int) -> list[Account]:
    """Return the next *limit* accounts by name, behind the name *after*."""
    which = _alive if after is None else sa.and_(_alive, accounts.c.name > after)
    ids = connection.execute(sa.select(accounts.c.id).where(which).order_by(accounts.c.name).limit(limit))
    return _load(connection, accounts.c.id.in_(list(ids.scalars())))


def named(connection: Connection, *, names: Collection[str]) -> list[Account]:
    """Return those of *names* that there are, by name."""
    return _load(connection, sa.and_(_alive, accounts.c.name.in_(list(names))))


def get(connection: Connection, *, name: str) -> Account:
    """Return the account *name*; raise `NotFound` if there is none."""
    found = _load(connection, sa.and_(accounts.c.name == name, _alive))
    if not found:
        raise NotFound(f"no account {name}; see: bridge account list")
    return found[0]


def expiring(connection: Connection, *, now: datetime) -> list[Expiring]:
    """Return the passwords and keys that expire soon, or have expired; the first to expire first."""
    soon = now + WARNED_BEFORE
    of_keys = sa.select(account_keys.c.account_id).where(account_keys.c.expires_at <= soon)
    affected = sa.or_(accounts.c.password_expires_at <= soon, accounts.c.id.in_(of_keys))
    found = [
        one
        for account in _load(connection, sa.and_(_alive, affected))
        for one in expiry.expiring(account, now=now)
    ]
    return sorted(found, key=lambda one: (one.expires_at, one.account))


def by_id(connection: Connection, *, account_id: AccountId) -> Account:
    """Return the account, even if it was removed since."""
    [account] = _load(connection, accounts.c.id == account_id)
    return account


def _load(connection: Connection, which: sa.ColumnElement[bool]) -> list[Account]:
    ids = sa.select(accounts.c.id).where(which)
    keys: dict[int, list[AccountKey]] = defaultdict(list)
    for row in connection.execute(
        sa.select(account_keys).where(account_keys.c.account_id.in_(ids)).order_by(account_keys.c.fingerprint)
    ):
        keys[row.account_id].append(
            AccountKey(
                fingerprint=row.fingerprint,
                public_key=row.public_key,
                comment=row.comment,
                added_at=row.added_at,
                expires_at=row.expires_at,
                last_used_at=row.last_used_at,
            )
        )
    places: dict[int, list[Administration]] = defaultdict(list)
    for row in connection.execute(
        sa.select(account_administrations.c.account_id, administrations)
        .join(administrations, administrations.c.id == account_administrations.c.administration_id)
        .where(account_administrations.c.account_id.in_(ids))
        .order_by(account_administrations.c.position)
    ):
        places[row.account_id].append(to_administration(row))
    rules: dict[int, list[Route]] = defaultdict(list)
    for row in connection.execute(
        sa.select(routes).where(routes.c.account_id.in_(ids)).order_by(routes.c.id)
    ):
        rules[row.account_id].append(to_route(row))
    return [
        _to_account(row, keys=keys[row.id], places=places[row.id], rules=rules[row.id])
        for row in connection.execute(sa.select(accounts).where(which).order_by(accounts.c.name))
    ]


def _to_account(
    row: Any, *, keys: Sequence[AccountKey], places: Sequence[Administration], rules: Sequence[Route]
) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        password_hash=row.password_hash,
        encoding=row.encoding,
        is_disabled=row.is_disabled,
        keys=tuple(keys),
        administrations=tuple(places),
        routes=tuple(rules),
        at_close=AtClose(row.at_close),
        is_stopped=row.is_stopped,
        expects=Expects(row.expects),
        password_expires_at=row.password_expires_at,
        former_password_hash=row.former_password_hash,
        former_password_until=row.former_password_until,
        allowed_networks=tuple(json.loads(row.allowed_networks or "[]")),
        max_sessions=row.max_sessions,
        max_file_bytes=row.max_file_bytes,
        max_files_per_day=row.max_files_per_day,
        quota_bytes=row.quota_bytes,
        language=row.language,
        contact=row.contact,
        tells_ok=row.tells_ok,
        erased_at=row.erased_at,
    )


def add(
    connection: Connection,
    *,
    name: str,
    password_hash: str | None,
    encoding: str | None,
    administration_ids: Sequence[AdministrationId],
    keys: Sequence[AccountKey],
    now: datetime,
    at_close: AtClose = AtClose.REFUSE,
    values: Mapping[str, Any] | None = None,
) -> Account:
    """Add an account, with *values* as `change` takes them; raise `AlreadyThere` if one has this name."""
    if connection.execute(sa.select(accounts.c.id).where(accounts.c.name == name, _alive)).first():
        raise AlreadyThere(f"account {name} exists already")
    account_id = connection.execute(
        sa.insert(accounts)
        .values(
            name=name,
            password_hash=password_hash,
            encoding=encoding,
            is_disabled=False,
            created_at=now,
            at_close=at_close,
            **_columns(values or {}),
        )
        .returning(accounts.c.id)
    ).scalar_one()
    set_administrations(connection, account_id=account_id, administration_ids=administration_ids)
    for key in keys:
        add_key(connection, account_id=account_id, key=key)
    return get(connection, name=name)


def change(connection: Connection, *, account_id: AccountId, values: Mapping[str, Any]) -> None:
    """Set fields of an account."""
    connection.execute(sa.update(accounts).where(accounts.c.id == account_id).values(**_columns(values)))
    counters.raise_by_one(connection, name=counters.ACCOUNTS)


def replace_hash(connection: Connection, *, account_id: AccountId, old: str, new: str) -> bool:
    """Keep *new* of the password whose hash is *old*; whether that was still so."""
    done = connection.execute(
        sa.update(accounts)
        .where(accounts.c.id == account_id, accounts.c.password_hash == old)
        .values(password_hash=new)
    )
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return done.rowcount == 1


def forget_former_passwords(connection: Connection, *, before: datetime) -> int:
    """Forget former passwords whose time was over before a moment; return of how many accounts.

    Until then a sender that still has the old one is told apart from one that guesses.
    """
    which = accounts.c.former_password_until < before
    if not connection.execute(sa.select(accounts.c.id).where(which).limit(1)).first():
        return 0
    values = {"former_password_hash": None, "former_password_until": None}
    gone = connection.execute(sa.update(accounts).where(which).values(**values))
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return gone.rowcount


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return *values* as columns hold them: networks as a list in JSON, NULL where there is none."""
    columns = dict(values)
    if "allowed_networks" in columns:
        networks = list(columns["allowed_networks"] or ())
        columns["allowed_networks"] = json.dumps(networks) if networks else None
    return columns


def set_stopped(connection: Connection, *, name: str, is_stopped: bool) -> Account:
    """Send nothing more of what the account uploads, or send again; raise `NotFound`."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    account = get(connection, name=name)
    change(connection, account_id=account.id, values={"is_stopped": is_stopped})
    return get(connection, name=name)


def set_administrations(
    connection: Connection, *, account_id: AccountId, administration_ids: Sequence[AdministrationId]
) -> None:
    """Give the account these administrations, the first as its default; one named twice counts once."""
    connection.execute(
        sa.delete(account_administrations).where(account_administrations.c.account_id == account_id)
    )
    for position, administration_id in enumerate(dict.fromkeys(administration_ids)):
        connection.execute(
            sa.insert(account_administrations).values(
                account_id=account_id, administration_id=administration_id, position=position
            )
        )
    gone = connection.execute(
        sa.select(routes.c.id).where(
            routes.c.account_id == account_id,
            routes.c.administration_id.is_not(None),
            routes.c.administration_id.not_in(list(administration_ids)),
        )
    ).scalars()
    if ids := ", ".join(str(route_id) for route_id in gone):
        raise Conflict(
            f"route {ids} of this account names an administration that it would lose; remove the route first"
        )
    counters.raise_by_one(connection, name=counters.ACCOUNTS)


def add_key(connection: Connection, *, account_id: AccountId, key: AccountKey) -> None:
    """Let *key* log in; raise `AlreadyThere` if it may already."""
    same = (account_keys.c.account_id == account_id) & (account_keys.c.fingerprint == key.fingerprint)
    if connection.execute(sa.select(account_keys.c.fingerprint).where(same)).first():
        raise AlreadyThere(f"key {key.fingerprint} belongs to this account already")
    connection.execute(
        sa.insert(account_keys).values(
            account_id=account_id,
            fingerprint=key.fingerprint,
            public_key=key.public_key,
            comment=key.comment,
            added_at=key.added_at,
            expires_at=key.expires_at,
        )
    )
    counters.raise_by_one(connection, name=counters.ACCOUNTS)


def remove_key(connection: Connection, *, account_id: AccountId, fingerprint: str) -> None:
    """Take a key away; raise `NotFound` if the account has none such."""
    gone = connection.execute(
        sa.delete(account_keys).where(
            account_keys.c.account_id == account_id, account_keys.c.fingerprint == fingerprint
        )
    )
    if not gone.rowcount:
        raise NotFound(f"the account has no key {fingerprint}")
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
