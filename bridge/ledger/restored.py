"""A ledger that comes from a backup: what it promised goes on, and nothing of it is sent twice by itself.

Between the backup and the loss anything that waited may have gone.  A declaration or an attachment would
count twice, and a data file could undo a newer one that the ledger knows nothing of (payt-imports §2, §4):
these are held for a person, and so is every upload that intake had not looked at.  PDF and UBL only
overwrite: they go again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import counters
from bridge.ledger.lanes import clock_of
from bridge.ledger.schema import accounts, attempts, console_sessions, deliveries, lanes, logins, uploads

GOES_AGAIN = frozenset({Kind.INVOICE_PDF, Kind.INVOICE_UBL})
_WAITS = deliveries.c.state.in_([DeliveryState.PENDING, DeliveryState.LEASED])
_UNKNOWNS = deliveries.c.unknowns + sa.case((deliveries.c.state == DeliveryState.LEASED, 1), else_=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """An account, and the newest upload of it that the ledger knows."""

    account: str
    last_upload_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What became of what waited."""

    held_deliveries: int
    held_uploads: int
    going_again: int  # deliveries, once their lane may send
    lanes: tuple[str, ...]  # all of them are stopped
    senders: tuple[Sender, ...]


def settle(connection: Connection, *, now: datetime, detail: str, is_shared: bool) -> Settled:
    """Hold what must not go by itself, stop every lane, and end what was under way when the copy was made.

    Args:
        connection: an open transaction.
        now: the present moment.
        detail: of what is held: from when the backup is.
        is_shared: it is in a database server, where a server may work with it; a file of our own has the
            lanes' owners of when it was copied, who are gone.

    Raises:
        Conflict: a server works with this ledger.
    """
    counters.raise_by_one(connection, name=counters.QUEUE)
    lives = lanes.c.owned_until > clock_of(connection, now=now)
    owner = connection.execute(sa.select(lanes.c.owner).where(lives)).scalar()
    if is_shared and owner is not None:
        raise Conflict(f"server {owner} still sends with this ledger; stop it, wait a minute, and try again")
    held_uploads = connection.execute(
        sa.update(uploads)
        .where(uploads.c.state == UploadState.SPOOLED)
        .values(state=UploadState.HELD, reason=ReasonCode.RESTORED, detail=detail, finished_at=now)
    ).rowcount
    held, going = _settle_deliveries(connection, now=now, detail=detail)
    connection.execute(sa.update(lanes).values(is_stopped=True, owner=None, owned_until=None))
    connection.execute(sa.delete(console_sessions))  # one that was ended since must not live again
    is_open = sa.and_(logins.c.ended_at.is_(None), logins.c.refused.is_(None))
    connection.execute(sa.update(logins).where(is_open).values(ended_at=now))
    return Settled(
        held_deliveries=held,
        held_uploads=held_uploads,
        going_again=going,
        lanes=tuple(connection.execute(sa.select(lanes.c.name).order_by(lanes.c.name)).scalars()),
        senders=tuple(_senders(connection)),
    )


def _settle_deliveries(connection: Connection, *, now: datetime, detail: str) -> tuple[int, int]:
    """Return how many are held, and how many go again."""
    goes_again = deliveries.c.kind.in_(list(GOES_AGAIN))
    free = {"lease_token": None, "lease_until": None, "unknowns": _UNKNOWNS}
    held = connection.execute(
        sa.update(deliveries)
        .where(_WAITS, ~goes_again)
        .values(state=DeliveryState.HELD, reason=ReasonCode.RESTORED, detail=detail, **free)
    ).rowcount
    going = connection.execute(
        sa.update(deliveries).where(_WAITS, goes_again).values(state=DeliveryState.PENDING, **free)
    ).rowcount
    connection.execute(
        sa.update(attempts)
        .where(attempts.c.outcome.is_(None))
        .values(outcome=Outcome.UNKNOWN, ended_at=now, detail=f"under way when {detail}")
    )
    return held, going


def _senders(connection: Connection) -> Sequence[Sender]:
    rows = connection.execute(
        sa.select(accounts.c.name, sa.func.max(uploads.c.closed_at).label("last"))
        .outerjoin(uploads, uploads.c.account_id == accounts.c.id)
        .where(accounts.c.removed_at.is_(None), accounts.c.is_disabled.is_(False))
        .group_by(accounts.c.name)
        .order_by(accounts.c.name)
    )
    return [Sender(account=row.name, last_upload_at=row.last) for row in rows]
