"""Remembers a costly answer for a while, so that many who ask make one question."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """Calls *ask* again when its answer is older than *seconds*; safe from several threads."""

    def __init__(
        self, ask: Callable[[], T], *, seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._ask = ask
        self._seconds = seconds
        self._now = now
        self._turn = threading.Lock()
        self._asked_at: float | None = None
        self._answer: T

    def forget(self) -> None:
        """Ask anew next time: something was changed here."""
        with self._turn:
            self._asked_at = None

    def __call__(self) -> T:
        """Return the answer; who comes while it is being found waits for it.

        Raises:
            Whatever *ask* raises; the next call asks again.
        """
        with self._turn:
            if self._asked_at is None or self._now() - self._asked_at >= self._seconds:
                self._answer = self._ask()
                self._asked_at = self._now()
            return self._answer
