"""Lanes in the ledger: who sends, and whether anything may be sent now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DeliveryId, DeliveryState, Lane
from bridge.domain.errors import NotFound
from bridge.domain.kinds import Kind
from bridge.ledger import counters
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, lanes

CLOCKS_DIFFER = timedelta(minutes=10)  # by less than this between processes that share a ledger's file

_GET = sa.select(lanes).where(lanes.c.name == sa.bindparam("name"))
_GET_LOCKED = _GET.with_for_update()  # SQLite has one writer anyway, and leaves this out
_COUNT_SLOW_DOWN = (
    sa.update(lanes)
    .where(
        lanes.c.name
        == sa.select(deliveries.c.lane).where(deliveries.c.id == sa.bindparam("this")).scalar_subquery()
    )
    .values(slow_downs=lanes.c.slow_downs + 1)
)


def get(connection: Connection, *, name: str) -> Lane:
    """Return the lane; raise `NotFound` if there is none."""
    return _one(connection, _GET, name)


def locked(connection: Connection, *, name: str) -> Lane:
    """Do as `get` does; whoever else asks for it with `locked` waits until this transaction ends."""
    return _one(connection, _GET_LOCKED, name)


def lock_data_of(
    connection: Connection, *, delivery_id: DeliveryId, administration_id: AdministrationId
) -> None:
    """Let no data file of the administration be claimed, nor the delivery, until this transaction ends."""
    found = sa.select(deliveries.c.lane).where(
        sa.or_(
            deliveries.c.id == delivery_id,
            sa.and_(
                deliveries.c.administration_id == administration_id,
                deliveries.c.kind == literal(Kind.DATA),
                deliveries.c.state.in_([literal(DeliveryState.PENDING), literal(DeliveryState.LEASED)]),
            ),
        )
    )
    for name in sorted(set(connection.execute(found).scalars())):
        locked(connection, name=name)


def _one(connection: Connection, query: sa.Select[Any], name: str) -> Lane:
    row = connection.execute(query, {"name": name}).first()
    if row is None:
        raise NotFound(f"no lane {name}; see: bridge lane list")
    return _to_lane(row)


def listing(connection: Connection) -> list[Lane]:
    """Return all lanes, by name."""
    return [_to_lane(row) for row in connection.execute(sa.select(lanes).order_by(lanes.c.name))]


def clock_of(connection: Connection, *, now: datetime) -> datetime:
    """Return the moment by which leases of lanes go: a database server's own; with a file, *now* of here.

    Processes that share a server run on machines whose clocks differ, and one that is ahead must not find a
    living owner's lease over.
    """
    if connection.dialect.name == "sqlite":
        return now
    moment: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return moment.astimezone(UTC)


def take(connection: Connection, *, name: str, owner: str, now: datetime, until: datetime) -> bool:
    """Become or stay the only sender of the lane for as long as from *now* to *until*; False if another is.

    An owner until long after *until* set that before the clock was set back, and has been gone since.
    """
    begins = clock_of(connection, now=now)
    ends = begins + (until - now)
    result = connection.execute(
        sa.update(lanes)
        .where(
            lanes.c.name == name,
            sa.or_(lanes.c.owner.is_(None), lanes.c.owner == owner, _is_over(begins, ends)),
        )
        .values(owner=owner, owned_until=ends)
    )
    return result.rowcount == 1


def _is_over(now: datetime, until: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(lanes.c.owned_until <= now, lanes.c.owned_until > until + CLOCKS_DIFFER)


def leave(connection: Connection, *, name: str, owner: str) -> None:
    """Let another process send, at once."""
    connection.execute(
        sa.update(lanes)
        .where(lanes.c.name == name, lanes.c.owner == owner)
        .values(owner=None, owned_until=None)
    )


def pause(connection: Connection, *, name: str, until: datetime, reason: str) -> None:
    """Start no request before *until*; a longer pause stays."""
    connection.execute(
        sa.update(lanes)
        .where(lanes.c.name == name, sa.or_(lanes.c.paused_until.is_(None), lanes.c.paused_until < until))
        .values(paused_until=until, paused_reason=reason)
    )


def count_slow_down(connection: Connection, *, delivery_id: DeliveryId) -> None:
    """Count an answer 429 on the lane of the delivery that got it."""
    connection.execute(_COUNT_SLOW_DOWN, {"this": delivery_id})


def fail(connection: Connection, *, name: str, since: datetime, probe_at: datetime, reason: str) -> None:
    """Note that the destination does not answer since *since*; start nothing before *probe_at*.

    A longer pause stays.
    """
    connection.execute(sa.update(lanes).where(lanes.c.name == name).values(failing_since=since))
    pause(connection, name=name, until=probe_at, reason=reason)


def answered(connection: Connection, *, name: str, paused_until: datetime | None) -> None:
    """Note that the destination answers again; end the pause if it is the one until *paused_until*."""
    connection.execute(sa.update(lanes).where(lanes.c.name == name).values(failing_since=None))
    connection.execute(
        sa.update(lanes)
        .where(lanes.c.name == name, lanes.c.paused_until == paused_until)
        .values(paused_until=None, paused_reason=None)
    )


def in_flight(connection: Connection, *, name: str, now: datetime) -> int:
    """Return how many deliveries of the lane are under way at *now*.

    That is every leased one while the lane has an owner who lives; else those whose leases are not over.
    """
    lives = sa.select(lanes.c.name).where(
        lanes.c.name == name, lanes.c.owned_until > clock_of(connection, now=now)
    )
    return _leased(connection, name, sa.or_(deliveries.c.lease_until > now, lives.exists()))


def in_doubt(connection: Connection, *, name: str) -> int:
    """Return how many deliveries are leased in a lane that nobody has left, though its owner may be dead.

    Whoever lives renews within seconds; until then a clock that was set forward makes all leases look over.
    """
    owned = sa.select(lanes.c.name).where(lanes.c.name == name, lanes.c.owner.is_not(None))
    return _leased(connection, name, owned.exists())


def _leased(connection: Connection, name: str, which: sa.ColumnElement[bool]) -> int:
    return connection.execute(
        sa.select(sa.func.count()).where(
            deliveries.c.state == literal(DeliveryState.LEASED), deliveries.c.lane == name, which
        )
    ).scalar_one()


def stop(connection: Connection, *, name: str) -> Lane:
    """Start no request until an operator resumes the lane; raise `NotFound`."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    get(connection, name=name)
    connection.execute(sa.update(lanes).where(lanes.c.name == name).values(is_stopped=True))
    return get(connection, name=name)


def resume(connection: Connection, *, name: str) -> Lane:
    """Send again, at once; raise `NotFound`."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    get(connection, name=name)
    connection.execute(
        sa.update(lanes)
        .where(lanes.c.name == name)
        .values(is_stopped=False, paused_until=None, paused_reason=None, failing_since=None)
    )
    return get(connection, name=name)


def _to_lane(row: Row[Any]) -> Lane:
    return Lane(
        name=row.name,
        is_stopped=row.is_stopped,
        paused_until=row.paused_until,
        paused_reason=row.paused_reason,
        owner=row.owner,
        owned_until=row.owned_until,
        failing_since=row.failing_since,
        slow_downs=row.slow_downs,
    )
