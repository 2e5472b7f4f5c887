"""Pacing: when a permit to send may be used again; decided here, awaited in `bridge.delivery.limiter`.

A destination counts a request at a moment between its start here and the end of its answer, and nobody says
when.  Starts that lie a period apart arrive closer together when the first was longer on its way than the
last.  The three modes differ in what they do about that; none lets more than the limit start in a period.

What is possible: ways of 20 to 200 ms that vary from one request to the next, to a destination that counts
arrivals in a strict sliding window, leave no sender more than 91.7 % of the rate without 429s.  Nobody knows
how long the next request will be on its way, so it must start as if it took the least, and takes 90 ms more
on average (1 / 1.09).  A way that is long but steady costs nothing.
"""

import math
from enum import StrEnum
from typing import Protocol

GRAIN_SECONDS = 0.002  # timers here and clocks there: uvloop counts whole milliseconds
# A killed process's last request may still be under way, and arrives later than it was killed.
STRAGGLER_SECONDS = 1.0
LEAST_SURPLUS_SECONDS = 0.01  # 99 % of 3 a second; two processes of one machine vary by up to 5 ms
SAFE_PERIODS = 3  # so many periods' answers, without a 429, before less than safety is tried
DECAY = 0.72  # of the surplus, per period: from 200 ms to 10 % above the least within 16 periods
# Periods after which the memory of a 429 has faded to a third.  An hour at one second: less, and more than
# one request in a thousand finds out again what the last 429 said.
MEMORY_PERIODS = 3600


class PaceName(StrEnum):
    """How much a permit's return allows for the way to the destination."""

    EXACT = "exact"
    SAFE = "safe"
    ADAPTIVE = "adaptive"


class Ending(StrEnum):
    """How a request ended, as far as pacing cares."""

    ANSWERED = "answered"  # with anything but 429
    SLOW_DOWN = "slow_down"  # 429
    LOST = "lost"  # without an answer, or it never went out


class Pace(Protocol):
    """When permits come back.  Moments are seconds of one monotonic clock."""

    @property
    def first_seconds(self) -> float:
        """From the beginning of sending until the first permits may be used."""
        ...

    def after_use(self, used_at: float) -> float | None:
        """Return when the permit of a request that starts now may be used again; None: not before its end."""
        ...

    def after_end(self, used_at: float, ended_at: float, ending: Ending) -> float:
        """Return when that permit may be used again, now that its request has ended."""
        ...

    def settled_seconds(self, answer_seconds: float) -> float:
        """Return what lies between two uses of a permit when answers have long taken *answer_seconds*."""
        ...


class Exact:
    """A period and a margin after the use: the whole rate, for ways that vary less than the margin."""

    def __init__(self, *, period_seconds: float, margin_seconds: float) -> None:
        self._interval = period_seconds + margin_seconds
        self.first_seconds = self._interval

    def after_use(self, used_at: float) -> float:
        """See `Pace.after_use`."""
        return used_at + self._interval

    def after_end(self, used_at: float, ended_at: float, ending: Ending) -> float:
        """See `Pace.after_end`."""
        return used_at + self._interval

    def settled_seconds(self, answer_seconds: float) -> float:
        """See `Pace.settled_seconds`."""
        return self._interval


class Safe:
    """A period after the answer or the failure: it has counted by then, whatever is counted."""

    def __init__(self, *, period_seconds: float) -> None:
        self._interval = period_seconds + GRAIN_SECONDS
        self.first_seconds = period_seconds + STRAGGLER_SECONDS

    def after_use(self, used_at: float) -> float | None:
        """See `Pace.after_use`."""
        return None

    def after_end(self, used_at: float, ended_at: float, ending: Ending) -> float:
        """See `Pace.after_end`."""
        return ended_at + self._interval

    def settled_seconds(self, answer_seconds: float) -> float:
        """See `Pace.settled_seconds`."""
        return answer_seconds + self._interval


class Adaptive:
    """Safe at first, then closer to the exact rate with every answer; safe again after a 429.

    A permit comes back a period and a *surplus* after its use, or as `Safe` has it where that is sooner.
    The surplus begins as the longest answer took and shrinks towards a *floor*.  A 429 doubles the floor
    (what was tried was too little) and begins again with `Safe`.  The floor falls so slowly that a lane
    between whose ends ways do vary sees a 429 now and then in thousands of requests, and a lane that got one
    for another reason is back at the full rate within the night.
    """

    def __init__(self, *, limit: int, period_seconds: float) -> None:
        self._period = period_seconds
        self._safe = Safe(period_seconds=period_seconds)
        self.first_seconds = self._safe.first_seconds
        # What a 429 says about a surplus is known a period later: so all of this goes by periods, and an
        # answer is one limit-th of one.
        self._safe_answers = SAFE_PERIODS * limit
        self._decay = DECAY ** (1 / limit)
        self._fading = 1 - 1 / (MEMORY_PERIODS * limit)
        self._surplus: float | None = None  # seconds; None: as `Safe`
        self._least = min(LEAST_SURPLUS_SECONDS, period_seconds / 10)
        self._floor = self._least
        self._longest = 0.0  # seconds that an answer took since `Safe` began
        self._answers = 0  # since then
        self._stepped_back_at = -math.inf

    @property
    def surplus_seconds(self) -> float | None:
        """What is added to the period at present; None: the time of the answer, whatever it is."""
        return self._surplus

    def after_use(self, used_at: float) -> float | None:
        """See `Pace.after_use`."""
        return None if self._surplus is None else used_at + self._period + self._surplus

    def after_end(self, used_at: float, ended_at: float, ending: Ending) -> float:
        """See `Pace.after_end`."""
        safe_at = self._safe.after_end(used_at, ended_at, ending)
        if ending is Ending.SLOW_DOWN:
            self._step_back(used_at, ended_at)
            return safe_at
        if ending is Ending.ANSWERED:
            self._come_closer(ended_at - used_at)
        usable_at = self.after_use(used_at)
        return safe_at if usable_at is None else min(usable_at, safe_at)

    def settled_seconds(self, answer_seconds: float) -> float:
        """See `Pace.settled_seconds`."""
        return min(self._period + self._floor, self._safe.settled_seconds(answer_seconds))

    def _step_back(self, used_at: float, ended_at: float) -> None:
        if used_at < self._stepped_back_at:
            return  # sent before the last step back: it says nothing new
        if self._surplus is not None:
            self._floor = min(max(self._floor, 2 * self._surplus), self._period)
        self._surplus, self._answers, self._longest = None, 0, 0.0
        self._stepped_back_at = ended_at

    def _come_closer(self, answer_seconds: float) -> None:
        if self._surplus is not None:
            self._floor = max(self._floor * self._fading, self._least)
            self._surplus = self._floor + max(self._surplus - self._floor, 0.0) * self._decay
            return
        self._answers += 1
        # A large file's answer takes long, and not because its way does: more than a period helps nobody.
        self._longest = min(max(self._longest, answer_seconds), self._period)
        if self._answers >= self._safe_answers:
            self._surplus = max(self._longest, self._floor)


def pace_of(name: PaceName, *, limit: int, period_seconds: float, margin_seconds: float) -> Pace:
    """Return the pace called *name* for *limit* requests in a period; the margin is for `Exact` alone."""
    match name:
        case PaceName.EXACT:
            return Exact(period_seconds=period_seconds, margin_seconds=margin_seconds)
        case PaceName.SAFE:
            return Safe(period_seconds=period_seconds)
        case PaceName.ADAPTIVE:
            return Adaptive(limit=max(limit, 1), period_seconds=period_seconds)
