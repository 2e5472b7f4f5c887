"""Alarms and the messages about them, in one transaction: none is ever there without the other."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.alarms import FOR_SENDERS, Alarm, AlarmId, AlarmKind, batch_of, subject_name
from bridge.domain.alerts import AlertEvent, Message, TargetId
from bridge.ledger import alarms, alert_targets, notices, standing
from bridge.ledger.schema import account_administrations, accounts, administrations, uploads


def raise_once(
    connection: Connection,
    *,
    kind: AlarmKind,
    subject: str,
    detail: str,
    now: datetime,
    not_since: datetime,
    has_mail: bool,
) -> Alarm | None:
    """Do as `alarms.raise_once` does, and write what is to be told about it.

    Args:
        connection: to the ledger.
        kind: of the alarm.
        subject: what it is about.
        detail: what exactly.
        now: the present moment.
        not_since: as of `alarms.raise_once`.
        has_mail: whether mail can be sent; if not, tenants' contacts are told nothing.
    """
    alarm = alarms.raise_once(
        connection, kind=kind, subject=subject, detail=detail, now=now, not_since=not_since
    )
    if alarm is None:
        return None
    concerned = _concerned(connection, subject)
    message = Message(id=uuid4().hex, event=AlertEvent.RAISED, created_at=now, alarm=alarm)
    for target in alert_targets.listing(connection):
        is_wanted = target.kinds is None or kind in target.kinds
        is_meant = target.account_id is None or target.account_id in concerned
        if not target.is_disabled and is_wanted and is_meant:
            notices.add(connection, message=_again(message), target_id=target.id, now=now)
    if has_mail and kind in FOR_SENDERS:
        _tell_contacts(connection, message, concerned, now)
    return alarm


def recover(
    connection: Connection, *, alarm_id: AlarmId, now: datetime, closed_by: str | None = None
) -> Alarm:
    """Do as `alarms.recover` does, and tell it to whoever was told that it was raised."""
    alarm = alarms.recover(connection, alarm_id=alarm_id, now=now)
    message = Message(id="", event=AlertEvent.RECOVERED, created_at=now, alarm=alarm, closed_by=closed_by)
    for target_id, account_id in notices.told(connection, alarm_id=alarm_id):
        # What a person closed may not be well yet: no word of that to senders.
        if account_id is None or closed_by is None:
            notices.add(
                connection, message=_again(message), target_id=target_id, account_id=account_id, now=now
            )
    return alarm


def _again(message: Message) -> Message:
    """Return *message* with an id of its own: one for each whom it goes to."""
    return Message.from_record({**message.to_record(), "id": uuid4().hex})


def _tell_contacts(connection: Connection, message: Message, ids: Iterable[AccountId], now: datetime) -> None:
    alarm = message.alarm
    rows = connection.execute(
        sa.select(accounts.c.id, accounts.c.name).where(
            accounts.c.id.in_(list(ids)), accounts.c.contact.is_not(None)
        )
    ).all()
    for row in rows:
        reasons: dict[str, int] = {}
        if alarm is not None and alarm.kind is AlarmKind.FILES_HELD:
            held = standing.held(connection, account_id=row.id).get(row.name)
            reasons = {} if held is None else dict(held.reasons)
        record = {**message.to_record(), "id": uuid4().hex, "reasons": reasons}
        notices.add(connection, message=Message.from_record(record), account_id=row.id, now=now)


def _concerned(connection: Connection, subject: str) -> set[AccountId]:
    """Return the accounts that *subject* is about; none: it is about the bridge."""
    noun, name = subject.partition(":")[0], subject_name(subject)
    query = sa.select(accounts.c.id)
    match noun:
        case "account":
            query = query.where(accounts.c.name == name, accounts.c.removed_at.is_(None))
        case "batch":
            query = query.join(uploads, uploads.c.account_id == accounts.c.id).where(
                uploads.c.id == batch_of(subject)
            )
        case "administration":
            query = (
                query.join(account_administrations, account_administrations.c.account_id == accounts.c.id)
                .join(administrations, administrations.c.id == account_administrations.c.administration_id)
                .where(administrations.c.code == name, accounts.c.removed_at.is_(None))
            )
        case _:
            return set()
    return {AccountId(account_id) for account_id in connection.execute(query).scalars()}


def to_mail_targets(
    connection: Connection, *, wanted: Iterable[tuple[TargetId, Message]], now: datetime
) -> None:
    """Write messages that are no alarm's."""
    for target_id, message in wanted:
        notices.add(connection, message=message, target_id=target_id, now=now)
