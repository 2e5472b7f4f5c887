"""Virtual time for code that only awaits: a loop whose clock jumps to the next timer.

A simulation of an hour takes a second.  looptime, which also bears with threads and sockets, gives them time
to answer before every jump; here nothing is out there, so nobody waits.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Selector(selectors.DefaultSelector):
    """Waits for nothing: says how late it would have become."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("everything waits, and no timer will end that")
            self.now += max(timeout, 0.0)
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def in_virtual_time(work: Coroutine[Any, Any, Result]) -> Result:
    """Run *work* on a loop of its own, which begins at 0.0, and return what it returns."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(work)
