"""Imports happen once a day at their local time, also on the days on which clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.schedule import aim_before_import, imports_between, next_import, sending_after

AMSTERDAM = "Europe/Amsterdam"
# Half-hour changes, gaps at midnight, a whole day left out, a quarter of an hour beside the full one.
ZONES = [AMSTERDAM, "UTC", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "Asia/Kathmandu"]
MOMENTS = st.datetimes(datetime(2009, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  tz given
TIMES = st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4)


def local(text: str, zone: str = AMSTERDAM) -> datetime:
    """The moment at which clocks in *zone* show *text*; of two the first."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_next_import_is_today_before_its_time_and_tomorrow_from_its_time_on() -> None:
    imports_at = local("2026-11-21 01:00")

    assert next_import([time(1)], AMSTERDAM, imports_at - timedelta(microseconds=1)) == imports_at
    assert next_import([time(1)], AMSTERDAM, imports_at) == local("2026-11-22 01:00")
    assert next_import([time(1)], AMSTERDAM, local("2026-11-20 23:30")) == imports_at


def test_of_several_times_the_next_counts_in_whatever_order_they_stand() -> None:
    times = [time(18), time(1), time(13, 30)]

    assert next_import(times, AMSTERDAM, local("2026-11-21 12:00")) == local("2026-11-21 13:30")
    assert next_import(times, AMSTERDAM, local("2026-11-21 18:00")) == local("2026-11-22 01:00")
    assert imports_between(times, AMSTERDAM, local("2026-11-21 13:30"), local("2026-11-22 13:30")) == [
        local("2026-11-21 18:00"),
        local("2026-11-22 01:00"),
        local("2026-11-22 13:30"),
    ]


def test_the_answer_is_in_utc_whatever_zone_the_question_came_in() -> None:
    asked = datetime(2026, 7, 1, 8, 0, tzinfo=ZoneInfo("Asia/Tokyo"))  # 01:00 in Amsterdam

    found = next_import([time(1)], AMSTERDAM, asked)

    assert found == utc("2026-07-01 23:00")
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(1, 59), "2026-03-29 00:59"),
        (time(2), "2026-03-29 01:00"),  # 02:00 to 03:00 is left out: all of it is at 03:00
        (time(2, 30), "2026-03-29 01:00"),
        (time(2, 59), "2026-03-29 01:00"),
        (time(3), "2026-03-29 01:00"),
        (time(3, 1), "2026-03-29 01:01"),
    ],
)
def test_in_spring_a_time_that_is_left_out_happens_right_after_the_gap(at: time, expected: str) -> None:
    midnight = local("2026-03-29 00:00")

    assert next_import([at], AMSTERDAM, midnight) == utc(expected)
    assert len(imports_between([at], AMSTERDAM, midnight, midnight + timedelta(hours=23))) == 1


def test_times_that_fall_together_after_the_gap_are_one_import() -> None:
    times = [time(2, 15), time(2, 45), time(3)]

    found = imports_between(times, AMSTERDAM, local("2026-03-29 00:00"), local("2026-03-30 02:15"))

    assert found == [utc("2026-03-29 01:00"), utc("2026-03-30 00:15")]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (time(1, 59), "2026-10-24 23:59"),
        (time(2), "2026-10-25 00:00"),  # again an hour later, which does not count
        (time(2, 30), "2026-10-25 00:30"),
        (time(3), "2026-10-25 02:00"),
    ],
)
def test_in_autumn_a_time_that_comes_twice_happens_once_the_first(at: time, expected: str) -> None:
    midnight = local("2026-10-25 00:00")

    assert next_import([at], AMSTERDAM, midnight) == utc(expected)
    assert len(imports_between([at], AMSTERDAM, midnight, midnight + timedelta(hours=25))) == 1
    between_the_two = utc("2026-10-25 00:45")
    if at == time(2, 30):
        assert next_import([at], AMSTERDAM, between_the_two) == local("2026-10-26 02:30")


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        ("America/Havana", time(0, 30), "2026-03-07 12:00", "2026-03-08 05:00"),  # midnight is left out
        ("Australia/Lord_Howe", time(2, 10), "2026-10-04 00:00", "2026-10-03 15:30"),  # half an hour is
        ("Pacific/Apia", time(1), "2011-12-29 12:00", "2011-12-30 10:00"),  # the whole 30th of December is
        ("Asia/Kathmandu", time(1), "2026-01-01 00:00", "2025-12-31 19:15"),
    ],
)
def test_other_zones_have_other_gaps(zone: str, at: time, day: str, expected: str) -> None:
    assert next_import([at], zone, local(day, zone)) == utc(expected)


