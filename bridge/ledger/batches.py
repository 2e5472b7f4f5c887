"""Batches in the ledger: computed from uploads and deliveries, never stored but for who belongs together.

The first upload of a batch has no mark, so that a file that comes alone costs nothing; the others name it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.batches import OPEN_UPLOADS, Batch
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.reports import Counted, counted_as
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger.schema import deliveries, documents, entries, uploads

_batch = sa.func.coalesce(uploads.c.batch, uploads.c.id)
_with_deliveries = uploads.join(documents, documents.c.upload_id == uploads.c.id).join(
    deliveries, deliveries.c.document_id == documents.c.id
)
# Sent again under its path; the tree shows what is there now.
_is_replaced = sa.and_(
    uploads.c.state == UploadState.REFUSED,
    sa.exists().where(
        entries.c.account_id == uploads.c.account_id,
        entries.c.folder == uploads.c.folder,
        entries.c.name == uploads.c.name,
        entries.c.upload_id > uploads.c.id,
    ),
)
# What goes once more was delivered before: unless it fails, that is what is true of its file.
_is_replay = sa.func.coalesce(documents.c.remarks.contains(f'"{ReasonCode.REPLAYED}"'), sa.false())
_is_decided = sa.and_(uploads.c.state == UploadState.REFUSED, uploads.c.reason == ReasonCode.TURNED_DOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBatch:
    """A batch of which something was not delivered in time."""

    id: UploadId
    account_id: AccountId
    administration_id: AdministrationId | None  # that lacked something; None: it is not known for whom it is


def listing(
    connection: Connection,
    *,
    account_id: AccountId | None = None,
    before: UploadId | None = None,
    limit: int = 100,
) -> list[Batch]:
    """Return batches, the newest first; those older than the id *before*, at most *limit*."""
    others = uploads.alias("others")
    is_there = sa.or_(
        uploads.c.state != UploadState.WITHDRAWN,
        sa.exists().where(others.c.batch == uploads.c.id, others.c.state != UploadState.WITHDRAWN),
    )
    query = sa.select(uploads.c.id).where(uploads.c.batch.is_(None), is_there)
    if account_id is not None:
        query = query.where(uploads.c.account_id == account_id)
    if before is not None:
        query = query.where(uploads.c.id < before)
    ids = list(connection.execute(query.order_by(uploads.c.id.desc()).limit(limit)).scalars())
    found = get(connection, batch_ids=ids)
    return [found[batch_id] for batch_id in ids]


def get(connection: Connection, *, batch_ids: Collection[UploadId]) -> dict[UploadId, Batch]:
    """Return the batches with these ids, counted; an id that is none is left out."""
    sent: dict[int, dict[Counted, int]] = {}
    for row in _count_deliveries(connection, batch_ids):
        counts, state = sent.setdefault(row.batch, {}), DeliveryState(row.state)
        if not row.is_replay or state is DeliveryState.HELD:
            _add(counts, counted_as(state, row.reason), row.count)
        if row.is_replay and state is DeliveryState.HELD:  # in the place of what it was to repeat
            _add(counts, DeliveryState.DELIVERED, -row.count)
    rows: dict[int, list[Any]] = {}
    for row in _count_uploads(connection, batch_ids):
        rows.setdefault(row.batch, []).append(row)
    held = _first_held(connection, batch_ids)
    return {
        UploadId(batch_id): _to_batch(batch_id, rows[batch_id], sent.get(batch_id, {}), held.get(batch_id))
        for batch_id in rows
    }


def _to_batch(batch_id: int, rows: list[Any], sent: dict[Counted, int], first_held: str | None) -> Batch:
    counted = [row for row in rows if row.state != UploadState.WITHDRAWN and not row.is_replaced]
    waiting: dict[UploadState, int] = {}
    for row in counted:
        if row.is_decided:
            _add(sent, DeliveryState.CANCELLED, row.count)
        elif row.state != UploadState.ACCEPTED:
            waiting[UploadState(row.state)] = waiting.get(UploadState(row.state), 0) + row.count
    return Batch(
        id=UploadId(batch_id),
        account_id=AccountId(rows[0].account_id),
        files=sum(row.count for row in counted),
        first_at=min(row.first_at for row in counted or rows),
        last_at=max(row.last_at for row in counted or rows),
        uploads=waiting,
        deliveries={what: count for what, count in sent.items() if count},
        first_held=first_held,
    )


def _add(counts: dict[Counted, int], what: Counted, count: int) -> None:
    counts[what] = counts.get(what, 0) + count


def _belongs_to(batch_ids: Collection[UploadId]) -> sa.ColumnElement[bool]:
    ids = list(batch_ids)
    return sa.or_(uploads.c.id.in_(ids) & uploads.c.batch.is_(None), uploads.c.batch.in_(ids))


def _count_uploads(connection: Connection, batch_ids: Collection[UploadId]) -> Iterator[Any]:
    what = (_batch.label("batch"), uploads.c.account_id, uploads.c.state)
    flags = (_is_replaced.label("is_replaced"), _is_decided.label("is_decided"))
    seen = sa.select(*what, *flags, uploads.c.closed_at).where(_belongs_to(batch_ids)).subquery()
    groups = (seen.c.batch, seen.c.account_id, seen.c.state, seen.c.is_replaced, seen.c.is_decided)
    first_at, last_at = sa.func.min(seen.c.closed_at), sa.func.max(seen.c.closed_at)
    return iter(
        connection.execute(
            sa.select(
                *groups,
                sa.func.count().label("count"),
                first_at.label("first_at"),
                last_at.label("last_at"),
            ).group_by(*groups)
        )
    )


def _count_deliveries(connection: Connection, batch_ids: Collection[UploadId]) -> Iterator[Any]:
    what = (_batch.label("batch"), deliveries.c.state, deliveries.c.reason, _is_replay.label("is_replay"))
    seen = sa.select(*what).select_from(_with_deliveries).where(_belongs_to(batch_ids)).subquery()
    return iter(connection.execute(sa.select(*seen.c, sa.func.count().label("count")).group_by(*seen.c)))


def _first_held(connection: Connection, batch_ids: Collection[UploadId]) -> dict[int, str]:
    """Return for each batch why the first delivery of it that is held is, or else the first upload."""
    reasons: dict[int, str] = {}
    for table, source in ((uploads, uploads), (deliveries, _with_deliveries)):
        first = (
            sa.select(_batch.label("batch"), sa.func.min(table.c.id).label("id"))
            .select_from(source)
            .where(_belongs_to(batch_ids), table.c.state == "held")
            .group_by(_batch)
            .subquery()
        )
        rows = connection.execute(
            sa.select(first.c.batch, table.c.reason).join(table, table.c.id == first.c.id)
        )
        reasons |= {row.batch: row.reason for row in rows}
    return reasons


def open_at(
    connection: Connection, *, since: datetime, until: datetime, from_id: UploadId, limit: int
) -> list[OpenBatch]:
    """Return which batches that came after *since* were incomplete at *until*, for which administrations.

    What was delivered only after *until* was late for it; what somebody has decided not to send is no matter.

    Args:
        connection: the ledger.
        since: uploads closed at or before this moment do not count.
        until: a moment that has passed, such as an import.
        from_id: no upload before this one was closed after *since*; see `arrived.first_since`.
        limit: at most so many, the first of them.
    """
    came = sa.and_(uploads.c.id >= from_id, uploads.c.closed_at > since, uploads.c.closed_at <= until)
    was_open = sa.or_(
        deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.HELD]),
        sa.and_(deliveries.c.state == DeliveryState.DELIVERED, deliveries.c.finished_at > until),
    )
    late = (
        sa.select(_batch.label("batch"), uploads.c.account_id, deliveries.c.administration_id)
        .select_from(_with_deliveries)
        .where(came, was_open, sa.or_(~_is_replay, deliveries.c.state == DeliveryState.HELD))
    )
    stuck = sa.select(
        _batch.label("batch"), uploads.c.account_id, sa.null().cast(sa.BigInteger).label("administration_id")
    ).where(came, uploads.c.state.in_(OPEN_UPLOADS), ~_is_replaced, ~_is_decided)
    both = sa.union(late, stuck).subquery()
    rows = connection.execute(sa.select(both).order_by(both.c.batch).limit(limit))
    return [
        OpenBatch(id=row.batch, account_id=row.account_id, administration_id=row.administration_id)
        for row in rows
    ]
