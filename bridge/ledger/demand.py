"""What waits in a lane, by account and administration, for the forecast: numbers, and whose they are.

What waits is counted by walking the indexes that hold nothing else; the last attempts are the end of a table.
Nothing here grows with what was ever delivered.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.throughput import Sample
from bridge.domain.uploads import UploadState
from bridge.ledger.columns import literal
from bridge.ledger.rows import to_import_times
from bridge.ledger.schema import (
    account_administrations,
    accounts,
    administrations,
    attempts,
    deliveries,
    uploads,
)

LAST_ATTEMPTS = 2000  # eleven minutes at three a second

# The conditions are those of the indexes ix_deliveries_fresh, _again and _data, or these would not be used.
_PLACE = (deliveries.c.account_id, deliveries.c.administration_id)
_IN_LANE = deliveries.c.lane == sa.bindparam("in_lane")  # without it SQLite takes another index
_PENDING = deliveries.c.state == literal(DeliveryState.PENDING)
_LEASED = deliveries.c.state == literal(DeliveryState.LEASED)
_IS_DATA = deliveries.c.kind == literal(Kind.DATA)
_IS_DOCUMENT = deliveries.c.kind != literal(Kind.DATA)
_ZERO = sa.literal_column("0", sa.Integer)


def _counted(*conditions: sa.ColumnElement[bool], last_due: bool = False) -> sa.Select[Any]:
    """Return, for each place, how many there are, and when the oldest of them came and is due."""
    due = sa.func.max(deliveries.c.due_at) if last_due else sa.null()
    of_place = (
        sa.select(
            *_PLACE,
            sa.func.count().label("waiting"),
            sa.func.min(deliveries.c.id).label("first"),
            due.label("last_due_at"),
        )
        .where(_IN_LANE, *conditions)
        .group_by(*_PLACE)
        .subquery()
    )
    first = deliveries.alias("first_of_place")
    return sa.select(
        of_place.c.account_id,
        of_place.c.administration_id,
        of_place.c.waiting,
        first.c.created_at,
        (of_place.c.last_due_at if last_due else first.c.due_at).label("due_at"),
    ).join(of_place, of_place.c.first == first.c.id)


_FRESH = _counted(_PENDING, _IS_DOCUMENT, deliveries.c.attempts == _ZERO)
_AGAIN = _counted(_PENDING, _IS_DOCUMENT, deliveries.c.attempts > _ZERO, last_due=True)
_DATA = _counted(_PENDING, _IS_DATA)
_DATA_SPANS: sa.Select[Any] = (
    sa.select(
        *_PLACE, sa.func.min(deliveries.c.id).label("first"), sa.func.max(deliveries.c.id).label("last")
    )
    .where(_IN_LANE, _PENDING, _IS_DATA)
    .group_by(*_PLACE)
)
_UNDER_WAY = sa.select(*_PLACE, _IS_DATA.label("is_data"), deliveries.c.created_at).where(_LEASED, _IN_LANE)
_LAST = (
    sa.select(attempts)
    .order_by(attempts.c.id.desc())
    .limit(sa.literal_column(str(LAST_ATTEMPTS), sa.Integer))
    .subquery()
)
_SAMPLES = (
    sa.select(deliveries.c.lane, _LAST.c.started_at, _LAST.c.ended_at, _LAST.c.outcome)
    .join(deliveries, deliveries.c.id == _LAST.c.delivery_id)
    .where(_LAST.c.started_at >= sa.bindparam("since"))
)


class Place(NamedTuple):
    """Whose files wait, and for whom."""

    account_id: AccountId
    administration_id: AdministrationId


@dataclass(slots=True, kw_only=True)
class Waiting:
    """What waits in one place, what is under way included."""

    documents: int = 0  # not tried yet
    retries: int = 0  # documents that were tried before
    data_files: int = 0
    oldest_at: datetime | None = None  # when intake accepted the oldest
    due_at: datetime | None = None  # the last retry, or the next data file, does not go earlier

    @property
    def total(self) -> int:
        """How many files wait."""
        return self.documents + self.retries + self.data_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An administration, as far as a forecast needs it."""

    code: str
    import_times: tuple[time, ...]
    timezone: str
    is_stopped: bool
    paused_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who has files, or may have."""

    accounts: dict[AccountId, str]  # names
    stopped: frozenset[AccountId]
    administrations: dict[AdministrationId, Party]
    links: frozenset[tuple[AccountId, AdministrationId]]  # of accounts that are there and may log in


def waiting(connection: Connection, *, lane: str) -> dict[Place, Waiting]:
    """Return what waits or is under way in *lane*, for each place that has any."""
    found: dict[Place, Waiting] = {}
    which = {"in_lane": lane}
    for row in connection.execute(_FRESH, which):
        _add(found, row).documents += row.waiting
    for row in connection.execute(_AGAIN, which):
        one = _add(found, row)
        one.retries += row.waiting
        one.due_at = row.due_at
    for row in connection.execute(_DATA, which):
        one = _add(found, row)
        one.data_files += row.waiting
        one.due_at = max(one.due_at or row.due_at, row.due_at)
    for row in connection.execute(_UNDER_WAY, which):
        one = _add(found, row)
        if row.is_data:
            one.data_files += 1
        else:
            one.documents += 1
    return found


def kept_back(connection: Connection, *, lane: str, stopped: Collection[AccountId]) -> dict[Place, AccountId]:
    """Return whose data files wait behind one of a stopped account, which goes before them, and of which."""
    if not stopped:
        return {}
    spans = connection.execute(_DATA_SPANS, {"in_lane": lane}).all()
    front: dict[int, Row[Any]] = {}  # of each administration the oldest data file that does not go
    for row in spans:
        known = front.get(row.administration_id)
        if row.account_id in stopped and (known is None or row.first < known.first):
            front[row.administration_id] = row
    return {
        Place(AccountId(row.account_id), AdministrationId(row.administration_id)): AccountId(
            front[row.administration_id].account_id
        )
        for row in spans
        if row.account_id not in stopped
        and row.administration_id in front
        and front[row.administration_id].first < row.last
    }


def _add(found: dict[Place, Waiting], row: Row[Any]) -> Waiting:
    place = Place(AccountId(row.account_id), AdministrationId(row.administration_id))
    one = found.setdefault(place, Waiting())
    one.oldest_at = min(one.oldest_at or row.created_at, row.created_at)
    return one


def samples(connection: Connection, *, since: datetime) -> dict[str, list[Sample]]:
    """Return the last attempts that began at *since* or later, by lane; not more than `LAST_ATTEMPTS`."""
    found: dict[str, list[Sample]] = {}
    for row in connection.execute(_SAMPLES, {"since": since}):
        found.setdefault(row.lane, []).append(
            Sample(
                started_at=row.started_at,
                ended_at=row.ended_at,
                is_delivered=row.outcome == Outcome.DELIVERED,
            )
        )
    return found


def parties(connection: Connection) -> Parties:
    """Return accounts and administrations, also those that were removed since they got their files."""
    people = connection.execute(sa.select(accounts.c.id, accounts.c.name, accounts.c.is_stopped)).all()
    links = (
        sa.select(account_administrations.c.account_id, account_administrations.c.administration_id)
        .join(accounts, accounts.c.id == account_administrations.c.account_id)
        .where(accounts.c.removed_at.is_(None), ~accounts.c.is_disabled)
    )
    return Parties(
        accounts={AccountId(row.id): row.name for row in people},
        stopped=frozenset(AccountId(row.id) for row in people if row.is_stopped),
        administrations={
            AdministrationId(row.id): Party(
                code=row.code,
                import_times=to_import_times(row.import_time),
                timezone=row.timezone,
                is_stopped=row.is_stopped,
                paused_until=row.paused_until,
            )
            for row in connection.execute(sa.select(administrations))
        },
        links=frozenset(
            (AccountId(row.account_id), AdministrationId(row.administration_id))
            for row in connection.execute(links)
        ),
    )


def held(connection: Connection, *, account_id: AccountId | None = None) -> int:
    """Return how many deliveries wait for a person, if wanted of one account."""
    query = sa.select(sa.func.count()).where(deliveries.c.state == literal(DeliveryState.HELD))
    if account_id is not None:
        query = query.where(deliveries.c.account_id == account_id)
    return connection.execute(query).scalar_one()


def arriving(connection: Connection, *, account_id: AccountId | None = None) -> int:
    """Return how many uploads intake has still to look at, if wanted of one account."""
    query = sa.select(sa.func.count()).where(uploads.c.state == literal(UploadState.SPOOLED))
    if account_id is not None:
        query = query.where(uploads.c.account_id == account_id)
    return connection.execute(query).scalar_one()
