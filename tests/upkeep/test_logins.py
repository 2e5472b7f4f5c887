"""Log-ins stay for thirty days, fewer of unknown names; former passwords are not kept for ever."""

from datetime import datetime
from pathlib import Path

import pytest

from bridge.config.settings import RetentionSettings
from bridge.ledger import accounts, logins
from bridge.ledger.database import Database
from bridge.spool.local import LocalSpool
from bridge.upkeep import logins as retention
from bridge.upkeep.logins import LoginRetention
from bridge.upkeep.service import UpkeepService
from tests.ledger.test_logins import enter
from tests.support.builders import an_account
from tests.support.clock import DAY, NOON, FakeClock


def count(database: Database) -> int:
    return len(database.read_now(logins.listing, account_id=None, is_refused=False, before=None, limit=1000))


async def test_a_log_in_is_forgotten_after_thirty_days(database: Database, clock: FakeClock) -> None:
    account = database.write_now(an_account)
    database.write_now(lambda c: enter(c, account))
    keeper = LoginRetention(database=database, clock=clock)

    clock.advance(30 * DAY)
    await keeper.remove_what_is_over()
    assert count(database) == 1

    clock.advance(DAY)
    await keeper.remove_what_is_over()
    assert count(database) == 0


async def test_more_than_go_at_once_go_all_the_same(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr(retention, "MOST_UNKNOWN", 1)
    for _ in range(6):
        database.write_now(lambda c: enter(c, None))

    await LoginRetention(database=database, clock=clock).remove_what_is_over()

    assert count(database) == 1


async def test_a_former_password_is_forgotten_thirty_days_after_its_end(
    database: Database, clock: FakeClock
) -> None:
    account = database.write_now(an_account, password_hash="new")
    former: dict[str, str | datetime] = {"former_password_hash": "old", "former_password_until": NOON}
    database.write_now(accounts.change, account_id=account.id, values=former)

    clock.advance(31 * DAY)
    await LoginRetention(database=database, clock=clock).remove_what_is_over()

    assert database.read_now(accounts.get, name="sender").former_password_hash is None


async def test_the_service_does_it_each_time_it_looks(
    sqlite_database: Database, clock: FakeClock, tmp_path: Path
) -> None:
    sqlite_database.write_now(lambda c: enter(c, None, NOON - 31 * DAY))
    service = UpkeepService(
        settings=RetentionSettings(),
        database=sqlite_database,
        spool=LocalSpool(tmp_path / "spool"),
        clock=clock,
    )
    done: list[bool] = []
    inner = service._logins.remove_what_is_over

    async def once() -> None:
        await inner()
        done.append(True)
        service.stopping.set()

    service._logins.remove_what_is_over = once  # type: ignore[method-assign]
    await service.start()
    await service.task

    assert done
    assert count(sqlite_database) == 0
