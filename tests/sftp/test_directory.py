"""The accounts in memory: found without waiting, disabled ones known but not let in."""

from bridge.domain.accounts import AccountId
from bridge.ledger import accounts
from bridge.ledger.database import Database
from bridge.runtime.passwords import DUMMY_HASH
from bridge.sftp.directory import Directory
from tests.sftp.house import key
from tests.support.builders import an_account


async def test_a_disabled_account_is_known_and_not_found(sqlite_database: Database) -> None:
    sqlite_database.write_now(an_account)
    directory = Directory(sqlite_database)
    assert await directory.refresh()
    assert directory.find("sender") is not None

    sqlite_database.write_now(accounts.change, account_id=AccountId(1), values={"is_disabled": True})
    assert await directory.refresh()
    assert not await directory.refresh()

    assert directory.find("sender") is None
    assert directory.known("sender") is not None
    assert directory.key_of("sender", key("ssh-ed25519")) is None


async def test_without_any_password_an_unknown_name_is_compared_with_a_dummy(
    sqlite_database: Database,
) -> None:
    sqlite_database.write_now(an_account)
    directory = Directory(sqlite_database)
    assert directory.decoy("nobody") == (DUMMY_HASH,)
    await directory.refresh()

    assert directory.decoy("nobody") == (DUMMY_HASH,)
