"""Twice a night a summary is written, once each, and none where nobody reads it."""

from datetime import UTC, datetime

import pytest

from bridge.config.settings import SummarySettings
from bridge.domain.alerts import AlertWay
from bridge.ledger import alert_targets, notices
from bridge.ledger.database import Database
from bridge.upkeep.summaries import SummaryWatch
from tests.domain.test_prospects import prospect
from tests.support.builders import an_administration
from tests.support.clock import MINUTE, NOON

IMPORT = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)  # 01:00 in Amsterdam


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """A ledger with an administration, and somebody who reads mail."""
    sqlite_database.write_now(an_administration)
    sqlite_database.write_now(
        alert_targets.add,
        name="ops",
        way=AlertWay.MAIL,
        address="ops@example.com",
        sealed_secret=None,
        account_id=None,
        kinds=None,
        language=None,
        now=NOON,
    )
    return sqlite_database


def watch(database: Database, *, send: bool = True) -> SummaryWatch:
    settings = SummarySettings(send=send)
    return SummaryWatch(database=database, prospects=lambda: [prospect()], settings=settings, language="en")


async def test_a_night_has_two_summaries(database: Database) -> None:
    looking = watch(database)
    told: list[int] = []
    for minute in range(-90, 240):
        if minute == 100:
            looking = watch(database)  # a restart
        await looking.look(IMPORT + minute * MINUTE)
        count, _ = await database.read(notices.waiting)
        if count > len(told):
            told.append(minute)

    assert told == [-60, 30]
    [first] = await database.read(notices.due, now=IMPORT + 240 * MINUTE, limit=9)
    assert first.message.subject.startswith("before the imports: 1 administration will be late")


async def test_nobody_is_told_who_does_not_want_it(database: Database) -> None:
    await watch(database, send=False).look(IMPORT - MINUTE)
    await database.write(alert_targets.remove, name="ops", now=NOON)
    await watch(database).look(IMPORT - MINUTE)

    assert await database.read(notices.waiting) == (0, None)
