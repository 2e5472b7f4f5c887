"""Alerts: where alarms are sent, and what is sent there."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NewType
from urllib.parse import urlsplit

from bridge.domain.accounts import AccountId
from bridge.domain.alarms import Alarm, AlarmKind
from bridge.domain.errors import Invalid
from bridge.domain.hosts import is_loopback
from bridge.domain.reasons import Language

TargetId = NewType("TargetId", int)
NoticeId = NewType("NoticeId", int)

LEAST_SECRET = 16  # characters; a signature is worth no more than what it is made with
TARGET_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_LONGEST_URL = 2000


class AlertWay(StrEnum):
    """How an alert goes."""

    WEBHOOK = "webhook"
    MAIL = "mail"


class AlertEvent(StrEnum):
    """What an alert tells; stable, as receivers tell them apart by it."""

    RAISED = "raised"
    RECOVERED = "recovered"
    TEST = "test"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTarget:
    """Where alarms are sent."""

    id: TargetId
    name: str
    way: AlertWay
    address: str  # a URL or a mail address
    sealed_secret: str | None = None  # of a webhook: what it is signed with
    account: str | None = None  # its name; None: alarms of all
    account_id: AccountId | None = None  # set exactly if the name is
    kinds: frozenset[AlarmKind] | None = None  # None: all
    language: Language | None = None  # None: the settings'
    is_disabled: bool = False

    @property
    def shown_address(self) -> str:
        """The address as anybody may read it: the path of a URL is often a secret."""
        if self.way is AlertWay.MAIL:
            return self.address
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}/…" if len(parts.path) > 1 or parts.query else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told; where and in which language is decided later."""

    id: str  # the same at every attempt: whoever gets it twice can tell
    event: AlertEvent
    created_at: datetime
    alarm: Alarm | None = None  # None: a test or a summary
    closed_by: str | None = None  # the person who closed the alarm; None: it recovered by itself
    reasons: Mapping[str, int] = field(default_factory=dict)  # of held files: how many for which reason
    subject: str = ""  # of a test or a summary, in its language
    text: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        alarm = self.alarm
        return {
            "id": self.id,
            "event": self.event,
            "created_at": self.created_at.isoformat(),
            "alarm": None
            if alarm is None
            else {
                "id": alarm.id,
                "kind": alarm.kind,
                "subject": alarm.subject,
                "detail": alarm.detail,
                "raised_at": alarm.raised_at.isoformat(),
                "recovered_at": None if alarm.recovered_at is None else alarm.recovered_at.isoformat(),
            },
            "closed_by": self.closed_by,
            "reasons": dict(self.reasons),
            "subject": self.subject,
            "text": self.text,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Message":
        """Return what `to_record` was made of."""
        alarm = record["alarm"]
        return cls(
            id=record["id"],
            event=AlertEvent(record["event"]),
            created_at=datetime.fromisoformat(record["created_at"]),
            alarm=None
            if alarm is None
            else Alarm(
                id=alarm["id"],
                kind=AlarmKind(alarm["kind"]),
                subject=alarm["subject"],
                detail=alarm["detail"],
                raised_at=datetime.fromisoformat(alarm["raised_at"]),
                recovered_at=alarm["recovered_at"] and datetime.fromisoformat(alarm["recovered_at"]),
            ),
            closed_by=record["closed_by"],
            reasons=record["reasons"],
            subject=record["subject"],
            text=record["text"],
        )


def check_target_name(name: str) -> str:
    """Return *name*; raise `Invalid` unless it can be typed and shown."""
    if not re.fullmatch(TARGET_NAME, name):
        raise Invalid(
            f"alert {name!r}: expected a name of letters, digits, dots, dashes and underscores, at most 64"
        )
    return name


def check_webhook_url(url: str) -> str:
    """Return *url*; raise `Invalid` unless it is https, or http to loopback, and carries no credentials."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable() or " " in url:
        raise Invalid("webhook: expected a URL such as https://hooks.example.com/bridge")
    if parts.username or parts.password or parts.fragment or len(url) > _LONGEST_URL:
        raise Invalid("webhook: expected a URL without user, password and fragment; it is signed instead")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise Invalid("webhook: expected https; plain http is only for loopback addresses")
    return url


def check_secret(secret: str) -> str:
    """Return *secret*; raise `Invalid` if a signature made with it would be worth little."""
    if len(secret) < LEAST_SECRET:
        raise Invalid(f"webhook secret: expected at least {LEAST_SECRET} characters")
    return secret
