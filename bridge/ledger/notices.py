"""Notices: messages on their way, and what became of them; a durable outbox.

Of what goes to one place only the first that is not finished is taken, so that they arrive in order and a
place that is away is asked once in a while, not once for each.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.alarms import AlarmId
from bridge.domain.alerts import AlertEvent, AlertWay, Message, NoticeId, TargetId
from bridge.domain.reasons import Language
from bridge.ledger.schema import accounts, alert_targets, notices

_UNFINISHED = notices.c.finished_at.is_(None)
_PLACE = (notices.c.target_id, sa.case((notices.c.target_id.is_(None), notices.c.account_id)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message on its way to one place."""

    id: NoticeId
    target_id: TargetId | None  # None: the contact of an account
    account_id: AccountId | None
    way: AlertWay
    address: str | None  # None: there is nobody to tell any more
    sealed_secret: str | None
    language: Language | None  # None: the settings'
    message: Message
    attempts: int
    due_at: datetime


def add(
    connection: Connection,
    *,
    message: Message,
    now: datetime,
    target_id: TargetId | None = None,
    account_id: AccountId | None = None,
    finished_at: datetime | None = None,
    error: str | None = None,
) -> None:
    """Write that *message* is to go to a target, or to the contact of an account; or that it went."""
    connection.execute(
        sa.insert(notices).values(
            target_id=target_id,
            account_id=account_id,
            alarm_id=None if message.alarm is None else message.alarm.id,
            event=message.event,
            body=json.dumps(message.to_record()),
            created_at=now,
            due_at=now,
            attempts=0 if finished_at is None else 1,
            finished_at=finished_at,
            error=error,
        )
    )


def told(connection: Connection, *, alarm_id: AlarmId) -> list[tuple[TargetId | None, AccountId | None]]:
    """Return who was told, or will be, that an alarm was raised, and is there still."""
    rows = connection.execute(
        sa.select(notices.c.target_id, notices.c.account_id)
        .outerjoin(alert_targets, alert_targets.c.id == notices.c.target_id)
        .where(
            notices.c.alarm_id == alarm_id,
            notices.c.event == AlertEvent.RAISED,
            alert_targets.c.removed_at.is_(None),
        )
        .distinct()
    )
    return [(row.target_id, row.account_id) for row in rows]


def due(connection: Connection, *, now: datetime, limit: int) -> list[Notice]:
    """Return the first unfinished notice of each place, if it is due; at most *limit*."""
    firsts = sa.select(sa.func.min(notices.c.id)).where(_UNFINISHED).group_by(*_PLACE)
    return _load(connection, sa.and_(notices.c.id.in_(firsts), notices.c.due_at <= now), limit)


def following(connection: Connection, *, first: Notice, limit: int) -> list[Notice]:
    """Return what goes to the same place behind *first*, and is not finished."""
    same = (
        notices.c.target_id == first.target_id
        if first.target_id is not None
        else sa.and_(notices.c.target_id.is_(None), notices.c.account_id == first.account_id)
    )
    return _load(connection, sa.and_(same, notices.c.id > first.id, _UNFINISHED), limit)


def _load(connection: Connection, which: sa.ColumnElement[bool], limit: int) -> list[Notice]:
    rows = connection.execute(
        sa.select(
            notices,
            alert_targets.c.way,
            alert_targets.c.address,
            alert_targets.c.sealed_secret,
            alert_targets.c.language,
            alert_targets.c.removed_at,
            alert_targets.c.is_disabled,
            accounts.c.contact,
            accounts.c.language.label("account_language"),
        )
        .outerjoin(alert_targets, alert_targets.c.id == notices.c.target_id)
        .outerjoin(accounts, accounts.c.id == notices.c.account_id)
        .where(which)
        .order_by(notices.c.id)
        .limit(limit)
    )
    return [_to_notice(row) for row in rows]


def claim(connection: Connection, *, notice: Notice, until: datetime) -> bool:
    """Take *notice*, and what follows it, until *until*; False if another process has."""
    taken = connection.execute(
        sa.update(notices)
        .where(notices.c.id == notice.id, notices.c.due_at == notice.due_at, _UNFINISHED)
        .values(due_at=until, attempts=notices.c.attempts + 1)
    )
    return taken.rowcount == 1


def finish(
    connection: Connection, *, ids: Collection[NoticeId], now: datetime, error: str | None = None
) -> None:
    """Note that notices went, or with an *error* that they are given up."""
    connection.execute(
        sa.update(notices)
        .where(notices.c.id.in_(list(ids)), _UNFINISHED)
        .values(finished_at=now, error=error)
    )


def put_off(connection: Connection, *, notice_id: NoticeId, due_at: datetime, error: str) -> None:
    """Note that a notice could not go, and when it is tried again."""
    connection.execute(
        sa.update(notices).where(notices.c.id == notice_id, _UNFINISHED).values(due_at=due_at, error=error)
    )


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """Return how many are not finished, and since when the oldest waits."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.min(notices.c.created_at)).where(_UNFINISHED)
    ).one()
    return row[0], row[1]


def last_of(connection: Connection) -> dict[TargetId, tuple[datetime | None, str | None]]:
    """Return for each target when the last notice that was tried went (None: not yet), and its error."""
    lasts = (
        sa.select(sa.func.max(notices.c.id))
        .where(notices.c.target_id.is_not(None), notices.c.attempts > 0)
        .group_by(notices.c.target_id)
    )
    rows = connection.execute(
        sa.select(notices.c.target_id, notices.c.finished_at, notices.c.error).where(notices.c.id.in_(lasts))
    )
    return {TargetId(row.target_id): (row.finished_at, row.error) for row in rows}


def forget(connection: Connection, *, before: datetime) -> int:
    """Remove what was finished *before*; return how many."""
    return connection.execute(sa.delete(notices).where(notices.c.finished_at < before)).rowcount


def _to_notice(row: Row[Any]) -> Notice:
    is_target = row.target_id is not None
    is_gone = is_target and (row.removed_at is not None or row.is_disabled)
    address = row.address if is_target else row.contact
    return Notice(
        id=NoticeId(row.id),
        target_id=row.target_id,
        account_id=row.account_id,
        way=AlertWay(row.way) if is_target else AlertWay.MAIL,
        address=None if is_gone else address,
        sealed_secret=row.sealed_secret,
        language=row.language if is_target else row.account_language,
        message=Message.from_record(json.loads(row.body)),
        attempts=row.attempts,
        due_at=row.due_at,
    )
