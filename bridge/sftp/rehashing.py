"""Hashes that were brought along from another server are replaced by ours after a log-in, off its path."""

import asyncio
from concurrent.futures import Executor
from functools import partial

import structlog

from bridge.domain.accounts import Account
from bridge.domain.errors import Unavailable
from bridge.ledger import accounts
from bridge.ledger.database import Database
from bridge.runtime.passwords import hash_anew

MOST_AT_ONCE = 100  # after a migration everybody comes in the same night; the rest is done at the next log-in

log = structlog.get_logger()


class Rehashing:
    """Owns the tasks that do it."""

    def __init__(self, *, database: Database, hashing: Executor) -> None:
        self._database = database
        self._hashing = hashing
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def later(self, account: Account, password: str) -> None:
        """Replace the hash of *account*, whose password is *password*, soon."""
        if account.name in self._tasks or len(self._tasks) >= MOST_AT_ONCE:
            return
        task = asyncio.create_task(self._replace(account, password))
        self._tasks[account.name] = task
        task.add_done_callback(lambda _: self._tasks.pop(account.name, None))

    async def stop(self) -> None:
        """Give up what has not been done: the next log-in does it."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _replace(self, account: Account, password: str) -> None:
        loop, former = asyncio.get_running_loop(), account.password_hash or ""
        try:
            hashed = await loop.run_in_executor(self._hashing, partial(hash_anew, password, former=former))
            is_done = await self._database.write(
                accounts.replace_hash, account_id=account.id, old=former, new=hashed
            )
        except Unavailable as error:
            log.warning(
                "a password hash stays as it was brought along", account=account.name, error=str(error)
            )
            return
        if is_done:
            log.info("a password hash that was brought along is now ours", account=account.name)
