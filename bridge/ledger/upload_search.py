"""Looks for uploads among all that ever came: by a part of a name, by hash, account, day, state and batch.

Newest first, a page at a time.  What no index finds is looked for in a bounded stretch of ids, and the answer
says how far back that was; the next look goes on from there.  So a search takes as long in a ledger of ten
years as in one of ten days.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.uploads import Upload, UploadId, UploadState
from bridge.ledger.arrived import first_since
from bridge.ledger.bisection import first_id_since
from bridge.ledger.rows import to_upload
from bridge.ledger.schema import documents, set_aside, uploads

STRETCH = 100_000  # uploads, and documents of archives, that one look walks through: 0.1 s or so
_SET_ASIDE = frozenset({UploadState.HELD, UploadState.REFUSED, UploadState.PARKED, UploadState.PARTIAL})
_RENAMED_WITHIN = timedelta(days=1)  # see bridge.ledger.arrived
_MOST_OF_A_HASH = 2000  # uploads in which one look finds it
_BEHIND_HEX = "g"  # sorts behind every hexadecimal digit
_ONE = sa.literal_column("1", sa.Integer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; what is None does not matter."""

    name: str | None = None  # a part of it, or of the name of a file in an archive; case does not count
    sha256: str | None = None  # hex in small letters, or how it begins
    account_id: AccountId | None = None
    since: datetime | None = None  # closed at this moment or later
    until: datetime | None = None  # closed before
    states: Collection[UploadState] = ()
    batch: UploadId | None = None  # the first upload of it, by which it is known

    @property
    def is_walked(self) -> bool:
        """Whether more may have to be looked at than is found, and more than a batch has."""
        return self.batch is None and bool(
            self.name or self.sha256 or self.since or self.until or self.states
        )

    @property
    def is_set_aside(self) -> bool:
        """Whether only what ix_uploads_set_aside holds is looked for."""
        return bool(self.states) and _SET_ASIDE.issuperset(self.states)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of what was found."""

    uploads: Sequence[Upload]
    before: UploadId | None = None  # where the next page begins; None: there is no more
    looked_to: datetime | None = None  # set if not everything was looked at: how far back that went


def search(
    connection: Connection,
    *,
    wanted: Wanted,
    before: UploadId | None = None,
    limit: int = 50,
    stretch: int = STRETCH,
) -> Found:
    """Return the newest uploads that fit, older than the id *before*, at most *limit*.

    Args:
        connection: to the ledger.
        wanted: which.
        before: an id; None: from the newest on.
        limit: uploads on a page.
        stretch: how many are looked at, where no index leads to what is wanted.
    """
    high = _high(connection, wanted, before)
    floor = _floor(connection, wanted)
    if wanted.sha256 is not None and wanted.batch is None:
        hits = _by_hash(connection, wanted, wanted.sha256, span=(floor, high), limit=limit)
        if hits.uploads or hits.before is not None:
            return hits  # else it may be the hash of an archive, which no index has
    low = floor if not wanted.is_walked else max(floor, _low(connection, wanted, high, stretch))
    found = _page(connection, _by_walk(wanted, low, high), limit)
    if found.before is not None or low <= floor or low >= high:
        return found
    return Found(uploads=found.uploads, before=UploadId(low), looked_to=_closed_at(connection, low))


def count(connection: Connection, *, wanted: Wanted, most: int = STRETCH) -> int:
    """Return how many fit of the newest, of which *most* are counted at most."""
    high = _high(connection, wanted, None)
    floor = _floor(connection, wanted)
    low = max(floor, _low(connection, wanted, high, most)) if wanted.is_walked else floor
    few = _by_walk(wanted, low, high).limit(most).subquery()
    return connection.execute(sa.select(sa.func.count()).select_from(few)).scalar_one()


def _high(connection: Connection, wanted: Wanted, before: UploadId | None) -> int:
    """Return an id from which on nothing is wanted."""
    high = before
    if wanted.until is not None:
        last = first_id_since(
            connection, ids=uploads.c.id, moments=uploads.c.closed_at, since=wanted.until + _RENAMED_WITHIN
        )
        high = UploadId(last if high is None else min(high, last))
    if high is None:
        return (connection.execute(sa.select(sa.func.max(uploads.c.id))).scalar() or 0) + 1
    return high


def _floor(connection: Connection, wanted: Wanted) -> int:
    """Return an id below which nothing is wanted."""
    if wanted.since is not None:
        return first_since(connection, since=wanted.since)
    return connection.execute(sa.select(sa.func.min(uploads.c.id))).scalar() or 0


def _low(connection: Connection, wanted: Wanted, high: int, stretch: int) -> int:
    """Return the id down to which one look goes."""
    if wanted.is_set_aside:
        query = sa.select(uploads.c.id).where(set_aside, uploads.c.state.in_(wanted.states))
        low = _nth(connection, query, uploads.c.id, high, stretch)
    elif wanted.account_id is not None:
        query = sa.select(uploads.c.id).where(uploads.c.account_id == wanted.account_id)
        low = _nth(connection, query, uploads.c.id, high, stretch)
    else:
        low = max(0, high - stretch)
    if wanted.name is None:
        return low
    # An archive may hold many: the stretch ends where their number does, behind the newest of them at least.
    members = _nth(connection, sa.select(documents.c.upload_id), documents.c.upload_id, high, stretch)
    return min(max(low, members), high - 1)


def _nth(
    connection: Connection, query: sa.Select[Any], column: sa.Column[int], high: int, number: int
) -> int:
    """Return the value of *column* that is *number* rows below *high*; 0 if there are fewer."""
    query = query.where(column < high).order_by(column.desc()).limit(1).offset(number)
    return connection.execute(query).scalar() or 0


def _by_hash(
    connection: Connection, wanted: Wanted, sha256: str, *, span: tuple[int, int], limit: int
) -> Found:
    """Look in the indexes of hashes: documents, and what was set aside."""
    end = sha256 + _BEHIND_HEX
    theirs = sa.select(documents.c.upload_id).where(documents.c.sha256 >= sha256, documents.c.sha256 < end)
    own = sa.select(uploads.c.id).where(set_aside, uploads.c.sha256 >= sha256, uploads.c.sha256 < end)
    ids = {
        upload_id
        # As sums the ids lend themselves to no index but the one of hashes.
        for query, column in ((theirs, documents.c.upload_id + 0), (own, uploads.c.id + 0))
        for upload_id in connection.execute(
            query.where(column >= span[0], column < span[1]).order_by(column.desc()).limit(_MOST_OF_A_HASH)
        ).scalars()
    }
    hits: list[UploadId] = sorted(ids, reverse=True)[:_MOST_OF_A_HASH]
    query = sa.select(uploads).where(uploads.c.id.in_(hits), *_conditions(wanted))
    if wanted.name is not None:
        query = query.where(_has(uploads.c.name, wanted.name))
    found = _page(connection, query.order_by(uploads.c.id.desc()), limit)
    if found.before is not None or len(hits) < _MOST_OF_A_HASH:
        return found
    return Found(uploads=found.uploads, before=hits[-1], looked_to=_closed_at(connection, hits[-1]))


def _by_walk(wanted: Wanted, low: int, high: int) -> sa.Select[Any]:
    """Return the question that walks through a stretch of ids."""
    conditions = _conditions(wanted)
    if wanted.name is not None:
        members = sa.select(documents.c.upload_id).where(
            documents.c.upload_id >= low,
            documents.c.upload_id < high,
            documents.c.member.is_not(None),
            _has(documents.c.name, wanted.name),
        )
        conditions.append(sa.or_(_has(uploads.c.name, wanted.name), uploads.c.id.in_(members)))
    if wanted.sha256 is not None:  # of an archive as a whole
        conditions.append(
            sa.and_(uploads.c.sha256 >= wanted.sha256, uploads.c.sha256 < wanted.sha256 + _BEHIND_HEX)
        )
    return (
        sa.select(uploads)
        .where(uploads.c.id >= low, uploads.c.id < high, *conditions)
        .order_by(uploads.c.id.desc())
    )


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.account_id is not None:
        # Few are set aside: their index is the better one, and a sum keeps SQLite from the other.
        account = uploads.c.account_id + 0 if wanted.is_set_aside else uploads.c.account_id
        found.append(account == wanted.account_id)
    if wanted.since is not None:
        found.append(uploads.c.closed_at >= wanted.since)
    if wanted.until is not None:
        found.append(uploads.c.closed_at < wanted.until)
    if wanted.states:
        found.append(uploads.c.state.in_(wanted.states))
    if wanted.batch is not None:
        found.append(sa.or_(uploads.c.batch == wanted.batch, uploads.c.id == wanted.batch))
    if wanted.is_set_aside:
        found.append(sa.type_coerce(set_aside, sa.Boolean))
    return found


def _has(column: sa.Column[str], part: str) -> sa.ColumnElement[bool]:
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.ilike(f"%{escaped}%", escape="\\")


def _page(connection: Connection, query: sa.Select[Any], limit: int) -> Found:
    rows = [to_upload(row) for row in connection.execute(query.limit(limit + 1))]
    return Found(uploads=rows[:limit], before=rows[limit - 1].id if len(rows) > limit else None)


def _closed_at(connection: Connection, upload_id: int) -> datetime | None:
    query = sa.select(uploads.c.closed_at).where(uploads.c.id >= upload_id).order_by(uploads.c.id).limit(_ONE)
    return connection.execute(query).scalar()
