"""What will open nothing soon: passwords and keys that expire, told in time to do something about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bridge.domain.accounts import Account, AccountId

WARNED_BEFORE = timedelta(days=14)  # a tenant needs days to have a password changed in its software


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiring:
    """A password or a key that expires, or has expired and is still there."""

    account_id: AccountId
    account: str
    fingerprint: str | None  # of the key; None: it is the password
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it opens nothing any more."""
        return self.expires_at <= now


def expiring(account: Account, *, now: datetime) -> Iterator[Expiring]:
    """Give what of *account* expires within `WARNED_BEFORE` of *now*, or has: the password, then its keys.

    What is told stays until somebody changes it.  Of an account that may not log in anyway nothing is told.
    """
    if account.is_disabled:
        return
    moments: list[tuple[str | None, datetime | None]] = [
        (None, account.password_expires_at if account.password_hash is not None else None)
    ]
    moments += [(key.fingerprint, key.expires_at) for key in account.keys]
    for fingerprint, expires_at in moments:
        if expires_at is not None and expires_at <= now + WARNED_BEFORE:
            yield Expiring(
                account_id=account.id, account=account.name, fingerprint=fingerprint, expires_at=expires_at
            )
