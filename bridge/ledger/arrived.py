"""What came of late, file by file, for a rehearsal of routes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.kinds import Kind
from bridge.domain.rehearsal import Arrived
from bridge.domain.uploads import UploadState
from bridge.ledger.schema import documents, uploads

# What was closed under its final name and not taken back.
_ARRIVED = (UploadState.SPOOLED, UploadState.ACCEPTED, UploadState.HELD, UploadState.REFUSED)


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
        .order_by(uploads.c.id, documents.c.id)
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
