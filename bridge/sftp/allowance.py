"""What an account may still send: files in 24 hours, and bytes that are kept of its files.

Asked at each OPEN; an account without such limits costs nothing.  For the others the ledger is asked once a
minute, and between this process counts along: several processes may let a minute's files too many in.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.accounts import Account, AccountId
from bridge.domain.clock import Clock
from bridge.domain.errors import Refused
from bridge.domain.uploads import UploadId
from bridge.ledger import usage
from bridge.ledger.database import Database

DAY = timedelta(hours=24)  # rolling: no rush at midnight, in whosever zone
LOOK_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 5.0  # before somebody is refused by what was seen longer ago than this


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """How large a file may become."""

    size: int  # bytes
    named: str  # what sets it, for the log
    public: str  # what its sender is told who goes above


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What the ledger said, and what came since."""

    at: float  # by the loop's clock
    files: int
    free_at: datetime | None  # when the first of the files is no longer counted
    kept_bytes: int
    first_kept: UploadId | None


class Allowances:
    """Counts for the accounts that have limits."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._seen: dict[AccountId, _Seen] = {}

    async def at_open(self, account: Account, *, usual: int, already: int = 0) -> SizeLimit:
        """Return how large a file of *account* may become.

        Args:
            account: with its limits.
            usual: bytes of one file, by the settings.
            already: bytes of it that are kept, where it is continued.

        Raises:
            Refused: it may send no file now; the text says which limit it is.
            Unavailable: the ledger does not answer.
        """
        limit = _of_one_file(account, usual)
        if account.max_files_per_day is None and account.quota_bytes is None:
            return limit
        seen = await self._look(account, younger_than=LOOK_SECONDS)
        if _refusal(account, seen) is not None:
            seen = await self._look(account, younger_than=LOOK_AGAIN_SECONDS)
        if (refusal := _refusal(account, seen)) is not None:
            raise refusal
        seen.files += 1
        if account.quota_bytes is None:
            return limit
        return _within(account.quota_bytes, seen.kept_bytes - already, limit)

    def took(self, account_id: AccountId, size: int) -> None:
        """Count a file that was closed."""
        seen = self._seen.get(account_id)
        if seen is not None:
            seen.kept_bytes += size

    async def _look(self, account: Account, *, younger_than: float) -> _Seen:
        """Return what is known, from the ledger if that is longer ago than so many seconds."""
        now = asyncio.get_running_loop().time()
        seen = self._seen.get(account.id)
        if seen is not None and now - seen.at < younger_than:
            return seen
        found = await self._database.read(
            usage.usage,
            account_id=account.id,
            since=self._clock.now() - DAY,
            most_files=account.max_files_per_day or 1,
            first_kept=None if seen is None else seen.first_kept,
        )
        fresh = _Seen(
            at=now,
            files=found.files,
            free_at=None if found.oldest_at is None else found.oldest_at + DAY,
            kept_bytes=found.kept_bytes,
            first_kept=found.first_kept,
        )
        self._seen[account.id] = fresh
        return fresh


def _of_one_file(account: Account, usual: int) -> SizeLimit:
    own = account.max_file_bytes
    size, named = (usual, "sftp.max_file_bytes") if own is None else (own, "the account's max_file_bytes")
    return SizeLimit(size, named, f"files above {size} bytes are not accepted")


def _within(quota: int, kept: int, limit: SizeLimit) -> SizeLimit:
    """Return *limit*, or what is left of the *quota* if that is less."""
    if quota - kept >= limit.size:
        return limit
    return SizeLimit(
        quota - kept,
        "the account's quota_bytes",
        f"this file goes above the {quota} bytes that are kept for this account, of which {kept} are used",
    )


def _refusal(account: Account, seen: _Seen) -> Refused | None:
    """Return why *account* may send no file now; None if it may."""
    most, quota = account.max_files_per_day, account.quota_bytes
    if most is not None and seen.files >= most:
        when = "" if seen.free_at is None else f"; the next is taken after {seen.free_at:%Y-%m-%d %H:%M} UTC"
        return Refused(
            f"{account.name} has sent {seen.files} files in 24 hours, and may {most} (max_files_per_day)",
            public=f"this account may send {most} files in 24 hours, and has{when}",
        )
    if quota is not None and seen.kept_bytes >= quota:
        return Refused(
            f"{account.name} has {seen.kept_bytes} bytes here, and may {quota} (quota_bytes)",
            public=f"{quota} bytes are kept for this account, and all are in use; there is room again "
            "when older files are removed after their delivery",
        )
    return None
