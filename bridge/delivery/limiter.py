"""The rate limit: a semaphore whose permits come back a period after they were used.

At most *limit* requests start in any window of a period, retries included: permit N+1 is the first one come
back.  A permit can be had a little before it may be used, so that what must be done before a request (the
claim, the first piece of the body) takes nothing from the rate.  Nothing is known here of deliveries, or of
other processes: the lane's lease sees to those.
"""

import asyncio
import heapq

# Claim and first piece take 3 ms here, 40 ms on a machine with twice the load it can carry.
LEAD_SECONDS = 0.05


class Permit:
    """The right to start one request; ends as used or as given back."""

    def __init__(self, limiter: "Limiter", usable_at: float) -> None:
        self._limiter = limiter
        self._usable_at = usable_at  # by the loop's clock
        self._is_open = True

    async def wait(self) -> None:
        """Return when the request may start."""
        left = self._usable_at - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    def use(self) -> None:
        """Say that the request goes out at this moment; again: nothing."""
        self._end(asyncio.get_running_loop().time() + self._limiter.interval_seconds)

    def give_back(self) -> None:
        """Say that no request went out; after `use`: nothing."""
        self._end(self._usable_at)

    def _end(self, usable_at: float) -> None:
        if self._is_open:
            self._is_open = False
            self._limiter.put_back(usable_at)


class Limiter:
    """Gives permits; the first are usable after a period, for a former process may just have sent."""

    def __init__(self, *, limit: int, period_seconds: float, margin_seconds: float) -> None:
        self.limit = limit  # 0: no limit
        self.interval_seconds = period_seconds + margin_seconds
        self._lead = min(LEAD_SECONDS, period_seconds / 4)
        self._permits = asyncio.Semaphore(0)
        self._usable_at: list[float] = []  # a heap, one for each permit of the semaphore
        for _ in range(limit):
            self.put_back(asyncio.get_running_loop().time() + self.interval_seconds)

    @property
    def is_off(self) -> bool:
        """Whether there is no limit."""
        return self.limit == 0

    async def acquire(self, at_most_seconds: float) -> Permit | None:
        """Return a permit, or None if there is none within *at_most_seconds*."""
        if self.is_off:
            return Permit(self, 0.0)
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._permits.acquire()
        except TimeoutError:
            return None
        return Permit(self, heapq.heappop(self._usable_at))

    def put_back(self, usable_at: float) -> None:
        """Let a permit be had again, shortly before it is usable."""
        if self.is_off:
            return
        loop = asyncio.get_running_loop()
        if usable_at - self._lead > loop.time():
            loop.call_at(usable_at - self._lead, self._release, usable_at)
        else:
            self._release(usable_at)

    def _release(self, usable_at: float) -> None:
        heapq.heappush(self._usable_at, usable_at)
        self._permits.release()
