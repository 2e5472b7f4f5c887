"""Looks for deliveries by state, account, upload, administration, kind, lane and reason; newest first.

As in `bridge.ledger.upload_search`: what no index finds is looked for in a bounded stretch of ids.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import Attempt, Delivery, DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadId
from bridge.ledger.columns import literal
from bridge.ledger.rows import to_attempt, to_delivery
from bridge.ledger.schema import attempts, deliveries, documents

STRETCH = 100_000  # deliveries that one look walks through: 0.1 s or so


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; what is None does not matter."""

    states: Collection[DeliveryState] = ()
    account_id: AccountId | None = None
    upload_id: UploadId | None = None
    administration_id: AdministrationId | None = None
    kind: Kind | None = None
    lane: str | None = None
    reason: ReasonCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found."""

    deliveries: Sequence[Delivery]
    before: DeliveryId | None = None  # where the next page begins; None: there is no more
    looked_to: datetime | None = None  # set if not everything was looked at: how far back that went


def search(
    connection: Connection,
    *,
    wanted: Wanted,
    before: DeliveryId | None = None,
    limit: int = 50,
    stretch: int = STRETCH,
) -> Found:
    """Return the newest deliveries that fit, older than the id *before*, at most *limit* on a page.

    Where other things than one state are asked for, *stretch* are looked at; all of an upload are found.
    """
    query = sa.select(deliveries).order_by(deliveries.c.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    if wanted.states:
        query = query.where(deliveries.c.state.in_(wanted.states))
    others = _others(wanted)
    is_walked = wanted.upload_id is None and (others or len(wanted.states) > 1)
    low = _low(connection, wanted.states, before, stretch) if is_walked else 0
    rows = [to_delivery(row) for row in connection.execute(query.where(deliveries.c.id >= low, *others))]
    if len(rows) > limit:
        return Found(deliveries=rows[:limit], before=rows[limit - 1].id)
    if low <= (connection.execute(sa.select(sa.func.min(deliveries.c.id))).scalar() or 0):
        return Found(deliveries=rows)
    return Found(deliveries=rows, before=DeliveryId(low), looked_to=_created_at(connection, low))


def _others(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    """Return the conditions beside the state."""
    pairs = (
        (deliveries.c.account_id, wanted.account_id),
        (deliveries.c.administration_id, wanted.administration_id),
        (deliveries.c.kind, wanted.kind),
        (deliveries.c.lane, wanted.lane),
        (deliveries.c.reason, wanted.reason),
    )
    found = [column == value for column, value in pairs if value is not None]
    if wanted.upload_id is not None:
        theirs = sa.select(documents.c.id).where(documents.c.upload_id == wanted.upload_id)
        found.append(deliveries.c.document_id.in_(theirs))
    return found


def _low(
    connection: Connection, states: Collection[DeliveryState], before: DeliveryId | None, stretch: int
) -> int:
    """Return the id down to which one look goes; 0: to the end."""
    if len(states) != 1:
        newest = connection.execute(sa.select(sa.func.max(deliveries.c.id))).scalar() or 0
        return max(0, (newest + 1 if before is None else before) - stretch)
    query = (
        sa.select(deliveries.c.id)
        .where(deliveries.c.state.in_(states))
        .order_by(deliveries.c.id.desc())
        .limit(1)
        .offset(stretch)
    )
    if before is not None:
        query = query.where(deliveries.c.id < before)
    return connection.execute(query).scalar() or 0


def _created_at(connection: Connection, delivery_id: int) -> datetime | None:
    query = sa.select(deliveries.c.created_at).where(deliveries.c.id >= delivery_id)
    return connection.execute(query.order_by(deliveries.c.id).limit(1)).scalar()


def waiting(connection: Connection, *, account_id: AccountId | None = None) -> int:
    """Return how many deliveries wait to be sent, if wanted of one account."""
    query = sa.select(sa.func.count()).where(deliveries.c.state == literal(DeliveryState.PENDING))
    if account_id is not None:
        query = query.where(deliveries.c.account_id == account_id)
    return connection.execute(query).scalar_one()


def of_upload(
    connection: Connection, *, upload_id: UploadId, after: DeliveryId | None = None, limit: int = 100
) -> Found:
    """Return deliveries of an upload in the order in which they were made, from behind the id *after* on.

    `Found.before` is here behind which id the next page begins.
    """
    query = (
        sa.select(deliveries)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .where(documents.c.upload_id == upload_id)
        .order_by(deliveries.c.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(deliveries.c.id > after)
    rows = [to_delivery(row) for row in connection.execute(query)]
    return Found(deliveries=rows[:limit], before=rows[limit - 1].id if len(rows) > limit else None)


def attempts_of_many(
    connection: Connection, *, delivery_ids: Collection[DeliveryId]
) -> dict[DeliveryId, list[Attempt]]:
    """Return the attempts of each, the first first; one that was not tried is left out."""
    found: dict[DeliveryId, list[Attempt]] = {}
    rows = connection.execute(
        sa.select(attempts).where(attempts.c.delivery_id.in_(list(delivery_ids))).order_by(attempts.c.id)
    )
    for row in rows:
        found.setdefault(DeliveryId(row.delivery_id), []).append(to_attempt(row))
    return found
