"""Time as it would be had nobody set the clock: leases must not end by a jump of it."""

import asyncio
from datetime import datetime, timedelta

from bridge.domain.clock import Clock

_NOTICED = timedelta(seconds=1)  # a clock that is kept right is moved by less at a time


class SteadyTime:
    """Goes by the loop's clock from a moment of the wall's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_at = clock.now()
        self._began_loop = 0.0
        self._ahead = timedelta()  # of the wall clock, when it was last asked

    def begin(self) -> datetime:
        """Begin anew with the wall clock, and return what it says."""
        self._began_at, self._began_loop = self._clock.now(), asyncio.get_running_loop().time()
        self._ahead = timedelta()
        return self._began_at

    def now(self) -> datetime:
        """Return the time since then by the loop's clock."""
        return self._began_at + timedelta(seconds=asyncio.get_running_loop().time() - self._began_loop)

    def was_set_back(self) -> bool:
        """Whether the wall clock was set back since the last question."""
        before, self._ahead = self._ahead, self._clock.now() - self.now()
        return before - self._ahead > _NOTICED
