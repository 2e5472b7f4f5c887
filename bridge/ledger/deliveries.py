"""Deliveries in the ledger: the queue, what an operator does to it and sees of it; `leases` works it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import (
    DELIVERY_STEPS,
    Attempt,
    Delivery,
    DeliveryId,
    DeliveryState,
)
from bridge.domain.documents import Document
from bridge.domain.errors import Conflict, NotFound
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.reports import Counted, counted_as
from bridge.domain.uploads import UploadId
from bridge.ledger import counters, lanes, precedence, tree
from bridge.ledger.leases import claim, recover, settle
from bridge.ledger.rows import to_attempt, to_delivery, to_document
from bridge.ledger.schema import account_administrations, attempts, deliveries, documents

__all__ = [
    "attempts_of",
    "cancel",
    "claim",
    "counts_by_upload",
    "document_of",
    "documents_of",
    "get",
    "hold",
    "recover",
    "release",
    "settle",
    "to_delivery",
    "to_document",
]


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
        Conflict: it is finished or under way, its bytes are gone, it lacks a place, its account does not send
            for that administration, a newer data file of its administration has already gone (an older
            snapshot must never land after a newer one), or a newer file of its path goes or has gone.
    """
    counters.raise_by_one(connection, name=counters.QUEUE)
    delivery = get(connection, delivery_id=delivery_id)
    tree.lock(connection, account_id=delivery.account_id)  # nothing newer of its path is accepted meanwhile
    if delivery.state not in {DeliveryState.HELD, DeliveryState.PENDING}:
        raise Conflict(f"delivery {delivery_id} is {delivery.state}; only a held or pending one can be sent")
    if administration_id not in {None, delivery.administration_id}:
        _refuse_if_of_others(connection, delivery=delivery, administration_id=administration_id)
    kind = kind or delivery.kind
    administration_id = administration_id or delivery.administration_id
    if kind is None or administration_id is None:
        raise Conflict(
            f"delivery {delivery_id} needs a kind and an administration; say what it is and whom it is for"
        )
    document = document_of(connection, delivery=delivery)
    if document.blob is None:
        raise Conflict(f"delivery {delivery_id}: its bytes were removed when its retention ended")
    if kind is Kind.DATA:
        _refuse_if_overtaken(
            connection, delivery=delivery, document=document, administration_id=administration_id
        )
    else:
        _refuse_if_replaced(
            connection, delivery=delivery, document=document, kind=kind, administration_id=administration_id
        )
    _move(
        connection,
        delivery=delivery,
        to=DeliveryState.PENDING,
        kind=kind,
        administration_id=administration_id,
        due_at=now,
        created_at=now if delivery.state is DeliveryState.HELD else delivery.created_at,
        rejections=0,
        unknowns=0 if delivery.state is DeliveryState.HELD else delivery.unknowns,
        reason=None,
        detail=None,
    )
    connection.execute(
        sa.update(documents)
        .where(documents.c.id == delivery.document_id)
        .values(kind=kind, administration_id=administration_id)
    )
    precedence.supersede(connection, upload_id=document.upload_id, now=now)
    if kind is Kind.DATA:
        precedence.give_way(connection, administration_id=administration_id, now=now, spared=delivery_id)
    return get(connection, delivery_id=delivery_id)


def _refuse_if_of_others(
    connection: Connection, *, delivery: Delivery, administration_id: AdministrationId | None
) -> None:
    """Keep the files of one tenant from what another one sends for."""
    its_own = account_administrations
    found = connection.execute(
        sa.select(its_own.c.account_id).where(
            its_own.c.account_id == delivery.account_id, its_own.c.administration_id == administration_id
        )
    ).first()
    if found is None:
        raise Conflict(
            f"delivery {delivery.id}: its account does not send for that administration; name one of the "
            "account's, or give it to the account first: bridge account change NAME --administration CODE "
            "(all of them, each time)"
        )


