"""A hash that was brought along opens the door, and after the first log-in it is ours."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from bridge.domain.accounts import Account, AccountId
from bridge.ledger import accounts
from bridge.ledger.database import Database
from bridge.runtime.passwords import hash_password, is_ours, is_right
from bridge.sftp.rehashing import Rehashing
from tests.runtime.test_passwords import hash_of
from tests.sftp.house import Door
from tests.support.builders import an_account


@pytest.mark.parametrize("kind", ["bcrypt", "bcrypt 2y", "sha512-crypt", "argon2i"])
async def test_the_first_log_in_makes_a_foreign_hash_ours(door: Door, kind: str) -> None:
    foreign = hash_of("brought", kind)
    await door.database.write(accounts.change, account_id=AccountId(1), values={"password_hash": foreign})
    await door.service.refresh()

    def stored() -> str:
        return door.database.read_now(accounts.get, name="sender").password_hash or ""

    async with door.connected("sender", "brought"):
        await door.until(lambda: stored() != foreign)
    assert is_ours(stored())
    assert is_right(stored(), "brought")
    await door.service.refresh()
    async with door.connected("sender", "brought"):
        pass


async def test_a_password_that_was_changed_meanwhile_stays(sqlite_database: Database) -> None:
    before = sqlite_database.write_now(an_account, password_hash=hash_of("brought", "bcrypt"))
    changed = hash_password("changed")
    sqlite_database.write_now(accounts.change, account_id=before.id, values={"password_hash": changed})

    await rehashed(sqlite_database, before)

    assert sqlite_database.read_now(accounts.get, name="sender").password_hash == changed


async def test_what_is_not_done_at_a_stop_is_done_at_the_next_log_in(sqlite_database: Database) -> None:
    account = sqlite_database.write_now(an_account, password_hash=hash_of("brought", "bcrypt"))
    with ThreadPoolExecutor(1) as hashing:
        rehashing = Rehashing(database=sqlite_database, hashing=hashing)
        rehashing.later(account, "brought")
        await rehashing.stop()

        assert sqlite_database.read_now(accounts.get, name="sender") == account
        assert not rehashing._tasks


async def rehashed(database: Database, account: Account) -> None:
    with ThreadPoolExecutor(1) as hashing:
        rehashing = Rehashing(database=database, hashing=hashing)
        rehashing.later(account, "brought")
        rehashing.later(account, "brought")  # a second log-in meanwhile
        [task] = rehashing._tasks.values()
        await asyncio.wait_for(task, 10)
