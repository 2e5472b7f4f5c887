"""What the ledger says of the present becomes alarms, each with what exactly."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.domain.alarms import Alarm, AlarmKind
from bridge.ledger import administrations, alarms, lanes
from bridge.ledger.database import Database
from bridge.ledger.schema import accounts as accounts_table
from bridge.ledger.schema import deliveries
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.conditions import Conditions
from bridge.upkeep.standing import StandingWatch
from tests.support.builders import an_accepted_upload, an_account, an_administration
from tests.support.clock import DAY, MINUTE, NOON, FakeClock


@pytest.fixture
def watch(sqlite_database: Database, clock: FakeClock) -> StandingWatch:
    alarms = Alarms(database=sqlite_database, clock=clock)
    conditions = Conditions(database=sqlite_database, alarms=alarms, clock=clock)
    return StandingWatch(database=sqlite_database, conditions=conditions, expiry=timedelta(days=14))


async def looked(watch: StandingWatch, database: Database, clock: FakeClock, times: int) -> list[Alarm]:
    for _ in range(times):
        await watch.look(clock.now())
        clock.advance(MINUTE)
    return await database.read(alarms.listing, is_open=True)


async def test_all_is_well_where_nothing_is_wrong(
    watch: StandingWatch, sqlite_database: Database, clock: FakeClock
) -> None:
    await sqlite_database.write(an_account)

    assert await looked(watch, sqlite_database, clock, 3) == []


async def test_held_files_are_told_until_none_is_held(
    watch: StandingWatch, sqlite_database: Database, clock: FakeClock
) -> None:
    def held(connection: Connection) -> None:
        an_accepted_upload(connection, an_account(connection))
        connection.execute(sa.update(deliveries).values(state="held", reason="ambiguous"))

    await sqlite_database.write(held)
    [alarm] = await looked(watch, sqlite_database, clock, 3)
    assert (alarm.kind, alarm.subject, alarm.detail) == (
        AlarmKind.FILES_HELD,
        "account:sender",
        "1 file: 1 ambiguous",
    )

    await sqlite_database.write(
        lambda connection: connection.execute(sa.update(deliveries).values(state="pending", reason=None))
    )
    assert await looked(watch, sqlite_database, clock, 2) == []


async def test_a_stopped_lane_and_a_destination_that_is_away_are_two_things(
    watch: StandingWatch, sqlite_database: Database, clock: FakeClock
) -> None:
    await sqlite_database.write(
        lanes.fail, name="destination", since=NOON, probe_at=NOON + DAY, reason="timeout after 60 s"
    )
    [away] = await looked(watch, sqlite_database, clock, 2)
    assert away.kind is AlarmKind.DESTINATION_AWAY
    assert away.detail == "since 2026-11-21 12:00 UTC: timeout after 60 s"

    await sqlite_database.write(lanes.stop, name="destination")
    paused, _ = await looked(watch, sqlite_database, clock, 2)
    assert (paused.kind, paused.detail) == (AlarmKind.LANE_PAUSED, "stopped by an operator")

    await sqlite_database.write(lanes.resume, name="destination")
    assert await looked(watch, sqlite_database, clock, 3) == []


async def test_a_pause_by_payt_is_told_at_once_and_outlives_the_moment_between_two(
    watch: StandingWatch, sqlite_database: Database, clock: FakeClock
) -> None:
    place = await sqlite_database.write(an_administration)

    def pause(until: datetime) -> None:
        sqlite_database.write_now(
            administrations.pause,
            administration_id=place.id,
            until=until,
            reason="Payt refuses the import token (401).",
        )

    pause(until=NOON + 10 * MINUTE)
    [alarm] = await looked(watch, sqlite_database, clock, 1)
    assert (alarm.subject, alarm.detail) == ("administration:A1", "Payt refuses the import token (401).")

    clock.advance(10 * MINUTE)  # the pause is over, and the next file is refused three minutes later
    [still] = await looked(watch, sqlite_database, clock, 3)
    pause(until=NOON + 30 * MINUTE)
    [again] = await looked(watch, sqlite_database, clock, 2)
    assert alarm == still == again

    clock.advance(20 * MINUTE)
    assert await looked(watch, sqlite_database, clock, 5) == []


async def test_a_password_that_ends_soon_is_told_until_there_is_another(
    watch: StandingWatch, sqlite_database: Database, clock: FakeClock
) -> None:
    await sqlite_database.write(an_account, password_hash="x")

    def ends_in(length: timedelta) -> None:
        sqlite_database.write_now(
            lambda connection: connection.execute(
                sa.update(accounts_table).values(password_expires_at=NOON + length)
            )
        )

    ends_in(13 * DAY)
    [alarm] = await looked(watch, sqlite_database, clock, 1)
    assert (alarm.subject, alarm.detail) == ("account:sender", "password ends 2026-12-04 12:00 UTC")

    ends_in(90 * DAY)
    assert await looked(watch, sqlite_database, clock, 1) == []
