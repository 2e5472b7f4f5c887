"""Whether a document was sent before, and what that means for its kind (payt-imports §2 to §4).

A data file is a snapshot and goes again.  A PDF or UBL that is what Payt has already is skipped; an
attachment might be shown twice and a declaration claimed twice, so these wait for a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.deliveries import DeliveryState
from bridge.domain.documents import PlannedDocument
from bridge.domain.duplicates import DuplicatePolicy
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import Upload
from bridge.ledger.columns import literal
from bridge.ledger.schema import deliveries, documents

_GOES = (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DELIVERED, DeliveryState.HELD)
_SENT = (
    sa.select(
        documents.c.upload_id, documents.c.sha256, documents.c.name, deliveries.c.id, deliveries.c.state
    )
    .join(deliveries, deliveries.c.document_id == documents.c.id)
    .where(
        documents.c.kind == sa.bindparam("kind"),
        documents.c.administration_id == sa.bindparam("administration"),
        documents.c.upload_id != sa.bindparam("upload"),
    )
    .order_by(documents.c.arrival.desc(), documents.c.id.desc())
    .limit(sa.literal_column("1", sa.Integer))
)
_UNDER_WAY = deliveries.c.state.in_([literal(state) for state in _GOES])
_BY_BYTES = _SENT.where(documents.c.sha256 == sa.bindparam("sha256"), _UNDER_WAY)
_BY_BYTES_AND_NAME = _BY_BYTES.where(documents.c.name == sa.bindparam("name"))
_BY_IDENTITY = _SENT.where(documents.c.identity == sa.bindparam("identity"), _UNDER_WAY)
_LAST_OF_NAME = _SENT.where(
    documents.c.name == sa.bindparam("name"),
    documents.c.account_id == sa.bindparam("account"),
    deliveries.c.created_at >= sa.bindparam("since"),
    deliveries.c.state.in_(
        [literal(state) for state in (DeliveryState.PENDING, DeliveryState.LEASED, DeliveryState.DELIVERED)]
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a delivery that is about to be written."""

    state: DeliveryState
    reason: str | None = None
    detail: str | None = None


def fate(
    connection: Connection,
    *,
    upload: Upload,
    document: PlannedDocument,
    policies: Mapping[Kind, DuplicatePolicy],
    window: timedelta,
    now: datetime,
) -> Fate:
    """Return the state in which the delivery of *document* begins."""
    if document.reason is not None:
        return Fate(state=DeliveryState.HELD, reason=document.reason, detail=document.detail)
    policy = policies.get(document.kind or Kind.DATA, DuplicatePolicy.SEND)
    if policy is DuplicatePolicy.SEND or upload.is_released or upload.kind_wanted is not None:
        return Fate(state=DeliveryState.PENDING)
    asked = {
        "kind": document.kind,
        "administration": document.administration_id,
        "upload": upload.id,
        "sha256": document.sha256,
        "name": document.name,
        "identity": document.identity,
        "account": upload.account_id,
        "since": now - window,
    }
    if policy is DuplicatePolicy.SKIP:
        # What was sent under this name last counts: after another version this one is no repetition.
        last = connection.execute(_LAST_OF_NAME, asked).first()
        if last is None or last.sha256 != document.sha256:
            return Fate(state=DeliveryState.PENDING)
        return Fate(state=DeliveryState.CANCELLED, reason=ReasonCode.SENT_BEFORE, detail=_as(last))
    return _held(connection, document, asked)


def _held(connection: Connection, document: PlannedDocument, asked: Mapping[str, object]) -> Fate:
    # The same attachment under another name belongs to another invoice; a declaration's name means nothing.
    same = _BY_BYTES if document.kind is Kind.DECLARATION else _BY_BYTES_AND_NAME
    found = connection.execute(same, asked).first()
    if found is not None:
        return Fate(state=DeliveryState.HELD, reason=ReasonCode.DUPLICATE, detail=_as(found))
    if document.identity is not None:
        found = connection.execute(_BY_IDENTITY, asked).first()
    if found is not None:
        return Fate(state=DeliveryState.HELD, reason=ReasonCode.DECLARATION_NUMBER_USED, detail=_as(found))
    return Fate(state=DeliveryState.PENDING)


def _as(row: Any) -> str:
    return f"upload {row.upload_id}, delivery {row.id} ({row.state})"
