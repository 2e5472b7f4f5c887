"""The watch looks once a minute, outlives a ledger that does not answer, and ends when asked."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bridge.config.settings import ExpectationSettings
from bridge.domain.errors import Unavailable
from bridge.ledger.database import Database
from bridge.upkeep import watch
from bridge.upkeep.watch import WatchService
from tests.support.clock import FakeClock


@pytest.fixture
def service(sqlite_database: Database, clock: FakeClock) -> WatchService:
    return WatchService(settings=ExpectationSettings(), database=sqlite_database, clock=clock)


async def test_it_starts_and_stops(service: WatchService) -> None:
    await service.start()
    await service.stop(5)

    assert service.task.done()
    assert service.task.exception() is None


async def test_a_ledger_that_does_not_answer_is_asked_again(
    service: WatchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PERIOD_SECONDS", 0.001)
    looks: list[int] = []
    twice = asyncio.Event()

    async def look() -> None:
        looks.append(len(looks))
        if len(looks) == 1:
            raise Unavailable("the ledger is away")
        twice.set()

    monkeypatch.setattr(service, "look", look)

    with capture_logs() as logged:
        await service.start()
        async with asyncio.timeout(5):
            await twice.wait()
        await service.stop(5)

    assert logged[0]["event"] == "the watch waits for the ledger"
    assert service.task.exception() is None
