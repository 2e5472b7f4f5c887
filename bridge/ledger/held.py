"""What waits for a person, by its reason: uploads as a whole, and single deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import Delivery, DeliveryId, DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload, UploadId, UploadState
from bridge.ledger.columns import literal
from bridge.ledger.rows import to_delivery, to_upload
from bridge.ledger.schema import deliveries, set_aside, uploads

_UPLOADS = (uploads.c.state == literal(UploadState.HELD), set_aside)
_DELIVERIES = deliveries.c.state == literal(DeliveryState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """All that is held for one reason."""

    reason: ReasonCode
    uploads: int
    deliveries: int
    oldest_at: datetime  # when the oldest of them came
    accounts: frozenset[AccountId]

    @property
    def files(self) -> int:
        """How many files wait."""
        return self.uploads + self.deliveries


def groups(connection: Connection, *, account_id: AccountId | None = None) -> list[Group]:
    """Return what is held, by reason, the reason of the oldest first; if wanted of one account."""
    found: dict[ReasonCode, Group] = {}
    whole = sa.select(
        uploads.c.reason, uploads.c.account_id, sa.func.count(), sa.func.min(uploads.c.closed_at)
    ).where(*_UPLOADS)
    single = sa.select(
        deliveries.c.reason, deliveries.c.account_id, sa.func.count(), sa.func.min(deliveries.c.created_at)
    ).where(_DELIVERIES)
    for is_whole, table, query in ((True, uploads, whole), (False, deliveries, single)):
        if account_id is not None:
            query = query.where(table.c.account_id == account_id)  # noqa: PLW2901  narrowed
        for code, owner, count, oldest_at in connection.execute(
            query.group_by(table.c.reason, table.c.account_id)
        ):
            reason = ReasonCode(code)
            former = found.get(reason)
            found[reason] = Group(
                reason=reason,
                uploads=(former.uploads if former else 0) + count * is_whole,
                deliveries=(former.deliveries if former else 0) + count * (not is_whole),
                oldest_at=min(former.oldest_at, oldest_at) if former else oldest_at,
                accounts=(former.accounts if former else frozenset()) | {AccountId(owner)},
            )
    return sorted(found.values(), key=lambda group: group.oldest_at)


def uploads_of(
    connection: Connection,
    *,
    reason: ReasonCode,
    account_id: AccountId | None = None,
    after: UploadId | None = None,
    limit: int = 100,
) -> list[Upload]:
    """Return uploads that are held for *reason*, the oldest first, from behind the id *after* on."""
    query = sa.select(uploads).where(*_UPLOADS, uploads.c.reason == reason)
    if account_id is not None:
        query = query.where(uploads.c.account_id + 0 == account_id)  # few are held: not its account's index
    if after is not None:
        query = query.where(uploads.c.id > after)
    return [to_upload(row) for row in connection.execute(query.order_by(uploads.c.id).limit(limit))]


def deliveries_of(
    connection: Connection,
    *,
    reason: ReasonCode,
    account_id: AccountId | None = None,
    after: DeliveryId | None = None,
    limit: int = 100,
) -> list[Delivery]:
    """Return deliveries that are held for *reason*, likewise."""
    query = sa.select(deliveries).where(_DELIVERIES, deliveries.c.reason == reason)
    if account_id is not None:
        query = query.where(deliveries.c.account_id == account_id)
    if after is not None:
        query = query.where(deliveries.c.id > after)
    return [to_delivery(row) for row in connection.execute(query.order_by(deliveries.c.id).limit(limit))]


def chosen(
    connection: Connection, *, reason: ReasonCode, account_id: AccountId | None = None
) -> tuple[Sequence[UploadId], Sequence[DeliveryId]]:
    """Return the ids of all that is held for *reason*, the oldest first."""
    whole = sa.select(uploads.c.id).where(*_UPLOADS, uploads.c.reason == reason)
    single = sa.select(deliveries.c.id).where(_DELIVERIES, deliveries.c.reason == reason)
    if account_id is not None:
        whole = whole.where(uploads.c.account_id + 0 == account_id)
        single = single.where(deliveries.c.account_id == account_id)
    return (
        [UploadId(one) for one in connection.execute(whole.order_by(uploads.c.id)).scalars()],
        [DeliveryId(one) for one in connection.execute(single.order_by(deliveries.c.id)).scalars()],
    )
