"""Uploads as the folder status tells of them: with their deliveries, and whether something newer came."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.schedule import expected_import
from bridge.domain.status import REJECTED_FATES, Part, Received
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import labels
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, documents, entries, uploads

IS_SKIPPED = sa.and_(
    deliveries.c.state == literal(DeliveryState.CANCELLED),
    deliveries.c.reason == literal(ReasonCode.SENT_BEFORE),
)
Schedules = Mapping[AdministrationId, tuple[Sequence[time], str]]

_newer = documents.alias("newer")
_on_its_way = deliveries.alias("on_its_way")
_mine = documents.alias("mine")
_kept = deliveries.alias("kept")


def is_replaced(upload: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a newer file has come under the path of a row of *upload* since.

    The tree shows what is there now; what was delivered and then forgotten is in the documents.  What was
    skipped as a repetition replaces nothing, and neither does a declaration: each is a claim of its own.
    """
    columns = upload.c
    in_tree = sa.exists().where(
        entries.c.account_id == columns.account_id,
        entries.c.folder == columns.folder,
        entries.c.name == columns.name,
        entries.c.upload_id > columns.id,
        ~_is_only_skipped(entries.c.upload_id),
    )
    sent = sa.exists().where(
        _newer.c.account_id == columns.account_id,
        _newer.c.name == columns.name,
        _newer.c.folder == columns.folder,
        _newer.c.member.is_(None),
        _newer.c.upload_id > columns.id,
        ~_is_only_skipped(_newer.c.upload_id),
    )
    is_claim = sa.exists().where(
        _mine.c.upload_id == columns.id,
        _kept.c.document_id == _mine.c.id,
        _kept.c.kind == literal(Kind.DECLARATION),
    )
    return sa.and_(sa.or_(in_tree, sent), ~is_claim)


def _is_only_skipped(upload_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Whether an upload has deliveries, and all of them were skipped as repetitions."""
    its, their = documents.alias(), documents.alias()
    some, others = deliveries.alias(), deliveries.alias()
    has_some = sa.exists().where(its.c.upload_id == upload_id, some.c.document_id == its.c.id)
    has_others = sa.exists().where(
        their.c.upload_id == upload_id,
        others.c.document_id == their.c.id,
        sa.or_(
            others.c.state != literal(DeliveryState.CANCELLED),
            others.c.reason.is_distinct_from(literal(ReasonCode.SENT_BEFORE)),
        ),
    )
    return sa.and_(has_some, ~has_others)


def recent(
    connection: Connection, *, account_id: AccountId, since: datetime, from_id: UploadId, limit: int
) -> list[Received]:
    """Return what the account sent from *since* on, the newest first, without what it took back."""
    ids = connection.execute(
        sa.select(uploads.c.id)
        .where(
            uploads.c.account_id == account_id,
            uploads.c.id >= from_id,
            uploads.c.closed_at >= since,
            uploads.c.state != literal(UploadState.WITHDRAWN),
        )
        .order_by(uploads.c.id.desc())
        .limit(limit)
    ).scalars()
    return by_ids(connection, ids=list(ids))


def by_ids(connection: Connection, *, ids: Sequence[UploadId]) -> list[Received]:
    """Return the uploads with these ids, in the same order."""
    rows = {row.id: row for row in connection.execute(sa.select(uploads).where(uploads.c.id.in_(list(ids))))}
    groups = _deliveries_of(connection, ids)
    places = {row.administration_id for found in groups.values() for row in found if row.administration_id}
    schedules = labels.import_schedules(connection, ids=places)
    found = [_to_received(rows[upload_id], groups.get(upload_id, []), schedules) for upload_id in ids]
    # Only of these it matters, and they are few.
    rejected = [one.id for one in found if one.fate in REJECTED_FATES]
    replaced = set(
        connection.execute(
            sa.select(uploads.c.id).where(uploads.c.id.in_(rejected), is_replaced(uploads))
        ).scalars()
    )
    return [replace(one, is_replaced=True) if one.id in replaced else one for one in found]


def _deliveries_of(connection: Connection, ids: Collection[UploadId]) -> dict[int, list[Row[Any]]]:
    alike = (documents.c.upload_id, deliveries.c.state, deliveries.c.reason, deliveries.c.administration_id)
    found: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(
        sa.select(
            *alike,
            sa.func.count().label("how_many"),
            sa.func.min(deliveries.c.id).label("first"),
            sa.func.max(deliveries.c.finished_at).label("finished_at"),
        )
        .join(deliveries, deliveries.c.document_id == documents.c.id)
        .where(documents.c.upload_id.in_(list(ids)))
        .group_by(*alike)
    ):
        found.setdefault(row.upload_id, []).append(row)
    return found


def _to_received(row: Row[Any], found: Sequence[Row[Any]], schedules: Schedules) -> Received:
    moments = [row.closed_at, row.finished_at, *(one.finished_at for one in found)]
    return Received(
        id=UploadId(row.id),
        folder=row.folder,
        name=row.name,
        size=row.size,
        closed_at=row.closed_at,
        changed_at=max(moment for moment in moments if moment is not None),
        state=UploadState(row.state),
        reason=None if row.reason is None else ReasonCode(row.reason),
        detail=row.detail,
        batch_id=UploadId(row.id if row.batch is None else row.batch),
        parts=tuple(_to_part(one, schedules) for one in found),
    )


def _to_part(row: Row[Any], schedules: Schedules) -> Part:
    state = DeliveryState(row.state)
    coming = None
    if state is DeliveryState.DELIVERED and row.finished_at is not None:
        coming = expected_import(*schedules[row.administration_id], row.finished_at)
    return Part(
        state=state,
        reason=None if row.reason is None else ReasonCode(row.reason),
        count=row.how_many,
        first=row.first,
        coming=coming,
    )
