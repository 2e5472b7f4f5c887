"""An upload: one file that a client sent, and the states it passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bridge.domain.accounts import AccountId
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark

UploadId = NewType("UploadId", int)


class UploadState(StrEnum):
    """Where an upload is."""

    PARTIAL = "partial"  # the connection ended before the client's CLOSE; never forwarded, can be resumed
    PARKED = "parked"  # closed under a temporary name; waits for its rename
    SPOOLED = "spooled"  # closed; intake will take it when its settle time is over
    ACCEPTED = "accepted"  # its documents and deliveries are in the ledger
    HELD = "held"  # waits for a person, with a reason
    REFUSED = "refused"  # can never be delivered, with a reason
    WITHDRAWN = "withdrawn"  # never sent: taken back by the sender, never finished, or turned down


UPLOAD_STEPS: Mapping[UploadState, frozenset[UploadState]] = {
    UploadState.PARTIAL: frozenset({UploadState.PARKED, UploadState.SPOOLED, UploadState.WITHDRAWN}),
    UploadState.PARKED: frozenset({UploadState.SPOOLED, UploadState.WITHDRAWN}),
    UploadState.SPOOLED: frozenset(
        {
            UploadState.PARKED,
            UploadState.ACCEPTED,
            UploadState.HELD,
            UploadState.REFUSED,
            UploadState.WITHDRAWN,
        }
    ),
    UploadState.ACCEPTED: frozenset(),
    UploadState.HELD: frozenset({UploadState.SPOOLED, UploadState.REFUSED, UploadState.WITHDRAWN}),
    UploadState.REFUSED: frozenset({UploadState.SPOOLED, UploadState.WITHDRAWN}),
    UploadState.WITHDRAWN: frozenset(),
}
# What the client may still change: a removal or an overwrite takes the upload back.
OPEN_TO_CLIENT = frozenset({UploadState.PARTIAL, UploadState.PARKED, UploadState.SPOOLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a file can never be delivered, seen while its client waits for the answer to its CLOSE."""

    reason: ReasonCode
    detail: str  # what exactly, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that a client sent."""

    id: UploadId
    account_id: AccountId
    folder: str  # absolute, "/" for the root; a label, never part of a disk path
    name: str
    state: UploadState
    blob: str | None  # the spool's name for its bytes; None once retention removed them
    size: int  # bytes
    closed_at: datetime  # the client's CLOSE, or its rename to the final name; for a partial, the break
    arrival: int  # its place in the order of arrival: of the CLOSE, or of the rename to its final name
    ready_at: datetime  # intake does not take it before
    sha256: str | None = None  # hex; known after intake
    reason: str | None = None  # a code of bridge.domain.reasons, while held or refused
    detail: str | None = None  # what exactly, for a person
    kind_wanted: Kind | None = None  # an operator's decision, before every rule
    administration_wanted: str | None = None  # a code, likewise
    is_released: bool = False  # by an operator: it goes as it is, what would hold it aside
    modified_at: datetime | None = None  # a time that the client set for the file
    batch: UploadId | None = None  # the first upload of its batch; None: it is the first itself
    remarks: tuple[Remark, ...] = ()
    peer: str | None = None  # the client's address
    client: str | None = None  # the client's SSH version string

    @property
    def batch_id(self) -> UploadId:
        """The batch that it belongs to, named by the first upload of it; one that came alone is its own."""
        return self.id if self.batch is None else self.batch

    @property
    def path(self) -> str:
        """The path that the client sees."""
        return f"{self.folder.rstrip('/')}/{self.name}"
