"""Sets of invoice numbers, millions of them, in eight bytes each: only their hashes are kept.

Two different numbers of a file of four million share a hash with a chance below one in a million.  The hash
is Python's own, which differs from process to process: a set is for comparing in memory, never for storing.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence

from bridge.domain.names import printable
from bridge.domain.snapshots import EXAMPLES

_BUCKETS = 256  # one of a file of 4 GB, 25 million rows, is compared in 15 ms, the longest call here
REMEMBERED = 30_000  # first numbers of a file whose repeats can be shown; 4 MB


class NumberSet:
    """What was added, in buckets by the last byte of the hash."""

    def __init__(self) -> None:
        self.buckets = [array("q") for _ in range(_BUCKETS)]
        self._appends = [bucket.append for bucket in self.buckets]

    def __len__(self) -> int:
        """Return how many numbers were added, repeats included."""
        return sum(map(len, self.buckets))

    def add(self, text: str) -> None:
        """Add a number."""
        self.add_hashes((hash(text),))

    def add_hashes(self, hashes: Iterable[int]) -> None:
        """Add numbers by their `hash`, for whoever has them at hand."""
        appends = self._appends
        for number in hashes:
            appends[number & 255](number)

    def repeated(self, *others: "NumberSet") -> int:
        """Return how many additions, to this set and to *others*, were of a number that was there already."""
        repeats = 0
        for buckets in zip(self.buckets, *(other.buckets for other in others), strict=True):
            distinct: set[int] = set()
            distinct.update(*buckets)
            repeats += sum(map(len, buckets)) - len(distinct)
        return repeats

    def missing_from(self, other: "NumberSet") -> int:
        """Return how many distinct numbers of this set are not in *other*."""
        missing = 0
        for mine, theirs in zip(self.buckets, other.buckets, strict=True):
            missing += len(set(mine).difference(theirs))
        return missing


class Repeats:
    """The first examples of numbers that come twice.

    Only repeats of the first numbers of a file are seen; `NumberSet` counts the others too.
    """

    def __init__(self) -> None:
        self._first: dict[int, int] = {}  # line by hash
        self.examples: list[str] = []

    def see(self, numbers: Sequence[str], hashes: Sequence[int], lines: Callable[[], Sequence[int]]) -> None:
        """Look at a batch of *numbers*, none of them empty, that stand in *lines*."""
        if len(self.examples) >= EXAMPLES:
            return
        is_learning = len(self._first) < REMEMBERED
        if not self._first.keys().isdisjoint(hashes) or (is_learning and len(set(hashes)) != len(hashes)):
            self._show(numbers, hashes, lines())
        elif is_learning:
            self._first.update(zip(hashes, lines(), strict=True))

    def _show(self, numbers: Sequence[str], hashes: Sequence[int], lines: Sequence[int]) -> None:
        """Make examples of a batch that has repeats."""
        known = dict(self._first)
        for number, hashed, line in zip(numbers, hashes, lines, strict=True):
            first = known.setdefault(hashed, line)
            if first != line and len(self.examples) < EXAMPLES:
                self.examples.append(f"{printable(number, 60)} in line {first:,} and in line {line:,}")
        if len(self._first) < REMEMBERED:
            self._first = known
