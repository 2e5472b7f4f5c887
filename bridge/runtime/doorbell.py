"""A doorbell wakes the next stage early; it is only a hint, for each stage also looks by itself."""

import asyncio


class Doorbell:
    """Rung by the stage before, waited for by the stage after."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits, or who waits next."""
        self._event.set()

    async def wait(self, at_most_seconds: float) -> None:
        """Return when rung, or after *at_most_seconds*."""
        try:
            async with asyncio.timeout(at_most_seconds):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()
