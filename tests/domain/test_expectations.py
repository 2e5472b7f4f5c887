"""What is expected of an account is learned from its habits: slowly, by local time, and never from chance."""

import random
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bridge.domain.expectations import WEEKDAYS, Arrivals, Expectation, Weekday, learn

ZONE = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def on(day: date, at: str, count: int = 1, size: int = 10_000) -> Arrivals:
    local = datetime.combine(day, time.fromisoformat(at), tzinfo=ZONE)
    return Arrivals(at=local.astimezone(UTC), count=count, size=size)


def mondays(*times: str | None, until: date = MONDAY) -> list[Arrivals]:
    """An upload at each of *times* on the Mondays before *until*, the last one last; None: none."""
    dates = [until - 7 * DAY * back for back in range(len(times), 0, -1)]
    return [on(day, at) for day, at in zip(dates, times, strict=True) if at is not None]


def learned(
    arrivals: Iterable[Arrivals], *, today: date = MONDAY, imports: tuple[str, ...] = ()
) -> list[Expectation]:
    return learn(
        sorted(arrivals, key=lambda one: one.at),
        timezone=str(ZONE),
        now=datetime.combine(today, time(12), tzinfo=ZONE),
        import_times=[time.fromisoformat(at) for at in imports],
    )


def due_times(found: Iterable[Expectation]) -> dict[str, str]:
    return {one.weekday.value: f"{one.due_time:%H:%M}" for one in found}


def test_a_weekday_with_a_habit_is_expected_a_little_after_its_latest() -> None:
    [one] = learned(mondays("17:00", "17:04", "17:02", "17:00", "17:01", "17:03"))

    assert one == Expectation(
        weekday=Weekday.MONDAY,
        due_time=time(17, 15),
        from_time=time(0, 0),
        timezone="Europe/Amsterdam",
        least_count=1,
        least_bytes=1_000,
        is_learned=True,
        since=datetime.combine(MONDAY, time(12), tzinfo=ZONE),
    )


@pytest.mark.parametrize("times", [["17:00"] * 3, [], ["17:00"]])
def test_too_few_days_teach_nothing(times: list[str]) -> None:
    assert learned(mondays(*times)) == []


@pytest.mark.parametrize("missing", range(6))
def test_a_holiday_changes_nothing(missing: int) -> None:
    times: list[str | None] = ["17:00"] * 6
    times[missing] = None

    assert due_times(learned(mondays(*times))) == {"monday": "17:15"}


def test_christmas_and_new_year_on_one_weekday_change_nothing() -> None:
    assert due_times(learned(mondays("17:00", "17:00", None, None, "17:00", "17:00"))) == {"monday": "17:15"}


def test_what_stopped_three_weeks_ago_is_expected_no_more() -> None:
    assert learned(mondays("17:00", "17:00", "17:00", None, None, None)) == []


@pytest.mark.parametrize("odd", ["03:00", "22:30"])
def test_one_day_at_a_strange_hour_counts_for_nothing(odd: str) -> None:
    assert due_times(learned(mondays("17:00", "17:02", odd, "17:00", "17:01", "17:00"))) == {
        "monday": "17:15"
    }


def test_what_comes_at_any_hour_is_not_expected() -> None:
    assert learned(mondays("02:00", "06:00", "10:00", "14:00", "18:00", "22:00")) == []


def test_what_varies_gets_more_time() -> None:
    assert due_times(learned(mondays("09:00", "10:00", "11:00", "09:30", "10:30", "10:00"))) == {
        "monday": "12:05"
    }


def test_today_is_not_over_and_teaches_nothing() -> None:
    sent = [*mondays("17:00", "17:00", "17:00"), on(MONDAY, "09:00")]

    assert learned(sent) == []


def test_only_the_last_six_weeks_count() -> None:
    assert learned(mondays("17:00", "17:00", "17:00", None, None, None, None, None)) == []


def test_a_habit_that_moved_to_another_hour_is_learned_anew_after_four_weeks() -> None:
    moved = ["09:00", "09:00", "17:00", "17:00", "17:00", "17:00"]

    assert due_times(learned(mondays(*moved))) == {"monday": "17:15"}


def test_the_same_number_of_files_each_time_is_expected_in_full() -> None:
    dates = [MONDAY - 7 * DAY * back for back in range(1, 7)]

    [one] = learned([each for day in dates for each in (on(day, "17:00", 2), on(day, "17:20"))])

    assert one.least_count == 3
    assert one.due_time == time(17, 35)


