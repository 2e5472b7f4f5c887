"""Erase what a tenant sent and what it was called; what remains says what became of it.

Kept are ids, states, reasons, moments, kinds, sizes, hashes and whom it was for: for the bill, and so that
the same declaration is known again whoever sends it.  Everything is done in pages and may be done again: what
is erased already stays as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import Conflict
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger import counters, removing, traces
from bridge.ledger.schema import (
    accounts,
    admins,
    alarms,
    alert_targets,
    api_tokens,
    attempts,
    client_profiles,
    deliveries,
    documents,
    entries,
    expectations,
    logins,
    notices,
    routes,
    snapshots,
    uploads,
)
from bridge.ledger.traces import MARK

_OPEN_UPLOADS = (UploadState.PARTIAL, UploadState.PARKED, UploadState.SPOOLED)
_WAITING_UPLOADS = (*_OPEN_UPLOADS, UploadState.HELD)
_WAITING_DELIVERIES = (DeliveryState.PENDING, DeliveryState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one step erased."""

    last: int  # the id up to which it is done; 0: that was all
    count: int
    freed: Sequence[str]  # blobs that nobody needs any more


def lock_out(connection: Connection, *, account_id: AccountId, now: datetime) -> None:
    """Take away what the account logs in with, and remove it; its name stays until `finish`.

    Raises:
        Conflict: it may still log in.
    """
    row = connection.execute(
        sa.select(accounts.c.name, accounts.c.is_disabled).where(accounts.c.id == account_id)
    ).one()
    if not row.is_disabled:
        raise Conflict(f"account {row.name} may log in; first: bridge account disable {row.name}")
    removing.remove(connection, account_id=account_id, now=now)
    connection.execute(
        sa.update(accounts).where(accounts.c.id == account_id).values(contact=None, allowed_networks=None)
    )
    for table in (routes, expectations, client_profiles, entries, notices):
        connection.execute(sa.delete(table).where(table.c.account_id == account_id))


def _forget_readers(connection: Connection, *, account_id: AccountId) -> None:
    """Forget what whoever could look at the account was called, and where its alarms went to."""
    its_targets = sa.select(alert_targets.c.id).where(alert_targets.c.account_id == account_id)
    connection.execute(sa.delete(notices).where(notices.c.target_id.in_(its_targets)))
    for table, values in (
        (admins, {"name": MARK}),
        (alert_targets, {"name": MARK, "address": MARK}),
        (api_tokens, {"name": MARK, "hint": MARK, "made_by": MARK}),
    ):
        connection.execute(sa.update(table).where(table.c.account_id == account_id).values(**values))


def waiting(connection: Connection, *, account_id: AccountId) -> int:
    """Return how many uploads and deliveries of the account wait, or are under way."""
    found = [
        sa.select(sa.func.count()).where(table.c.account_id == account_id, table.c.state.in_(states))
        for table, states in (
            (uploads, _WAITING_UPLOADS),
            (deliveries, (*_WAITING_DELIVERIES, DeliveryState.LEASED)),
        )
    ]
    return sum(connection.execute(query).scalar_one() for query in found)


def cancel_waiting(connection: Connection, *, account_id: AccountId, now: datetime, limit: int) -> int:
    """Cancel what waits, at most *limit* of each; return how many.  What is under way goes its way."""
    counters.raise_by_one(connection, name=counters.QUEUE)
    count = 0
    for table, states, to in (
        (uploads, (UploadState.HELD,), UploadState.REFUSED),
        (uploads, _OPEN_UPLOADS, UploadState.WITHDRAWN),
        (deliveries, _WAITING_DELIVERIES, DeliveryState.CANCELLED),
    ):
        some = sa.select(table.c.id).where(table.c.account_id == account_id, table.c.state.in_(states))
        change = sa.update(table).where(table.c.id.in_(some.limit(limit)), table.c.state.in_(states))
        values = {} if table is deliveries else {"reason": ReasonCode.TURNED_DOWN}
        count += connection.execute(change.values(state=to, finished_at=now, **values)).rowcount
    return count


