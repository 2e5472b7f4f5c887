"""How much was received and delivered, hour by hour; found by ids, so that old rows cost nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from bridge.ledger import arrived
from bridge.ledger.bisection import first_id_since
from bridge.ledger.schema import attempts, deliveries, uploads

HOUR = timedelta(hours=1)
_HOUR = 3_600_000_000  # microseconds, in which moments are stored
_NOT_RECEIVED = (UploadState.PARTIAL, UploadState.WITHDRAWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """One hour."""

    begins_at: datetime
    received: int  # uploads that were closed
    delivered: int  # files that the destination took


def by_hour(
    connection: Connection, *, since: datetime, until: datetime, account_id: AccountId | None = None
) -> list[Hour]:
    """Return each hour from that of *since* to that of *until*, if wanted of one account."""
    begin = since.replace(minute=0, second=0, microsecond=0)
    received = _received(connection, begin, account_id)
    delivered = _delivered(connection, begin, account_id)
    hours = []
    while begin <= until:
        key = int(begin.timestamp()) // 3600
        hours.append(Hour(begins_at=begin, received=received.get(key, 0), delivered=delivered.get(key, 0)))
        begin += HOUR
    return hours


def _received(connection: Connection, since: datetime, account_id: AccountId | None) -> dict[int, int]:
    hour = (sa.type_coerce(uploads.c.closed_at, sa.BigInteger) // _HOUR).label("hour")
    query = sa.select(hour, sa.func.count()).where(
        uploads.c.id >= arrived.first_since(connection, since=since),
        uploads.c.closed_at >= since,
        uploads.c.state.not_in(_NOT_RECEIVED),
    )
    if account_id is not None:
        query = query.where(uploads.c.account_id == account_id)
    return {int(key): count for key, count in connection.execute(query.group_by(hour))}


def _delivered(connection: Connection, since: datetime, account_id: AccountId | None) -> dict[int, int]:
    from_id = first_id_since(connection, ids=attempts.c.id, moments=attempts.c.started_at, since=since)
    hour = (sa.type_coerce(attempts.c.ended_at, sa.BigInteger) // _HOUR).label("hour")
    query = sa.select(hour, sa.func.count()).where(
        attempts.c.id >= from_id, attempts.c.outcome == Outcome.DELIVERED
    )
    if account_id is not None:
        query = query.join(deliveries, deliveries.c.id == attempts.c.delivery_id).where(
            deliveries.c.account_id == account_id
        )
    return {int(key): count for key, count in connection.execute(query.group_by(hour))}
