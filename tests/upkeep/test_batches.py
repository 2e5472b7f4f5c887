"""A batch that an import has missed raises an alarm, once; it recovers when the rest has gone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.engine import Connection
from structlog.testing import capture_logs

from bridge.domain.accounts import Account
from bridge.domain.alarms import Alarm
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.outcomes import Outcome
from bridge.domain.reasons import ReasonCode, reason
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import alarms, leases, uploads
from bridge.ledger.database import Database
from bridge.upkeep import batches
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.batches import BatchWatch
from tests.support.builders import a_plan, accept, an_account, an_administration, an_upload, claim
from tests.support.clock import MINUTE, FakeClock

ZONE = ZoneInfo("Europe/Amsterdam")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


EVENING, IMPORT = at("2026-11-22T20:00"), at("2026-11-23T01:00")


class House:
    """A watch over one account of A1, whose import runs at 01:00."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FakeClock(EVENING)
        self.account: Account = database.write_now(an_account)
        self.watch = self.restarted()

    def restarted(self) -> BatchWatch:
        return BatchWatch(database=self.database, alarms=Alarms(database=self.database, clock=self.clock))

    async def look(self, now: datetime) -> list[Alarm]:
        self.clock.advance(now - self.clock.now())
        await self.watch.look(now)
        return self.database.read_now(alarms.listing, is_open=True)

    def batch(self, *names: str, now: datetime = EVENING, account: Account | None = None) -> list[Upload]:
        """Receive and accept a batch."""
        sender = account or self.account

        def work(connection: Connection) -> list[Upload]:
            found: list[Upload] = []
            for name in names:
                first = found[0].id if found else None
                upload = an_upload(connection, sender, f"/{name}", now=now, batch=first)
                accept(connection, upload, a_plan(upload, sender.administrations[0]), now=now)
                found.append(upload)
            return found

        return self.database.write_now(work)

    def deliver(self, limit: int = 10, now: datetime = EVENING) -> None:
        def work(connection: Connection) -> None:
            for assignment in claim(connection, now=now, limit=limit):
                leases.settle(
                    connection,
                    delivery=assignment.delivery,
                    to=DeliveryState.DELIVERED,
                    outcome=Outcome.DELIVERED,
                    now=now,
                    status=200,
                )

        self.database.write_now(work)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


async def test_a_batch_that_is_incomplete_at_the_import_raises_an_alarm_then(house: House) -> None:
    first, *_ = house.batch("1.pdf", "2.pdf", "3.pdf")
    house.deliver(limit=2)

    assert await house.look(IMPORT - MINUTE) == []
    [alarm] = await house.look(IMPORT + MINUTE)

    assert alarm.subject == f"batch:{first.id}"
    assert alarm.detail == (
        "account sender, import of A1 at 2026-11-23 01:00 (Europe/Amsterdam): 2 of 3 delivered, 1 waiting"
    )


async def test_it_recovers_when_the_rest_is_delivered(house: House) -> None:
    house.batch("1.pdf", "2.pdf")
    house.deliver(limit=1)
    await house.look(IMPORT + MINUTE)
    assert len(await house.look(IMPORT + 5 * MINUTE)) == 1

    house.deliver(now=IMPORT + 6 * MINUTE)

    assert await house.look(IMPORT + 7 * MINUTE) == []
    assert await house.look(IMPORT + 8 * MINUTE) == []
    assert len(house.database.read_now(alarms.listing)) == 1


async def test_a_batch_that_is_complete_raises_none(house: House) -> None:
    house.batch("1.pdf", "2.pdf")
    house.deliver()

    assert await house.look(IMPORT + MINUTE) == []
    assert house.database.read_now(alarms.listing) == []


async def test_what_came_after_the_import_is_for_the_next(house: House) -> None:
    house.batch("1.pdf", now=IMPORT + MINUTE)

    assert await house.look(IMPORT + 2 * MINUTE) == []
    assert len(await house.look(IMPORT + timedelta(hours=24, minutes=1))) == 1


