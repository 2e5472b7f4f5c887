"""What examining an upload ends in: a plan to accept it, or a stop with its reason.

The plan is made in a thread and written by the service; nothing here touches disk or ledger.
"""

from dataclasses import dataclass

from bridge.domain.documents import PlannedDocument
from bridge.domain.reasons import ReasonCode
from bridge.domain.remarks import Remark
from bridge.domain.uploads import UploadState

_SHOWN = 10  # names in one sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Accept the upload as these documents, in this order."""

    sha256: str  # of the upload, hex
    documents: tuple[PlannedDocument, ...]
    left_out: tuple[str, ...] = ()  # members that are no documents (junk, or in directories), printable
    new_blobs: tuple[str, ...] = ()  # made for this plan; nobody else knows them until it is accepted

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What there is to say of the upload as a whole."""
        if not self.left_out:
            return ()
        shown = ", ".join(self.left_out[:_SHOWN])
        more = f" and {len(self.left_out) - _SHOWN} more" if len(self.left_out) > _SHOWN else ""
        return (Remark(code=ReasonCode.LEFT_OUT, detail=f"{shown}{more}"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Hold or refuse the upload as a whole."""

    state: UploadState  # HELD: a person can help; REFUSED: it can never be delivered
    reason: ReasonCode
    detail: str  # what exactly, printable
    sha256: str | None = None  # of the upload, hex; None: it was not read to its end


class Flaw(Exception):
    """A file is not whole; the text says what is wrong and where: "line 12: 7 fields, the header has 9"."""


class Wait(Exception):
    """One file has to wait for a person, or would if none had decided; never leaves `inspection`."""

    def __init__(self, reason: ReasonCode, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


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
