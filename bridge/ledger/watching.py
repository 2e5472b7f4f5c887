"""What a watcher of the lanes asks besides the forecast's counts: what the last attempts came to.

Bounded: the end of a table, however much it holds.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryId
from bridge.domain.outcomes import Outcome
from bridge.ledger.schema import accounts, administrations, attempts, deliveries, documents

NEWEST = 100  # attempts that are looked at: more than may be under way (destination.max_in_flight, 64)

_LAST = (
    sa.select(attempts)
    .order_by(attempts.c.id.desc())
    .limit(sa.literal_column(str(NEWEST), sa.Integer))
    .subquery()
)
_ENDED = (
    sa.select(
        _LAST.c.ended_at,
        _LAST.c.outcome,
        _LAST.c.status,
        _LAST.c.detail,
        _LAST.c.delivery_id,
        documents.c.name,
        accounts.c.name.label("account"),
        administrations.c.code,
    )
    .join(deliveries, deliveries.c.id == _LAST.c.delivery_id)
    .join(documents, documents.c.id == deliveries.c.document_id)
    .join(accounts, accounts.c.id == deliveries.c.account_id)
    .outerjoin(administrations, administrations.c.id == deliveries.c.administration_id)
    .where(_LAST.c.ended_at.is_not(None))
    .order_by(_LAST.c.ended_at.desc(), _LAST.c.id.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An attempt that has ended, with what a reader wants to see beside it."""

    at: datetime
    outcome: Outcome
    status: int | None  # of the HTTP answer, if one came
    detail: str | None
    delivery_id: DeliveryId
    name: str
    account: str
    administration: str | None  # its code


def last_ended(connection: Connection, *, limit: int) -> list[Ended]:
    """Return the attempts that ended last, the newest first, at most *limit* of the `NEWEST`."""
    return [
        Ended(
            at=row.ended_at,
            outcome=Outcome(row.outcome),
            status=row.status,
            detail=row.detail,
            delivery_id=row.delivery_id,
            name=row.name,
            account=row.account,
            administration=row.code,
        )
        for row in connection.execute(_ENDED.limit(limit))
    ]
