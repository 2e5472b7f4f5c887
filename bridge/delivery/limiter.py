"""The rate limit: a semaphore whose permits come back a period after they were used, or answered.

At most *limit* requests start in any window of a period, retries included: permit N+1 is the first one come
back.  When that is, `bridge.domain.pacing` says.  A permit can be had a little before it may be used, so that
what must be done before a request (the claim, the first piece of the body) takes nothing from the rate.
Nothing is known here of deliveries, or of other processes: the lane's lease sees to those.
"""

import asyncio
import heapq

from bridge.domain.pacing import Ending, PaceName, pace_of

# Claim and first piece take 3 ms here, 40 ms on a machine with twice the load it can carry.
LEAD_SECONDS = 0.05


class Permit:
    """The right to start one request; ends as given back, or with the request's end."""

    def __init__(self, limiter: "Limiter", usable_at: float) -> None:
        self._limiter = limiter
        self._usable_at = usable_at  # by the loop's clock
        self._used_at: float | None = None
        self._is_over = False  # nothing that is said of it changes anything any more
        self._is_back = False
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self) -> None:
        """Return when the request may start."""
        left = self._usable_at - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.sleep(left)

    def use(self) -> None:
        """Say that the request goes out at this moment; again: nothing."""
        if self._is_over or self._used_at is not None:
            return
        self._used_at = asyncio.get_running_loop().time()
        usable_at = self._limiter.pace.after_use(self._used_at)
        if usable_at is not None:
            self._return_at(usable_at)

    def end(self, ending: Ending) -> None:
        """Say that the answer came, or that none will; if it was not used, that counts as use."""
        self.use()
        if self._is_over or self._used_at is None:
            return
        self._is_over = True
        ended_at = asyncio.get_running_loop().time()
        self._return_at(self._limiter.pace.after_end(self._used_at, ended_at, ending))

    def give_back(self) -> None:
        """Say that no request went out; after `use`: nothing."""
        if self._is_over or self._used_at is not None:
            return
        self._is_over = True
        self._return_at(self._usable_at)

    def _return_at(self, usable_at: float) -> None:
        """Be had again shortly before *usable_at*, whatever was said before; once it is back: nothing."""
        if self._is_back:
            return
        if self._timer is not None:
            self._timer.cancel()
        loop, had_at = asyncio.get_running_loop(), usable_at - self._limiter.lead_seconds
        if had_at > loop.time():
            self._timer = loop.call_at(had_at, self._return, usable_at)
        else:
            self._return(usable_at)

    def _return(self, usable_at: float) -> None:
        self._is_back = True
        self._limiter.put_back(usable_at)


class Limiter:
    """Gives permits; the first are usable after a period, for a former process may just have sent."""

    def __init__(
        self,
        *,
        limit: int,
        period_seconds: float,
        margin_seconds: float,
        pace: PaceName = PaceName.EXACT,
    ) -> None:
        self.limit = limit  # 0: no limit
        self.lead_seconds = min(LEAD_SECONDS, period_seconds / 4)
        self.pace = pace_of(pace, limit=limit, period_seconds=period_seconds, margin_seconds=margin_seconds)
        self._permits = asyncio.Semaphore(0)
        self._usable_at: list[float] = []  # a heap, one for each permit of the semaphore
        first_at = asyncio.get_running_loop().time() + self.pace.first_seconds
        for _ in range(limit):
            Permit(self, first_at).give_back()

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
        """Let a permit be had again; for `Permit` to call."""
        if self.is_off:
            return
        heapq.heappush(self._usable_at, usable_at)
        self._permits.release()
