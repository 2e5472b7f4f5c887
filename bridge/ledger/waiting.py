"""Uploads that wait for one and the same thing, taken up again all together once it is there."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.ledger.schema import uploads


def retry_all(
    connection: Connection, *, account_id: AccountId, reasons: Collection[ReasonCode], now: datetime
) -> int:
    """Let intake look again at all uploads of the account that are held for *reasons*; return how many.

    What an operator decided about one of them stays; one whose bytes are gone stays held.
    """
    result = connection.execute(
        sa.update(uploads)
        .where(
            uploads.c.account_id == account_id,
            uploads.c.state == UploadState.HELD,
            uploads.c.reason.in_(reasons),
            uploads.c.blob.is_not(None),
        )
        .values(state=UploadState.SPOOLED, ready_at=now, finished_at=None, reason=None, detail=None)
    )
    return result.rowcount