def _refuse_if_overtaken(
    connection: Connection, *, delivery: Delivery, document: Document, administration_id: AdministrationId
) -> None:
    # Nothing is claimed between this look and the release.
    lanes.lock_data_of(connection, delivery_id=delivery.id, administration_id=administration_id)
    newer = precedence.newer_data_file(
        connection, document_id=document.id, administration_id=administration_id
    )
    if newer is not None:
        raise Conflict(
            f"delivery {delivery.id}: the newer data file of {newer} has already gone, or may have; "
            "sending this older one now would undo it.  Cancel it, or have it exported and uploaded afresh"
        )


def _refuse_if_replaced(
    connection: Connection,
    *,
    delivery: Delivery,
    document: Document,
    kind: Kind,
    administration_id: AdministrationId,
) -> None:
    newer = precedence.newer_of_path(
        connection, document_id=document.id, kind=kind, administration_id=administration_id
    )
    if newer is not None:
        raise Conflict(
            f"delivery {delivery.id}: {newer} is a newer file of its path, which this older one would "
            f"overwrite.  Cancel it (bridge delivery cancel {delivery.id}); if the older one is the right "
            "one, have it uploaded afresh"
        )


def hold(connection: Connection, *, delivery_id: DeliveryId) -> Delivery:
    """Park a pending delivery for a person; raise `NotFound` or `Conflict`."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    delivery = get(connection, delivery_id=delivery_id)
    if delivery.state is not DeliveryState.PENDING:
        raise Conflict(f"delivery {delivery_id} is {delivery.state}; only a pending one can be held")
    _move(connection, delivery=delivery, to=DeliveryState.HELD, reason=ReasonCode.BY_OPERATOR)
    return get(connection, delivery_id=delivery_id)


def cancel(connection: Connection, *, delivery_id: DeliveryId, now: datetime) -> Delivery:
    """Decide that a held or pending delivery is not sent; raise `NotFound` or `Conflict`."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    delivery = get(connection, delivery_id=delivery_id)
    _move(connection, delivery=delivery, to=DeliveryState.CANCELLED, finished_at=now)
    return get(connection, delivery_id=delivery_id)


def _move(connection: Connection, *, delivery: Delivery, to: DeliveryState, **values: Any) -> None:
    is_hurried = to is delivery.state is DeliveryState.PENDING  # it stays where it is, but goes at once
    if not is_hurried and to not in DELIVERY_STEPS[delivery.state]:
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


def documents_of(connection: Connection, *, found: Sequence[Delivery]) -> list[Document]:
    """Return the document of each, in the same order."""
    rows = connection.execute(sa.select(documents).where(documents.c.id.in_([d.document_id for d in found])))
    papers = {row.id: to_document(row) for row in rows}
    return [papers[delivery.document_id] for delivery in found]


def attempts_of(connection: Connection, *, delivery_id: DeliveryId) -> list[Attempt]:
    """Return its attempts, the first first."""
    rows = connection.execute(
        sa.select(attempts).where(attempts.c.delivery_id == delivery_id).order_by(attempts.c.id)
    )
    return [to_attempt(row) for row in rows]


def counts_by_upload(
    connection: Connection, *, upload_ids: Collection[UploadId]
) -> dict[UploadId, dict[Counted, int]]:
    """Return for each upload how many of its deliveries are in which state, or skipped; computed."""
    rows = connection.execute(
        sa.select(documents.c.upload_id, deliveries.c.state, deliveries.c.reason, sa.func.count())
        .join(deliveries, deliveries.c.document_id == documents.c.id)
        .where(documents.c.upload_id.in_(list(upload_ids)))
        .group_by(documents.c.upload_id, deliveries.c.state, deliveries.c.reason)
    )
    report: dict[UploadId, dict[Counted, int]] = {}
    for upload_id, state, reason, count in rows:
        counts = report.setdefault(upload_id, {})
        counted = counted_as(DeliveryState(state), reason)
        counts[counted] = counts.get(counted, 0) + count
    return report