def erase_documents(connection: Connection, *, account_id: AccountId, after: int, limit: int) -> Page:
    """Erase the next documents behind the id *after*, with their deliveries and attempts."""
    rows = connection.execute(
        sa.select(documents.c.id, documents.c.blob)
        .where(documents.c.account_id == account_id, documents.c.id > after)
        .order_by(documents.c.id)
        .limit(limit)
    ).all()
    ids = [row.id for row in rows]
    its_deliveries = sa.select(deliveries.c.id).where(deliveries.c.document_id.in_(ids))
    connection.execute(sa.delete(snapshots).where(snapshots.c.document_id.in_(ids)))
    connection.execute(
        sa.update(attempts).where(attempts.c.delivery_id.in_(its_deliveries)).values(detail=None)
    )
    connection.execute(sa.update(deliveries).where(deliveries.c.document_id.in_(ids)).values(detail=None))
    connection.execute(
        sa.update(documents)
        .where(documents.c.id.in_(ids))
        .values(
            folder="/",
            name=MARK,
            member=sa.case((documents.c.member.is_not(None), MARK)),
            blob=None,
            identity=None,
            remarks=None,
        )
    )
    return _page(rows, limit)


def erase_uploads(connection: Connection, *, account_id: AccountId, after: int, limit: int) -> Page:
    """Erase the next uploads behind the id *after*."""
    rows = connection.execute(
        sa.select(uploads.c.id, uploads.c.blob)
        .where(uploads.c.account_id == account_id, uploads.c.id > after)
        .order_by(uploads.c.id)
        .limit(limit)
    ).all()
    ids = [row.id for row in rows]
    connection.execute(sa.delete(entries).where(entries.c.upload_id.in_(ids)))
    batches = [f"batch:{upload_id}" for upload_id in ids]
    traces.forget_messages(connection, alarms.c.subject.in_(batches))
    connection.execute(sa.update(alarms).where(alarms.c.subject.in_(batches)).values(detail=MARK))
    connection.execute(
        sa.update(uploads)
        .where(uploads.c.id.in_(ids))
        .values(
            folder="/",
            name=MARK,
            blob=None,
            detail=None,
            administration_wanted=None,
            peer=None,
            client=None,
            modified_at=None,
            remarks=None,
        )
    )
    return _page(rows, limit)


def erase_logins(connection: Connection, *, account_id: AccountId, after: int, limit: int) -> Page:
    """Remove the next log-ins behind the id *after*, those that were refused included."""
    its_name = sa.select(accounts.c.name).where(accounts.c.id == account_id).scalar_subquery()
    whose = sa.or_(
        logins.c.account_id == account_id, sa.and_(logins.c.account_id.is_(None), logins.c.name == its_name)
    )
    rows = connection.execute(
        sa.select(logins.c.id, sa.null().label("blob"))
        .where(whose, logins.c.id > after)
        .order_by(logins.c.id)
        .limit(limit)
    ).all()
    connection.execute(sa.delete(logins).where(logins.c.id.in_([row.id for row in rows])))
    return _page(rows, limit)


def finish(connection: Connection, *, account_id: AccountId, now: datetime) -> str:
    """Take its name and those of its readers away, in the audit trail and alarms too; return the new one.

    Raises:
        Conflict: something came meanwhile; erase it again.
    """
    left = sa.select(uploads.c.id).where(uploads.c.account_id == account_id, uploads.c.name != MARK)
    if connection.execute(left.limit(1)).first() is not None:
        raise Conflict("something came while the account was erased; run the command again")
    new = f"erased-{account_id}"
    traces.erase(connection, account_id=account_id, new=new, now=now)
    _forget_readers(connection, account_id=account_id)
    connection.execute(sa.update(accounts).where(accounts.c.id == account_id).values(name=new, erased_at=now))
    counters.raise_by_one(connection, name=counters.ACCOUNTS)
    return new


def _page(rows: Sequence[Any], limit: int) -> Page:
    return Page(
        last=rows[-1].id if len(rows) == limit else 0,
        count=len(rows),
        freed=[row.blob for row in rows if row.blob],
    )
