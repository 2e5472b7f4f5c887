"""How long to wait before the next attempt; pure, chance is an argument."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The bounds of a wait that doubles."""

    base: timedelta  # after the first failed attempt
    cap: timedelta  # never longer

    def __post_init__(self) -> None:
        if not timedelta() < self.base <= self.cap:
            raise ValueError(f"retry policy: base {self.base} must be above zero and at most cap {self.cap}")


def retry_delay(policy: RetryPolicy, attempts: int, jitter: float) -> timedelta:
    """Return how long to wait after *attempts* failed attempts.

    The wait doubles per attempt from ``policy.base`` up to ``policy.cap``; jitter takes away
    at most half, so that what failed together does not return together.

    Args:
        policy: the bounds.
        attempts: attempts made so far, 1 or more.
        jitter: 0.0 (full wait) to 1.0 (half); the caller draws it.

    Raises:
        ValueError: *attempts* or *jitter* is out of range.
    """
    if attempts < 1:
        raise ValueError(f"attempts {attempts}: expected 1 or more")
    if not 0.0 <= jitter <= 1.0:
        raise ValueError(f"jitter {jitter}: expected 0.0 to 1.0")
    doublings = min(attempts - 1, 40)  # 2**40 seconds are above every cap, and no float overflows
    full = min(policy.base.total_seconds() * 2.0**doublings, policy.cap.total_seconds())
    return timedelta(seconds=full * (1.0 - jitter / 2.0))
