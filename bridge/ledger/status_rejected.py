"""What of an account's uploads does not go, found by the indexes that hold little else."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.deliveries import DeliveryState
from bridge.domain.reasons import ReasonCode
from bridge.domain.status import MAX_REPORTS, REJECTED_FATES, Rejected, Stuck
from bridge.domain.uploads import UploadId, UploadState
from bridge.ledger import batches
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, documents, uploads
from bridge.ledger.status_received import IS_SKIPPED, by_ids

_MAX_STUCK = 5_000  # deliveries that are looked at, the newest; more than the reports will tell

# In the words of the index ix_uploads_set_aside, or SQLite does not use it.
_IS_SET_ASIDE = uploads.c.state.in_(
    [
        literal(state)
        for state in (UploadState.HELD, UploadState.REFUSED, UploadState.PARKED, UploadState.PARTIAL)
    ]
)
# An account is compared as what it is plus nothing: by its own index, all that it ever sent would be walked.
_OF_ACCOUNT: sa.BindParameter[int] = sa.bindparam("account", type_=sa.BigInteger)
_SINCE = sa.bindparam("since", type_=uploads.c.closed_at.type)
_WHOLE = [
    sa.select(uploads.c.id)
    .where(
        _IS_SET_ASIDE,
        uploads.c.state == literal(state),
        uploads.c.id >= sa.bindparam("from_id"),
        uploads.c.account_id + 0 == _OF_ACCOUNT,
        uploads.c.closed_at >= _SINCE,
    )
    .order_by(uploads.c.id.desc())
    .limit(sa.literal_column(str(MAX_REPORTS), sa.Integer))
    for state in (UploadState.HELD, UploadState.REFUSED)
]
_STUCK = [
    sa.select(
        documents.c.upload_id,
        documents.c.member,
        documents.c.name,
        deliveries.c.id,
        deliveries.c.state,
        deliveries.c.reason,
        deliveries.c.detail,
    )
    .select_from(
        deliveries.join(documents, documents.c.id == deliveries.c.document_id).join(
            uploads, uploads.c.id == documents.c.upload_id
        )
    )
    .where(
        deliveries.c.state == literal(state),
        deliveries.c.id >= sa.bindparam("from_delivery"),
        deliveries.c.account_id + 0 == _OF_ACCOUNT,
        ~sa.func.coalesce(IS_SKIPPED, sa.false()),
        uploads.c.closed_at >= _SINCE,
    )
    .order_by(deliveries.c.id.desc())
    .limit(sa.literal_column(str(_MAX_STUCK), sa.Integer))
    for state in (DeliveryState.HELD, DeliveryState.CANCELLED)
]
_AT_OR_AFTER = (
    sa.select(deliveries.c.id, deliveries.c.created_at)
    .where(deliveries.c.id >= sa.bindparam("middle"))
    .order_by(deliveries.c.id)
    .limit(sa.literal_column("1", sa.Integer))
)
_A_DAY = timedelta(days=1)  # as in `arrived`: a rename closes an upload anew


def rejected(
    connection: Connection, *, account_id: AccountId, since: datetime, from_id: UploadId
) -> list[Rejected]:
    """Return what was sent from *since* on and is held or refused, or a part of it; the newest first.

    What was sent again since is left out.
    """
    asked = {
        "account": account_id,
        "since": since,
        "from_id": from_id,
        "from_delivery": _first_delivery(connection, since=since - _A_DAY),
    }
    stuck = _stuck(connection, asked)
    whole = {
        UploadId(upload_id) for query in _WHOLE for upload_id in connection.execute(query, asked).scalars()
    }
    newest = sorted(whole | stuck.keys(), reverse=True)[:MAX_REPORTS]
    found = [one for one in by_ids(connection, ids=newest) if one.fate in REJECTED_FATES]
    together = batches.get(connection, batch_ids={one.batch_id for one in found})
    return [
        Rejected(
            upload=one,
            stuck=tuple(stuck.get(one.id, ())) if one.state is UploadState.ACCEPTED else (),
            batch=batch if (batch := together.get(one.batch_id)) is not None and batch.files > 1 else None,
        )
        for one in found
    ]


def _stuck(connection: Connection, asked: dict[str, Any]) -> dict[UploadId, Sequence[Stuck]]:
    """Return the deliveries that do not go, by their uploads, each in their order."""
    rows = [row for query in _STUCK for row in connection.execute(query, asked)]
    found: dict[UploadId, list[Stuck]] = {}
    for row in sorted(rows, key=lambda row: row.id):
        one = Stuck(
            name=row.member or row.name,
            state=DeliveryState(row.state),
            reason=None if row.reason is None else ReasonCode(row.reason),
            detail=row.detail,
        )
        found.setdefault(UploadId(row.upload_id), []).append(one)
    return dict(found)


def _first_delivery(connection: Connection, *, since: datetime) -> int:
    """Return an id before which no delivery was made at or after *since*, by a few looks at the table.

    A release makes a delivery look younger than it is; then the id is smaller than it need be.
    """
    low, high = 0, (connection.execute(sa.select(sa.func.max(deliveries.c.id))).scalar() or -1) + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(_AT_OR_AFTER, {"middle": middle}).one()
        if row.created_at >= since:
            high = middle
        else:
            low = row.id + 1
    return low
