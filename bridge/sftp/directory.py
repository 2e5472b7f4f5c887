"""The accounts in memory: a login is looked up without waiting (threats A5)."""

import asyncssh
import structlog

from bridge.domain.accounts import Account
from bridge.domain.errors import Unavailable
from bridge.ledger import accounts, counters
from bridge.ledger.database import Database

log = structlog.get_logger()


class Directory:
    """Knows every account as the ledger had it at the last refresh."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._revision = -1
        self._by_name: dict[str, Account] = {}
        self._keys: dict[str, dict[bytes, str]] = {}  # account name -> key bytes -> fingerprint

    def find(self, name: str) -> Account | None:
        """Return the account that may log in as *name*, or None if there is none or it is disabled."""
        account = self._by_name.get(name)
        return None if account is None or account.is_disabled else account

    def has_key(self, name: str, key: asyncssh.SSHKey) -> bool:
        """Whether *key* belongs to the account *name*."""
        return key.public_data in self._keys.get(name, {})

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


def _keys_of(account: Account) -> dict[bytes, str]:
    keys: dict[bytes, str] = {}
    for key in account.keys:
        try:
            keys[asyncssh.import_public_key(key.public_key).public_data] = key.fingerprint
        except asyncssh.KeyImportError:
            log.warning("account has an unreadable key", account=account.name, fingerprint=key.fingerprint)
    return keys
