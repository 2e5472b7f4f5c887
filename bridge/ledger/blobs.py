"""Which blobs the ledger still needs, and which have had their time."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import FINISHED
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import tree
from bridge.ledger.schema import deliveries, documents, uploads

_ROWS = 10_000  # whose names are read at a time
_BETWEEN = "/"  # which no blob's name has


def _names_after(table: sa.Table, rows: int = _ROWS) -> sa.Select[Any, str]:
    some = sa.select(table.c.id, table.c.blob).where(table.c.id > sa.bindparam("after"))
    some_rows = some.order_by(table.c.id).limit(sa.literal_column(str(rows), sa.Integer)).subquery()
    return sa.select(
        sa.func.max(some_rows.c.id).label("last"),
        sa.func.aggregate_strings(some_rows.c.blob, _BETWEEN).label("found"),
    )


_QUESTIONS = (_names_after(uploads), _names_after(documents))


def needed(connection: Connection) -> set[str]:
    """Return every blob that an upload or a document refers to."""
    return {name for names in _names(connection) for name in names}


def unneeded(connection: Connection, *, names: Collection[str]) -> set[str]:
    """Return those of *names* that no upload and no document refers to."""
    left = set(names)
    if left:
        for some in _names(connection):
            left.difference_update(some)
    return left


def _names(connection: Connection) -> Iterator[list[str]]:
    """Give the names of all blobs, those of some thousand rows at a time.

    There is no index of blobs, which every upload would pay for.  All rows are walked instead, and names come
    as one text for many rows: a million rows take a second, hardly any of it in Python.
    Uploads come first: a document may take over an upload's blob, and never the other way round.
    """
    for question in _QUESTIONS:
        row = connection.execute(question, {"after": 0}).one()
        while row.last is not None:
            if row.found:
                yield row.found.split(_BETWEEN)
            row = connection.execute(question, {"after": row.last}).one()


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
