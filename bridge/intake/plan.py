"""What examining an upload ends in: a plan to accept it, or a stop with its reason.

The plan is made in a thread and written by the service; nothing here touches disk or ledger.
"""

from dataclasses import dataclass

from bridge.domain.documents import PlannedDocument
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Accept the upload as these documents, in this order."""

    sha256: str  # of the upload, hex
    documents: tuple[PlannedDocument, ...]
    left_out: tuple[str, ...] = ()  # members that are no documents (junk, or in directories), printable

    @property
    def member_blobs(self) -> list[str]:
        """The blobs that were made for this plan; nobody else knows them until it is accepted."""
        return [document.blob for document in self.documents if document.member is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Hold or refuse the upload as a whole."""

    state: UploadState  # HELD: a person can help; REFUSED: it can never be delivered
    reason: ReasonCode
    detail: str  # what exactly, printable
    sha256: str | None = None  # of the upload, hex; None: it was not read to its end


class Flaw(Exception):
    """A file is not whole; the text says what is wrong and where: "line 12: 7 fields, the header has 9"."""


class Halt(Exception):
    """Ends the examination of an upload from wherever the cause is found; never leaves `examine`."""

    def __init__(self, state: UploadState, reason: ReasonCode, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.state = state
        self.reason = reason
        self.detail = detail


def refusal(reason: ReasonCode, detail: str) -> Halt:
    """Return what to raise for an upload that can never be delivered."""
    return Halt(UploadState.REFUSED, reason, detail)


def hold(reason: ReasonCode, detail: str) -> Halt:
    """Return what to raise for an upload that a person can help."""
    return Halt(UploadState.HELD, reason, detail)
