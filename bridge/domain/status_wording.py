"""How the folder status says things: sizes, days, times, and what became of an upload, in one line."""

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from bridge.domain.deliveries import DeliveryState
from bridge.domain.names import MAX_NAME_BYTES, printable
from bridge.domain.reasons import Language, ReasonCode, reason
from bridge.domain.reports import UNKNOWN, Counted
from bridge.domain.schedule import ExpectedImport
from bridge.domain.sizes import size
from bridge.domain.status import Fate, Part, Received, fate_of
from bridge.domain.status_texts import Words, words
from bridge.domain.uploads import UploadState

REJECTED, OK = ".rejected.txt", ".ok"
LONGEST_NAME = 200  # characters, where a name is shown
_TOLD_WHY = (DeliveryState.HELD, UNKNOWN, DeliveryState.CANCELLED)


def report_name(name: str, suffix: str) -> str:
    """Return the name of the answer to a file called *name*, short enough to be asked for."""
    stem = name.encode()[: MAX_NAME_BYTES - len(suffix)].decode(errors="ignore")
    return stem + suffix


def encoded(lines: Iterable[str]) -> bytes:
    """Return *lines* as a file.

    CRLF, because Notepad before Windows 10 shows a text without it as one line, and nothing minds it.  UTF-8
    without a mark: every Notepad since XP recognises it, and a mark would stick to the first word that a
    script reads.
    """
    return "".join(f"{line.rstrip()}\r\n" for line in lines).encode()


@dataclass(frozen=True, slots=True)
class Wording:
    """One language, one time zone, one day that is today."""

    language: Language
    timezone: str
    today: date

    @property
    def words(self) -> Words:
        """The texts."""
        return words(self.language)

    @property
    def zone(self) -> tzinfo:
        """The time zone."""
        return ZoneInfo(self.timezone)

    def number(self, value: int) -> str:
        """Return ``19,500``."""
        return f"{value:,}".replace(",", self.words.thousands)

    def size(self, count: int) -> str:
        """Return a number of bytes as people say it: ``3 B``, ``20 kB``, ``1.2 MB``."""
        return size(count, self.words.decimal)

    def files(self, count: int) -> str:
        """Return ``1 file`` or ``2 files``."""
        return f"{self.number(count)} {self.words.file if count == 1 else self.words.files}"

    def day(self, day: date) -> str:
        """Return ``Sunday 22 November 2026``."""
        return f"{self.words.weekdays[day.weekday()]} {day.day} {self.words.months[day.month - 1]} {day.year}"

    def time(self, moment: datetime) -> str:
        """Return the local time of day."""
        return f"{moment.astimezone(self.zone):%H:%M}"

    def when(self, moment: datetime, zone: tzinfo, day: date) -> str:
        """Return ``01:00``, with its weekday where that is not *day*'s: ``Monday 01:00``."""
        local = moment.astimezone(zone)
        weekday = "" if local.date() == day else f"{self.words.weekdays[local.weekday()]} "
        return f"{weekday}{local:%H:%M}"

    def received(self, upload: Received) -> str:
        """Return when an upload was received, how large it is and under which path."""
        return self.words.received.format(
            day=self.day(upload.closed_at.astimezone(self.zone).date()),
            time=self.time(upload.closed_at),
            size=self.size(upload.size),
            path=printable(upload.path, LONGEST_NAME),
        )

    def why(self, code: ReasonCode | None) -> str:
        """Return the sentence for the sender; None: a person decided without one."""
        return reason(code or ReasonCode.TURNED_DOWN, self.language).sender

    def outcome(self, upload: Received) -> str:
        """Return what became of an upload, in one line."""
        if upload.state is UploadState.ACCEPTED:
            return self._of_deliveries(upload)
        if upload.fate is Fate.REPLACED:
            return self.words.replaced
        return self.words.states[upload.state].format(why=self.why(upload.reason))

    def _of_deliveries(self, upload: Received) -> str:
        if upload.fate is Fate.REPLACED and upload.is_replaced:
            return self.words.replaced
        told = sorted(
            (part for part in upload.parts if part.counted in _TOLD_WHY), key=lambda part: part.first
        )
        why = self.why(told[0].reason) if told else ""
        text = self.together(self.told(upload.counts), why, is_only=sum(part.count for part in told) == 1)
        return self._with_import(text, upload.parts)

    def told(
        self, deliveries: Mapping[Counted, int], uploads: Mapping[UploadState, int] | None = None
    ) -> dict[str, int]:
        """Return how many are said to be what: deliveries, and uploads that were not accepted."""
        counts: dict[str, int] = {}
        for counted, text in self.words.parts.items():
            counts[text] = counts.get(text, 0) + deliveries.get(counted, 0)
        for state, count in (uploads or {}).items():
            text = self.words.fates[fate_of(state, frozenset(), is_replaced=False)]
            counts[text] = counts.get(text, 0) + count
        return {text: count for text, count in counts.items() if count}

    def together(self, told: Mapping[str, int], why: str = "", *, is_only: bool = True) -> str:
        """Return ``17 of 18 delivered, 1 held: The PDF is …``.

        Args:
            told: how many are said to be what.
            why: of the first that does not go; empty: not said.
            is_only: whether that is the only one.
        """
        total = sum(told.values())
        delivered = told.get(self.words.parts[DeliveryState.DELIVERED], 0)
        if not total:
            return self.words.nothing_in_it
        if total == 1:
            said = next(iter(told))
        elif delivered == total:
            said = self.words.all_delivered.format(total=self.number(total))
        else:
            some = self.words.some_delivered.format(
                delivered=self.number(delivered), total=self.number(total)
            )
            others = [
                f"{self.number(count)} {text}"
                for text, count in told.items()
                if text != self.words.parts[DeliveryState.DELIVERED]
            ]
            said = ", ".join([some, *others])
        if not why:
            return said
        return f"{said}: {why}" if is_only else f"{said}; {self.words.the_first.format(why=why)}"

    def _with_import(self, text: str, parts: tuple[Part, ...]) -> str:
        """Say in which import it is expected, if all is delivered; nobody tells more (payt-imports §2)."""
        coming = [part.coming for part in parts if part.coming is not None]
        if not coming or any(part.counted is not DeliveryState.DELIVERED for part in parts):
            return text
        last: ExpectedImport = max(coming, key=lambda one: one.import_at)
        zone = ZoneInfo(last.timezone)
        import_day = last.import_at.astimezone(zone).date()
        return self.words.coming.format(
            text=text,
            import_at=self.when(last.import_at, zone, self.today),
            sending_at=self.when(last.sending_at, zone, import_day),
        )


def field(label: str, text: str, *, width: int, label_width: int) -> list[str]:
    """Return *text* behind its *label*, in lines of at most *width* characters where its words allow it."""
    if label_width + 2 + len(text) <= width:  # as most do, and to wrap costs ten times as much
        return [f"{label:<{label_width}}  {text}"]
    return textwrap.wrap(
        text,
        width=width,
        initial_indent=f"{label:<{label_width}}  ",
        subsequent_indent=" " * (label_width + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )


def paragraph(text: str, *, width: int) -> list[str]:
    """Return *text* in lines of at most *width* characters."""
    return textwrap.wrap(text, width=width, break_long_words=False, break_on_hyphens=False)
