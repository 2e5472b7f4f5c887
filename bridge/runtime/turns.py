"""Turns: a few do what is costly at once, a few wait, and the others are told to come again."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.domain.errors import Unavailable


class Turns:
    """For threads: *at_once* work, at most *waiting* wait, so that no flood takes every thread there is."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._at_once = threading.BoundedSemaphore(at_once)

    @contextmanager
    def take(self) -> Iterator[None]:
        """Wait for a turn, and have it until the block ends.

        Raises:
            Unavailable: too many wait already.
        """
        if not self._places.acquire(blocking=False):
            text = "too many at this moment; try again in a few seconds"
            raise Unavailable(text, public=text)
        try:
            with self._at_once:
                yield
        finally:
            self._places.release()
