"""The pace of intake: it waits to be rung for, and lets the door go first."""

import asyncio

from bridge.runtime.doorbell import Doorbell

GIVE_WAY_SECONDS = 0.1  # between two uploads of a worker while the door is busy: 30 a second in all


class Pace:
    """Says when intake goes on; ends every wait but that for a ring when the service stops."""

    def __init__(self, doorbell: Doorbell, stopping: asyncio.Event) -> None:
        self._doorbell = doorbell
        self._stopping = stopping

    async def wait(self, seconds: float) -> None:
        """Wait for a ring or *seconds*, whichever is first; while the door is busy only for the latter.

        What closes then will be ready only after what is known already, and to look at each ring would
        take a good part of the processor from the clients that wait for their OK.
        """
        if self._doorbell.is_rung_often:
            await self.pause(seconds)
        else:
            await self._doorbell.wait(seconds)

    async def give_way(self) -> None:
        """Let the door go first while it is busy: its clients wait for an answer, nobody waits for intake.

        At this pace intake still does several times what may be delivered.
        """
        if self._doorbell.is_rung_often:
            await self.pause(GIVE_WAY_SECONDS)

    async def pause(self, seconds: float) -> None:
        """Wait *seconds*, or until the service stops."""
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            pass