@given(times=TIMES, zone=st.sampled_from(ZONES), after=MOMENTS)
def test_the_next_import_is_later_within_two_days_and_none_is_between(
    times: list[time], zone: str, after: datetime
) -> None:
    found = next_import(times, zone, after)

    assert after < found <= after + timedelta(hours=49)
    assert imports_between(times, zone, after, found) == [found]
    assert next_import(times, zone, found - timedelta(microseconds=1)) == found


@given(at=st.times(), zone=st.sampled_from(ZONES), after=MOMENTS)
def test_a_year_has_as_many_imports_as_days(at: time, zone: str, after: datetime) -> None:
    at = at.replace(second=0, microsecond=0)

    found = imports_between([at], zone, after, after + timedelta(days=365))

    assert len(found) in {364, 365, 366}
    shown = {moment.astimezone(ZoneInfo(zone)).time() for moment in found}
    assert at in shown
    assert len(shown) <= 3  # and once in spring the end of the gap; over New Year's 2012 in Apia once more


@pytest.mark.parametrize(
    ("imported", "sent"),
    [
        ("15:01", "16:30"),
        ("15:29", "16:30"),
        ("15:30", "16:30"),
        ("15:31", "17:00"),
        ("01:00", "02:00"),
        ("23:15", "00:30"),
    ],
)
def test_sending_waits_an_hour_and_then_for_the_half_hour(imported: str, sent: str) -> None:
    at = sending_after(local(f"2026-11-21 {imported}"), AMSTERDAM)

    assert f"{at.astimezone(ZoneInfo(AMSTERDAM)):%H:%M}" == sent
    assert at.tzinfo is UTC


def test_the_half_hours_are_those_of_the_zone() -> None:
    assert sending_after(local("2026-11-21 01:00", "Asia/Kathmandu"), "Asia/Kathmandu") == local(
        "2026-11-21 02:00", "Asia/Kathmandu"
    )


def test_a_second_past_the_half_hour_waits_for_the_next() -> None:
    assert sending_after(local("2026-11-21 15:30:01"), AMSTERDAM) == local("2026-11-21 17:00")


def test_sending_after_an_import_at_the_clock_change_is_an_hour_later_by_the_sun() -> None:
    assert sending_after(utc("2026-10-25 00:00"), AMSTERDAM) == utc("2026-10-25 01:00")  # 02:00, the second
    assert sending_after(utc("2026-03-29 00:00"), AMSTERDAM) == utc("2026-03-29 01:00")  # 03:00


@given(zone=st.sampled_from(ZONES), imported=MOMENTS)
def test_sending_is_an_hour_to_an_hour_and_a_half_after_the_import(zone: str, imported: datetime) -> None:
    at = sending_after(imported, zone)

    assert timedelta(hours=1) <= at - imported < timedelta(hours=1, minutes=30)
    shown = at.astimezone(ZoneInfo(zone))
    assert (shown.minute % 30, shown.second, shown.microsecond) == (0, 0, 0)


def test_what_cannot_be_answered_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        next_import([], AMSTERDAM, utc("2026-11-21 12:00"))
    with pytest.raises(ValueError, match="with its zone"):
        next_import([time(1)], AMSTERDAM, datetime(2026, 11, 21))  # noqa: DTZ001  that is the fault


def test_the_aim_lies_before_the_import_and_in_that_margin_is_the_import() -> None:
    at_one, margin = datetime(2026, 11, 22, 0, 0, tzinfo=UTC), timedelta(minutes=5)

    def found(minutes_before: float) -> datetime:
        now = at_one - timedelta(minutes=minutes_before)
        return aim_before_import([time(1)], "Europe/Amsterdam", now, margin)

    assert found(60) == at_one - margin
    assert found(5) == at_one
    assert found(1) == at_one
    assert found(0) == at_one + timedelta(days=1) - margin
