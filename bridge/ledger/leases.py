"""Leases on deliveries: take what is due, and give it back with what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.backlog import Turn, Work
from bridge.domain.deliveries import Assignment, Delivery, DeliveryId, DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.ledger import backlog, lanes, precedence
from bridge.ledger.columns import literal
from bridge.ledger.rows import to_administration, to_delivery, to_document
from bridge.ledger.schema import accounts, administrations, attempts, deliveries, documents

_STOPPED = "the server stopped while the request was under way"
# Statements that run for every file are made once: to build one costs more than to run it.
_MAY_GO = (
    sa.select(deliveries)
    .join(administrations, administrations.c.id == deliveries.c.administration_id)
    .join(accounts, accounts.c.id == deliveries.c.account_id)
    .where(
        backlog.OF_PLACE,
        ~accounts.c.is_stopped,
        ~administrations.c.is_stopped,
        sa.or_(
            administrations.c.paused_until.is_(None), administrations.c.paused_until <= sa.bindparam("now")
        ),
    )
)
_IS_DUE = deliveries.c.due_at <= sa.bindparam("now")
_DUE: Mapping[Work, sa.Select[Any]] = {
    # What was not tried yet is due whatever its time says: the clock may have been set back since.
    Work.DOCUMENT: _MAY_GO.where(backlog.FRESH).order_by(deliveries.c.id),
    Work.RETRY: _MAY_GO.where(backlog.AGAIN, _IS_DUE).order_by(deliveries.c.due_at),
    Work.DATA: _MAY_GO.where(
        backlog.PENDING, _IS_DUE, deliveries.c.id == backlog.OLDEST_DATA_OF.scalar_subquery()
    ),
}
_MAY_ARRIVE_TWICE = deliveries.c.kind.in_([literal(kind) for kind in Kind if kind.is_resendable])
_LEASE = (
    sa.update(deliveries)
    .where(deliveries.c.id == sa.bindparam("this"), deliveries.c.state == literal(DeliveryState.PENDING))
    .values(attempts=deliveries.c.attempts + 1)
)
_BEGIN_ATTEMPT = sa.insert(attempts)
_DOCUMENTS = sa.select(documents).where(documents.c.id.in_(sa.bindparam("ids", expanding=True)))
_ADMINISTRATIONS = sa.select(administrations).where(
    administrations.c.id.in_(sa.bindparam("ids", expanding=True))
)
_SETTLE = (
    sa.update(deliveries)
    .where(
        deliveries.c.id == sa.bindparam("this"),
        deliveries.c.state == literal(DeliveryState.LEASED),
        deliveries.c.lease_token == sa.bindparam("token"),
    )
    .values(
        attempts=deliveries.c.attempts - sa.bindparam("uncounted"),
        rejections=deliveries.c.rejections + sa.bindparam("rejected"),
        unknowns=deliveries.c.unknowns + sa.bindparam("unknown"),
        due_at=sa.func.coalesce(sa.bindparam("due", type_=deliveries.c.due_at.type), deliveries.c.due_at),
    )
)
_END_ATTEMPT = sa.update(attempts).where(
    attempts.c.delivery_id == sa.bindparam("of_delivery"), attempts.c.outcome.is_(None)
)


@lru_cache(maxsize=64)
def _due(work: Work, limit: int, *, is_careful: bool = False) -> sa.Select[Any]:
    # A limit given as a parameter makes SQLite plan the statement anew each time (89 us instead of 4).
    due = _DUE[work].limit(sa.literal_column(str(limit), sa.Integer))
    return due.where(_MAY_ARRIVE_TWICE) if is_careful else due


def claim(
    connection: Connection,
    *,
    lane: str,
    turn: Turn,
    now: datetime,
    lease_until: datetime,
    token: str,
    limit: int,
    owner: str | None = None,
    is_careful: bool = False,
) -> list[Assignment] | None:
    """Lease what *turn* is for, the oldest first, and record that an attempt of each begins.

    Left out: everything while the account or the administration is stopped or paused, and a data file while
    an older one of its administration is not finished (payt-imports §2: strict order of arrival); with
    *is_careful* also what must not arrive twice.  A data file that comes too late, for a newer one has gone,
    is held instead.

    Returns:
        What was leased; None while nothing may be sent in the lane, or *owner* is not the lane's any more:
        between that question and this one a process may have stood still.
    """
    at = lanes.locked(connection, name=lane)
    if not at.may_send(now) or (owner is not None and at.owner != owner):
        return None
    whose = {"in_lane": lane, "account": turn.account_id, "administration": turn.administration_id}
    rows = connection.execute(_due(turn.work, limit, is_careful=is_careful), {**whose, "now": now})
    due = [to_delivery(row) for row in rows]
    if turn.work is Work.DATA:
        # Whoever let it wait looked at this, too; but two processes may not have seen each other's.
        due = [one for one in due if not precedence.hold_if_too_late(connection, delivery=one)]
    if not due:
        return []
    lease = {"state": DeliveryState.LEASED, "lease_token": token, "lease_until": lease_until}
    changed = connection.execute(_LEASE, [{"this": delivery.id, **lease} for delivery in due])
    if changed.rowcount != len(due):
        raise Conflict("another process took a delivery of this lane at the same moment")
    connection.execute(_BEGIN_ATTEMPT, [{"delivery_id": delivery.id, "started_at": now} for delivery in due])
    leased = [
        replace(delivery, state=DeliveryState.LEASED, lease_token=token, attempts=delivery.attempts + 1)
        for delivery in due
    ]
    return _assignments(connection, leased)


def _assignments(connection: Connection, leased: Sequence[Delivery]) -> list[Assignment]:
    papers = {
        row.id: to_document(row)
        for row in connection.execute(_DOCUMENTS, {"ids": [delivery.document_id for delivery in leased]})
    }
    places = {
        row.id: to_administration(row)
        for row in connection.execute(
            _ADMINISTRATIONS, {"ids": list({delivery.administration_id for delivery in leased})}
        )
    }
    return [
        Assignment(
            delivery=delivery,
            document=papers[delivery.document_id],
            administration=places[delivery.administration_id],
        )
        for delivery in leased
    ]


def settle(
    connection: Connection,
    *,
    delivery: Delivery,
    to: DeliveryState,
    outcome: Outcome,
    now: datetime,
    status: int | None = None,
    detail: str | None = None,
    due_at: datetime | None = None,
    reason: ReasonCode | None = None,
    counts: bool = True,
    is_slow_down: bool = False,
    yields: bool = False,
) -> None:
    """End the attempt under way and move the leased *delivery* on.

    Args:
        connection: an open transaction.
        delivery: as it was claimed.
        to: delivered, pending (then *due_at* says when again; superseded if a newer file of its path came
            meanwhile) or held (then *reason* says why).
        outcome: of the attempt.
        now: the end of the attempt.
        status: of the HTTP answer, if one came.
        detail: an excerpt of the answer, or what broke; printable and free of secrets.
        due_at: when it may be sent again.
        reason: why it is held.
        counts: False takes the attempt back from the count (429).
        is_slow_down: True counts a 429 on the delivery's lane: here, so that each counts once.
        yields: True supersedes it if its administration has a newer data file that goes, or went.

    Raises:
        Conflict: its lease is no longer ours.
    """
    result = connection.execute(
        _SETTLE,
        {
            "this": delivery.id,
            "token": delivery.lease_token,
            "uncounted": 0 if counts else 1,
            "rejected": 1 if outcome is Outcome.REJECTED else 0,
            "unknown": 1 if outcome is Outcome.UNKNOWN else 0,
            "due": due_at,
            "state": to,
            "lease_token": None,
            "lease_until": None,
            "reason": reason,
            "detail": detail if to is DeliveryState.HELD else None,
            "finished_at": now if to is DeliveryState.DELIVERED else None,
        },
    )
    if result.rowcount != 1:
        raise Conflict(f"lease on delivery {delivery.id} was lost")
    _end_attempt(connection, delivery_id=delivery.id, now=now, outcome=outcome, status=status, detail=detail)
    if is_slow_down:
        lanes.count_slow_down(connection, delivery_id=delivery.id)
    if to is DeliveryState.PENDING:
        precedence.supersede_returned(connection, document_id=delivery.document_id, now=now)
    if yields and delivery.administration_id is not None:
        precedence.give_way(connection, administration_id=delivery.administration_id, now=now)


def _end_attempt(connection: Connection, *, delivery_id: DeliveryId, now: datetime, **values: Any) -> None:
    connection.execute(_END_ATTEMPT, {"of_delivery": delivery_id, "ended_at": now, **values})


def recover(connection: Connection, *, lane: str, now: datetime, expired_only: bool) -> int:
    """Return to the queue what a stopped process left leased; give the number of such deliveries.

    Whether their requests arrived is not known.  What may be sent twice is pending again, a data file only
    while it is the newest of its administration, a document only while it is the newest of its path;
    attachments and declarations are held for a person (payt-imports §8).

    Args:
        connection: an open transaction.
        lane: whose deliveries.
        now: the present moment.
        expired_only: True leaves leases alone that are not over; False is for whoever has just become the
            only sender of the lane.
    """
    left = sa.select(deliveries).where(deliveries.c.lane == lane, deliveries.c.state == DeliveryState.LEASED)
    if expired_only:
        left = left.where(deliveries.c.lease_until <= now)
    found = [to_delivery(row) for row in connection.execute(left)]
    recovered = [delivery for delivery in found if _give_back(connection, delivery=delivery, now=now)]
    for administration_id in {one.administration_id for one in recovered if one.kind is Kind.DATA}:
        if administration_id is not None:
            precedence.give_way(connection, administration_id=administration_id, now=now)
    return len(recovered)


def _give_back(connection: Connection, *, delivery: Delivery, now: datetime) -> bool:
    """End the lease of *delivery* as unknown; False if its holder was quicker."""
    values: dict[str, Any] = {"state": DeliveryState.PENDING, "due_at": now}
    if delivery.kind is None or not delivery.kind.is_resendable:
        values = {"state": DeliveryState.HELD, "reason": ReasonCode.AMBIGUOUS, "detail": _STOPPED}
    result = connection.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.id == delivery.id,
            deliveries.c.state == DeliveryState.LEASED,
            deliveries.c.lease_token == delivery.lease_token,
        )
        .values(lease_token=None, lease_until=None, unknowns=deliveries.c.unknowns + 1, **values)
    )
    if result.rowcount != 1:
        return False
    _end_attempt(connection, delivery_id=delivery.id, now=now, outcome=Outcome.UNKNOWN, detail=_STOPPED)
    precedence.supersede_returned(connection, document_id=delivery.document_id, now=now)
    return True
