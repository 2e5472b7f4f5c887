"""Administrations in the ledger."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.errors import AlreadyThere, Conflict, NotFound
from bridge.domain.reasons import ReasonCode
from bridge.domain.rules import Rule, changed, to_json
from bridge.ledger import counters
from bridge.ledger.rows import to_administration
from bridge.ledger.schema import account_administrations, accounts, administrations, deliveries

_alive = administrations.c.removed_at.is_(None)


def add(
    connection: Connection,
    *,
    code: str,
    payt_id: int | None,
    sealed_token: str | None,
    import_times: Sequence[time],
    timezone: str,
    now: datetime,
    guards: Mapping[ReasonCode, Rule] | None = None,
) -> Administration:
    """Add an administration; raise `AlreadyThere` if one has this code."""
    if connection.execute(
        sa.select(administrations.c.id).where(administrations.c.code == code, _alive)
    ).first():
        raise AlreadyThere(f"administration {code} exists already")
    connection.execute(
        sa.insert(administrations).values(
            code=code,
            payt_id=payt_id,
            sealed_token=sealed_token,
            import_time=times_text(import_times),
            timezone=timezone,
            created_at=now,
            guards=to_json(guards or {}),
        )
    )
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return get(connection, code=code)


def times_text(times: Sequence[time]) -> str:
    """Return what the column ``import_time`` holds for *times*; one alone is ``01:00``, as it always was."""
    return ",".join(f"{at:%H:%M}" for at in times)


def get(connection: Connection, *, code: str) -> Administration:
    """Return the administration with *code*; raise `NotFound` if there is none."""
    row = connection.execute(sa.select(administrations).where(administrations.c.code == code, _alive)).first()
    if row is None:
        raise NotFound(f"no administration {code}; see: bridge administration list")
    return to_administration(row)


def by_id(connection: Connection, *, administration_id: AdministrationId) -> Administration:
    """Return the administration, even if it was removed since."""
    row = connection.execute(
        sa.select(administrations).where(administrations.c.id == administration_id)
    ).one()
    return to_administration(row)


def listing(connection: Connection) -> list[Administration]:
    """Return all of them, by code."""
    rows = connection.execute(sa.select(administrations).where(_alive).order_by(administrations.c.code))
    return [to_administration(row) for row in rows]


def page(connection: Connection, *, after: str | None, limit: int) -> list[Administration]:
    """Return the next *limit* of them by code, behind the code *after*."""
    query = sa.select(administrations).where(_alive).order_by(administrations.c.code).limit(limit)
    if after is not None:
        query = query.where(administrations.c.code > after)
    return [to_administration(row) for row in connection.execute(query)]


def named(connection: Connection, *, codes: Collection[str]) -> list[Administration]:
    """Return those of *codes* that there are, by code."""
    query = sa.select(administrations).where(_alive, administrations.c.code.in_(list(codes)))
    return [to_administration(row) for row in connection.execute(query.order_by(administrations.c.code))]


def lock(connection: Connection, *, ids: Collection[AdministrationId]) -> None:
    """Let whoever else asks for one of them with `lock` wait until this transaction ends.

    In the order of the ids, so that nobody waits in a circle.  SQLite has one writer anyway.
    """
    if ids and connection.dialect.name != "sqlite":
        which = sa.select(administrations.c.id).where(administrations.c.id.in_(ids))
        connection.execute(which.order_by(administrations.c.id).with_for_update(key_share=True))


def change(
    connection: Connection,
    *,
    code: str,
    values: dict[str, Any],
    guards: Mapping[ReasonCode, Rule | None] | None = None,
) -> Administration:
    """Set columns; an administration that the destination had locked out is tried again at once.

    Of *guards* those that are named change, None takes a rule away, and the others stay.
    """
    counters.raise_by_one(connection, name=counters.QUEUE)
    administration = get(connection, code=code)
    rules = to_json(changed(administration.guards, guards or {}))
    connection.execute(
        sa.update(administrations)
        .where(administrations.c.id == administration.id)
        .values(paused_until=None, paused_reason=None, guards=rules, **values)
    )
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return get(connection, code=code)


def set_stopped(connection: Connection, *, code: str, is_stopped: bool) -> Administration:
    """Send nothing more for the administration, or send again; raise `NotFound`."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    changed = connection.execute(
        sa.update(administrations).where(administrations.c.code == code, _alive).values(is_stopped=is_stopped)
    )
    if changed.rowcount:
        counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return get(connection, code=code)


def pause(
    connection: Connection, *, administration_id: AdministrationId, until: datetime, reason: str
) -> None:
    """Send nothing for it before *until*."""
    connection.execute(
        sa.update(administrations)
        .where(administrations.c.id == administration_id)
        .values(paused_until=until, paused_reason=reason)
    )


def remove(connection: Connection, *, code: str, now: datetime) -> None:
    """Remove it; raise `Conflict` while an account or an unfinished delivery uses it."""
    administration = get(connection, code=code)
    user = connection.execute(
        sa.select(accounts.c.name)
        .join(account_administrations, account_administrations.c.account_id == accounts.c.id)
        .where(
            account_administrations.c.administration_id == administration.id, accounts.c.removed_at.is_(None)
        )
    ).scalar()
    if user is not None:
        raise Conflict(f"administration {code} is used by account {user}; change that account first")
    waiting = connection.execute(
        sa.select(sa.func.count())
        .select_from(deliveries)
        .where(
            deliveries.c.administration_id == administration.id,
            deliveries.c.state.in_(["pending", "leased", "held"]),
        )
    ).scalar_one()
    if waiting:
        raise Conflict(
            f"administration {code} has {waiting} unfinished deliveries; deliver or cancel them first"
        )
    connection.execute(
        sa.update(administrations).where(administrations.c.id == administration.id).values(removed_at=now)
    )
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
