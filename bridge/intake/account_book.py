"""The accounts as they are now, without reading one whole for each upload."""

from bridge.domain.accounts import Account, AccountId
from bridge.ledger import accounts, counters
from bridge.ledger.database import Database


class AccountBook:
    """Remembers accounts until a change raises their revision, which is quicker to read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[AccountId, tuple[int, Account]] = {}  # with the revision before it was read

    async def get(self, account_id: AccountId) -> Account:
        """Return the account, even if it was removed since; raise `Unavailable`."""
        revision = await self._database.read(counters.value, name=counters.ACCOUNTS)
        known = self._known.get(account_id)
        if known is None or known[0] != revision:
            account = await self._database.read(accounts.by_id, account_id=account_id)
            known = self._known[account_id] = (revision, account)
        return known[1]
