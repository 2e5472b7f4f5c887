"""What the folder status of an account is made of: what came of late, counted and told.

Nothing here walks through all that an account ever sent: uploads of the last days are found by their ids
(`arrived.first_since`), and what does not go by the indexes that hold little else.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.errors import NotFound
from bridge.domain.reasons import LANGUAGES, Language
from bridge.domain.reports import SKIPPED, Counted
from bridge.domain.status import DAYS, MAX_COUNTED, MAX_FILES, Facts, Fate, day_at, fate_of
from bridge.domain.status_folder import Answer, folder
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import arrived, status_rejected
from bridge.ledger.backlog import AGAIN, FRESH, IS_DATA, PENDING
from bridge.ledger.columns import literal
from bridge.ledger.schema import (
    account_administrations,
    accounts,
    administrations,
    deliveries,
    documents,
    lanes,
    uploads,
)
from bridge.ledger.status_received import IS_SKIPPED, is_replaced, recent

_UTC = "Etc/UTC"  # of an account that has no administration
_A_DAY = timedelta(days=1)

# What the deliveries of an upload count as; a flag for each.
_FLAGS: dict[Counted, sa.ColumnElement[bool]] = {
    SKIPPED: IS_SKIPPED,
    DeliveryState.CANCELLED: sa.and_(
        deliveries.c.state == literal(DeliveryState.CANCELLED), ~sa.func.coalesce(IS_SKIPPED, sa.false())
    ),
    **{
        state: deliveries.c.state == literal(state)
        for state in DeliveryState
        if state is not DeliveryState.CANCELLED
    },
}


def answers(
    connection: Connection, *, account_id: AccountId, language: Language, now: datetime
) -> tuple[Answer, ...]:
    """Return the files of the folder at *now*; arguments and errors are those of `facts`."""
    return folder(facts(connection, account_id=account_id, language=language, now=now))


def facts(connection: Connection, *, account_id: AccountId, language: Language, now: datetime) -> Facts:
    """Return what the sender of an account is told at *now*; *language* is that of who has none.

    Raises:
        NotFound: there is no such account.
    """
    account = connection.execute(sa.select(accounts).where(accounts.c.id == account_id)).first()
    if account is None:
        raise NotFound(f"no account {account_id}")
    timezone = _timezone(connection, account_id)
    today, midnight = day_at(now, timezone)
    since = min(now - DAYS * _A_DAY, midnight)
    from_id = arrived.first_since(connection, since=since)
    tally, is_tally_cut = _tally(connection, account_id, since=midnight)
    return Facts(
        account=account.name,
        language=account.language if account.language in LANGUAGES else language,
        timezone=timezone,
        tells_ok=account.tells_ok,
        today=today,
        midnight=midnight,
        recent=tuple(
            recent(connection, account_id=account_id, since=since, from_id=from_id, limit=MAX_FILES)
        ),
        rejected=tuple(
            status_rejected.rejected(connection, account_id=account_id, since=since, from_id=from_id)
        ),
        tally=tally,
        is_tally_cut=is_tally_cut,
        waiting=_waiting(connection, account_id),
    )


def _timezone(connection: Connection, account_id: AccountId) -> str:
    found = connection.execute(
        sa.select(administrations.c.timezone)
        .join(account_administrations, account_administrations.c.administration_id == administrations.c.id)
        .where(account_administrations.c.account_id == account_id)
        .order_by(account_administrations.c.position)
        .limit(1)
    ).scalar()
    return found or _UTC


def _tally(connection: Connection, account_id: AccountId, *, since: datetime) -> tuple[dict[Fate, int], bool]:
    """Return what became of how many uploads from *since* on, and whether only the newest are counted."""
    from_id = arrived.first_since(connection, since=since)
    too_many = connection.execute(
        sa.select(uploads.c.id)
        .where(uploads.c.account_id == account_id, uploads.c.id >= from_id)
        .order_by(uploads.c.id.desc())
        .offset(MAX_COUNTED)
        .limit(1)
    ).scalar()
    tally: dict[Fate, int] = {}
    for row in connection.execute(_alike(account_id, since, from_id if too_many is None else too_many + 1)):
        found = {counted for counted in _FLAGS if getattr(row, f"is_{counted}")}
        fate = fate_of(UploadState(row.state), found, is_replaced=bool(row.is_replaced))
        tally[fate] = tally.get(fate, 0) + row.how_many
    return tally, too_many is not None and sum(tally.values()) >= MAX_COUNTED


def _alike(account_id: AccountId, since: datetime, from_id: UploadId) -> sa.Select[Any]:
    """Return the question how many uploads are alike in state and in what their deliveries count as."""
    flags = [
        sa.func.max(sa.case((flag, 1), else_=0)).label(f"is_{counted}") for counted, flag in _FLAGS.items()
    ]
    each = (
        sa.select(uploads.c.id, *flags)
        .select_from(
            uploads.outerjoin(documents, documents.c.upload_id == uploads.c.id).outerjoin(
                deliveries, deliveries.c.document_id == documents.c.id
            )
        )
        .where(
            uploads.c.account_id == account_id,
            uploads.c.id >= from_id,
            uploads.c.closed_at >= since,
            uploads.c.state != literal(UploadState.WITHDRAWN),
        )
        .group_by(uploads.c.id)
        .subquery()
    )
    told = [each.c[f"is_{counted}"] for counted in _FLAGS]
    is_rejected = sa.or_(
        uploads.c.state.in_([literal(UploadState.HELD), literal(UploadState.REFUSED)]),
        each.c[f"is_{DeliveryState.HELD}"] == 1,
        each.c[f"is_{DeliveryState.CANCELLED}"] == 1,
    )
    seen = (
        sa.select(
            uploads.c.state,
            sa.case((is_rejected, sa.case((is_replaced(uploads), 1), else_=0)), else_=0).label("is_replaced"),
            *told,
        )
        .join(each, each.c.id == uploads.c.id)
        .subquery()
    )
    return sa.select(*seen.c, sa.func.count().label("how_many")).group_by(*seen.c)


def _waiting(connection: Connection, account_id: AccountId) -> int:
    """Return how many files wait or are under way, by the indexes that hold only those.

    These go by lane and account: one look for each lane.  An account is compared as what it is plus nothing
    where the index of all that it ever sent is not wanted.
    """
    in_lane = (deliveries.c.lane == lanes.c.name, deliveries.c.account_id == account_id)
    counts = [
        sa.select(
            sa.func.coalesce(
                sa.func.sum(
                    sa.select(sa.func.count())
                    .select_from(deliveries)
                    .where(*in_lane, which)
                    .correlate(lanes)
                    .scalar_subquery()
                ),
                0,
            )
        ).select_from(lanes)
        for which in (FRESH, AGAIN, sa.and_(PENDING, IS_DATA))
    ]
    is_leased = deliveries.c.state == literal(DeliveryState.LEASED)
    is_spooled = uploads.c.state == literal(UploadState.SPOOLED)
    counts += [
        sa.select(sa.func.count()).where(is_leased, deliveries.c.account_id + 0 == account_id),
        sa.select(sa.func.count()).where(is_spooled, uploads.c.account_id + 0 == account_id),
    ]
    found = connection.execute(sa.select(*(count.scalar_subquery() for count in counts))).one()
    return sum(int(count) for count in found)