async def test_a_server_that_was_down_at_the_import_tells_it_afterwards(house: House) -> None:
    # The batch went just after the import: late, and complete by now.
    house.batch("1.pdf")
    house.deliver(now=IMPORT + MINUTE)
    house.watch = house.restarted()

    with capture_logs() as logged:
        assert await house.look(IMPORT + 60 * MINUTE) == []
        house.watch = house.restarted()
        assert await house.look(IMPORT + 61 * MINUTE) == []

    assert [line["event"] for line in logged] == ["alarm raised", "alarm recovered"]


async def test_a_file_that_is_held_as_a_whole_is_told_with_its_reason(house: House) -> None:
    upload = house.database.write_now(an_upload, house.account, "/data.csv", now=EVENING)
    house.database.write_now(
        uploads.stop,
        upload=upload,
        to=UploadState.HELD,
        reason=ReasonCode.ROWS_FALLEN,
        detail="40 %",
        now=EVENING,
    )

    [alarm] = await house.look(IMPORT + MINUTE)

    assert alarm.detail.endswith(": held")


async def test_the_reason_is_told_with_what_was_delivered(house: House) -> None:
    def hold_one(connection: Connection) -> None:
        first = an_upload(connection, house.account, "/1.zip", now=EVENING)
        place = house.account.administrations[0]
        bad = a_plan(first, place, member="b.pdf", reason=ReasonCode.BROKEN_PDF)
        accept(connection, first, a_plan(first, place, member="a.pdf"), bad, now=EVENING)

    house.database.write_now(hold_one)
    house.deliver()

    [alarm] = await house.look(IMPORT + MINUTE)

    assert alarm.detail.endswith(f": 1 of 2 delivered, 1 held: {reason(ReasonCode.BROKEN_PDF).admin}")


async def test_what_may_have_arrived_is_not_complete(house: House) -> None:
    # Held as unknown: only a person can say, by looking at Payt.
    def lose_the_answer(connection: Connection) -> None:
        upload = an_upload(connection, house.account, "/1.asc", now=EVENING)
        place = house.account.administrations[0]
        plan = a_plan(upload, place, Kind.DECLARATION, reason=ReasonCode.AMBIGUOUS)
        accept(connection, upload, plan, now=EVENING)

    house.database.write_now(lose_the_answer)

    assert len(await house.look(IMPORT + MINUTE)) == 1
    assert len(await house.look(IMPORT + 2 * MINUTE)) == 1


async def test_an_account_of_another_administration_has_its_own_import(house: House) -> None:
    def other(connection: Connection) -> Account:
        from bridge.ledger import administrations

        place = an_administration(connection, "B2")
        administrations.change(connection, code="B2", values={"import_time": "13:30"})
        return an_account(connection, place, name="other")

    account = house.database.write_now(other)
    house.batch("1.pdf", account=account)

    assert await house.look(IMPORT + MINUTE) == []
    [alarm] = await house.look(at("2026-11-23T13:31"))
    assert "account other, import of B2 at 2026-11-23 13:30" in alarm.detail


async def test_a_night_on_which_everything_is_late_raises_no_storm(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST", 2)
    for number in range(5):
        house.batch(f"{number}.pdf")

    with capture_logs() as logged:
        assert len(await house.look(IMPORT + MINUTE)) == 2
        assert len(await house.look(IMPORT + 2 * MINUTE)) == 2

    assert [line for line in logged if "more batches" in line["event"]] == [
        {
            "event": "more batches are late than alarms are raised",
            "log_level": "warning",
            "batches": 5,
            "alarms": 2,
        }
    ]


@pytest.mark.parametrize("day", ["2026-10-25", "2027-03-28"])
async def test_the_import_is_local_on_both_changes_of_clocks(house: House, day: str) -> None:
    import_at = at(f"{day}T01:00")
    house.batch("1.pdf", now=import_at - timedelta(hours=2))

    assert await house.look(import_at - MINUTE) == []
    assert len(await house.look(import_at + MINUTE)) == 1
