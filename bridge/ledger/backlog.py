"""What waits in a lane, counted by account and administration: what `bridge.domain.fairness` chooses from.

Everything is counted by walking three indexes that hold only what waits (a million rows take less than half a
second, measured), so a running server does it at its start and now and then; for the rest it asks about one
place, or what is new behind an id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.backlog import DataHead, Documents
from bridge.domain.deliveries import DEFAULT_LANE, DeliveryState
from bridge.domain.kinds import Kind
from bridge.ledger.columns import literal
from bridge.ledger.rows import to_administration
from bridge.ledger.schema import accounts, administrations, deliveries, documents

IN_LANE = deliveries.c.lane == sa.bindparam("in_lane")
PENDING = deliveries.c.state == literal(DeliveryState.PENDING)
IS_DATA = deliveries.c.kind == literal(Kind.DATA)
# As the conditions of the indexes ix_deliveries_fresh, _again and _data, or these would not be used.
FRESH = sa.and_(
    PENDING, deliveries.c.kind != literal(Kind.DATA), deliveries.c.attempts == sa.literal_column("0")
)
AGAIN = sa.and_(
    PENDING, deliveries.c.kind != literal(Kind.DATA), deliveries.c.attempts > sa.literal_column("0")
)
OF_PLACE = sa.and_(
    IN_LANE,
    deliveries.c.account_id == sa.bindparam("account"),
    deliveries.c.administration_id == sa.bindparam("administration"),
)

_PLACE = (deliveries.c.account_id, deliveries.c.administration_id)
_COUNT = sa.func.count().label("waiting")
_ALL_FRESH = sa.select(*_PLACE, _COUNT).where(IN_LANE, FRESH).group_by(*_PLACE)
_ALL_AGAIN = (
    sa.select(*_PLACE, _COUNT, sa.func.min(deliveries.c.due_at).label("due_at"))
    .where(IN_LANE, AGAIN)
    .group_by(*_PLACE)
)
_RANKED = (
    sa.select(
        deliveries.c.id,
        documents.c.arrival,
        sa.func.row_number()
        .over(partition_by=_PLACE, order_by=(documents.c.arrival, documents.c.id))
        .label("rank"),
        sa.func.count().over(partition_by=_PLACE).label("waiting"),
    )
    .join(documents, documents.c.id == deliveries.c.document_id)
    .where(IN_LANE, PENDING, IS_DATA)
    .subquery()
)
_ALL_DATA = (
    sa.select(deliveries, _RANKED.c.waiting, _RANKED.c.arrival)
    .join(_RANKED, _RANKED.c.id == deliveries.c.id)
    .where(_RANKED.c.rank == sa.literal_column("1"))
)
_DATA_UNDER_WAY = (
    sa.select(deliveries, sa.literal_column("1", sa.Integer).label("waiting"), documents.c.arrival)
    .join(documents, documents.c.id == deliveries.c.document_id)
    .where(deliveries.c.state == literal(DeliveryState.LEASED), IN_LANE, IS_DATA)
)
_FRESH_OF = sa.select(_COUNT).where(OF_PLACE, FRESH)
_AGAIN_OF = sa.select(_COUNT, sa.func.min(deliveries.c.due_at).label("due_at")).where(OF_PLACE, AGAIN)
_open = deliveries.alias("open_data")
_paper = documents.alias("open_paper")
_OPEN_DATA_OF = sa.and_(
    _open.c.administration_id == sa.bindparam("administration"),
    _open.c.kind == literal(Kind.DATA),
    _open.c.state.in_([literal(DeliveryState.PENDING), literal(DeliveryState.LEASED)]),
)
# Of the data files of an administration that are not finished the one that arrived first.  Not the one with
# the lowest id: what was held as an upload gets its delivery late.
OLDEST_DATA_OF = (
    sa.select(_open.c.id)
    .join(_paper, _paper.c.id == _open.c.document_id)
    .where(_OPEN_DATA_OF)
    .order_by(_paper.c.arrival, _paper.c.id)
    .limit(sa.literal_column("1", sa.Integer))
)
_HEAD_OF = sa.select(
    deliveries,
    sa.select(sa.func.count()).select_from(_open).where(_OPEN_DATA_OF).scalar_subquery().label("waiting"),
).where(deliveries.c.id == OLDEST_DATA_OF.scalar_subquery())
_NEW = (
    sa.select(*_PLACE, IS_DATA.label("is_data"), _COUNT, sa.func.max(deliveries.c.id).label("last"))
    .where(deliveries.c.id > sa.bindparam("after"), IN_LANE, PENDING)
    .group_by(*_PLACE, IS_DATA)
)
_LAST = sa.select(sa.func.max(deliveries.c.id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """All that waits in a lane and may go."""

    documents: list[Documents]
    data: list[DataHead]
    administrations: dict[AdministrationId, Administration]
    last_id: int  # of all deliveries: what comes later is new


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What has come since: documents, and the administrations that have new data files."""

    documents: list[Documents]
    with_data: list[AdministrationId]
    last_id: int


