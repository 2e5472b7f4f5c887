"""What an account has sent lately, and how much of it is kept: for its limits, asked now and then."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger.schema import uploads


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Of one account, at one moment."""

    files: int  # that were closed since a moment; counted up to a bound
    oldest_at: datetime | None  # of these: when the first of them was closed
    kept_bytes: int
    first_kept: UploadId | None  # nothing before this upload is kept, nor ever will be again


def usage(
    connection: Connection,
    *,
    account_id: AccountId,
    since: datetime,
    most_files: int,
    first_kept: UploadId | None,
) -> Usage:
    """Return what the account has closed since a moment, *most_files* at most, and what is kept of its files.

    It reads no more than these files, and the uploads since *first_kept*, which a former answer gave: bytes
    are removed, and never come back.
    """
    lately = (
        sa.select(uploads.c.closed_at)
        .where(uploads.c.account_id == account_id, uploads.c.state != UploadState.PARTIAL)
        .order_by(uploads.c.id.desc())
        .limit(most_files)
        .subquery()
    )
    count, oldest_at = connection.execute(
        sa.select(sa.func.count(), sa.func.min(lately.c.closed_at)).where(lately.c.closed_at > since)
    ).one()
    kept = sa.select(sa.func.coalesce(sa.func.sum(uploads.c.size), 0), sa.func.min(uploads.c.id)).where(
        uploads.c.account_id == account_id, uploads.c.blob.is_not(None), uploads.c.id >= (first_kept or 0)
    )
    size, first = connection.execute(kept).one()
    return Usage(
        files=count,
        oldest_at=oldest_at,
        kept_bytes=int(size),
        first_kept=first if first is not None else first_kept,
    )
