"""Expectations: when uploads of an account are due, by weekday and local time, learned or set by a person.

Learning looks at how a weekday went in the weeks before.  It is slow to promise and slow to forget: an alarm
that is false teaches people to look away, and a holiday or two is no change of habit.  `bridge.domain.due`
says when an expectation is due and when to be alarmed.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bridge.domain.administrations import Administration

WEEKS = 6  # how far learning looks back
LEAST_DAYS = 4  # of these weeks, in which something came at much the same time
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_OUTLIER = 3  # times the usual deviation from the middle …
_NEVER_OUTLIER = _HOUR  # … but nothing so near to it
_WIDEST = timedelta(hours=6)  # between the earliest and the latest: beyond, there is no habit to speak of
_LEAST_MARGIN = timedelta(minutes=10)
_STEP = timedelta(minutes=5)  # due times are rounded up to it
_BEFORE_IMPORT = timedelta(minutes=5)
_BYTES_SHARE = 10  # an export a tenth the size of the smallest is broken; a quiet day is not so quiet


class Weekday(StrEnum):
    """The days as commands name them, in the order of `date.weekday`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEKDAYS = tuple(Weekday)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """That an account will have sent at least so much by a time of a weekday."""

    weekday: Weekday
    due_time: time  # local
    from_time: time  # local: what counts came since the last such time before it is due
    timezone: str  # IANA name
    least_count: int  # uploads, 1 or more
    least_bytes: int  # of them together
    is_learned: bool
    since: datetime  # what was due before this moment was not expected yet

    def __post_init__(self) -> None:
        if self.least_count < 1 or self.least_bytes < 0:
            raise ValueError("an expectation is of at least one upload, and of no less than no bytes")

    def is_met_by(self, came: "Arrivals") -> bool:
        """Whether *came* is enough."""
        return came.count >= self.least_count and came.size >= self.least_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Uploads that came at a moment, or since it."""

    at: datetime
    count: int
    size: int  # bytes, all together


@dataclass(frozen=True, slots=True)
class _Day:
    """What came in one day: how much by when, counted from the day's beginning."""

    steps: list[tuple[timedelta, int, int]]  # since the beginning: uploads and bytes by then

    @property
    def count(self) -> int:
        return self.steps[-1][1]

    @property
    def size(self) -> int:
        return self.steps[-1][2]

    def reached(self, count: int) -> timedelta:
        """Return when *count* uploads had come; they have."""
        return next(offset for offset, so_far, _ in self.steps if so_far >= count)


def what_to_expect(
    arrivals: Sequence[Arrivals], *, places: Sequence[Administration], now: datetime
) -> list[Expectation]:
    """Return what *arrivals* teach about an account that sends to *places*, the first of which has its time.

    See `learn`.
    """
    if not places:
        return []
    times = {at for place in places for at in place.import_times}
    return learn(arrivals, timezone=places[0].timezone, now=now, import_times=sorted(times))


def learn(
    arrivals: Sequence[Arrivals], *, timezone: str, now: datetime, import_times: Sequence[time] = ()
) -> list[Expectation]:
    """Return what can be expected of an account, at most one expectation for each weekday.

    A weekday needs `LEAST_DAYS` of the last `WEEKS` on which uploads came at much the same time; so two that
    were left out, or one that was far too late, change nothing.  Due is the latest of them and half of what
    they vary.  Where the number of files is always the same, that many are expected, else half of the fewest.

    Args:
        arrivals: what came in these weeks and until now, by the minute, the first first.
        timezone: IANA name; a habit goes by local time, on both sides of a change of clocks.
        now: the day that it is in is not over, so that day teaches nothing.
        import_times: local; what always came before an import is due before it too.
    """
    zone = ZoneInfo(timezone)
    moments = [(one.at.astimezone(zone).replace(tzinfo=None), one) for one in arrivals]
    start = _beginning({local.hour for local, _ in moments})
    days: dict[date, _Day] = {}
    for local, one in moments:
        day = (local - start).date()
        steps = days.setdefault(day, _Day([])).steps
        count, size = (steps[-1][1], steps[-1][2]) if steps else (0, 0)
        offset = local - datetime.combine(day, time()) - start + _MINUTE  # by the end of the minute
        steps.append((offset, count + one.count, size + one.size))
    today = (now.astimezone(zone).replace(tzinfo=None) - start).date()
    found = []
    for back in range(1, 8):
        dates = [today - back * _DAY - week * 7 * _DAY for week in range(WEEKS)]
        habit = _habit([days[day] for day in dates if day in days])
        if habit is not None:
            expected = _expectation(
                dates[0], start, habit, timezone=timezone, import_times=import_times, now=now
            )
            found.append(expected)
    return sorted(found, key=lambda one: WEEKDAYS.index(one.weekday))


def _beginning(busy: Set[int]) -> timedelta:
    """Return after how much of the calendar day a day of this account begins; *busy* are hours with uploads.

    At midnight, but where it is busy then, amid its longest pause: an export that runs about midnight comes
    now before it and now after it, and calendar days would count two on one day and none on another.
    """
    if not {23, 0} <= busy:
        return timedelta()
    pauses = [next(n for n in range(25) if (hour + n) % 24 in busy) for hour in range(24)]
    longest = max(pauses)
    return timedelta(hours=(pauses.index(longest) + longest // 2) % 24) if longest else timedelta()


@dataclass(frozen=True, slots=True)
class _Habit:
    latest: timedelta  # since the beginning of the day
    spread: timedelta
    count: int
    size: int


def _habit(days: Sequence[_Day]) -> _Habit | None:
    """Return what *days* have in common; None if that is too little."""
    if len(days) < LEAST_DAYS:
        return None
    counts = sorted(day.count for day in days)
    fewest = counts[1] if len(counts) > LEAST_DAYS else counts[0]  # one day may have been cut short
    count = fewest if fewest == counts[-1] else max(1, fewest // 2)
    reached = [(day.reached(count), day.size) for day in days if day.count >= count]
    usual = [at for at, _ in reached]
    middle = _middle(usual)
    near = max(_OUTLIER * _middle([abs(at - middle) for at in usual]), _NEVER_OUTLIER)
    kept = [at for at in usual if abs(at - middle) <= near]
    if len(kept) < LEAST_DAYS or max(kept) - min(kept) > _WIDEST:
        return None
    return _Habit(max(kept), max(kept) - min(kept), count, min(size for at, size in reached if at in kept))


def _middle(values: Sequence[timedelta]) -> timedelta:
    ordered = sorted(values)
    half = len(ordered) // 2
    return (ordered[half] + ordered[-half - 1]) / 2


def _expectation(
    day: date, start: timedelta, habit: _Habit, *, timezone: str, import_times: Sequence[time], now: datetime
) -> Expectation:
    begins = datetime.combine(day, time()) + start
    latest = begins + habit.latest
    due = latest + max(habit.spread / 2, _LEAST_MARGIN)
    due += -(due - datetime.combine(due.date(), time())) % _STEP
    for cut_off in (datetime.combine(latest.date() + n * _DAY, at) for at in import_times for n in (0, 1)):
        if latest < cut_off <= due:
            due = max(latest, cut_off - _BEFORE_IMPORT)
    due = min(due, begins + _DAY - _MINUTE)  # what is counted begins anew then
    return Expectation(
        weekday=WEEKDAYS[due.weekday()],
        due_time=due.time().replace(second=0, microsecond=0),
        from_time=begins.time(),
        timezone=timezone,
        least_count=habit.count,
        least_bytes=habit.size // _BYTES_SHARE,
        is_learned=True,
        since=now,
    )
