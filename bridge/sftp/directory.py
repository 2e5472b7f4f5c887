"""The accounts in memory: a login is looked up without waiting (threats A5)."""

import asyncssh
import structlog

from bridge.domain.accounts import Account, AccountKey
from bridge.domain.errors import Unavailable
from bridge.ledger import accounts, counters
from bridge.ledger.database import Database
from bridge.runtime.passwords import DUMMY_HASH

log = structlog.get_logger()


class Directory:
    """Knows every account as the ledger had it at the last refresh."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revision = -1
        self._by_name: dict[str, Account] = {}
        self._keys: dict[str, dict[bytes, AccountKey]] = {}  # account name -> key bytes -> key
        self._decoys: list[tuple[str, ...]] = []

    def find(self, name: str) -> Account | None:
        """Return the account that may log in as *name*, or None if there is none or it is disabled."""
        account = self._by_name.get(name)
        return None if account is None or account.is_disabled else account

    def known(self, name: str) -> Account | None:
        """Return the account *name*, even if it is disabled."""
        return self._by_name.get(name)

    def key_of(self, name: str, key: asyncssh.SSHKey) -> AccountKey | None:
        """Return the key of the account *name* that *key* is."""
        return self._keys.get(name, {}).get(key.public_data)

    def decoy(self, name: str) -> tuple[str, ...]:
        """Return hashes to compare with where *name* has none: those of some account, always the same one's.

        Hashes that were brought along take longer or shorter than ours, and two of them take twice as long.
        Compared with one and the same hash, unknown names would stand out where accounts differ.
        """
        return self._decoys[hash(name) % len(self._decoys)] if self._decoys else (DUMMY_HASH,)

    async def refresh(self) -> bool:
        """Read the accounts again if a command changed them; whether they were.

        Raises:
            Unavailable: the ledger does not answer; what was known stays.
        """
        revision = await self._database.read(counters.value, name=counters.ACCOUNTS)
        if revision == self._revision:
            return False
        listing = await self._database.read(accounts.listing)
        self._by_name = {account.name: account for account in listing}
        self._decoys = [hashes_of(account) for account in listing if account.password_hash is not None]
        self._keys = {account.name: _keys_of(account) for account in listing}
        self._revision = revision
        return True

    async def try_refresh(self) -> bool:
        """Do as `refresh` does, but keep what is known when the ledger does not answer."""
        try:
            return await self.refresh()
        except Unavailable as error:
            log.warning("accounts could not be read again", error=str(error))
            return False


def hashes_of(account: Account) -> tuple[str, ...]:
    """Return what a password is compared with: the present one, and the former one if there is one."""
    return tuple(text for text in (account.password_hash, account.former_password_hash) if text is not None)


def _keys_of(account: Account) -> dict[bytes, AccountKey]:
    keys: dict[bytes, AccountKey] = {}
    for key in account.keys:
        try:
            keys[asyncssh.import_public_key(key.public_key).public_data] = key
        except asyncssh.KeyImportError:
            log.warning("account has an unreadable key", account=account.name, fingerprint=key.fingerprint)
    return keys
