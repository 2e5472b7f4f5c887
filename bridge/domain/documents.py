"""A document: one flat-named file to deliver, taken from an upload."""

from dataclasses import dataclass
from typing import NewType

from bridge.domain.administrations import AdministrationId
from bridge.domain.kinds import Kind
from bridge.domain.remarks import Remark
from bridge.domain.snapshots import SnapshotRecord
from bridge.domain.uploads import UploadId

DocumentId = NewType("DocumentId", int)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One flat-named file to deliver; its name is never changed, for Payt links by it."""

    id: DocumentId
    upload_id: UploadId
    member: str | None  # its path inside the archive; None: the upload itself
    name: str
    kind: Kind | None  # None: not recognised; its delivery is held
    administration_id: AdministrationId | None  # None: not placed; its delivery is held
    size: int  # bytes
    sha256: str  # hex
    blob: str | None  # None once retention removed the bytes
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDocument:
    """What intake wants the ledger to hold: a document that has no id yet."""

    member: str | None
    name: str
    kind: Kind | None
    administration_id: AdministrationId | None
    size: int  # bytes
    sha256: str  # hex
    blob: str
    reason: str | None = None  # set: its delivery starts held, for this reason
    detail: str | None = None
    remarks: tuple[Remark, ...] = ()
    identity: str | None = None  # of a declaration: practice and the sender's invoice number
    snapshot: SnapshotRecord | None = None  # of a data file

    def __post_init__(self) -> None:
        if (self.kind is None or self.administration_id is None) and self.reason is None:
            raise ValueError(
                f"{self.name}: a document without kind or administration must be held with a reason"
            )
