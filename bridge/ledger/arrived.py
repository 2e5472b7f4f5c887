"""What came of late: file by file for a rehearsal of routes, counted for what is expected."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.expectations import Arrivals
from bridge.domain.kinds import Kind
from bridge.domain.rehearsal import Arrived
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger.bisection import first_id_since
from bridge.ledger.schema import documents, uploads

# What was closed under its final name and not taken back.
_ARRIVED = (UploadState.SPOOLED, UploadState.ACCEPTED, UploadState.HELD, UploadState.REFUSED)
_TAKEN = (UploadState.SPOOLED, UploadState.ACCEPTED, UploadState.HELD)  # of these, what was not turned away
_RENAMED_WITHIN = timedelta(days=1)
_MINUTE = 60_000_000  # microseconds, in which moments are stored


def arrived_since(connection: Connection, *, account_id: AccountId, since: datetime) -> list[Arrived]:
    """Return what the account sent from *since* on, the oldest first; an archive by its documents."""
    rows = connection.execute(
        sa.select(
            uploads.c.id,
            uploads.c.folder,
            uploads.c.name,
            documents.c.member,
            documents.c.name,
            documents.c.kind,
        )
        .select_from(uploads.outerjoin(documents, documents.c.upload_id == uploads.c.id))
        .where(
            uploads.c.account_id == account_id,
            uploads.c.closed_at >= since,
            uploads.c.state.in_(_ARRIVED),
        )
        .group_by(  # a replay is one more document of the same file
            uploads.c.id,
            uploads.c.folder,
            uploads.c.name,
            documents.c.member,
            documents.c.name,
            documents.c.kind,
        )
        .order_by(uploads.c.id, sa.func.min(documents.c.id))
    )
    return [
        Arrived(
            upload_id=upload_id,
            folder=folder,
            name=name,
            member=member,
            member_name=None if member is None else member_name,
            kind=None if kind is None else Kind(kind),
        )
        for upload_id, folder, name, member, member_name, kind in rows
    ]


def first_since(connection: Connection, *, since: datetime) -> UploadId:
    """Return an id before which no upload was closed at or after *since*, by a few looks at the table.

    It saves both an index that every upload would pay for and a walk through all that ever came.  Ids follow
    the order of the CLOSE, but a rename to the final name closes anew: a day is left for that.
    """
    return UploadId(
        first_id_since(
            connection, ids=uploads.c.id, moments=uploads.c.closed_at, since=since - _RENAMED_WITHIN
        )
    )


def count_since(
    connection: Connection, *, account_id: AccountId, since: datetime, from_id: UploadId
) -> Arrivals:
    """Return how much the account sent from *since* on, of ids from *from_id* on (see `first_since`)."""
    row = connection.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(uploads.c.size), 0)).where(
            *_sent_by(account_id, since, from_id)
        )
    ).one()
    return Arrivals(at=since, count=row[0], size=int(row[1]))


def by_minute(
    connection: Connection, *, account_id: AccountId, since: datetime, from_id: UploadId
) -> list[Arrivals]:
    """Return what the account sent from *since* on, added up by the minute, the first first."""
    minute = sa.type_coerce(uploads.c.closed_at, sa.BigInteger) // _MINUTE
    rows = connection.execute(
        sa.select(sa.func.min(uploads.c.closed_at), sa.func.count(), sa.func.sum(uploads.c.size))
        .where(*_sent_by(account_id, since, from_id))
        .group_by(minute)
        .order_by(sa.func.min(uploads.c.closed_at))
    )
    return [Arrivals(at=at, count=count, size=int(size)) for at, count, size in rows]


def _sent_by(account_id: AccountId, since: datetime, from_id: UploadId) -> list[sa.ColumnElement[bool]]:
    return [
        uploads.c.account_id == account_id,
        uploads.c.id >= from_id,
        uploads.c.closed_at >= since,
        uploads.c.state.in_(_TAKEN),
    ]
