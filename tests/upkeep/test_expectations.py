"""A usual upload that does not come raises an alarm before the import; when it comes, the alarm recovers.

Time is made up, weeks of it, over both changes of clocks; the ledger is real.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bridge.admin.operations import expectations as operations
from bridge.admin.operations.desk import Desk
from bridge.config import Settings
from bridge.domain.accounts import Account
from bridge.domain.alarms import Alarm
from bridge.domain.audit import Actor, Way
from bridge.domain.due import Patience
from bridge.domain.expectations import Weekday
from bridge.ledger import accounts, alarms, expectations, removing
from bridge.ledger.database import Database
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.expectations import ExpectationWatch
from tests.support.builders import an_account, an_administration, an_upload
from tests.support.clock import DAY, MINUTE, FakeClock

ZONE = ZoneInfo("Europe/Amsterdam")
LOOKS = ["00:05", "00:59", "01:01", "04:10", "12:00", "17:10", "17:44", "17:46", "20:00", "23:59"]
_numbers = count(1)


class House:
    """A server's watch with one account `sender`, whose administration is imported at 01:00."""

    def __init__(self, database: Database) -> None:
        self.clock = FakeClock()
        self.database = database
        self.account: Account = database.write_now(an_account)
        self.watch = self.restarted()
        self.desk = Desk(
            database=database, clock=self.clock, settings=Settings(), actor=Actor(who="tester", way=Way.CLI)
        )

    def restarted(self) -> ExpectationWatch:
        """A watch that remembers nothing."""
        return ExpectationWatch(
            database=self.database,
            alarms=Alarms(database=self.database, clock=self.clock),
            patience=Patience(tolerance=30 * MINUTE, before_cut_off=60 * MINUTE),
        )

    def upload(self, day: date, at: str, size: int = 1_000) -> None:
        """Receive a file at the local time *at* of *day*."""
        name = f"/{next(_numbers)}.csv"
        self.database.write_now(an_upload, self.account, name, now=moment(day, at), size=size)

    def habit(self, until: date, at: str = "17:00", weeks: int = 6) -> None:
        """Receive a file on each working day of the weeks before *until*."""
        for back in range(weeks * 7, 0, -1):
            if (until - back * DAY).weekday() < 5:
                self.upload(until - back * DAY, at)

    async def look(self, day: date, at: str) -> list[Alarm]:
        """Let the watch look at the local time *at* of *day*; return the alarms that are open then."""
        self.clock.advance(moment(day, at) - self.clock.now())
        await self.watch.look(self.clock.now())
        await self.watch.learn(self.clock.now())
        return self.database.read_now(alarms.listing, is_open=True)

    def all_alarms(self) -> list[Alarm]:
        return self.database.read_now(alarms.listing)[::-1]


def moment(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), tzinfo=ZONE).astimezone(UTC)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


@pytest.mark.parametrize(
    "monday",
    [date(2026, 10, 12), date(2027, 3, 15), date(2026, 11, 30)],
    ids=["clocks-back", "clocks-forward", "no-change"],
)
async def test_weeks_of_a_habit_raise_alarms_only_for_the_days_that_were_missed(
    house: House, monday: date
) -> None:
    # A holiday on Wednesday of week 2, and a late file on Monday of week 3, the first one after the change.
    house.habit(monday)
    holiday, late = monday + 9 * DAY, monday + 14 * DAY
    await house.look(monday, "04:00")  # learns
    open_at: dict[datetime, list[str]] = {}

    for day in (monday + number * DAY for number in range(28)):
        for at in LOOKS:
            if at == "17:10" and day.weekday() < 5 and day not in {holiday, late}:
                house.upload(day, "17:00")
            if at == "20:00" and day == late:
                house.upload(day, "19:59")
            opened = await house.look(day, at)
            if opened:
                open_at[house.clock.now()] = [alarm.subject for alarm in opened]

    first, second = house.all_alarms()
    assert first.raised_at == moment(holiday, "17:46")  # due 17:15, tolerance 30 minutes
    assert first.recovered_at == moment(holiday + DAY, "17:10")  # the next one has come
    assert second.raised_at == moment(late, "17:46")
    assert second.recovered_at == moment(late, "20:00")
    assert {tuple(subjects) for subjects in open_at.values()} == {("account:sender",)}
    expected = house.database.read_now(expectations.listing)[house.account.id]
    assert [one.weekday for one in expected] == list(Weekday)[:5]  # neither was unlearned


async def test_the_alarm_says_what_was_due_and_what_came(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)
    await house.look(monday, "04:00")

    with capture_logs() as logged:
        [alarm] = await house.look(monday, "17:46")

    assert alarm.subject == "account:sender"
    assert alarm.detail == (
        "due Monday 2026-11-30 17:15 (Europe/Amsterdam): 0 of at least 1 uploads came since "
        "2026-11-30 00:00; the next import is 2026-12-01 01:00"
    )
    assert [line["event"] for line in logged] == ["alarm raised"]


async def test_an_export_just_before_the_import_is_missed_before_the_import(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday, at="00:40")
    await house.look(monday - DAY, "04:00")

    assert await house.look(monday, "00:49") == []
    [alarm] = await house.look(monday, "00:55")

    assert alarm.raised_at < moment(monday, "01:00")


