"""An alarm that is raised or recovers is a line in the log, with what it is about and what to do."""

from structlog.testing import capture_logs

from bridge.domain.alarms import AlarmKind
from bridge.ledger.database import Database
from bridge.upkeep.alarms import Alarms
from tests.support.clock import MINUTE, NOON, FakeClock

MISSING = AlarmKind.UPLOAD_MISSING


async def test_raising_and_recovering_are_told_once_each(sqlite_database: Database, clock: FakeClock) -> None:
    alarms = Alarms(database=sqlite_database, clock=clock)

    with capture_logs() as logged:
        assert await alarms.sound(MISSING, "account:sender", "0 of 1", not_since=NOON)
        assert not await alarms.sound(MISSING, "account:sender", "0 of 1", not_since=NOON)
        [alarm] = await alarms.open_ones(MISSING)
        clock.advance(5 * MINUTE)
        await alarms.recover(alarm)
        await alarms.recover(alarm)  # as another process would in the same moment

    assert logged == [
        {
            "event": "alarm raised",
            "log_level": "warning",
            "kind": "upload_missing",
            "subject": "account:sender",
            "detail": "0 of 1",
            "text": "An upload that is usual at this time has not come.",
            "todo": "Ask the sender whether the export ran. If nothing is to be expected any more: "
            "bridge account expect off sender.",
        },
        {
            "event": "alarm recovered",
            "log_level": "info",
            "kind": "upload_missing",
            "subject": "account:sender",
            "open_seconds": 300,
            "text": "What was missing has come, or is expected no more.",
        },
    ]
    assert await alarms.open_ones(MISSING) == []


async def test_open_alarms_are_those_of_the_kind(sqlite_database: Database, clock: FakeClock) -> None:
    alarms = Alarms(database=sqlite_database, clock=clock)
    await alarms.sound(MISSING, "account:sender", "0 of 1", not_since=NOON)

    assert await alarms.open_ones(AlarmKind.BATCH_INCOMPLETE) == []
