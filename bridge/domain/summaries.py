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
        "ran": "The imports have run, and {waiting} files still wait. ",
        "one": "1 administration",
        "many": "{n} administrations",
        "hand": "Needs a hand:",
        "no_hand": "Nothing needs a hand.",
        "more": "… and {n} more: bridge alarm list --open",
        "numbers": "Last 24 hours: {uploads} uploads came, {delivered} files were delivered, "
        "{failed} attempts failed. Now: {waiting} files wait, {held} are held.",
        "before": "before the imports",
        "after": "after the imports",
    },
    "nl": {
        "late": "{count} te laat voor de volgende import: {named}.",
        "at_risk": "{count} krap voor de volgende import: {named}.",
        "on_time": "Alles wat wacht komt op tijd; het krapst is {named}.",
        "nothing": "Alles wat kwam is afgeleverd of er is over beslist; er wacht niets.",
        "ran": "De imports hebben gelopen, en er wachten nog {waiting} bestanden. ",
        "one": "1 administratie",
        "many": "{n} administraties",
        "hand": "Hier moet iemand naar kijken:",
        "no_hand": "Nergens hoeft iemand naar te kijken.",
        "more": "… en nog {n}: bridge alarm list --open",
        "numbers": "Laatste 24 uur: {uploads} uploads gekomen, {delivered} bestanden afgeleverd, "
        "{failed} pogingen mislukt. Nu: {waiting} bestanden wachten, {held} worden vastgehouden.",
        "before": "voor de imports",
        "after": "na de imports",
    },
}


def summary(found: Situation, language: Language) -> Letter:
    """Return the mail."""
    words = _WORDS[language]
    sentence = _sentence(found, words)
    lines = [sentence, "", *_alarms(found, language), "", words["numbers"].format(**_values(found.numbers))]
    subject = f"{words[found.when.value]}: {sentence.removesuffix('.')}"
    return Letter(subject=printable(subject, 140), text="\n".join(lines))


def _values(numbers: Numbers) -> dict[str, int]:
    return {
        "uploads": numbers.uploads,
        "delivered": numbers.delivered,
        "failed": numbers.failed,
        "waiting": numbers.waiting,
        "held": numbers.held,
    }


def _sentence(found: Situation, words: Mapping[str, str]) -> str:
    if not found.prospects:
        return words["nothing"]
    still = found.when is When.AFTER and words["ran"].format(waiting=found.numbers.waiting)
    for verdict in (Verdict.LATE, Verdict.AT_RISK):
        rows = list({one.administration: one for one in found.prospects if one.verdict is verdict}.values())
        if rows:
            count = words["one"] if len(rows) == 1 else words["many"].format(n=len(rows))
            return (still or "") + words[verdict.value].format(count=count, named=_named(rows))
    return (still or "") + words["on_time"].format(named=_named(found.prospects[:1]))


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
