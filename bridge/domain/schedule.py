"""When an administration's imports run, and when Payt sends what one of them brought.

An import time is a local time of day.  On the two days on which clocks change: a time that the spring gap
leaves out happens at the first moment after the gap, and a time that comes twice in autumn happens once, the
first of the two.  Whether an import did run nobody tells (payt-imports §2); this says when it is expected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
SENDING_WAITS = timedelta(hours=1)  # after an import (payt-imports §2) …
SENDING_STEP = timedelta(minutes=30)  # … and then until the next full or half hour, local


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedImport:
    """The import that a delivered file will be part of; nobody tells whether it was (payt-imports §2)."""

    import_at: datetime
    sending_at: datetime  # not before this moment Payt sends what the import brought
    timezone: str  # IANA name, in which people read both


def expected_import(times: Sequence[time], timezone: str, delivered_at: datetime) -> ExpectedImport:
    """Return what becomes of a file that was delivered at *delivered_at*; see `next_import`."""
    import_at = next_import(times, timezone, delivered_at)
    return ExpectedImport(
        import_at=import_at, sending_at=sending_after(import_at, timezone), timezone=timezone
    )


def next_import(times: Sequence[time], timezone: str, after: datetime) -> datetime:
    """Return the first import later than *after*.

    What is delivered at the very second of an import is taken to have missed it: the safer reading.

    Args:
        times: local times of day of the imports, at least one, in any order.
        timezone: IANA name of the zone of *times*.
        after: an aware moment.

    Returns:
        An aware moment in UTC.

    Raises:
        ValueError: there are no *times*, or *after* is naive.
    """
    return next(_imports(times, timezone, after))


def aim_before_import(times: Sequence[time], timezone: str, now: datetime, margin: timedelta) -> datetime:
    """Return until when what waits at *now* should be there: *margin* before the cut-off, the next import.

    Within the margin it is the import itself: what is a little late may still be in time.
    """
    import_at = next_import(times, timezone, now)
    return import_at - margin if import_at - margin > now else import_at


def imports_between(times: Sequence[time], timezone: str, after: datetime, until: datetime) -> list[datetime]:
    """Return the imports later than *after* and not later than *until*, the first first.

    Arguments, values and errors are those of `next_import`.
    """
    found: list[datetime] = []
    for import_at in _imports(times, timezone, after):
        if import_at > until:
            break
        found.append(import_at)
    return found


@lru_cache(maxsize=1024)
def sending_after(import_at: datetime, timezone: str) -> datetime:
    """Return the earliest moment, in UTC, at which Payt sends what the import at *import_at* brought.

    At least one hour later, and then on the next full or half hour of *timezone*: imported 15:01 or 15:29,
    sent 16:30; imported 01:00, sent 02:00 (payt-imports §2).
    """
    earliest = import_at.astimezone(UTC) + SENDING_WAITS
    local = earliest.astimezone(ZoneInfo(timezone)).replace(tzinfo=None)
    beyond = (local - datetime.combine(local.date(), time())) % SENDING_STEP
    return earliest + (SENDING_STEP - beyond if beyond else timedelta())


def _imports(times: Sequence[time], timezone: str, after: datetime) -> Iterator[datetime]:
    if not times:
        raise ValueError("an administration has at least one import time")
    if after.tzinfo is None:
        raise ValueError(f"{after}: expected a moment with its zone")
    zone = ZoneInfo(timezone)
    day = after.astimezone(zone).date() - _DAY  # a gap can carry a time of the day before to this day
    last = after
    while True:
        for import_at in sorted({_moment(day, at, zone) for at in times}):
            if import_at > last:
                yield import_at
                last = import_at  # two times in one gap are one import
        day += _DAY


@lru_cache(maxsize=1024)  # a list of 20,000 deliveries asks for the same few nights
def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when it is *at* on *day*, in UTC; see the module for the days on which clocks change."""
    local = datetime.combine(day, at, tzinfo=zone)  # fold 0: of two the first
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    # In the gap.  Read by the offset of after the change the time lies before it, and the other way round.
    return _change(local.replace(fold=1).astimezone(UTC), moment, zone)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the first whole second in (*before*, *after*] that has the offset of *after*."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
