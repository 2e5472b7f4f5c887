"""Alarms: what somebody should know while it can still be mended; open until it has recovered.

An alarm has a kind and a subject, and of both together at most one is open.  The sentences are in
`alarm_texts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import NewType

from bridge.domain.reasons import Language
from bridge.domain.uploads import UploadId

AlarmId = NewType("AlarmId", int)


class AlarmKind(StrEnum):
    """Stable codes; scripts, metrics and the ledger keep them."""

    BATCH_INCOMPLETE = "batch_incomplete"
    UPLOAD_MISSING = "upload_missing"
    CUT_OFF_AT_RISK = "cut_off_at_risk"
    CUT_OFF_LATE = "cut_off_late"
    FILES_HELD = "files_held"
    ADMINISTRATION_PAUSED = "administration_paused"
    LANE_PAUSED = "lane_paused"
    DESTINATION_AWAY = "destination_away"
    DISK_LOW = "disk_low"
    CERTIFICATE_EXPIRING = "certificate_expiring"
    CREDENTIAL_EXPIRING = "credential_expiring"


# What a tenant's contact hears of, if it is about the own account.
FOR_SENDERS = frozenset({AlarmKind.UPLOAD_MISSING, AlarmKind.FILES_HELD, AlarmKind.CREDENTIAL_EXPIRING})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmText:
    """What a kind of alarm means, in one language; but for the label all of it are whole sentences."""

    label: str  # two words, for the subject of a mail
    raised: str
    recovered: str
    todo: str  # with commands as they are typed; ID or NAME stands for that of the subject
    sender: str | None = None  # for the tenant's contact, who has no commands; None: not for senders
    sender_recovered: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm, open or recovered."""

    id: AlarmId
    kind: AlarmKind
    subject: str  # what it is about, such as batch:42
    detail: str  # what exactly, when it was raised
    raised_at: datetime
    recovered_at: datetime | None = None  # None: open


@cache
def _texts(language: Language) -> Mapping[AlarmKind, AlarmText]:
    match language:
        case "en":
            from bridge.domain.alarm_texts import en

            return en.TEXTS
        case "nl":
            from bridge.domain.alarm_texts import nl

            return nl.TEXTS


def alarm_text(kind: AlarmKind, language: Language = "en") -> AlarmText:
    """Return what *kind* means."""
    return _texts(language)[kind]


def todo(alarm: Alarm, language: Language = "en") -> str:
    """Return what to do about *alarm*, with the commands as they can be typed."""
    return todo_about(alarm.kind, alarm.subject, language)


def todo_about(kind: AlarmKind, subject: str, language: Language = "en") -> str:
    """Return what to do about an alarm of *kind* about *subject*."""
    name = subject_name(subject)
    return alarm_text(kind, language).todo.replace("ID", name).replace("NAME", name)


def subject_name(subject: str) -> str:
    """Return whose or what name *subject* has: NL03 for administration:NL03."""
    return subject.partition(":")[2]


def batch_subject(batch_id: UploadId) -> str:
    """Return the subject of an alarm about a batch."""
    return f"batch:{batch_id}"


def batch_of(subject: str) -> UploadId:
    """Return the batch that *subject* is about."""
    return UploadId(int(subject.removeprefix("batch:")))


def account_subject(name: str) -> str:
    """Return the subject of an alarm about an account."""
    return f"account:{name}"


def administration_subject(code: str) -> str:
    """Return the subject of an alarm about an administration."""
    return f"administration:{code}"


def lane_subject(name: str) -> str:
    """Return the subject of an alarm about a lane."""
    return f"lane:{name}"
