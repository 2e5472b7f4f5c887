"""From rows to the domain's values, a function per table; nothing is asked or changed here."""

from datetime import time
from typing import Any

from sqlalchemy.engine import CursorResult, Row

from bridge.domain import remarks
from bridge.domain.administrations import Administration
from bridge.domain.deliveries import Attempt, Delivery, DeliveryState
from bridge.domain.documents import Document, DocumentId
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.rules import from_json
from bridge.domain.uploads import Upload, UploadState


def new_id(inserted: CursorResult[Any]) -> int:
    """Return the id that the database gave to the one row that was inserted."""
    key = inserted.inserted_primary_key
    assert key is not None  # noqa: S101  every table with ids gives one
    return int(key[0])


def to_administration(row: Row[Any]) -> Administration:
    """Return the domain value of a row of ``administrations``."""
    return Administration(
        id=row.id,
        code=row.code,
        payt_id=row.payt_id,
        sealed_token=row.sealed_token,
        import_times=to_import_times(row.import_time),
        timezone=row.timezone,
        paused_until=row.paused_until,
        paused_reason=row.paused_reason,
        is_stopped=row.is_stopped,
        guards=from_json(row.guards),
    )


def to_import_times(text: str) -> tuple[time, ...]:
    """Return the times that the column ``import_time`` holds: ``01:00``, or several with commas."""
    return tuple(time.fromisoformat(each) for each in text.split(","))


def to_upload(row: Row[Any]) -> Upload:
    """Return the domain value of a row of ``uploads``."""
    return Upload(
        id=row.id,
        account_id=row.account_id,
        folder=row.folder,
        name=row.name,
        state=UploadState(row.state),
        blob=row.blob,
        size=row.size,
        closed_at=row.closed_at,
        arrival=row.arrival,
        ready_at=row.ready_at,
        sha256=row.sha256,
        reason=row.reason,
        detail=row.detail,
        kind_wanted=_kind(row.kind_wanted),
        administration_wanted=row.administration_wanted,
        is_released=row.is_released,
        modified_at=row.modified_at,
        batch=row.batch,
        remarks=remarks.from_text(row.remarks),
        peer=row.peer,
        client=row.client,
    )


def to_document(row: Row[Any]) -> Document:
    """Return the domain value of a row of ``documents``."""
    return Document(
        id=row.id,
        upload_id=row.upload_id,
        member=row.member,
        name=row.name,
        kind=_kind(row.kind),
        administration_id=row.administration_id,
        size=row.size,
        sha256=row.sha256,
        blob=row.blob,
        remarks=remarks.from_text(row.remarks),
    )


def to_delivery(row: Row[Any]) -> Delivery:
    """Return the domain value of a row of ``deliveries``."""
    return Delivery(
        id=row.id,
        document_id=DocumentId(row.document_id),
        account_id=row.account_id,
        administration_id=row.administration_id,
        kind=_kind(row.kind),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        rejections=row.rejections,
        unknowns=row.unknowns,
        due_at=row.due_at,
        created_at=row.created_at,
        lease_token=row.lease_token,
        reason=row.reason,
        detail=row.detail,
    )


def to_attempt(row: Row[Any]) -> Attempt:
    """Return the domain value of a row of ``attempts``."""
    return Attempt(
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=None if row.outcome is None else Outcome(row.outcome),
        status=row.status,
        detail=row.detail,
    )


def _kind(value: str | None) -> Kind | None:
    return None if value is None else Kind(value)
