"""Accounts as a list: a page at a time, with what waits, what is held and when the last upload came.

Only the accounts of a page are loaded, and what waits is counted of them only, in the indexes that hold
nothing else: nothing here grows with what was ever delivered, or with what waits of others.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.expiry import WARNED_BEFORE
from bridge.domain.kinds import Kind
from bridge.domain.uploads import UploadState
from bridge.ledger.columns import literal
from bridge.ledger.schema import (
    account_administrations,
    account_keys,
    accounts,
    administrations,
    deliveries,
    lanes,
    set_aside,
    uploads,
)

_alive = accounts.c.removed_at.is_(None)
_PENDING = deliveries.c.state == literal(DeliveryState.PENDING)
_HELD = deliveries.c.state == literal(DeliveryState.HELD)
_IS_DATA = deliveries.c.kind == literal(Kind.DATA)
_IS_DOCUMENT = deliveries.c.kind != literal(Kind.DATA)
_ZERO = sa.literal_column("0", sa.Integer)
# The conditions of these indexes; without a word SQLite would look up every row of another one.
_WAITING = (
    ("ix_deliveries_fresh", sa.and_(_PENDING, _IS_DOCUMENT, deliveries.c.attempts == _ZERO)),
    ("ix_deliveries_again", sa.and_(_PENDING, _IS_DOCUMENT, deliveries.c.attempts > _ZERO)),
    ("ix_deliveries_data", sa.and_(_PENDING, _IS_DATA)),
    ("ix_deliveries_state", deliveries.c.state == literal(DeliveryState.LEASED)),
)


class Standing(StrEnum):
    """What a list may be narrowed to."""

    OPEN = "open"  # something opens it
    LOCKED = "locked"  # nothing does: all that did has expired
    DISABLED = "disabled"
    STOPPED = "stopped"  # it may log in, and nothing of it is sent
    EXPIRING = "expiring"  # a password or a key expires soon, or has
    HELD = "held"  # files of it wait for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One account in a list."""

    id: AccountId
    name: str
    administrations: tuple[str, ...]  # codes, the default first
    standing: Standing  # OPEN, LOCKED or DISABLED
    is_stopped: bool
    waiting: int  # files
    held: int  # files, of what is held as a whole one for each
    last_upload_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How many accounts there are."""

    accounts: int
    open: int
    disabled: int
    locked: int


def totals(connection: Connection, *, now: datetime) -> Totals:
    """Return how many accounts there are, and how many of them can log in."""
    opened = sa.and_(accounts.c.is_disabled.is_(False), _opens(now))
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(opened),
            sa.func.count().filter(accounts.c.is_disabled.is_(True)),
        ).where(_alive)
    ).one()
    return Totals(accounts=row[0], open=row[1], disabled=row[2], locked=row[0] - row[1] - row[2])


def page(
    connection: Connection,
    *,
    now: datetime,
    search: str = "",
    standing: Standing | None = None,
    after: str | None = None,
    limit: int = 100,
) -> list[Listed]:
    """Return accounts by name.

    Args:
        connection: to the ledger.
        now: the present moment.
        search: a part of the name, or of an administration's code; letter case does not count.
        standing: only such.
        after: behind this name.
        limit: at most so many.
    """
    query = _rows(now).where(_alive).order_by(accounts.c.name).limit(limit)
    if search:
        query = query.where(_named(search))
    if standing is not None:
        query = query.where(_is(standing, now))
    if after is not None:
        query = query.where(accounts.c.name > after)
    return _listed(connection, query)


def one(connection: Connection, *, account_id: AccountId, now: datetime) -> Listed:
    """Return one account as a list shows it."""
    [found] = _listed(connection, _rows(now).where(accounts.c.id == account_id))
    return found


def _rows(now: datetime) -> sa.Select[Any]:
    return sa.select(
        accounts.c.id,
        accounts.c.name,
        accounts.c.is_disabled,
        accounts.c.is_stopped,
        _opens(now).label("opens"),
    )


def _listed(connection: Connection, query: sa.Select[Any]) -> list[Listed]:
    rows = connection.execute(query).all()
    ids = [AccountId(row.id) for row in rows]
    codes, last = _codes(connection, ids), _last_uploads(connection, ids)
    waits, held = _waiting(connection, ids), _held_files(connection, ids)
    return [
        Listed(
            id=row.id,
            name=row.name,
            administrations=codes.get(row.id, ()),
            standing=_standing(row),
            is_stopped=row.is_stopped,
            waiting=waits[row.id],
            held=held[row.id],
            last_upload_at=last.get(row.id),
        )
        for row in rows
    ]


def _standing(row: sa.Row[Any]) -> Standing:
    if row.is_disabled:
        return Standing.DISABLED
    return Standing.OPEN if row.opens else Standing.LOCKED


def _waiting(connection: Connection, ids: list[AccountId]) -> Counter[AccountId]:
    """Return how many files of each account wait or are under way."""
    found: Counter[AccountId] = Counter()
    names = list(connection.scalars(sa.select(lanes.c.name)))
    for index, condition in _WAITING:
        query = (
            sa.select(deliveries.c.account_id, sa.func.count())
            .with_hint(deliveries, f"INDEXED BY {index}", "sqlite")
            # The indexes begin with lane and account: so only what is of these accounts is counted.
            .where(condition, deliveries.c.lane.in_(names), deliveries.c.account_id.in_(ids))
            .group_by(deliveries.c.account_id)
        )
        for account_id, count in connection.execute(query):
            found[AccountId(account_id)] += count
    return found


def _held_files(connection: Connection, ids: list[AccountId]) -> Counter[AccountId]:
    """Return how many files of each account wait for a person: whole uploads and deliveries."""
    whole = sa.select(uploads.c.account_id, sa.func.count()).where(
        uploads.c.state == literal(UploadState.HELD), set_aside
    )
    single = sa.select(deliveries.c.account_id, sa.func.count()).where(_HELD)
    found: Counter[AccountId] = Counter()
    for query, column in ((whole, uploads.c.account_id), (single, deliveries.c.account_id)):
        for account_id, count in connection.execute(query.where(column.in_(ids)).group_by(column)):
            found[AccountId(account_id)] += count
    return found


def _opens(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a password or a key of the account is right at *now*."""
    password = sa.and_(
        accounts.c.password_hash.is_not(None),
        sa.or_(accounts.c.password_expires_at.is_(None), accounts.c.password_expires_at > now),
    )
    former = sa.and_(accounts.c.former_password_hash.is_not(None), accounts.c.former_password_until > now)
    key = sa.exists().where(
        account_keys.c.account_id == accounts.c.id,
        sa.or_(account_keys.c.expires_at.is_(None), account_keys.c.expires_at > now),
    )
    return sa.or_(password, former, key)


