"""When an expectation is due, and when to be alarmed about it: while there is time before the import."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bridge.domain.administrations import Administration
from bridge.domain.expectations import WEEKDAYS, Expectation
from bridge.domain.schedule import next_import

_DAY = timedelta(days=1)
_WEEK_BACK, _WEEK_AHEAD = -8, 8  # days that surely have each weekday in them, on either side


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what is due."""

    tolerance: timedelta  # after it is due
    before_cut_off: timedelta  # but no longer than until so long before the import, if it is due before that


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One day on which an expectation is due."""

    expectation: Expectation
    from_at: datetime  # what came since this moment counts
    due_at: datetime
    alarm_at: datetime  # due_at or later; before the cut-off unless it is due later than that
    cut_off_at: datetime | None  # the first import after it is due, of any of the administrations


def last_due(
    expectations: Iterable[Expectation],
    *,
    places: Sequence[Administration],
    patience: Patience,
    now: datetime,
) -> Due | None:
    """Return what was due last of all whose alarm moment has come; None if nothing was in the last week.

    Only the last counts: once newer files have come, those that were missed before are no matter, since a
    data file takes the place of the one before it (payt-imports §2).
    """
    return max(
        (
            due
            for one in expectations
            for due in _around(one, places, patience, now)
            if one.since <= due.due_at and due.alarm_at <= now
        ),
        key=lambda due: (due.due_at, due.from_at),
        default=None,
    )


def next_alarm_at(
    expectations: Iterable[Expectation],
    *,
    places: Sequence[Administration],
    patience: Patience,
    now: datetime,
) -> datetime | None:
    """Return the next moment at which `last_due` changes its answer; None if there are no expectations."""
    return min(
        (
            due.alarm_at
            for one in expectations
            for due in _around(one, places, patience, now)
            if due.alarm_at > now
        ),
        default=None,
    )


def _around(
    expectation: Expectation, places: Sequence[Administration], patience: Patience, now: datetime
) -> Iterator[Due]:
    today = now.astimezone(ZoneInfo(expectation.timezone)).date()
    for days in range(_WEEK_BACK, _WEEK_AHEAD + 1):
        day = today + days * _DAY
        if WEEKDAYS[day.weekday()] is expectation.weekday:
            yield due_on(expectation, day, places=places, patience=patience)


def due_on(
    expectation: Expectation, day: date, *, places: Sequence[Administration], patience: Patience
) -> Due:
    """Return when *expectation* is due on the local date *day*, which is of its weekday.

    Of a time that comes twice when clocks go back the second is meant, for nobody must be alarmed too early.
    A time that is left out when they go forward is an hour later by the new time.
    """
    zone = ZoneInfo(expectation.timezone)
    due_at = _latest(day, expectation.due_time, zone)
    begins_on = day if expectation.from_time < expectation.due_time else day - _DAY
    from_at = datetime.combine(begins_on, expectation.from_time, tzinfo=zone).astimezone(UTC)
    cut_offs = [next_import(place.import_times, place.timezone, due_at) for place in places]
    cut_off_at = min(cut_offs, default=None)
    alarm_at = due_at + patience.tolerance
    if cut_off_at is not None:
        alarm_at = max(due_at, min(alarm_at, cut_off_at - patience.before_cut_off))
    return Due(
        expectation=expectation, from_at=from_at, due_at=due_at, alarm_at=alarm_at, cut_off_at=cut_off_at
    )


def _latest(day: date, at: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day, at, tzinfo=zone)
    return max(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