class _Stops:
    """Who sends nothing for now."""

    def __init__(self, connection: Connection) -> None:
        self._accounts = set(
            connection.execute(sa.select(accounts.c.id).where(accounts.c.is_stopped)).scalars()
        )
        self._administrations: dict[int, Row[Any]] = {
            row.id: row
            for row in connection.execute(
                sa.select(administrations).where(
                    sa.or_(administrations.c.is_stopped, administrations.c.paused_until.is_not(None))
                )
            )
        }

    def holds(self, account_id: int, administration_id: int) -> bool:
        row = self._administrations.get(administration_id)
        return account_id in self._accounts or (row is not None and row.is_stopped)

    def paused_until(self, administration_id: int) -> datetime | None:
        row = self._administrations.get(administration_id)
        return None if row is None else row.paused_until


def everything(connection: Connection, *, lane: str) -> Backlog:
    """Return all that waits in *lane*, without what an operator has stopped."""
    stops = _Stops(connection)
    last_id = connection.execute(_LAST).scalar() or 0  # first: what comes meanwhile is new, or counted twice
    counted: dict[tuple[int, int], dict[str, Any]] = {}
    for row in connection.execute(_ALL_FRESH, {"in_lane": lane}):
        counted.setdefault((row.account_id, row.administration_id), {})["fresh"] = row.waiting
    for row in connection.execute(_ALL_AGAIN, {"in_lane": lane}):
        found = counted.setdefault((row.account_id, row.administration_id), {})
        found.update(retries=row.waiting, retry_due_at=row.due_at)
    heads = [
        *connection.execute(_ALL_DATA, {"in_lane": lane}),
        *connection.execute(_DATA_UNDER_WAY, {"in_lane": lane}),
    ]
    known = sa.select(administrations)
    if lane != DEFAULT_LANE:  # one of many, which each hold little: all of them together ask for each once
        ids = {place for _, place in counted} | {row.administration_id for row in heads}
        known = known.where(administrations.c.id.in_(ids))
    return Backlog(
        documents=[
            Documents(
                account_id=AccountId(account_id),
                administration_id=AdministrationId(administration_id),
                paused_until=stops.paused_until(administration_id),
                **found,
            )
            for (account_id, administration_id), found in counted.items()
            if not stops.holds(account_id, administration_id)
        ],
        data=_heads(heads, stops),
        administrations={
            AdministrationId(row.id): to_administration(row) for row in connection.execute(known)
        },
        last_id=last_id,
    )


def _heads(rows: Iterable[Row[Any]], stops: _Stops) -> list[DataHead]:
    """Return of each administration the oldest of *rows*."""
    first: dict[int, Row[Any]] = {}
    counts: dict[int, int] = {}
    for row in sorted(rows, key=lambda one: (one.arrival, one.document_id)):
        counts[row.administration_id] = counts.get(row.administration_id, 0) + row.waiting
        first.setdefault(row.administration_id, row)
    return [
        _to_head(row, count=counts[row.administration_id], stops=stops)
        for row in first.values()
        if not stops.holds(row.account_id, row.administration_id)
    ]


def _to_head(row: Row[Any], *, count: int, stops: _Stops) -> DataHead:
    return DataHead(
        administration_id=row.administration_id,
        account_id=row.account_id,
        due_at=row.due_at,
        count=count,
        is_under_way=row.state == DeliveryState.LEASED,
        paused_until=stops.paused_until(row.administration_id),
    )


def documents_of(
    connection: Connection, *, lane: str, account_id: AccountId, administration_id: AdministrationId
) -> Documents:
    """Return what documents of one account wait for one administration; none while an operator stopped it."""
    stops = _Stops(connection)
    if stops.holds(account_id, administration_id):
        return Documents(account_id=account_id, administration_id=administration_id)
    which = {"in_lane": lane, "account": account_id, "administration": administration_id}
    again = connection.execute(_AGAIN_OF, which).one()
    return Documents(
        account_id=account_id,
        administration_id=administration_id,
        fresh=connection.execute(_FRESH_OF, which).scalar_one(),
        retries=again.waiting,
        retry_due_at=again.due_at,
        paused_until=stops.paused_until(administration_id),
    )


def data_of(connection: Connection, *, administration_id: AdministrationId) -> DataHead | None:
    """Return the data file of an administration that is next; None if none may go."""
    row = connection.execute(_HEAD_OF, {"administration": administration_id}).first()
    stops = _Stops(connection)
    if row is None or stops.holds(row.account_id, administration_id):
        return None
    return _to_head(row, count=row.waiting, stops=stops)


def news(connection: Connection, *, lane: str, after: int) -> News:
    """Return what came into *lane* behind the id *after*."""
    stops = _Stops(connection)
    last_id = after
    documents, with_data = [], []
    for row in connection.execute(_NEW, {"in_lane": lane, "after": after}):
        last_id = max(last_id, row.last)
        if stops.holds(row.account_id, row.administration_id):
            continue
        if row.is_data:
            with_data.append(AdministrationId(row.administration_id))
        else:
            documents.append(
                Documents(
                    account_id=AccountId(row.account_id),
                    administration_id=AdministrationId(row.administration_id),
                    fresh=row.waiting,
                    paused_until=stops.paused_until(row.administration_id),
                )
            )
    return News(documents=documents, with_data=with_data, last_id=last_id)
