"""Figures of what is held; each costs one walk over an index."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.uploads import UploadState
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, set_aside, uploads


def held_uploads(connection: Connection, *, account_id: AccountId | None = None) -> int:
    """Return how many uploads wait for a person as a whole, if wanted of one account."""
    query = sa.select(sa.func.count()).where(uploads.c.state == literal(UploadState.HELD), set_aside)
    if account_id is not None:
        query = query.where(uploads.c.account_id == account_id)
    return connection.execute(query).scalar_one()


def oldest_held_at(connection: Connection, *, account_id: AccountId | None = None) -> datetime | None:
    """Return when the oldest came that waits for a person, an upload or a delivery; None if none does."""
    whole = sa.select(sa.func.min(uploads.c.closed_at)).where(
        uploads.c.state == literal(UploadState.HELD), set_aside
    )
    single = sa.select(sa.func.min(deliveries.c.created_at)).where(
        deliveries.c.state == literal(DeliveryState.HELD)
    )
    if account_id is not None:
        whole = whole.where(uploads.c.account_id == account_id)
        single = single.where(deliveries.c.account_id == account_id)
    moments = [connection.execute(query).scalar() for query in (whole, single)]
    return min((at for at in moments if at is not None), default=None)
