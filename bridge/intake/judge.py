"""What a file is and whether it may go, from what is told about it and from what is in it."""

from bridge.domain.kinds import Kind
from bridge.domain.names import extension, printable
from bridge.domain.reasons import ReasonCode
from bridge.intake.placing import Told
from bridge.intake.reading import Ends
from bridge.intake.recognise import Verdict, recognise

_FOR_CERTAIN_PLACES = frozenset({Kind.DATA, Kind.DECLARATION})  # to the wrong one they do harm


def is_zip(name: str) -> bool:
    """Whether a file of this *name* is taken for a zip; XLSX and DOCX are zips too, and are not."""
    return extension(name) == ".zip"


def is_gzip(name: str) -> bool:
    """Whether a file of this *name* is taken for a .gz."""
    return extension(name) == ".gz"


def judge(told: Told, name: str, content: Ends) -> Verdict:
    """Return the kind of the file *name*, and why it must wait if it must.

    Args:
        told: by operator, routes and folders.
        name: with its ``.gz``, if it has one.
        content: unpacked, if it is a .gz.
    """
    inner = name[: -len(".gz")] if is_gzip(name) else name
    verdict = recognise(inner, content.head) if told.kind is None else Verdict(kind=told.kind)
    if verdict.reason is not None:
        return verdict
    reason = _reason_to_wait(told, name, verdict.kind)
    if reason is None:
        return verdict
    return Verdict(kind=verdict.kind, reason=reason, detail=printable(name))


def _reason_to_wait(told: Told, name: str, kind: Kind | None) -> ReasonCode | None:
    if kind is Kind.DECLARATION and is_gzip(name):
        return ReasonCode.GZIP_DECLARATION
    if told.is_stray and kind in _FOR_CERTAIN_PLACES:
        return ReasonCode.UNKNOWN_FOLDER
    return None