def _named(search: str) -> sa.ColumnElement[bool]:
    wanted = search.lower()
    code = sa.exists().where(
        account_administrations.c.account_id == accounts.c.id,
        administrations.c.id == account_administrations.c.administration_id,
        sa.func.lower(administrations.c.code).contains(wanted, autoescape=True),
    )
    return sa.or_(accounts.c.name.contains(wanted, autoescape=True), code)


def _is(standing: Standing, now: datetime) -> sa.ColumnElement[bool]:
    enabled = accounts.c.is_disabled.is_(False)
    match standing:
        case Standing.OPEN:
            return sa.and_(enabled, _opens(now))
        case Standing.LOCKED:
            return sa.and_(enabled, sa.not_(_opens(now)))
        case Standing.DISABLED:
            return accounts.c.is_disabled.is_(True)
        case Standing.STOPPED:
            return accounts.c.is_stopped.is_(True)
        case Standing.EXPIRING:
            soon = now + WARNED_BEFORE
            key = sa.exists().where(
                account_keys.c.account_id == accounts.c.id, account_keys.c.expires_at <= soon
            )
            return sa.and_(enabled, sa.or_(accounts.c.password_expires_at <= soon, key))
        case Standing.HELD:
            whole = sa.select(uploads.c.account_id).where(
                uploads.c.state == literal(UploadState.HELD), set_aside
            )
            return accounts.c.id.in_(whole.union(sa.select(deliveries.c.account_id).where(_HELD)))


def _codes(connection: Connection, ids: list[AccountId]) -> dict[AccountId, tuple[str, ...]]:
    query = (
        sa.select(account_administrations.c.account_id, administrations.c.code)
        .join(administrations, administrations.c.id == account_administrations.c.administration_id)
        .where(account_administrations.c.account_id.in_(ids))
        .order_by(account_administrations.c.account_id, account_administrations.c.position)
    )
    found: dict[AccountId, tuple[str, ...]] = {}
    for account_id, code in connection.execute(query):
        found[AccountId(account_id)] = (*found.get(AccountId(account_id), ()), code)
    return found


def _last_uploads(connection: Connection, ids: list[AccountId]) -> dict[AccountId, datetime]:
    other = uploads.alias("of_account")
    last = (
        sa.select(sa.func.max(other.c.id))
        .where(other.c.account_id == accounts.c.id)
        .correlate(accounts)
        .scalar_subquery()
    )
    query = (
        sa.select(accounts.c.id, uploads.c.closed_at)
        .select_from(accounts)
        .join(uploads, uploads.c.id == last)
        .where(accounts.c.id.in_(ids))
    )
    return {AccountId(account_id): at for account_id, at in connection.execute(query)}
