"""The watch looks once a minute, outlives a ledger that does not answer, and ends when asked."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bridge.config import Settings
from bridge.domain.errors import Unavailable
from bridge.ledger.database import Database
from bridge.spool.local import LocalSpool
from bridge.upkeep import watch
from bridge.upkeep.watch import WatchService
from tests.support.clock import FakeClock


@pytest.fixture
def service(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> WatchService:
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "destination": {"base_url": "http://127.0.0.1:1"}}
    )
    return WatchService(
        settings=settings,
        database=sqlite_database,
        spool=LocalSpool(tmp_path / "spool"),
        clock=clock,
        node="n1",
        prospects=list,
    )


async def test_it_starts_and_stops(service: WatchService) -> None:
    await service.start()
    await service.stop(5)

    assert service.task.done()
    assert service.task.exception() is None


async def test_a_ledger_that_does_not_answer_is_asked_again(
    service: WatchService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PERIOD_SECONDS", 0.001)
    monkeypatch.setattr(watch, "FIRST_SECONDS", 0.001)
    looks: list[datetime] = []
    twice = asyncio.Event()

    async def look(now: datetime) -> None:
        looks.append(now)
        if len(looks) == 1:
            raise Unavailable("the ledger is away")
        twice.set()

    monkeypatch.setattr(service._standing, "look", look)

    with capture_logs() as logged:
        await service.start()
        async with asyncio.timeout(5):
            await twice.wait()
        await service.stop(5)

    [told] = [line for line in logged if line["event"] == "the watch waits for the ledger"]
    assert told["look"] == "standing"
    assert service.task.exception() is None
