"""A summary is due before the first import of a night and after the last, and for nothing in between."""

from datetime import timedelta

from bridge.domain.nights import Night, When, nights, summary_due
from tests.support.clock import DAY, MINUTE, NOON

HOUR = timedelta(hours=1)
NIGHT = [NOON, NOON + HOUR, NOON + 3 * HOUR]  # three administrations
IMPORTS = [at + day * DAY for at in NIGHT for day in (-1, 0, 1)]


def due(at: timedelta) -> tuple[When, timedelta] | None:
    found = summary_due(IMPORTS, before=HOUR, after=30 * MINUTE, now=NOON + at)
    return None if found is None else (found.when, found.due_at - NOON)


def test_imports_near_each_other_are_one_night() -> None:
    found = nights(IMPORTS)

    assert len(found) == 3
    assert found[1] == Night(first_at=NOON, last_at=NOON + 3 * HOUR)


def test_imports_around_the_clock_are_cut_after_twelve_hours() -> None:
    found = nights(NOON + number * HOUR for number in range(24))

    assert [night.last_at - night.first_at for night in found] == [12 * HOUR, 10 * HOUR]


def test_it_is_due_before_the_first_and_after_the_last() -> None:
    assert due(-61 * MINUTE) is None
    assert due(-60 * MINUTE) == (When.BEFORE, -HOUR)
    assert due(-1 * MINUTE) == (When.BEFORE, -HOUR)
    assert due(0 * MINUTE) is None
    assert due(209 * MINUTE) is None
    assert due(210 * MINUTE) == (When.AFTER, 210 * MINUTE)
    assert due(380 * MINUTE) == (When.AFTER, 210 * MINUTE)  # the server was away
    assert due(400 * MINUTE) is None
    assert due(23 * HOUR) == (When.BEFORE, 23 * HOUR)
