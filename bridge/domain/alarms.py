"""Alarms: what somebody should know while it can still be mended; open until it has recovered.

An alarm has a kind and a subject, and of both together at most one is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bridge.domain.reasons import Language
from bridge.domain.uploads import UploadId

AlarmId = NewType("AlarmId", int)


class AlarmKind(StrEnum):
    """Stable codes; scripts, metrics and the ledger keep them."""

    BATCH_INCOMPLETE = "batch_incomplete"
    UPLOAD_MISSING = "upload_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmText:
    """What a kind of alarm means, in one language; all of it are whole sentences."""

    raised: str
    recovered: str
    todo: str  # with commands as they are typed; ID or NAME stands for that of the subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm, open or recovered."""

    id: AlarmId
    kind: AlarmKind
    subject: str  # what it is about, such as batch:42
    detail: str  # what exactly, when it was raised
    raised_at: datetime
    recovered_at: datetime | None = None  # None: open


_TEXTS: Mapping[Language, Mapping[AlarmKind, AlarmText]] = {
    "en": {
        AlarmKind.BATCH_INCOMPLETE: AlarmText(
            raised="Files that came together were not all delivered when the import ran.",
            recovered="All of the files that came together are delivered, or decided about.",
            todo="Look what is missing and why: bridge batch show ID.",
        ),
        AlarmKind.UPLOAD_MISSING: AlarmText(
            raised="An upload that is usual at this time has not come.",
            recovered="What was missing has come, or is expected no more.",
            todo="Ask the sender whether the export ran. If nothing is to be expected any more: "
            "bridge account expect off NAME.",
        ),
    },
    "nl": {
        AlarmKind.BATCH_INCOMPLETE: AlarmText(
            raised="Bestanden die bij elkaar horen waren bij de import niet allemaal afgeleverd.",
            recovered="Alle bestanden die bij elkaar horen zijn afgeleverd, of er is over beslist.",
            todo="Kijk wat er ontbreekt en waarom: bridge batch show ID.",
        ),
        AlarmKind.UPLOAD_MISSING: AlarmText(
            raised="Een upload die er rond deze tijd altijd is, is er niet.",
            recovered="Wat ontbrak is gekomen, of wordt niet meer verwacht.",
            todo="Vraag de afzender of de export heeft gelopen. Wordt er niets meer verwacht: "
            "bridge account expect off NAME.",
        ),
    },
}


def alarm_text(kind: AlarmKind, language: Language = "en") -> AlarmText:
    """Return what *kind* means."""
    return _TEXTS[language][kind]


def todo(alarm: Alarm, language: Language = "en") -> str:
    """Return what to do about *alarm*, with the commands as they can be typed."""
    _, _, name = alarm.subject.partition(":")
    return alarm_text(alarm.kind, language).todo.replace("ID", name).replace("NAME", name)


def batch_subject(batch_id: UploadId) -> str:
    """Return the subject of an alarm about a batch."""
    return f"batch:{batch_id}"


def batch_of(subject: str) -> UploadId:
    """Return the batch that *subject* is about."""
    return UploadId(int(subject.removeprefix("batch:")))


def account_subject(name: str) -> str:
    """Return the subject of an alarm about an account."""
    return f"account:{name}"
