"""A doorbell wakes the next stage early; it is only a hint, for each stage also looks by itself."""

import asyncio
from collections import deque

_OFTEN, _LATELY_SECONDS = 16, 0.4


class Doorbell:
    """Rung by the stage before, waited for by the stage after."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._rung_at: deque[float] = deque(maxlen=_OFTEN)

    def ring(self) -> None:
        """Wake whoever waits, or who waits next."""
        self._event.set()
        self._rung_at.append(asyncio.get_running_loop().time())

    @property
    def is_rung_often(self) -> bool:
        """Whether the stage before is busy now: it has rung `_OFTEN` times within `_LATELY_SECONDS`."""
        if len(self._rung_at) < _OFTEN:
            return False
        return asyncio.get_running_loop().time() - self._rung_at[0] < _LATELY_SECONDS

    async def wait(self, at_most_seconds: float) -> None:
        """Return when rung, or after *at_most_seconds*."""
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()
