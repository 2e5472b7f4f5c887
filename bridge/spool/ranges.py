"""Which bytes of a file were written: a file with a gap is never taken for whole."""

from bisect import bisect_left, bisect_right

from bridge.domain.errors import Refused

MAX_RANGES = 10_000  # separate written ranges of one file; bounds memory against hostile writes


class Ranges:
    """The ranges of a file that were written, merged and in order."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, start: int, end: int) -> None:
        """Note bytes from *start* up to *end*."""
        if start == end:
            return
        if self._ends and self._starts[-1] <= start <= self._ends[-1]:  # the usual case: it follows
            self._ends[-1] = max(self._ends[-1], end)
            return
        first = bisect_left(self._ends, start)
        last = bisect_right(self._starts, end)
        if first < last:
            start, end = min(start, self._starts[first]), max(end, self._ends[last - 1])
        self._starts[first:last] = [start]
        self._ends[first:last] = [end]
        if len(self._starts) > MAX_RANGES:
            raise Refused("too many gaps", public="the file is written in too many separate pieces")

    def cut(self, size: int) -> None:
        """Forget what lies behind *size*."""
        keep = bisect_left(self._starts, size)
        del self._starts[keep:], self._ends[keep:]
        if self._ends:
            self._ends[-1] = min(self._ends[-1], size)

    def covers(self, size: int) -> bool:
        """Whether every byte up to *size* was written."""
        return size == 0 or (self._starts[:1] == [0] and self._ends[0] >= size)

    def first_gap(self) -> int:
        """Return the first byte that was not written."""
        return self._ends[0] if self._starts and self._starts[0] == 0 else 0
