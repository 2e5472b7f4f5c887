"""A service: something that runs until told to stop, and says when it is ready."""

import asyncio
from abc import ABC, abstractmethod


class Service(ABC):
    """Implement `run`; `start` and `stop` are inherited.

    `run` sets `ready` when its work can begin, watches `stopping`, and owns every task that it makes:
    its return is the graceful drain.
    """

    name: str  # for the log

    def __init__(self) -> None:
        self.ready = asyncio.Event()
        self.stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def run(self) -> None:
        """Work until `stopping` is set, then finish what is in hand and return."""

    @property
    def task(self) -> asyncio.Task[None]:
        """The running task; only after `start`."""
        if self._task is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._task

    async def start(self) -> None:
        """Begin to run; return when ready, or raise what `run` raised before that."""
        self._task = asyncio.create_task(self.run(), name=self.name)
        ready = asyncio.create_task(self.ready.wait())
        await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._task.done():
            await self._task
            raise RuntimeError(f"{self.name} ended before it was ready")

    async def stop(self, grace_seconds: float) -> None:
        """Ask to stop and wait up to *grace_seconds*; then cancel and wait for the end."""
        self.stopping.set()
        if self._task is None:
            return
        _, late = await asyncio.wait({self._task}, timeout=grace_seconds)
        if late:
            self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
