"""Alarms in the ledger: raised once, open until they recover."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.alarms import Alarm, AlarmId, AlarmKind
from bridge.domain.errors import Conflict, NotFound
from bridge.ledger.schema import alarms, audit


def raise_once(
    connection: Connection,
    *,
    kind: AlarmKind,
    subject: str,
    detail: str,
    now: datetime,
    not_since: datetime,
) -> Alarm | None:
    """Raise an alarm and return it; None if one of this kind and subject is open, or was raised *not_since*.

    So whoever looks every minute raises it once, and what a person has closed stays closed.
    """
    from sqlalchemy.dialects import postgresql, sqlite  # 60 ms to load, which reading commands save

    known = sa.select(alarms.c.id).where(
        alarms.c.kind == kind,
        alarms.c.subject == subject,
        sa.or_(alarms.c.recovered_at.is_(None), alarms.c.raised_at >= not_since),
    )
    if connection.execute(known.limit(1)).first() is not None:
        return None
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    alarm_id = connection.execute(
        dialect.insert(alarms)
        .values(kind=kind, subject=subject, detail=detail, raised_at=now)
        .on_conflict_do_nothing()  # on PostgreSQL another process may have been quicker
        .returning(alarms.c.id)
    ).scalar()
    return None if alarm_id is None else get(connection, alarm_id=AlarmId(alarm_id))


def recover(connection: Connection, *, alarm_id: AlarmId, now: datetime) -> Alarm:
    """Note that what an alarm was about is well again.

    Raises:
        NotFound: there is no such alarm.
        Conflict: it has recovered before.
    """
    alarm = get(connection, alarm_id=alarm_id)
    done = connection.execute(
        sa.update(alarms)
        .where(alarms.c.id == alarm_id, alarms.c.recovered_at.is_(None))
        .values(recovered_at=now)
    )
    if done.rowcount != 1:
        raise Conflict(f"alarm {alarm_id} ({alarm.subject}) is not open any more")
    return get(connection, alarm_id=alarm_id)


def closed_by_hand(connection: Connection, *, kind: AlarmKind, since: datetime) -> set[str]:
    """Return the subjects of alarms of *kind* that a person has closed *since*."""
    by_hand = sa.exists().where(
        audit.c.subject == sa.func.concat("alarm:", alarms.c.id), audit.c.act == "alarm close"
    )
    rows = connection.execute(
        sa.select(alarms.c.subject).where(alarms.c.kind == kind, alarms.c.recovered_at >= since, by_hand)
    )
    return set(rows.scalars())


def get(connection: Connection, *, alarm_id: AlarmId) -> Alarm:
    """Return the alarm; raise `NotFound` if there is none."""
    row = connection.execute(sa.select(alarms).where(alarms.c.id == alarm_id)).first()
    if row is None:
        raise NotFound(f"no alarm {alarm_id}; see: bridge alarm list")
    return _to_alarm(row)


def listing(
    connection: Connection,
    *,
    is_open: bool = False,
    kinds: Collection[AlarmKind] = (),
    before: AlarmId | None = None,
    limit: int | None = None,
) -> list[Alarm]:
    """Return alarms, the newest first, older than *before*; with *is_open* only those not recovered."""
    query = sa.select(alarms).order_by(alarms.c.id.desc())
    if is_open:
        query = query.where(alarms.c.recovered_at.is_(None))
    if kinds:
        query = query.where(alarms.c.kind.in_(kinds))
    if before is not None:
        query = query.where(alarms.c.id < before)
    if limit is not None:
        query = query.limit(limit)
    return [_to_alarm(row) for row in connection.execute(query)]


def open_by_kind(connection: Connection) -> dict[AlarmKind, int]:
    """Return how many alarms of each kind are open."""
    rows = connection.execute(
        sa.select(alarms.c.kind, sa.func.count())
        .where(alarms.c.recovered_at.is_(None))
        .group_by(alarms.c.kind)
    )
    return {AlarmKind(kind): count for kind, count in rows}


def _to_alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        id=row.id,
        kind=AlarmKind(row.kind),
        subject=row.subject,
        detail=row.detail,
        raised_at=row.raised_at,
        recovered_at=row.recovered_at,
    )
