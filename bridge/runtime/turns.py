"""Turns: a few do what is costly at once, a few wait, and the others are told to come again."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from bridge.domain.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """*at_once* work, in threads of their own, and at most *waiting* wait, in theirs.

    The own threads bound the memory: what a thread has taken and given back the C library keeps for it, and
    hashing in each of forty kept 180 MB.
    """

    def __init__(self, *, at_once: int, waiting: int, name: str) -> None:
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)

    def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Wait for a turn, do *work* in it and return its answer.

        Raises:
            Unavailable: too many wait already.
        """
        if not self._places.acquire(blocking=False):
            text = "too many at this moment; try again in a few seconds"
            raise Unavailable(text, public=text)
        try:
            return self._threads.submit(work, *args, **kwargs).result()
        finally:
            self._places.release()
