"""A condition is raised when it stays, recovers by itself, and is silent for a day once closed by hand."""

from datetime import timedelta

from bridge.domain.alarms import AlarmKind
from bridge.domain.audit import Actor, Deed, Way, signed
from bridge.ledger import alarms as ledger
from bridge.ledger import audit
from bridge.ledger.database import Database, Transaction
from bridge.upkeep.alarms import Alarms
from bridge.upkeep.conditions import Conditions
from tests.support.clock import DAY, MINUTE, FakeClock

LANE, HELD = AlarmKind.LANE_PAUSED, AlarmKind.FILES_HELD
SEEN = {"lane:destination": "stopped by an operator"}


def conditions(database: Database, clock: FakeClock) -> Conditions:
    return Conditions(database=database, alarms=Alarms(database=database, clock=clock), clock=clock)


async def test_it_is_raised_at_the_second_look_and_recovers_at_the_third_without(
    database: Database, clock: FakeClock
) -> None:
    found = conditions(database, clock)
    story = []
    for seen in (SEEN, SEEN, SEEN, {}, {}, {}):
        await found.settle(LANE, seen)
        story.append(len(await found.opened(LANE)))
        clock.advance(MINUTE)

    assert story == [0, 1, 1, 1, 1, 0]
    [alarm] = await database.read(ledger.listing)
    assert alarm.detail == "stopped by an operator"


async def test_what_a_person_closed_comes_back_after_a_day_if_it_still_is_so(
    sqlite_database: Database, clock: FakeClock
) -> None:
    found = conditions(sqlite_database, clock)
    for _ in range(2):
        await found.settle(LANE, SEEN)
    [alarm] = await sqlite_database.read(ledger.listing, is_open=True)

    def close(ledger_now: Transaction) -> None:
        ledger.recover(ledger_now, alarm_id=alarm.id, now=clock.now())
        deed = Deed(act="alarm close", subject=f"alarm:{alarm.id}")
        audit.add(ledger_now, acts=[signed(deed, by=Actor(who="anna", way=Way.CLI), at=clock.now())])

    await sqlite_database.write(close)
    await found.settle(LANE, SEEN)
    assert await found.opened(LANE) == frozenset()
    clock.advance(DAY + timedelta(minutes=1))
    await found.settle(LANE, SEEN)

    assert await found.opened(LANE) == {"lane:destination"}


async def test_what_recovered_by_itself_is_raised_again_when_it_is_so_again(
    sqlite_database: Database, clock: FakeClock
) -> None:
    found = conditions(sqlite_database, clock)
    for seen in (SEEN, SEEN, {}, {}, {}, SEEN, SEEN):
        await found.settle(LANE, seen)
        clock.advance(MINUTE)

    assert len(await sqlite_database.read(ledger.listing)) == 2
    assert await found.opened(LANE) == {"lane:destination"}


async def test_what_another_node_sees_is_left_to_it(sqlite_database: Database, clock: FakeClock) -> None:
    found = conditions(sqlite_database, clock)
    for _ in range(2):
        await found.settle(HELD, {"account:of-another": "1 file"})

    for _ in range(5):
        await found.settle(HELD, {}, is_ours=lambda alarm: alarm.subject == "account:mine")

    assert await found.opened(HELD) == {"account:of-another"}
