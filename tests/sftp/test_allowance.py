"""What an account may still send: said at OPEN, cheap to ask, and seen to change."""

from datetime import timedelta
from typing import Any

import pytest

from bridge.domain.accounts import AccountId
from bridge.domain.errors import Refused
from bridge.ledger import accounts, usage
from bridge.ledger.database import Database
from bridge.sftp import allowance
from bridge.sftp.allowance import Allowances
from tests.sftp.house import Door
from tests.sftp.raw import WRITING, Refusal
from tests.support.builders import an_account, an_upload
from tests.support.clock import DAY, MINUTE, NOON, FakeClock


async def change(door: Door, **values: Any) -> None:
    await door.database.write(accounts.change, account_id=AccountId(1), values=values)
    await door.service.refresh()


async def test_an_account_s_own_size_holds_for_a_live_session_too(door: Door) -> None:
    async with door.raw() as client:
        await change(door, max_file_bytes=10)
        with pytest.raises(Refusal, match="files above 10 bytes are not accepted"):
            await client.put("/a.bin", b"x" * 11)
        await client.put("/a.bin", b"x" * 10)

    assert door.spooled() == {"/a.bin": b"x" * 10}


async def test_an_account_s_own_size_may_be_more_than_the_settings_say(door: Door) -> None:
    object.__setattr__(door.service._rules, "max_file_bytes", 5)
    await change(door, max_file_bytes=10)

    async with door.raw() as client:
        await client.put("/a.bin", b"x" * 10)


async def test_above_its_files_of_a_day_an_account_is_refused_at_open_and_told_until_when(door: Door) -> None:
    await change(door, max_files_per_day=2)
    async with door.raw() as client:
        await client.put("/1.pdf", b"1")
        await client.put("/2.pdf", b"2")
        with pytest.raises(Refusal, match="may send 2 files in 24 hours, and has") as refused:
            await client.open("/3.pdf")
        await change(door, max_files_per_day=3)
        await client.put("/3.pdf", b"3")

    assert "3" in str(refused.value)
    assert len(door.spooled()) == 3


async def test_without_room_nothing_is_opened_and_no_file_goes_above_it(door: Door) -> None:
    await change(door, quota_bytes=10)
    async with door.raw() as client:
        await client.put("/1.pdf", b"x" * 6)
        with pytest.raises(
            Refusal, match="goes above the 10 bytes that are kept for this account, of which 6"
        ):
            await client.put("/2.pdf", b"x" * 5)
        await client.put("/2.pdf", b"x" * 4)
        with pytest.raises(Refusal, match="10 bytes are kept for this account, and all are in use"):
            await client.open("/3.pdf")

    assert len(door.spooled()) == 2


async def test_a_file_that_is_continued_does_not_count_twice(door: Door) -> None:
    async with door.raw() as client:
        await client.write(await client.open("/a.bin"), 0, b"x" * 6)
    await door.until_left()
    await change(door, quota_bytes=10)

    async with door.raw() as client:
        handle = await client.open("/a.bin", WRITING)
        await client.write(handle, 6, b"y" * 4)
        await client.close(handle)

    assert door.spooled() == {"/a.bin": b"x" * 6 + b"y" * 4}


# By itself.


@pytest.fixture
def allowances(sqlite_database: Database, clock: FakeClock) -> Allowances:
    sqlite_database.write_now(an_account)
    return Allowances(database=sqlite_database, clock=clock)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note each look into the ledger."""
    seen: list[int] = []
    inner = usage.usage

    def noting(*given: Any, **asked: Any) -> usage.Usage:
        seen.append(1)
        return inner(*given, **asked)

    monkeypatch.setattr(usage, "usage", noting)
    return seen


def limited(database: Database, **values: Any) -> Any:
    database.write_now(accounts.change, account_id=AccountId(1), values=values)
    return database.read_now(accounts.get, name="sender")


async def test_who_has_no_such_limits_costs_no_look(
    sqlite_database: Database, allowances: Allowances, looks: list[int]
) -> None:
    account = sqlite_database.read_now(accounts.get, name="sender")

    assert (await allowances.at_open(account, usual=7)).size == 7
    assert looks == []


async def test_a_thousand_opens_cost_one_look(
    sqlite_database: Database, allowances: Allowances, looks: list[int]
) -> None:
    account = limited(sqlite_database, max_files_per_day=5000, quota_bytes=10**9)
    for _ in range(1000):
        await allowances.at_open(account, usual=7)
        allowances.took(account.id, 3)

    assert len(looks) == 1


async def test_before_somebody_is_refused_it_is_looked_again_but_not_each_time(
    sqlite_database: Database, allowances: Allowances, looks: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = limited(sqlite_database, max_files_per_day=1)
    sqlite_database.write_now(an_upload, account, now=NOON)
    for _ in range(10):
        with pytest.raises(Refused):
            await allowances.at_open(account, usual=7)
    assert len(looks) == 1

    monkeypatch.setattr(allowance, "LOOK_AGAIN_SECONDS", 0.0)
    with pytest.raises(Refused):
        await allowances.at_open(account, usual=7)
    assert len(looks) == 2


async def test_a_day_is_the_last_24_hours(
    sqlite_database: Database, allowances: Allowances, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "LOOK_AGAIN_SECONDS", 0.0)
    account = limited(sqlite_database, max_files_per_day=1)
    sqlite_database.write_now(an_upload, account, now=NOON)
    clock.advance(DAY - MINUTE)
    with pytest.raises(Refused) as refused:
        await allowances.at_open(account, usual=7)
    assert refused.value.public.endswith("; the next is taken after 2026-11-22 12:00 UTC")

    clock.advance(timedelta(minutes=1))
    await allowances.at_open(account, usual=7)


async def test_room_is_seen_again_when_bytes_are_gone(
    sqlite_database: Database, allowances: Allowances, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(allowance, "LOOK_AGAIN_SECONDS", 0.0)
    account = limited(sqlite_database, quota_bytes=10)
    sqlite_database.write_now(an_upload, account, "/a.pdf", size=10)
    with pytest.raises(Refused, match="quota_bytes"):
        await allowances.at_open(account, usual=7)

    sqlite_database.write_now(an_upload, account, "/a.pdf", size=4)  # takes its place

    assert (await allowances.at_open(account, usual=7)).size == 6
