"""Which deliveries an operator means who names no ids: all of an account, in a state, since a moment."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DeliveryId, DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.ledger import replays
from bridge.ledger.schema import deliveries


def chosen(
    connection: Connection,
    *,
    states: Collection[DeliveryState],
    account_id: AccountId | None = None,
    administration_id: AdministrationId | None = None,
    reason: ReasonCode | None = None,
    since: datetime | None = None,
    kind: Kind | None = None,
    lane: str | None = None,
    is_last_copy: bool = False,
) -> list[DeliveryId]:
    """Return the ids of all deliveries that fit, the oldest first.

    Args:
        connection: an open transaction.
        states: in one of these.
        account_id: of this account.
        administration_id: for this administration.
        reason: held for this reason.
        since: finished at this moment or later; one that is not finished, accepted then or later.
        kind: of this kind.
        lane: of this lane.
        is_last_copy: without those that were sent again since.
    """
    query = sa.select(deliveries.c.id).where(deliveries.c.state.in_(list(states))).order_by(deliveries.c.id)
    if account_id is not None:
        query = query.where(deliveries.c.account_id == account_id)
    if administration_id is not None:
        query = query.where(deliveries.c.administration_id == administration_id)
    if reason is not None:
        query = query.where(deliveries.c.reason == reason)
    if since is not None:
        query = query.where(sa.func.coalesce(deliveries.c.finished_at, deliveries.c.created_at) >= since)
    if kind is not None:
        query = query.where(deliveries.c.kind == kind)
    if lane is not None:
        query = query.where(deliveries.c.lane == lane)
    if is_last_copy:
        query = query.where(replays.IS_LAST_COPY)
    return [DeliveryId(delivery_id) for delivery_id in connection.execute(query).scalars()]
