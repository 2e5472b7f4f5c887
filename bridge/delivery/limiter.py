"""The rate limit: a semaphore whose permits come back a period after they were used.

At most *limit* requests start in any window of a period, retries included: permit N+1 is the first one come
back.  It knows nothing of deliveries, and nothing of other processes: the lane's lease sees to those.
"""

import asyncio


class Permit:
    """The right to start one request; ends as used or as given back."""

    def __init__(self, limiter: "Limiter") -> None:
        self._limiter = limiter
        self.is_open = True

    def use(self) -> None:
        """Say that the request goes out at this moment; again: nothing."""
        self._end(self._limiter.interval_seconds)

    def give_back(self) -> None:
        """Say that no request went out; after `use`: nothing."""
        self._end(0.0)

    def _end(self, after_seconds: float) -> None:
        if self.is_open:
            self.is_open = False
            self._limiter.put_back(after_seconds)


class Limiter:
    """Gives permits; starts without any, for a former process may have sent just before it died."""

    def __init__(self, *, limit: int, period_seconds: float, margin_seconds: float) -> None:
        self.limit = limit  # 0: no limit
        self.interval_seconds = period_seconds + margin_seconds
        self._permits = asyncio.Semaphore(0)
        for _ in range(limit):
            self.put_back(self.interval_seconds)

    @property
    def is_off(self) -> bool:
        """Whether there is no limit."""
        return self.limit == 0

    async def acquire(self, at_most_seconds: float) -> Permit | None:
        """Return a permit, or None if none came back within *at_most_seconds*."""
        if not self.is_off:
            try:
                async with asyncio.timeout(at_most_seconds):
                    await self._permits.acquire()
            except TimeoutError:
                return None
        return Permit(self)

    def put_back(self, after_seconds: float) -> None:
        """Let a permit be taken again after a time."""
        if self.is_off:
            return
        if after_seconds > 0:
            asyncio.get_running_loop().call_later(after_seconds, self._permits.release)
        else:
            self._permits.release()
