"""What the daily summary asks of the ledger, and that it is written once."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.alerts import AlertEvent, AlertTarget, AlertWay, Message
from bridge.domain.letters import Letter
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import Language
from bridge.domain.summaries import Numbers
from bridge.ledger import alert_targets, arrived, counters, notices, standing
from bridge.ledger.bisection import first_id_since
from bridge.ledger.schema import attempts, uploads
from bridge.ledger.schema import notices as table

_COUNTER = "summaries"  # raised first, so that of two nodes one writes


def readers(connection: Connection) -> list[AlertTarget]:
    """Return who gets summaries: mail targets that hear of all alarms of all accounts."""
    return [
        one
        for one in alert_targets.listing(connection)
        if one.way is AlertWay.MAIL and not one.is_disabled and one.account is None and one.kinds is None
    ]


def is_written(connection: Connection, *, since: datetime) -> bool:
    """Whether a summary was written *since*."""
    query = sa.select(table.c.id).where(table.c.event == AlertEvent.SUMMARY, table.c.created_at >= since)
    return connection.execute(query.limit(1)).first() is not None


def write(
    connection: Connection,
    *,
    letters: Mapping[Language, Letter],
    language: Language,
    since: datetime,
    now: datetime,
) -> int:
    """Write the summary for everybody who reads it, unless that was done *since*; return for how many.

    Args:
        connection: to the ledger.
        letters: one in each language.
        language: of those who have none.
        since: when it was due.
        now: the present moment.
    """
    counters.raise_by_one(connection, name=_COUNTER)
    if is_written(connection, since=since):
        return 0
    targets = readers(connection)
    for target in targets:
        letter = letters[target.language or language]
        message = Message(
            id=uuid4().hex,
            event=AlertEvent.SUMMARY,
            created_at=now,
            subject=letter.subject,
            text=letter.text,
        )
        notices.add(connection, message=message, target_id=target.id, now=now)
    return len(targets)


def numbers(connection: Connection, *, since: datetime, waiting: int) -> Numbers:
    """Return what came and went *since*: a walk over the end of two tables."""
    from_id = arrived.first_since(connection, since=since)
    came = connection.execute(
        sa.select(sa.func.count())
        .select_from(uploads)
        .where(uploads.c.id >= from_id, uploads.c.closed_at >= since)
    ).scalar_one()
    from_attempt = first_id_since(connection, ids=attempts.c.id, moments=attempts.c.started_at, since=since)
    rows = connection.execute(
        sa.select(attempts.c.outcome, sa.func.count())
        .where(attempts.c.id >= from_attempt, attempts.c.outcome.is_not(None))
        .group_by(attempts.c.outcome)
    )
    outcomes = {Outcome(outcome): count for outcome, count in rows}
    delivered = outcomes.pop(Outcome.DELIVERED, 0)
    held = sum(one.reasons.total() for one in standing.held(connection).values())
    return Numbers(
        uploads=came, delivered=delivered, failed=sum(outcomes.values()), waiting=waiting, held=held
    )
