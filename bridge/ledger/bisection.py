"""Finds the first row since a moment by a few looks: ids grow with the time, and need no second index."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.ledger.columns import Moment


def first_id_since(
    connection: Connection, *, ids: sa.Column[int], moments: sa.Column[datetime], since: datetime
) -> int:
    """Return an id before which no row is of *since* or later; one above all if there is none.

    Args:
        connection: to the ledger.
        ids: the primary key.
        moments: of the same table; it never falls while the ids grow.
        since: where to begin.
    """
    at_or_after = (
        sa.select(ids, sa.type_coerce(moments, Moment))
        .where(ids >= sa.bindparam("middle"))
        .order_by(ids)
        .limit(sa.literal_column("1", sa.Integer))
    )
    low, high = 0, (connection.execute(sa.select(sa.func.max(ids))).scalar() or -1) + 1
    while low < high:
        middle = (low + high) // 2
        row_id, at = connection.execute(at_or_after, {"middle": middle}).one()
        if at >= since:
            high = middle
        else:
            low = row_id + 1
    return low
