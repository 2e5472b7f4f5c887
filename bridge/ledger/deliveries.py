"""Deliveries in the ledger: the queue."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DELIVERY_STEPS, Assignment, Attempt, Delivery, DeliveryId, DeliveryState
from bridge.domain.documents import Document, DocumentId
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId
from bridge.ledger import administrations as ledger_administrations
from bridge.ledger import lanes
from bridge.ledger.schema import administrations, attempts, deliveries, documents

_OPEN = (DeliveryState.PENDING, DeliveryState.LEASED)


def claim(
    connection: Connection, *, lane: str, now: datetime, lease_until: datetime, token: str, limit: int
) -> list[Assignment]:
    """Lease the oldest deliveries that are due, and record that an attempt of each begins.

    Left out: everything while the lane is stopped or paused, administrations that are paused, and a data
    file while an older one of its administration is not finished (payt-imports §2: strict order of arrival).
    """
    if not lanes.get(connection, name=lane).may_send(now):
        return []
    older = deliveries.alias("older")
    an_older_data_file_waits = (
        sa.select(older.c.id)
        .where(
            older.c.administration_id == deliveries.c.administration_id,
            older.c.kind == Kind.DATA,
            older.c.state.in_(_OPEN),
            older.c.id < deliveries.c.id,
        )
        .exists()
    )
    due = connection.execute(
        sa.select(deliveries.c.id)
        .join(administrations, administrations.c.id == deliveries.c.administration_id)
        .where(
            deliveries.c.lane == lane,
            deliveries.c.state == DeliveryState.PENDING,
            deliveries.c.due_at <= now,
            sa.or_(administrations.c.paused_until.is_(None), administrations.c.paused_until <= now),
            sa.or_(deliveries.c.kind != Kind.DATA, ~an_older_data_file_waits),
        )
        .order_by(deliveries.c.id)
        .limit(limit)
    ).scalars()
    claimed: list[Assignment] = []
    for delivery_id in list(due):
        connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.state == DeliveryState.PENDING)
            .values(
                state=DeliveryState.LEASED,
                attempts=deliveries.c.attempts + 1,
                lease_token=token,
                lease_until=lease_until,
            )
        )
        connection.execute(sa.insert(attempts).values(delivery_id=delivery_id, started_at=now))
        claimed.append(_assignment(connection, delivery_id))
    return claimed


def _assignment(connection: Connection, delivery_id: DeliveryId) -> Assignment:
    delivery = get(connection, delivery_id=delivery_id)
    assert delivery.administration_id is not None  # noqa: S101  a leased delivery has one (schema CHECK)
    return Assignment(
        delivery=delivery,
        document=document_of(connection, delivery=delivery),
        administration=ledger_administrations.by_id(connection, administration_id=delivery.administration_id),
    )


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
) -> None:
    """End the attempt under way and move the leased *delivery* on.

    Args:
        connection: an open transaction.
        delivery: as it was claimed.
        to: delivered, pending (then *due_at* says when again) or held (then *reason* says why).
        outcome: of the attempt.
        now: the end of the attempt.
        status: of the HTTP answer, if one came.
        detail: an excerpt of the answer, or what broke; printable and free of secrets.
        due_at: when it may be sent again.
        reason: why it is held.
        counts: False takes the attempt back from the count (429).

    Raises:
        Conflict: its lease is no longer ours.
    """
    result = connection.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.id == delivery.id,
            deliveries.c.state == DeliveryState.LEASED,
            deliveries.c.lease_token == delivery.lease_token,
        )
        .values(
            state=to,
            lease_token=None,
            lease_until=None,
            attempts=deliveries.c.attempts - (0 if counts else 1),
            rejections=deliveries.c.rejections + (1 if outcome is Outcome.REJECTED else 0),
            due_at=due_at if due_at is not None else deliveries.c.due_at,
            reason=reason,
            detail=detail if to is DeliveryState.HELD else None,
            finished_at=now if to is DeliveryState.DELIVERED else None,
        )
    )
    if result.rowcount != 1:
        raise Conflict(f"lease on delivery {delivery.id} was lost")
    _end_attempt(connection, delivery_id=delivery.id, now=now, outcome=outcome, status=status, detail=detail)


def _end_attempt(connection: Connection, *, delivery_id: DeliveryId, now: datetime, **values: Any) -> None:
    connection.execute(
        sa.update(attempts)
        .where(attempts.c.delivery_id == delivery_id, attempts.c.outcome.is_(None))
        .values(ended_at=now, **values)
    )


def recover(connection: Connection, *, lane: str, now: datetime, expired_only: bool) -> int:
    """Return to the queue what a stopped process left leased; give the number of such deliveries.

    Whether their requests arrived is not known.  What may be sent twice is pending again; attachments and
    declarations are held for a person (payt-imports §8).

    Args:
        connection: an open transaction.
        lane: whose deliveries.
        now: the present moment.
        expired_only: True leaves leases alone that are not over; False is for whoever has just become the
            only sender of the lane.
    """
    left = sa.select(deliveries.c.id, deliveries.c.kind).where(
        deliveries.c.lane == lane, deliveries.c.state == DeliveryState.LEASED
    )
    if expired_only:
        left = left.where(deliveries.c.lease_until <= now)
    rows = list(connection.execute(left))
    note = "the server stopped while the request was under way"
    for row in rows:
        if Kind(row.kind).is_resendable:
            values: dict[str, Any] = {"state": DeliveryState.PENDING, "due_at": now}
        else:
            values = {"state": DeliveryState.HELD, "reason": ReasonCode.AMBIGUOUS, "detail": note}
        connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.id == row.id)
            .values(lease_token=None, lease_until=None, **values)
        )
        _end_attempt(connection, delivery_id=row.id, now=now, outcome=Outcome.UNKNOWN, detail=note)
    return len(rows)


def release(
    connection: Connection,
    *,
    delivery_id: DeliveryId,
    now: datetime,
    kind: Kind | None = None,
    administration_id: AdministrationId | None = None,
) -> Delivery:
    """Let a held delivery go, or a pending one at once; say kind and administration where they are not known.

    Raises:
        NotFound: there is no such delivery.
        Conflict: it is finished or under way, its bytes are gone, it lacks a place, or a newer data file of
            its administration has already gone (an older snapshot must never land after a newer one).
    """
    delivery = get(connection, delivery_id=delivery_id)
    if delivery.state not in {DeliveryState.HELD, DeliveryState.PENDING}:
        raise Conflict(f"delivery {delivery_id} is {delivery.state}; only a held or pending one can be sent")
    kind = kind or delivery.kind
    administration_id = administration_id or delivery.administration_id
    if kind is None or administration_id is None:
        raise Conflict(
            f"delivery {delivery_id} needs a kind and an administration: add --kind and --administration"
        )
    if document_of(connection, delivery=delivery).blob is None:
        raise Conflict(f"delivery {delivery_id}: its bytes were removed when its retention ended")
    if kind is Kind.DATA:
        _refuse_if_overtaken(connection, delivery_id=delivery_id, administration_id=administration_id)
    _move(
        connection,
        delivery=delivery,
        to=DeliveryState.PENDING,
        kind=kind,
        administration_id=administration_id,
        due_at=now,
        created_at=now if delivery.state is DeliveryState.HELD else delivery.created_at,
        rejections=0,
        reason=None,
        detail=None,
    )
    connection.execute(
        sa.update(documents)
        .where(documents.c.id == delivery.document_id)
        .values(kind=kind, administration_id=administration_id)
    )
    return get(connection, delivery_id=delivery_id)


def _refuse_if_overtaken(
    connection: Connection, *, delivery_id: DeliveryId, administration_id: AdministrationId
) -> None:
    newer = connection.execute(
        sa.select(sa.func.max(deliveries.c.id)).where(
            deliveries.c.administration_id == administration_id,
            deliveries.c.kind == Kind.DATA,
            deliveries.c.state.in_([DeliveryState.LEASED, DeliveryState.DELIVERED]),
            deliveries.c.id > delivery_id,
        )
    ).scalar()
    if newer is not None:
        raise Conflict(
            f"delivery {delivery_id}: the newer data file of delivery {newer} has already gone; "
            "sending this older one now would undo it.  Cancel it, or have it exported and uploaded afresh"
        )


def hold(connection: Connection, *, delivery_id: DeliveryId) -> Delivery:
    """Park a pending delivery for a person; raise `NotFound` or `Conflict`."""
    delivery = get(connection, delivery_id=delivery_id)
    _move(connection, delivery=delivery, to=DeliveryState.HELD, reason=ReasonCode.BY_OPERATOR)
    return get(connection, delivery_id=delivery_id)


def cancel(connection: Connection, *, delivery_id: DeliveryId, now: datetime) -> Delivery:
    """Decide that a held or pending delivery is not sent; raise `NotFound` or `Conflict`."""
    delivery = get(connection, delivery_id=delivery_id)
    _move(connection, delivery=delivery, to=DeliveryState.CANCELLED, finished_at=now)
    return get(connection, delivery_id=delivery_id)


def _move(connection: Connection, *, delivery: Delivery, to: DeliveryState, **values: Any) -> None:
    if to is not delivery.state and to not in DELIVERY_STEPS[delivery.state]:
        raise Conflict(f"delivery {delivery.id} is {delivery.state}; it cannot become {to}")
    result = connection.execute(
        sa.update(deliveries)
        .where(deliveries.c.id == delivery.id, deliveries.c.state == delivery.state)
        .values(state=to, **values)
    )
    if result.rowcount != 1:
        raise Conflict(f"delivery {delivery.id} changed meanwhile; look at it again")


def get(connection: Connection, *, delivery_id: DeliveryId) -> Delivery:
    """Return the delivery; raise `NotFound` if there is none."""
    row = connection.execute(sa.select(deliveries).where(deliveries.c.id == delivery_id)).first()
    if row is None:
        raise NotFound(f"no delivery {delivery_id}; see: bridge delivery list")
    return to_delivery(row)


def document_of(connection: Connection, *, delivery: Delivery) -> Document:
    """Return the document of *delivery*."""
    return to_document(
        connection.execute(sa.select(documents).where(documents.c.id == delivery.document_id)).one()
    )


def attempts_of(connection: Connection, *, delivery_id: DeliveryId) -> list[Attempt]:
    """Return its attempts, the first first."""
    rows = connection.execute(
        sa.select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
    )
    return [
        Attempt(
            started_at=row.started_at,
            ended_at=row.ended_at,
            outcome=None if row.outcome is None else Outcome(row.outcome),
            status=row.status,
            detail=row.detail,
        )
        for row in rows
    ]


def listing(
    connection: Connection,
    *,
    account_id: AccountId | None = None,
    states: Collection[DeliveryState] = (),
    upload_id: UploadId | None = None,
    before: DeliveryId | None = None,
    limit: int = 100,
) -> list[tuple[Delivery, Document]]:
    """Return deliveries with their documents, the newest first; those older than the id *before*."""
    query = (
        sa.select(deliveries.c.id)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .order_by(deliveries.c.id.desc())
        .limit(limit)
    )
    if account_id is not None:
        query = query.where(deliveries.c.account_id == account_id)
    if states:
        query = query.where(deliveries.c.state.in_(states))
    if upload_id is not None:
        query = query.where(documents.c.upload_id == upload_id)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    wanted = list(connection.execute(query).scalars())
    found = {
        row.id: to_delivery(row)
        for row in connection.execute(sa.select(deliveries).where(deliveries.c.id.in_(wanted)))
    }
    papers = {
        row.id: to_document(row)
        for row in connection.execute(
            sa.select(documents).where(documents.c.id.in_([d.document_id for d in found.values()]))
        )
    }
    return [(found[i], papers[found[i].document_id]) for i in wanted]


def counts_by_state(connection: Connection) -> dict[DeliveryState, int]:
    """Return how many deliveries are in each state."""
    rows = connection.execute(sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state))
    return {DeliveryState(state): count for state, count in rows}


def counts_by_upload(
    connection: Connection, *, upload_ids: Collection[UploadId]
) -> dict[UploadId, dict[str, int]]:
    """Return for each upload how many of its deliveries are in which state: the report, computed."""
    rows = connection.execute(
        sa.select(documents.c.upload_id, deliveries.c.state, sa.func.count())
        .join(deliveries, deliveries.c.document_id == documents.c.id)
        .where(documents.c.upload_id.in_(list(upload_ids)))
        .group_by(documents.c.upload_id, deliveries.c.state)
    )
    report: dict[UploadId, dict[str, int]] = {}
    for upload_id, state, count in rows:
        report.setdefault(upload_id, {})[state] = count
    return report


def to_delivery(row: Row[Any]) -> Delivery:
    """Return the domain value of a row of ``deliveries``."""
    return Delivery(
        id=row.id,
        document_id=DocumentId(row.document_id),
        account_id=row.account_id,
        administration_id=row.administration_id,
        kind=None if row.kind is None else Kind(row.kind),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        rejections=row.rejections,
        due_at=row.due_at,
        created_at=row.created_at,
        lease_token=row.lease_token,
        reason=row.reason,
        detail=row.detail,
    )


def to_document(row: Row[Any]) -> Document:
    """Return the domain value of a row of ``documents``."""
    return Document(
        id=row.id,
        upload_id=row.upload_id,
        member=row.member,
        name=row.name,
        kind=None if row.kind is None else Kind(row.kind),
        administration_id=row.administration_id,
        size=row.size,
        sha256=row.sha256,
        blob=row.blob,
    )
