"""Messages in words: a mail for operators, a mail for senders, the body of a webhook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bridge.domain.alarms import Alarm, alarm_text, subject_name, todo
from bridge.domain.alerts import AlertEvent, Message
from bridge.domain.names import printable
from bridge.domain.reasons import Language, ReasonCode, reason

VERSION = 1  # of the webhook's body; raised when something in it changes its meaning
_LONGEST_SUBJECT = 150
_NAMED = 3  # of several messages in one mail
_LABELS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "recovered": "recovered",
        "messages": "messages",
        "about": "About",
        "what": "What",
        "since": "Since",
        "until": "Until",
        "closed_by": "Closed by",
        "todo": "What to do",
        "account": "Account",
    },
    "nl": {
        "recovered": "hersteld",
        "messages": "berichten",
        "about": "Over",
        "what": "Wat",
        "since": "Sinds",
        "until": "Tot",
        "closed_by": "Afgesloten door",
        "todo": "Wat te doen",
        "account": "Account",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail, without its envelope."""

    subject: str  # one line, printable
    text: str


def letter(messages: Sequence[Message], language: Language, *, is_for_sender: bool = False) -> Letter:
    """Return one mail that tells all of *messages*, which are one or more."""
    told = [_told(one, language, is_for_sender=is_for_sender) for one in messages]
    subject = told[0].subject
    if len(told) > 1:
        named = "; ".join(one.subject for one in told[:_NAMED])
        more = "; …" if len(told) > _NAMED else ""
        subject = f"{len(told)} {_LABELS[language]['messages']}: {named}{more}"
    text = f"\n\n{'-' * 40}\n\n".join(one.text for one in told)
    return Letter(subject=printable(f"[bridge] {subject}", _LONGEST_SUBJECT), text=text + "\n")


def _told(message: Message, language: Language, *, is_for_sender: bool) -> Letter:
    if message.alarm is None:
        return Letter(subject=message.subject, text=message.text)
    if is_for_sender:
        return _for_sender(message, message.alarm, language)
    return _for_operator(message, message.alarm, language)


def _for_operator(message: Message, alarm: Alarm, language: Language) -> Letter:
    words, text = _LABELS[language], alarm_text(alarm.kind, language)
    name = printable(subject_name(alarm.subject))
    lines = [
        f"{words['about']}: {printable(alarm.subject.replace(':', ' ', 1))}",
        f"{words['what']}: {printable(alarm.detail, 2000)}",
        f"{words['since']}: {alarm.raised_at:%Y-%m-%d %H:%M} UTC",
    ]
    if message.event is AlertEvent.RECOVERED:
        lines.append(f"{words['until']}: {alarm.recovered_at or message.created_at:%Y-%m-%d %H:%M} UTC")
        if message.closed_by is not None:
            lines.append(f"{words['closed_by']}: {printable(message.closed_by)}")
        opening = text.recovered if message.closed_by is None else text.raised
        return Letter(
            subject=f"{words['recovered']}: {text.label}: {name}", text="\n".join([opening, "", *lines])
        )
    lines += ["", f"{words['todo']}: {printable(todo(alarm, language), 2000)}"]
    return Letter(subject=f"{text.label}: {name}, {alarm.detail}", text="\n".join([text.raised, "", *lines]))


def _for_sender(message: Message, alarm: Alarm, language: Language) -> Letter:
    """Return what a tenant's contact reads: sentences, no commands, nothing of anybody else."""
    words, text = _LABELS[language], alarm_text(alarm.kind, language)
    name = printable(subject_name(alarm.subject))
    account = f"{words['account']}: {name}"
    if message.event is AlertEvent.RECOVERED:
        sentence = text.sender_recovered or text.recovered
        return Letter(subject=f"{words['recovered']}: {text.label}: {name}", text=f"{sentence}\n\n{account}")
    lines = [text.sender or text.raised, ""]
    for code, count in message.reasons.items():
        lines.append(f"- {count} x {reason(ReasonCode(code), language).sender}")
    if message.reasons:
        lines.append("")
    return Letter(subject=f"{text.label}: {name}", text="\n".join([*lines, account]))


def webhook_body(message: Message, language: Language) -> dict[str, Any]:
    """Return the body of a webhook; its names are a contract."""
    alarm = message.alarm
    body: dict[str, Any] = {
        "version": VERSION,
        "id": message.id,
        "event": message.event if alarm is None else f"alarm.{message.event}",
        "created_at": message.created_at.isoformat(),
        "text": message.text,
        "alarm": None,
    }
    if alarm is not None:
        text = alarm_text(alarm.kind, language)
        is_over = message.event is AlertEvent.RECOVERED
        body["text"] = text.recovered if is_over and message.closed_by is None else text.raised
        body["alarm"] = {
            "id": alarm.id,
            "kind": alarm.kind,
            "subject": alarm.subject,
            "detail": alarm.detail,
            "todo": None if is_over else todo(alarm, language),
            "raised_at": alarm.raised_at.isoformat(),
            "recovered_at": None if alarm.recovered_at is None else alarm.recovered_at.isoformat(),
            "closed_by": message.closed_by,
        }
    return body
