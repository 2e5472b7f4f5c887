"""Log-ins in the ledger: written in batches, bounded, and forgotten after some weeks."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.admission import NoEntry
from bridge.domain.logins import Agreed, LogIn, LogInId, Part, Profile
from bridge.ledger.rows import new_id
from bridge.ledger.schema import account_keys, accounts, client_profiles, logins

_PARTS = tuple(part.value for part in Part)
_is_open = sa.and_(logins.c.ended_at.is_(None), logins.c.refused.is_(None))
_SAME = ("account_id", "client", "door", *_PARTS)


def add(connection: Connection, *, values: Mapping[str, Any]) -> LogInId:
    """Note one who came in or was refused; *values* are the fields of a `LogIn` without its id."""
    return LogInId(new_id(connection.execute(sa.insert(logins), dict(values))))


def end(connection: Connection, *, ended: Mapping[LogInId, datetime]) -> None:
    """Note when those who had come in left."""
    for login_id, moment in ended.items():
        connection.execute(sa.update(logins).where(logins.c.id == login_id).values(ended_at=moment))


def end_all(connection: Connection, *, node: str, now: datetime) -> int:
    """End all sessions of *node*, whose process has just begun; return how many there were."""
    left = connection.execute(sa.update(logins).where(logins.c.node == node, _is_open).values(ended_at=now))
    return left.rowcount


def add_profile(connection: Connection, *, agreed: Agreed, now: datetime, logins_more: int) -> None:
    """Count log-ins of a client's way to log in; a new way is added."""
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    instead = json.dumps({part.value: name for part, name in agreed.instead.items()})
    connection.execute(
        dialect.insert(client_profiles)
        .values(
            **{name: getattr(agreed, name) for name in _SAME},
            first_at=now,
            last_at=now,
            logins=logins_more,
            instead=instead,
        )
        .on_conflict_do_update(
            index_elements=list(_SAME),
            set_={
                "last_at": now,
                "logins": client_profiles.c.logins + logins_more,
                "instead": instead,
            },
        )
    )


def use_key(connection: Connection, *, account_id: AccountId, fingerprint: str, now: datetime) -> None:
    """Note that a key was used; no running server needs to know."""
    connection.execute(
        sa.update(account_keys)
        .where(account_keys.c.account_id == account_id, account_keys.c.fingerprint == fingerprint)
        .values(last_used_at=now)
    )


def sessions(connection: Connection, *, account_id: AccountId | None, limit: int) -> list[LogIn]:
    """Return who is connected now, the latest first."""
    # By the moment: by the id, SQLite would walk through all log-ins and not through the few open ones.
    order = (logins.c.at.desc(), logins.c.id.desc())
    return _listing(connection, _is_open, account_id=account_id, order=order, limit=limit)


def listing(
    connection: Connection,
    *,
    account_id: AccountId | None,
    is_refused: bool,
    before: LogInId | None,
    limit: int,
) -> list[LogIn]:
    """Return log-ins, the latest first: of one account or all, *is_refused* only those, from *before* on."""
    conditions: list[sa.ColumnElement[bool]] = [sa.true()]
    if is_refused:
        conditions.append(logins.c.refused.is_not(None))
        if account_id is not None:
            # Plus nothing: else SQLite walks through all of the account, not through those who were refused.
            conditions.append(logins.c.account_id + 0 == account_id)
            account_id = None
    if before is not None:
        conditions.append(logins.c.id < before)
    order = (logins.c.id.desc(),)
    return _listing(connection, sa.and_(*conditions), account_id=account_id, order=order, limit=limit)


def _listing(
    connection: Connection,
    which: sa.ColumnElement[bool],
    *,
    account_id: AccountId | None,
    order: Sequence[sa.ColumnElement[Any]],
    limit: int,
) -> list[LogIn]:
    query = sa.select(logins).where(which).order_by(*order).limit(limit)
    if account_id is not None:
        query = query.where(logins.c.account_id == account_id)
    return [
        LogIn(
            id=row.id,
            at=row.at,
            account_id=row.account_id,
            name=row.name,
            peer=row.peer,
            client=row.client,
            method=row.method,
            refused=None if row.refused is None else NoEntry(row.refused),
            node=row.node,
            ended_at=row.ended_at,
        )
        for row in connection.execute(query)
    ]


def profiles(
    connection: Connection, *, account_id: AccountId | None = None, since: datetime | None = None
) -> list[Profile]:
    """Return in which ways accounts that are not removed logged in, the latest first."""
    query = (
        sa.select(client_profiles, accounts.c.name)
        .join(accounts, accounts.c.id == client_profiles.c.account_id)
        .where(accounts.c.removed_at.is_(None))
        .order_by(client_profiles.c.last_at.desc(), client_profiles.c.id.desc())
    )
    if account_id is not None:
        query = query.where(client_profiles.c.account_id == account_id)
    if since is not None:
        query = query.where(client_profiles.c.last_at >= since)
    return [
        Profile(
            agreed=Agreed(
                **{name: getattr(row, name) for name in _SAME},
                instead={Part(part): name for part, name in json.loads(row.instead or "{}").items()},
            ),
            account=row.name,
            first_at=row.first_at,
            last_at=row.last_at,
            logins=row.logins,
        )
        for row in connection.execute(query)
    ]


def forget(connection: Connection, *, before: datetime, most: int, most_unknown: int, limit: int) -> int:
    """Remove log-ins before a moment, and the oldest above a number; return how many went.

    Args:
        connection: to the ledger.
        before: what is older goes.
        most: so many may stay in all,
        most_unknown: and of these so many of names that are no account.
        limit: so many of each kind go at once.
    """
    oldest = sa.select(logins.c.id, logins.c.at).order_by(logins.c.id).limit(limit).subquery()
    edges = (
        sa.select(sa.func.max(oldest.c.id)).where(oldest.c.at < before),
        sa.select(sa.func.max(logins.c.id) - most),
    )
    gone = 0
    for edge in edges:
        gone += _remove(connection, sa.true(), edge, limit=limit)
    of_nobody = logins.c.account_id.is_(None)
    edge = sa.select(logins.c.id).where(of_nobody).order_by(logins.c.id.desc()).offset(most_unknown).limit(1)
    return gone + _remove(connection, of_nobody, edge, limit=limit)


def _remove(
    connection: Connection, which: sa.ColumnElement[bool], edge: sa.Select[Any], *, limit: int
) -> int:
    ids = (
        sa.select(logins.c.id)
        .where(which, logins.c.id <= edge.scalar_subquery())
        .order_by(logins.c.id)
        .limit(limit)
    )
    return connection.execute(sa.delete(logins).where(logins.c.id.in_(ids))).rowcount


def forget_profiles(connection: Connection, *, before: datetime, most: int) -> int:
    """Remove ways to log in that were not used since a moment, and all but an account's latest *most*."""
    ranked = sa.select(
        client_profiles.c.id,
        sa.func.row_number()
        .over(
            partition_by=client_profiles.c.account_id,
            order_by=[client_profiles.c.last_at.desc(), client_profiles.c.id.desc()],
        )
        .label("place"),
    ).subquery()
    above = sa.select(ranked.c.id).where(ranked.c.place > most)
    return connection.execute(
        sa.delete(client_profiles).where(
            sa.or_(client_profiles.c.last_at < before, client_profiles.c.id.in_(above))
        )
    ).rowcount
