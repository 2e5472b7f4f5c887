"""The daily summary in words: one sentence, what needs a hand, then numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.alarms import Alarm, alarm_text, subject_name, todo
from bridge.domain.forecast import Verdict
from bridge.domain.letters import Letter
from bridge.domain.names import printable
from bridge.domain.nights import When
from bridge.domain.prospects import Prospect
from bridge.domain.reasons import Language
from bridge.domain.wording import counted

MOST = 20  # alarms that are told one by one
_NAMED = 3  # administrations that a sentence names


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """Of the last 24 hours, and of now."""

    uploads: int
    delivered: int  # files
    failed: int  # attempts that did not deliver
    waiting: int  # files, now
    held: int  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a summary tells."""

    when: When
    prospects: Sequence[Prospect]  # of what waits, the most pressing first
    alarms: Sequence[Alarm]  # open ones, the newest first
    numbers: Numbers


_WORDS: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "late": "{count} will be late for the next import: {named}.",
        "at_risk": "{count} at risk for the next import: {named}.",
        "on_time": "Everything that waits will be on time; the tightest is {named}.",
        "nothing": "Everything that came has been delivered or decided; nothing waits.",
        "ran": "The imports have run, and {still}. ",
        "hand": "Needs a hand:",
        "no_hand": "Nothing needs a hand.",
        "more": "… and {n} more: bridge alarm list --open",
        "numbers": "Last 24 hours: {uploads}, {delivered}, {failed}. Now: {waiting}, {held}.",
        "before": "before the imports",
        "after": "after the imports",
    },
    "nl": {
        "late": "{count} te laat voor de volgende import: {named}.",
        "at_risk": "{count} krap voor de volgende import: {named}.",
        "on_time": "Alles wat wacht komt op tijd; het krapst is {named}.",
        "nothing": "Alles wat kwam is afgeleverd of er is over beslist; er wacht niets.",
        "ran": "De imports hebben gelopen, en {still}. ",
        "hand": "Hier moet iemand naar kijken:",
        "no_hand": "Nergens hoeft iemand naar te kijken.",
        "more": "… en nog {n}: bridge alarm list --open",
        "numbers": "Laatste 24 uur: {uploads}, {delivered}, {failed}. Nu: {waiting}, {held}.",
        "before": "voor de imports",
        "after": "na de imports",
    },
}

_COUNTED: Mapping[Language, Mapping[str, tuple[str, str]]] = {  # of one, and of many
    "en": {
        "administrations": ("administration", "administrations"),
        "uploads": ("upload came", "uploads came"),
        "delivered": ("file was delivered", "files were delivered"),
        "failed": ("attempt failed", "attempts failed"),
        "waiting": ("file waits", "files wait"),
        "still": ("file still waits", "files still wait"),
        "held": ("is held", "are held"),
    },
    "nl": {
        "administrations": ("administratie", "administraties"),
        "uploads": ("upload gekomen", "uploads gekomen"),
        "delivered": ("bestand afgeleverd", "bestanden afgeleverd"),
        "failed": ("poging mislukt", "pogingen mislukt"),
        "waiting": ("bestand wacht", "bestanden wachten"),
        "still": ("bestand wacht nog", "bestanden wachten nog"),
        "held": ("wordt vastgehouden", "worden vastgehouden"),
    },
}


def summary(found: Situation, language: Language) -> Letter:
    """Return the mail."""
    words = _WORDS[language]
    sentence = _sentence(found, language)
    lines = [sentence, "", *_alarms(found, language), "", _numbers(found.numbers, language)]
    subject = f"{words[found.when.value]}: {sentence.removesuffix('.')}"
    return Letter(subject=printable(subject, 140), text="\n".join(lines))


def _count(what: str, number: int, language: Language) -> str:
    said = counted(number, *_COUNTED[language][what])
    return said.replace(",", ".") if language == "nl" else said


def _numbers(numbers: Numbers, language: Language) -> str:
    values = {
        "uploads": numbers.uploads,
        "delivered": numbers.delivered,
        "failed": numbers.failed,
        "waiting": numbers.waiting,
        "held": numbers.held,
    }
    said = {what: _count(what, number, language) for what, number in values.items()}
    return _WORDS[language]["numbers"].format(**said)


def _sentence(found: Situation, language: Language) -> str:
    words = _WORDS[language]
    if not found.prospects:
        return words["nothing"]
    still = ""
    if found.when is When.AFTER:
        still = words["ran"].format(still=_count("still", found.numbers.waiting, language))
    for verdict in (Verdict.LATE, Verdict.AT_RISK):
        rows = list({one.administration: one for one in found.prospects if one.verdict is verdict}.values())
        if rows:
            count = _count("administrations", len(rows), language)
            return still + words[verdict.value].format(count=count, named=_named(rows))
    return still + words["on_time"].format(named=_named(found.prospects[:1]))


def _named(rows: Sequence[Prospect]) -> str:
    named = ", ".join(f"{one.administration} ({one.room})" for one in rows[:_NAMED])
    return named if len(rows) <= _NAMED else f"{named}, …"


def _alarms(found: Situation, language: Language) -> list[str]:
    words = _WORDS[language]
    if not found.alarms:
        return [words["no_hand"]]
    lines = [words["hand"]]
    for alarm in found.alarms[:MOST]:
        what = f"{alarm_text(alarm.kind, language).label}: {subject_name(alarm.subject)}: {alarm.detail}"
        lines.append(f"- {printable(what, 500)}")
        lines.append(f"  {printable(todo(alarm, language), 500)}")
    if len(found.alarms) > MOST:
        lines.append(words["more"].format(n=len(found.alarms) - MOST))
    return lines
