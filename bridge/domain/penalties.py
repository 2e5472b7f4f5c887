"""How long one waits who guessed wrong: longer each time, never for good.

Who is counted is named by the caller, who must not take over what a stranger made up at any length: an
address goes through `peer_of`.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 6  # wrong guesses of one address or name before it must wait
FIRST_PENALTY_SECONDS = 5.0  # doubles with each further failure
LONGEST_PENALTY_SECONDS = 600.0  # a shared address is not locked out for good
FORGET_SECONDS = 3600.0
MAX_KNOWN = 10_000  # remembered at once; the oldest go first
_SUBSCRIBER_BITS = 64  # of an IPv6 address: one customer has the rest to itself (RFC 6177)


@dataclass(slots=True)
class _Record:
    failures: int = 0
    closed_until: float = 0.0
    touched_at: float = 0.0


class Penalties:
    """Counts failures by address or name; *now* is a monotonic time in seconds."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        free: int = FREE_FAILURES,
        longest_seconds: float = LONGEST_PENALTY_SECONDS,
    ) -> None:
        self._now = now
        self._free = free
        self._longest_seconds = longest_seconds
        self._records: dict[str, _Record] = {}

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._records)

    def seconds_left(self, who: str) -> float:
        """Return how long *who* has still to wait; 0 if not at all."""
        record = self._records.get(who)
        return 0.0 if record is None else max(0.0, record.closed_until - self._now())

    def failures(self, who: str) -> int:
        """Return how many failures of *who* are remembered."""
        record = self._records.get(who)
        return 0 if record is None else record.failures

    def failed(self, who: str) -> None:
        """Note a wrong guess; from the one after the free ones on *who* has to wait."""
        now = self._now()
        self._forget_old(now)
        record = self._records.pop(who, None) or _Record()
        record.failures += 1
        record.touched_at = now
        excess = record.failures - self._free
        if excess > 0:
            penalty = FIRST_PENALTY_SECONDS * 2 ** min(excess - 1, 10)
            record.closed_until = now + min(self._longest_seconds, penalty)
        self._records[who] = record  # at the end: dicts keep the order, the first is the oldest
        if len(self._records) > MAX_KNOWN:
            del self._records[next(iter(self._records))]

    def take_back(self, who: str) -> None:
        """Uncount one failure of *who*, which was noted before it was known to be none."""
        record = self._records.get(who)
        if record is None:
            return
        record.failures -= 1
        if record.failures <= self._free:
            record.closed_until = 0.0
        if not record.failures:
            del self._records[who]

    def forget(self, who: str) -> None:
        """Trust *who* again."""
        self._records.pop(who, None)

    def _forget_old(self, now: float) -> None:
        while self._records:
            oldest = next(iter(self._records))
            if now - self._records[oldest].touched_at <= FORGET_SECONDS:
                return
            del self._records[oldest]


def peer_of(address: str) -> str:
    """Return as whom *address* is counted: itself, or the /64 of an IPv6 address; ``?`` for what is none.

    One customer has at least a /64 to itself, and could come from another address each time.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "?"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(found), _SUBSCRIBER_BITS), strict=False))
