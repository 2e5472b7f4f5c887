"""Log-ins are forgotten after thirty days, and the oldest above a number before that."""

from datetime import timedelta

import structlog

from bridge.domain.clock import Clock
from bridge.ledger import accounts, logins
from bridge.ledger.database import Database

KEPT = timedelta(days=30)
MOST = 300_000  # about 50 MB: a client that asks every minute makes 43,200 in this time
MOST_UNKNOWN = 10_000  # of names that are no account: whoever knocks makes them
PROFILES_KEPT = timedelta(days=180)  # a client that comes once a quarter is still known
MOST_PROFILES = 100  # of one account: a client names itself as it likes
AT_ONCE = 1000  # in one transaction: the writer is shared with the door

log = structlog.get_logger()


class LoginRetention:
    """Removes what is over."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def remove_what_is_over(self) -> None:
        """Remove log-ins, ways to log in, and former passwords whose time is over; raise `Unavailable`."""
        now = self._clock.now()
        gone = 0
        while removed := await self._database.write(
            logins.forget, before=now - KEPT, most=MOST, most_unknown=MOST_UNKNOWN, limit=AT_ONCE
        ):
            gone += removed
        await self._database.write(logins.forget_profiles, before=now - PROFILES_KEPT, most=MOST_PROFILES)
        await self._database.write(accounts.forget_former_passwords, before=now - KEPT)
        if gone:
            log.info("old log-ins were forgotten", entries=gone)
