"""Figures over the whole ledger, for metrics; each costs one walk over an index."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.uploads import UploadState
from bridge.ledger.schema import deliveries, uploads


def uploads_by_state(connection: Connection) -> dict[UploadState, int]:
    """Return how many uploads are in each state."""
    rows = connection.execute(sa.select(uploads.c.state, sa.func.count()).group_by(uploads.c.state))
    return {UploadState(state): count for state, count in rows}


def oldest_waiting_at(connection: Connection) -> datetime | None:
    """Return since when the oldest delivery waits that is not held and not finished; None if none does."""
    return connection.execute(
        sa.select(sa.func.min(deliveries.c.created_at)).where(
            deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.LEASED])
        )
    ).scalar()