async def test_a_file_that_is_too_small_is_not_what_was_due(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)
    await house.look(monday, "04:00")
    house.upload(monday, "17:00", size=99)

    [alarm] = await house.look(monday, "17:46")

    assert "1 of at least 1 uploads came" in alarm.detail
    assert "with 99 of at least 100 bytes" in alarm.detail


async def test_a_restart_neither_forgets_nor_repeats(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)
    await house.look(monday, "04:00")
    house.watch = house.restarted()
    [alarm] = await house.look(monday, "23:00")
    house.watch = house.restarted()

    assert await house.look(monday, "23:01") == [alarm]
    house.upload(monday, "23:02")
    house.watch = house.restarted()
    assert await house.look(monday, "23:03") == []
    assert len(house.all_alarms()) == 1


async def test_what_a_person_has_closed_stays_closed_until_the_next_is_missed(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)
    await house.look(monday, "04:00")
    [alarm] = await house.look(monday, "17:46")
    house.database.write_now(alarms.recover, alarm_id=alarm.id, now=house.clock.now())

    assert await house.look(monday, "18:00") == []
    house.watch = house.restarted()
    assert await house.look(monday, "18:01") == []
    assert len(await house.look(monday + DAY, "17:46")) == 1


async def test_a_sender_that_falls_silent_is_not_forgotten_with_its_habit(house: House) -> None:
    # After three weeks nothing is expected any more; the alarm stays until something comes.
    monday = date(2026, 11, 30)
    house.habit(monday)
    for number in range(35):
        await house.look(monday + number * DAY, "04:10")
        opened = await house.look(monday + number * DAY, "17:46")
        assert len(opened) == 1

    assert house.database.read_now(expectations.listing) == {}
    house.upload(monday + 35 * DAY, "09:00")
    assert await house.look(monday + 35 * DAY, "09:01") == []


@pytest.mark.parametrize("end", ["off", "disabled", "removed"])
async def test_the_alarm_of_an_account_that_is_done_with_recovers(house: House, end: str) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)
    await house.look(monday, "04:00")
    await house.look(monday, "17:46")
    if end == "off":
        operations.expect_nothing(house.desk, account="sender")
    elif end == "disabled":
        house.database.write_now(accounts.change, account_id=house.account.id, values={"is_disabled": True})
    else:
        house.database.write_now(removing.remove, account_id=house.account.id, now=house.clock.now())

    assert await house.look(monday, "17:47") == []


async def test_a_clock_that_was_ahead_lets_no_alarm_sleep(house: House) -> None:
    # The next look was set by the wrong clock, to Wednesday: what was due before that was not missed.
    monday = date(2026, 10, 5)
    await house.look(monday - 7 * DAY, "12:00")
    for weekdays, files in (([Weekday.MONDAY], 3), ([Weekday.TUESDAY, Weekday.WEDNESDAY], 1)):
        operations.set_times(
            house.desk, account="sender", weekdays=weekdays, times=["17:00"], least_count=files
        )
    house.upload(monday + DAY, "16:00")  # a day ahead
    assert await house.look(monday + DAY, "18:00") == []

    assert await house.look(monday, "12:00") == []
    assert [one.kind for one in await house.look(monday, "17:46")] == ["upload_missing"]


async def test_what_is_set_counts_from_then_on(house: House) -> None:
    monday = date(2026, 11, 30)
    await house.look(monday, "18:00")
    operations.set_times(
        house.desk, account="sender", weekdays=[Weekday.MONDAY], times=["09:00", "17:00"], from_time="08:00"
    )

    assert await house.look(monday, "23:59") == []  # it was not expected yet when it was due
    assert len(await house.look(monday + 7 * DAY, "09:30")) == 1
    house.upload(monday + 7 * DAY, "09:40")
    assert await house.look(monday + 7 * DAY, "09:41") == []
    assert await house.look(monday + 8 * DAY, "12:00") == []


async def test_learning_leaves_alone_what_a_person_said(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)
    operations.expect_nothing(house.desk, account="sender")

    await house.look(monday, "04:00")
    assert await house.look(monday, "23:00") == []

    assert house.database.read_now(expectations.listing) == {}


async def test_it_learns_once_a_night(house: House) -> None:
    monday = date(2026, 11, 30)
    house.habit(monday)

    with capture_logs() as logged:
        for at in ("00:01", "03:00", "12:00", "23:59"):
            await house.look(monday, at)
        await house.look(monday + DAY, "03:59")
        await house.look(monday + DAY, "04:01")

    learned = [line for line in logged if line["event"] == "expectations learned"]
    # At the first look, and each night at 03:00 UTC, which is 04:00 here.
    assert [line["changed"] for line in learned] == [1, 0, 0]


async def test_one_account_is_not_judged_by_another(house: House) -> None:
    monday = date(2026, 11, 30)
    place = house.database.write_now(an_administration, "B2")
    other = house.database.write_now(an_account, place, name="other")
    house.habit(monday)
    await house.look(monday, "04:00")
    house.database.write_now(an_upload, other, now=moment(monday, "17:00"))

    assert len(await house.look(monday, "17:46")) == 1


def test_an_account_without_an_administration_is_expected_to_send_nothing() -> None:
    from bridge.domain.expectations import Arrivals, what_to_expect

    sent = [
        Arrivals(at=moment(date(2026, 11, 30) - week * timedelta(weeks=1), "17:00"), count=1, size=1)
        for week in range(6, 0, -1)
    ]

    assert what_to_expect(sent, places=[], now=moment(date(2026, 11, 30), "12:00")) == []
