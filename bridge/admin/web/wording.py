"""What templates say: moments, sizes, ids, states; all of it text, escaped where it is put in."""

from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment

from bridge.domain.clock import Clock
from bridge.domain.deliveries import DeliveryState
from bridge.domain.forecast import Verdict
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.sizes import size
from bridge.domain.spans import span
from bridge.domain.uploads import UploadState
from bridge.domain.wording import counted

# Each state by a word, a shape and a tone: who sees no colour misses nothing.
GOOD, CALM, WAITS, ALERT = "good", "calm", "waits", "alert"
_MARKS: dict[str, tuple[str, str]] = {
    UploadState.PARKED: ("◌", WAITS),
    UploadState.PARTIAL: ("◌", WAITS),
    UploadState.SPOOLED: ("◔", WAITS),
    UploadState.ACCEPTED: ("●", CALM),
    UploadState.HELD: ("◆", ALERT),
    UploadState.REFUSED: ("✕", ALERT),
    UploadState.WITHDRAWN: ("○", CALM),
    DeliveryState.PENDING: ("◔", WAITS),
    DeliveryState.LEASED: ("◑", WAITS),
    DeliveryState.DELIVERED: ("●", GOOD),
    DeliveryState.SUPERSEDED: ("○", CALM),
    DeliveryState.CANCELLED: ("✕", CALM),
    Verdict.ON_TIME: ("●", GOOD),
    Verdict.AT_RISK: ("▲", WAITS),
    Verdict.LATE: ("■", ALERT),
    "rejected": ("✕", ALERT),
    "deferred": ("◔", WAITS),
    "unknown": ("?", ALERT),
    "disabled": ("○", CALM),
    "stopped": ("■", ALERT),
    "paused": ("■", ALERT),
    "ok": ("●", GOOD),
}
_WORDS = {
    Verdict.ON_TIME: "on time",
    Verdict.AT_RISK: "at risk",
    DeliveryState.PENDING: "waiting",
    DeliveryState.LEASED: "under way",
}


class Times:
    """Moments as the console shows them, in one zone that the page names."""

    def __init__(self, timezone: str, clock: Clock) -> None:
        self._zone = ZoneInfo(timezone)
        self._clock = clock

    def local(self, value: datetime) -> datetime:
        """Return *value* in the console's zone."""
        return value.astimezone(self._zone)

    def moment(self, value: datetime | None) -> str:
        """Return a moment with as much of its date as it needs."""
        if value is None:
            return ""
        there, now = self.local(value), self.local(self._clock.now())
        if there.date() == now.date():
            return f"{there:%H:%M:%S}" if there <= now else f"{there:%H:%M}"
        if abs(there.date() - now.date()) == timedelta(days=1):
            return f"{'yesterday' if there < now else 'tomorrow'} {there:%H:%M}"
        if there.year == now.year:
            return f"{there.day} {there:%b %H:%M}"
        return f"{there:%Y-%m-%d %H:%M}"

    def exact(self, value: datetime) -> str:
        """Return a moment with its date and zone."""
        return f"{self.local(value):%Y-%m-%d %H:%M:%S %Z}"

    def clock(self, value: datetime) -> str:
        """Return hour and minute."""
        return f"{self.local(value):%H:%M}"

    def day(self, value: datetime) -> str:
        """Return the date alone, as people of any language read it."""
        return f"{self.local(value):%Y-%m-%d}"

    def ago(self, value: datetime) -> str:
        """Return how long ago it was."""
        return span(max(self._clock.now() - value, timedelta()))

    def zone(self) -> str:
        """Return the zone's short name now: ``CET``."""
        return f"{self.local(self._clock.now()):%Z}"


def add_to(templates: Environment, *, timezone: str, clock: Clock) -> None:
    """Give *templates* their filters; times are shown in *timezone*."""
    times = Times(timezone, clock)
    templates.filters |= {
        "moment": times.moment,
        "exact": times.exact,
        "iso": lambda value: value.isoformat(),
        "clock": times.clock,
        "day": times.day,
        "ago": times.ago,
        "size": size,
        "span": span,
        "counted": counted,
        "inert": lambda value: printable(str(value), 300),
        "lines": lambda value: "\n".join(printable(line, 1000) for line in str(value).splitlines()),
        "reason": lambda code: reason(ReasonCode(code)).admin,
        "mark": lambda state: _MARKS.get(state, ("·", CALM))[0],
        "tone": lambda state: _MARKS.get(state, ("·", CALM))[1],
        "word": lambda state: _WORDS.get(state, str(state)),
        "path": lambda value: quote(str(value), safe=""),
        "number": lambda value: f"{value:,}",
    }
    templates.globals["zone"] = times.zone
    templates.globals["timezone"] = timezone