def test_of_a_number_that_varies_half_of_the_fewest_are_expected() -> None:
    counts = [40, 90, 44, 61, 60, 3]  # one day was cut short
    dates = [MONDAY - 7 * DAY * back for back in range(1, 7)]

    [one] = learned(
        [on(day, "17:00", count, count * 1_000) for day, count in zip(dates, counts, strict=True)]
    )

    assert one.least_count == 20
    assert one.least_bytes == 4_000


def test_what_always_comes_before_an_import_is_due_before_it() -> None:
    times = ["00:40", "00:45", "00:50", "00:48", "00:41", "00:44"]

    assert due_times(learned(mondays(*times))) == {"monday": "01:05"}
    assert due_times(learned(mondays(*times), imports=("01:00",))) == {"monday": "00:55"}


def test_an_export_about_midnight_is_one_a_night() -> None:
    # By calendar days there would be two on some and none on others.
    nights = [MONDAY - DAY * back for back in range(1, 50)]
    sent = [on(day, "23:50") if day.toordinal() % 2 else on(day + DAY, "00:10") for day in nights]

    found = learned(sent)

    assert {one.least_count for one in found} == {1}
    assert {one.due_time for one in found} == {time(0, 25)}
    assert {one.weekday for one in found} == set(Weekday)
    assert {one.from_time for one in found} == {time(12, 0)}


@pytest.mark.parametrize(
    "today",
    [date(2026, 10, 26), date(2026, 11, 9), date(2027, 3, 29), date(2027, 4, 12)],
    ids=["after-autumn", "amid-autumn", "after-spring", "amid-spring"],
)
def test_a_change_of_clocks_is_no_change_of_habit(today: date) -> None:
    for weekday in range(7):
        until = today + DAY * weekday
        assert set(due_times(learned(mondays(*["17:00"] * 6, until=until), today=until)).values()) == {
            "17:15"
        }


def test_nothing_is_expected_of_whoever_sends_by_chance() -> None:
    # A client that sends about once a week at any time: 100 accounts, half a year of nights.
    chance = random.Random(4)  # noqa: S311  a test's
    false = 0
    for _ in range(100):
        days = [MONDAY - DAY * back for back in range(180) if chance.random() < 1 / 7]
        sent = [on(day, f"{chance.randrange(24):02}:{chance.randrange(60):02}") for day in days]
        for back in range(0, 120, 10):
            today = MONDAY - DAY * back
            false += len(learned([one for one in sent if one.at.date() < today], today=today))

    assert false == 0


@pytest.mark.parametrize("seed", range(20))
def test_a_habit_is_learned_and_seldom_missed_by_those_who_keep_it(seed: int) -> None:
    # Half a year over both changes of clocks, holidays among it; the habit is kept to within a quarter hour.
    chance = random.Random(seed)  # noqa: S311  a test's
    first, hour = date(2026, 9, 7), chance.randrange(24)
    sent: list[Arrivals] = []
    early = expected = 0
    for number in range(210):
        today = first + DAY * number
        is_working = today.weekday() < 5 and chance.random() > 0.03
        comes = on(today, f"{hour:02}:{chance.randrange(15):02}")
        known = [one for one in sent if one.at > comes.at - 7 * 6 * DAY - DAY]
        for one in learned(known, today=today) if number > 45 else []:
            if one.weekday is WEEKDAYS[today.weekday()] and is_working:
                expected += 1
                early += comes.at.astimezone(ZONE).time() > one.due_time
        if is_working:
            sent.append(comes)

    assert expected > 100
    assert early == 0


def test_an_expectation_is_met_by_enough_files_of_enough_bytes() -> None:
    [one] = learned(mondays(*["17:00"] * 6))
    at = datetime(2026, 11, 23, tzinfo=UTC)

    assert one.is_met_by(Arrivals(at=at, count=1, size=1_000))
    assert not one.is_met_by(Arrivals(at=at, count=1, size=999))
    assert not one.is_met_by(Arrivals(at=at, count=0, size=0))


@pytest.mark.parametrize(("count", "size"), [(0, 0), (1, -1)])
def test_an_expectation_of_nothing_cannot_be(count: int, size: int) -> None:
    with pytest.raises(ValueError, match="at least one upload"):
        Expectation(
            weekday=Weekday.MONDAY,
            due_time=time(17),
            from_time=time(0),
            timezone="UTC",
            least_count=count,
            least_bytes=size,
            is_learned=False,
            since=datetime(2026, 1, 1, tzinfo=UTC),
        )
