"""Work for a thread, and the way back from it to the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")


async def in_thread(threads: Executor, work: Callable[[], T]) -> T:
    """Return what *work* comes to in one of *threads*; it goes on if the waiting task is cancelled.

    `run_in_executor` and `shield` do the same for twice the time, and this is done for every file.
    """
    loop = asyncio.get_running_loop()
    told: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not told.done():
            told.set_result(None)

    def tell(_pending: Future[T]) -> None:
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(wake)

    pending = threads.submit(work)
    pending.add_done_callback(tell)
    await told
    return pending.result()
