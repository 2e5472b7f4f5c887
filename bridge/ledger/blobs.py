"""Which blobs the ledger still needs, and which have had their time."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import FINISHED
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import tree
from bridge.ledger.schema import deliveries, documents, uploads


def needed(connection: Connection) -> set[str]:
    """Return every blob that an upload or a document refers to."""
    both = sa.union_all(  # the set below does what UNION would sort a million names for
        sa.select(uploads.c.blob).where(uploads.c.blob.is_not(None)),
        sa.select(documents.c.blob).where(documents.c.blob.is_not(None)),
    )
    return set(connection.execute(both).scalars())


def end_waiting(connection: Connection, *, before: datetime, now: datetime, limit: int) -> list[str]:
    """Withdraw partial and parked uploads from before *before*; return their blobs, at most *limit*."""
    freed: list[str] = []
    for state, reason in (
        (UploadState.PARTIAL, ReasonCode.NEVER_RESUMED),
        (UploadState.PARKED, ReasonCode.NEVER_RENAMED),
    ):
        rows = list(
            connection.execute(
                sa.select(uploads.c.id, uploads.c.blob)
                .where(uploads.c.state == state, uploads.c.closed_at < before)
                .limit(limit - len(freed))
            )
        )
        connection.execute(
            sa.update(uploads)
            .where(uploads.c.id.in_([row.id for row in rows]))
            .values(state=UploadState.WITHDRAWN, reason=reason, blob=None, finished_at=now)
        )
        tree.forget(connection, upload_ids=[row.id for row in rows])
        freed += [row.blob for row in rows if row.blob]
    return freed


def end_retention(
    connection: Connection, *, before: datetime, declarations_before: datetime, limit: int
) -> list[str]:
    """Forget the bytes of uploads that were finished before *before*; return their blobs, of *limit* uploads.

    An upload is finished when it was refused, or when every delivery of it is.  A declaration holds health
    data and has a time of its own (payt-imports §4).
    """
    is_declaration = deliveries.c.kind.is_not_distinct_from(Kind.DECLARATION)  # a cancelled one may have none
    its_deliveries = (
        sa.select(deliveries.c.id)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .where(documents.c.upload_id == uploads.c.id)
    )
    unfinished = its_deliveries.where(
        sa.or_(
            deliveries.c.state.not_in(FINISHED),
            sa.and_(is_declaration, deliveries.c.finished_at >= declarations_before),
            sa.and_(~is_declaration, deliveries.c.finished_at >= before),
        )
    ).exists()
    was_decided_long_ago = uploads.c.finished_at < before
    ids = list(
        connection.execute(
            sa.select(uploads.c.id)
            .where(
                uploads.c.blob.is_not(None),
                uploads.c.finished_at < max(before, declarations_before),  # so that the index serves
                sa.or_(
                    sa.and_(uploads.c.state == UploadState.REFUSED, was_decided_long_ago),
                    sa.and_(
                        uploads.c.state == UploadState.ACCEPTED,
                        ~unfinished,
                        sa.or_(its_deliveries.exists(), was_decided_long_ago),
                    ),
                ),
            )
            .limit(limit)
        ).scalars()
    )
    return _drop(connection, ids)


def _drop(connection: Connection, ids: list[UploadId]) -> list[str]:
    blobs = sa.union(
        sa.select(uploads.c.blob).where(uploads.c.id.in_(ids)),
        sa.select(documents.c.blob).where(documents.c.upload_id.in_(ids)),
    )
    freed = [blob for blob in connection.execute(blobs).scalars() if blob]
    connection.execute(sa.update(uploads).where(uploads.c.id.in_(ids)).values(blob=None))
    connection.execute(sa.update(documents).where(documents.c.upload_id.in_(ids)).values(blob=None))
    tree.forget(connection, upload_ids=ids)
    return freed
