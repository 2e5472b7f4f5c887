"""How long one waits who guessed wrong: longer each time, never for good."""

from collections.abc import Callable
from dataclasses import dataclass

FREE_FAILURES = 6  # wrong guesses of one address or name before it must wait
FIRST_PENALTY_SECONDS = 5.0  # doubles with each further failure
LONGEST_PENALTY_SECONDS = 600.0  # a shared address is not locked out for good
FORGET_SECONDS = 3600.0
MAX_KNOWN = 10_000  # remembered at once; the oldest go first


@dataclass(slots=True)
class _Record:
    failures: int = 0
    closed_until: float = 0.0
    touched_at: float = 0.0


class Penalties:
    """Counts failures by address or name; *now* is a monotonic time in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._records: dict[str, _Record] = {}

    def seconds_left(self, who: str) -> float:
        """Return how long *who* has still to wait; 0 if not at all."""
        record = self._records.get(who)
        return 0.0 if record is None else max(0.0, record.closed_until - self._now())

    def failed(self, who: str) -> None:
        """Note a wrong guess; from the seventh on *who* has to wait."""
        now = self._now()
        record = self._records.pop(who, None)
        if record is None or now - record.touched_at > FORGET_SECONDS:
            record = _Record()
        record.failures += 1
        record.touched_at = now
        excess = record.failures - FREE_FAILURES
        if excess > 0:
            penalty = FIRST_PENALTY_SECONDS * 2 ** min(excess - 1, 10)
            record.closed_until = now + min(LONGEST_PENALTY_SECONDS, penalty)
        self._records[who] = record  # at the end: dicts keep the order, the first is the oldest
        if len(self._records) > MAX_KNOWN:
            del self._records[next(iter(self._records))]

    def forget(self, who: str) -> None:
        """Trust *who* again."""
        self._records.pop(who, None)
