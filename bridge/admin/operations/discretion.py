"""What a tenant's viewer reads of the own files: no more than the tenant itself, over SFTP.

Two accounts may send for one administration, and a detail may tell what the other's file said, what the
destination answered, or an id there.
"""

from collections.abc import Sequence
from dataclasses import replace

from bridge.admin.operations.desk import Desk
from bridge.domain.deliveries import Attempt, Delivery
from bridge.domain.documents import Document
from bridge.domain.reasons import ReasonCode
from bridge.domain.status_advice import remarks_telling, telling
from bridge.domain.uploads import Upload


def detail(desk: Desk, code: ReasonCode | None, text: str | None) -> str | None:
    """Return a detail if who works at *desk* may read it."""
    return text if desk.actor.account is None else telling(code, text)


def upload(desk: Desk, value: Upload) -> Upload:
    """Return an upload with what may be read."""
    if desk.actor.account is None:
        return value
    code = None if value.reason is None else ReasonCode(value.reason)
    return replace(value, detail=telling(code, value.detail), remarks=remarks_telling(value.remarks))


def delivery(desk: Desk, value: Delivery) -> Delivery:
    """Return a delivery with what may be read."""
    if desk.actor.account is None:
        return value
    code = None if value.reason is None else ReasonCode(value.reason)
    return replace(value, detail=telling(code, value.detail))


def document(desk: Desk, value: Document) -> Document:
    """Return a document with what may be read."""
    return value if desk.actor.account is None else replace(value, remarks=remarks_telling(value.remarks))


def attempts(desk: Desk, values: Sequence[Attempt]) -> list[Attempt]:
    """Return attempts with what may be read: not what the destination answered."""
    return list(values) if desk.actor.account is None else [replace(one, detail=None) for one in values]
