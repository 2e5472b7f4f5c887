"""What is due is due by local time; the alarm comes while something can still be done before the import."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bridge.domain.administrations import Administration, AdministrationId
from bridge.domain.due import Patience, due_on, last_due, next_alarm_at
from bridge.domain.expectations import Expectation, Weekday

PATIENCE = Patience(tolerance=timedelta(minutes=30), before_cut_off=timedelta(minutes=60))
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def expected(
    due: str,
    *,
    weekday: Weekday = Weekday.MONDAY,
    begins: str = "00:00",
    since: str = "2026-01-01T00:00+01:00",
) -> Expectation:
    return Expectation(
        weekday=weekday,
        due_time=time.fromisoformat(due),
        from_time=time.fromisoformat(begins),
        timezone="Europe/Amsterdam",
        least_count=1,
        least_bytes=0,
        is_learned=False,
        since=at(since),
    )


def place(*import_times: str) -> Administration:
    return Administration(
        id=AdministrationId(1),
        code="A1",
        payt_id=None,
        sealed_token=None,
        import_times=tuple(time.fromisoformat(at) for at in import_times or ("01:00",)),
        timezone="Europe/Amsterdam",
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_the_alarm_waits_for_the_tolerance() -> None:
    due = due_on(expected("17:00"), MONDAY, places=[place()], patience=PATIENCE)

    assert due.due_at == at("2026-11-23T17:00+01:00")
    assert due.alarm_at == at("2026-11-23T17:30+01:00")
    assert due.cut_off_at == at("2026-11-24T01:00+01:00")
    assert due.from_at == at("2026-11-23T00:00+01:00")


@pytest.mark.parametrize(
    ("due_time", "alarm"),
    [
        ("23:45", "2026-11-24T00:00+01:00"),  # an hour before the import, not half an hour after it is due
        ("00:20", "2026-11-23T00:20+01:00"),  # no sooner than it is due
        ("00:59", "2026-11-23T00:59+01:00"),
        ("01:00", "2026-11-23T01:30+01:00"),  # for the next import
    ],
)
def test_the_alarm_comes_before_the_import(due_time: str, alarm: str) -> None:
    assert due_on(expected(due_time), MONDAY, places=[place()], patience=PATIENCE).alarm_at == at(alarm)


def test_of_several_imports_the_next_one_counts() -> None:
    due = due_on(
        expected("12:45"), MONDAY, places=[place("01:00"), place("09:00", "13:30")], patience=PATIENCE
    )

    assert due.cut_off_at == at("2026-11-23T13:30+01:00")
    assert due.alarm_at == at("2026-11-23T12:45+01:00")


def test_without_an_administration_only_the_tolerance_counts() -> None:
    due = due_on(expected("17:00"), MONDAY, places=[], patience=PATIENCE)

    assert (due.cut_off_at, due.alarm_at) == (None, at("2026-11-23T17:30+01:00"))


def test_what_counts_may_begin_the_day_before() -> None:
    due = due_on(expected("00:25", begins="12:00"), MONDAY, places=[], patience=PATIENCE)

    assert due.from_at == at("2026-11-22T12:00+01:00")


@pytest.mark.parametrize(
    ("day", "due_time", "due_at"),
    [
        (date(2026, 10, 24), "02:30", "2026-10-24T02:30+02:00"),
        (date(2026, 10, 25), "02:30", "2026-10-25T02:30+01:00"),  # twice: the second, for nobody is early
        (date(2026, 10, 25), "17:00", "2026-10-25T17:00+01:00"),
        (date(2027, 3, 28), "02:30", "2027-03-28T03:30+02:00"),  # left out
        (date(2027, 3, 28), "17:00", "2027-03-28T17:00+02:00"),
    ],
)
def test_due_times_are_local_on_both_changes_of_clocks(day: date, due_time: str, due_at: str) -> None:
    weekday = list(Weekday)[day.weekday()]

    due = due_on(expected(due_time, weekday=weekday), day, places=[place()], patience=PATIENCE)

    assert due.due_at == at(due_at)
    assert due.due_at <= due.alarm_at


def answer(now: str, *expectations: Expectation) -> datetime | None:
    due = last_due(expectations, places=[place()], patience=PATIENCE, now=at(now))
    return None if due is None else due.due_at


def test_nothing_is_due_without_expectations() -> None:
    common: Any = {"places": [place()], "patience": PATIENCE, "now": at("2026-11-23T18:00+01:00")}

    assert last_due([], **common) is None
    assert next_alarm_at([], **common) is None


def test_an_expectation_stays_the_last_one_until_the_next_is_due() -> None:
    monday, tuesday = expected("17:00"), expected("17:00", weekday=Weekday.TUESDAY)

    assert answer("2026-11-23T17:29+01:00", monday, tuesday) == at("2026-11-17T17:00+01:00")
    assert answer("2026-11-23T17:30+01:00", monday, tuesday) == at("2026-11-23T17:00+01:00")
    assert answer("2026-11-24T17:29+01:00", monday, tuesday) == at("2026-11-23T17:00+01:00")
    assert answer("2026-11-24T17:30+01:00", monday, tuesday) == at("2026-11-24T17:00+01:00")


def test_what_was_due_before_it_was_expected_is_no_matter() -> None:
    made = expected("17:00", since="2026-11-23T17:01+01:00")

    assert answer("2026-11-23T18:00+01:00", made) is None
    assert answer("2026-11-30T18:00+01:00", made) == at("2026-11-30T17:00+01:00")


def test_the_next_alarm_is_when_the_answer_changes() -> None:
    both = [expected("17:00"), expected("09:00", weekday=Weekday.THURSDAY)]
    now = at("2026-11-22T00:00+01:00")
    changes: list[datetime] = []
    while len(changes) < 4:
        moment = next_alarm_at(both, places=[place()], patience=PATIENCE, now=now)
        assert moment is not None
        before = last_due(both, places=[place()], patience=PATIENCE, now=moment - timedelta(seconds=1))
        after = last_due(both, places=[place()], patience=PATIENCE, now=moment)
        assert before != after
        changes.append(moment)
        now = moment

    assert changes == [
        at("2026-11-23T17:30+01:00"),
        at("2026-11-26T09:30+01:00"),
        at("2026-11-30T17:30+01:00"),
        at("2026-12-03T09:30+01:00"),
    ]


def test_each_weekday_is_due_once_in_each_week_of_a_year() -> None:
    for weekday in Weekday:
        one = expected("02:30", weekday=weekday)
        now = at("2026-09-07T00:00+02:00")
        found: list[datetime] = []
        for _ in range(52):
            moment = next_alarm_at([one], places=[place()], patience=PATIENCE, now=now)
            assert moment is not None
            found.append(moment)
            now = moment
        gaps = {later - earlier for earlier, later in pairwise(found)}
        assert gaps <= {7 * DAY, 7 * DAY + timedelta(hours=1), 7 * DAY - timedelta(hours=1)}
