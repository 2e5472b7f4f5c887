"""What metrics ask at each scrape: what is not finished, by its indexes, and what came since the last time.

Nothing here walks through what was ever sent, but `count_all`, which is asked now and then.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.deliveries import DeliveryState
from bridge.domain.outcomes import Outcome
from bridge.domain.uploads import UploadState
from bridge.ledger.columns import literal
from bridge.ledger.schema import attempts, deliveries, documents, logins, set_aside, uploads

MOST = 20_000  # rows at a time; what is more comes at the next scrape
State = TypeVar("State", UploadState, DeliveryState)
_UNFINISHED = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """An attempt, as metrics count it."""

    id: int
    outcome: Outcome | None  # None: under way
    closed_at: datetime | None  # the CLOSE of the upload, if the attempt delivered
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The last id of each table; they only grow."""

    attempts: int
    logins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Everything by state, and up to which ids it was counted."""

    uploads: dict[UploadState, int]
    deliveries: dict[DeliveryState, int]
    last_upload: int
    last_delivery: int


def ends(connection: Connection) -> Ends:
    """Return the last ids."""
    return Ends(attempts=_end(connection, attempts), logins=_end(connection, logins))


def _end(connection: Connection, table: sa.Table) -> int:
    return connection.execute(sa.select(sa.func.max(table.c.id))).scalar() or 0


def uploads_by_state(connection: Connection) -> dict[UploadState, int]:
    """Return how many uploads are in each state: a walk through all of them."""
    rows = connection.execute(sa.select(uploads.c.state, sa.func.count()).group_by(uploads.c.state))
    return {UploadState(state): count for state, count in rows}


def deliveries_by_state(connection: Connection) -> dict[DeliveryState, int]:
    """Return how many deliveries are in each state: a walk over an index of all of them."""
    rows = connection.execute(sa.select(deliveries.c.state, sa.func.count()).group_by(deliveries.c.state))
    return {DeliveryState(state): count for state, count in rows}


def count_all(connection: Connection) -> Counted:
    """Count uploads and deliveries by state, all of them."""
    return Counted(
        uploads=uploads_by_state(connection),
        deliveries=deliveries_by_state(connection),
        last_upload=_end(connection, uploads),
        last_delivery=_end(connection, deliveries),
    )


def count_on(connection: Connection, *, former: Counted) -> Counted:
    """Count anew from *former*: what is not finished, and what has come since.

    What is finished is worked out from that, as if all of it were accepted and delivered: what the sender
    took back, and what never goes, is as it was in *former*.
    """
    last_upload, last_delivery = _end(connection, uploads), _end(connection, deliveries)
    of_uploads = _unfinished_uploads(connection) | _kept(former.uploads, UploadState.WITHDRAWN)
    came = _between(connection, uploads, former.last_upload, last_upload)
    accepted = sum(former.uploads.values()) + came - sum(of_uploads.values())
    of_deliveries = _unfinished_deliveries(connection) | _kept(
        former.deliveries, DeliveryState.CANCELLED, DeliveryState.SUPERSEDED
    )
    made = _between(connection, deliveries, former.last_delivery, last_delivery)
    delivered = sum(former.deliveries.values()) + made - sum(of_deliveries.values())
    return Counted(
        uploads={**of_uploads, UploadState.ACCEPTED: max(accepted, 0)},
        deliveries={**of_deliveries, DeliveryState.DELIVERED: max(delivered, 0)},
        last_upload=last_upload,
        last_delivery=last_delivery,
    )


def _kept(former: dict[State, int], *states: State) -> dict[State, int]:
    return {state: former.get(state, 0) for state in states}


def _between(connection: Connection, table: sa.Table, after: int, upto: int) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.id > after, table.c.id <= upto)
    return connection.execute(query).scalar_one() if upto > after else 0


def _unfinished_uploads(connection: Connection) -> dict[UploadState, int]:
    rows = connection.execute(
        sa.select(uploads.c.state, sa.func.count()).where(set_aside).group_by(uploads.c.state)
    )
    found = {UploadState(state): count for state, count in rows}
    spooled = sa.select(sa.func.count()).where(uploads.c.state == literal(UploadState.SPOOLED))
    return {**found, UploadState.SPOOLED: connection.execute(spooled).scalar_one()}


def _unfinished_deliveries(connection: Connection) -> dict[DeliveryState, int]:
    rows = connection.execute(
        sa.select(deliveries.c.state, sa.func.count())
        .where(deliveries.c.state.in_([literal(state) for state in _UNFINISHED]))
        .group_by(deliveries.c.state)
    )
    return {DeliveryState(state): count for state, count in rows}


def oldest_deliveries(connection: Connection) -> dict[DeliveryState, datetime]:
    """Return when the first was made of those that are in each unfinished state."""
    found = {}
    for state in _UNFINISHED:
        at = connection.execute(
            sa.select(deliveries.c.created_at)
            .where(deliveries.c.state == literal(state))
            .order_by(deliveries.c.id)
            .limit(1)
        ).scalar()
        if at is not None:
            found[state] = at
    return found


def oldest_uploads(connection: Connection) -> dict[UploadState, datetime]:
    """Return when the first was closed of those that wait: for intake, for a person, for the client."""
    waits = (UploadState.HELD, UploadState.PARKED, UploadState.PARTIAL)
    found = {}
    for state in waits:
        at = connection.execute(
            sa.select(uploads.c.closed_at)
            .where(uploads.c.state == literal(state), set_aside)
            .order_by(uploads.c.id)
            .limit(1)
        ).scalar()
        if at is not None:
            found[state] = at
    spooled = uploads.c.state == literal(UploadState.SPOOLED)
    at = connection.execute(
        sa.select(uploads.c.closed_at).where(spooled).order_by(uploads.c.ready_at).limit(1)
    ).scalar()
    if at is not None:
        found[UploadState.SPOOLED] = at
    return found


def set_aside_by_reason(connection: Connection) -> dict[tuple[str, str], int]:
    """Return how many files are held or refused, whole or single, by state and reason."""
    found: dict[tuple[str, str], int] = {}
    of_uploads = (
        sa.select(uploads.c.state, uploads.c.reason, sa.func.count().label("files"))
        .where(set_aside, uploads.c.reason.is_not(None))
        .group_by(uploads.c.state, uploads.c.reason)
    )
    of_deliveries = (
        sa.select(deliveries.c.state, deliveries.c.reason, sa.func.count().label("files"))
        .where(deliveries.c.state == literal(DeliveryState.HELD))
        .group_by(deliveries.c.state, deliveries.c.reason)
    )
    for query in (of_uploads, of_deliveries):
        for row in connection.execute(query):
            key = (row.state, row.reason or "unknown")
            found[key] = found.get(key, 0) + row.files
    return found


def tried_after(connection: Connection, *, after: int) -> list[Tried]:
    """Return the attempts with an id above *after*, the first first; at most `MOST`."""
    return _tried(connection, attempts.c.id > after)


def tried(connection: Connection, *, ids: Collection[int]) -> list[Tried]:
    """Return the attempts *ids*."""
    return _tried(connection, attempts.c.id.in_(list(ids)))


def _tried(connection: Connection, which: sa.ColumnElement[bool]) -> list[Tried]:
    rows = connection.execute(
        sa.select(attempts.c.id, attempts.c.outcome, attempts.c.ended_at, uploads.c.closed_at)
        .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
        .join(documents, documents.c.id == deliveries.c.document_id)
        .join(uploads, uploads.c.id == documents.c.upload_id)
        .where(which)
        .order_by(attempts.c.id)
        .limit(MOST)
    )
    return [_to_tried(row) for row in rows]


def _to_tried(row: Row[Any, Any, Any, Any]) -> Tried:
    outcome = None if row.outcome is None else Outcome(row.outcome)
    return Tried(id=row.id, outcome=outcome, closed_at=row.closed_at, ended_at=row.ended_at)


def logins_after(connection: Connection, *, after: int) -> list[tuple[int, str | None]]:
    """Return the log-ins with an id above *after*, each with why it was refused (None: it came in)."""
    rows = connection.execute(
        sa.select(logins.c.id, logins.c.refused).where(logins.c.id > after).order_by(logins.c.id).limit(MOST)
    )
    return [(row.id, row.refused) for row in rows]


def started_by_lane(connection: Connection, *, since: datetime) -> dict[str, int]:
    """Return how many attempts have begun *since*, by lane: the end of the table, at most `MOST`."""
    last = sa.select(attempts).order_by(attempts.c.id.desc()).limit(MOST).subquery()
    rows = connection.execute(
        sa.select(deliveries.c.lane, sa.func.count())
        .select_from(last)
        .join(deliveries, deliveries.c.id == last.c.delivery_id)
        .where(last.c.started_at >= since)
        .group_by(deliveries.c.lane)
    )
    return {row[0]: row[1] for row in rows}
