"""What a clock that was set back leaves in the ledger: moments further ahead than any rule could have set."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.outcomes import ADMINISTRATION_PAUSE, LONGEST_LANE_PAUSE, LONGEST_WAIT
from bridge.ledger import counters
from bridge.ledger.backlog import AGAIN, IN_LANE, IS_DATA, PENDING
from bridge.ledger.columns import Moment
from bridge.ledger.schema import administrations, deliveries, lanes

_NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=Moment)
_LATEST: sa.BindParameter[datetime] = sa.bindparam("latest", type_=Moment)
# Asked apart, so that the indexes of what waits serve.
_TRIED = sa.select(deliveries.c.id).where(IN_LANE, AGAIN, deliveries.c.due_at > _LATEST)
_DATA = sa.select(deliveries.c.id).where(
    IN_LANE,
    PENDING,
    IS_DATA,
    # What was not tried yet has never had to wait.
    deliveries.c.due_at > sa.case((deliveries.c.attempts == sa.literal_column("0"), _NOW), else_=_LATEST),
)


def make_due(connection: Connection, *, lane: str, now: datetime) -> int:
    """Let what waits in *lane* longer than any rule says be due at *now*; return how many waits that ended.

    That is deliveries, the pause of the lane, and those of administrations.  The rate limit goes by another
    clock, so that nothing bursts.
    """
    count = connection.execute(
        sa.update(lanes)
        .where(lanes.c.name == lane, lanes.c.paused_until > now + LONGEST_LANE_PAUSE)
        .values(paused_until=now)
    ).rowcount
    count += connection.execute(
        sa.update(administrations)
        .where(administrations.c.paused_until > now + ADMINISTRATION_PAUSE)
        .values(paused_until=now)
    ).rowcount
    values = {"in_lane": lane, "now": now, "latest": now + LONGEST_WAIT}
    late = [one for which in (_TRIED, _DATA) for one in connection.execute(which, values).scalars()]
    for delivery_id in late:
        connection.execute(
            sa.update(deliveries).where(deliveries.c.id == delivery_id, PENDING).values(due_at=now)
        )
    if count + len(late):
        counters.raise_by_one(connection, name=counters.QUEUE)
    return count + len(late)
