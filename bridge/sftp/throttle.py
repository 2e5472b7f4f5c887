"""Limits before the login: how many may knock, and how long one waits who guessed wrong."""

from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 6  # wrong passwords of one address before it must wait
FIRST_PENALTY_SECONDS = 5.0  # doubles with each further failure
LONGEST_PENALTY_SECONDS = 600.0  # a shared address is not locked out for good
FORGET_SECONDS = 3600.0
MAX_ADDRESSES = 10_000  # remembered at once; the oldest go first


@dataclass(slots=True)
class _Record:
    failures: int = 0
    closed_until: float = 0.0
    touched_at: float = 0.0


class Throttle:
    """Counts connections and failures by address; *now* is the loop's monotonic time in seconds."""

    def __init__(self, *, max_connections: int, max_unauthenticated: int, now: Callable[[], float]) -> None:
        self._max_connections = max_connections
        self._max_unauthenticated = max_unauthenticated
        self._now = now
        self._records: dict[str, _Record] = {}
        self._connections = 0
        self._waiting: dict[str, int] = {}  # address -> connections that have not logged in

    def admit(self, address: str) -> bool:
        """Whether a new connection may speak; if so it must `leave` later.

        One address may hold at most half of the places before the login, so that others still get in.
        """
        record = self._records.get(address)
        if record is not None and record.closed_until > self._now():
            return False
        if self._connections >= self._max_connections:
            return False
        waiting = self._waiting.get(address, 0)
        if sum(self._waiting.values()) >= self._max_unauthenticated:
            return False
        if waiting >= max(1, self._max_unauthenticated // 2):
            return False
        self._connections += 1
        self._waiting[address] = waiting + 1
        return True

    def logged_in(self, address: str) -> None:
        """Note that a connection has logged in; the address is trusted again."""
        self._stop_waiting(address)
        self._records.pop(address, None)

    def leave(self, address: str, *, was_logged_in: bool) -> None:
        """Note the end of an admitted connection."""
        self._connections -= 1
        if not was_logged_in:
            self._stop_waiting(address)

    def failed(self, address: str) -> None:
        """Note a wrong password; from the seventh on the address has to wait, longer each time."""
        now = self._now()
        record = self._records.pop(address, None)
        if record is None or now - record.touched_at > FORGET_SECONDS:
            record = _Record()
        record.failures += 1
        record.touched_at = now
        excess = record.failures - FREE_FAILURES
        if excess > 0:
            penalty = FIRST_PENALTY_SECONDS * 2 ** min(excess - 1, 10)
            record.closed_until = now + min(LONGEST_PENALTY_SECONDS, penalty)
        self._records[address] = record  # at the end: dicts keep the order, the first is the oldest
        if len(self._records) > MAX_ADDRESSES:
            del self._records[next(iter(self._records))]

    def _stop_waiting(self, address: str) -> None:
        left = self._waiting.get(address, 0) - 1
        if left > 0:
            self._waiting[address] = left
        else:
            self._waiting.pop(address, None)
