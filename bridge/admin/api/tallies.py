"""Running totals for the metrics: each scrape adds what came since the one before.

Counters begin when the process does.  What cannot be had that way (how many were withdrawn, cancelled or
superseded) is counted anew every ten minutes.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bridge.domain.outcomes import Outcome
from bridge.ledger import tallies
from bridge.ledger.database import Database
from bridge.ledger.tallies import Tried

COUNTED_EVERY = timedelta(minutes=10)
REASONS_EVERY = timedelta(minutes=1)  # 190 ms where 50,000 were refused
# Seconds from the CLOSE of an upload to the 2xx; the settle time is two, a night's backlog hours.
BUCKETS = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 4 * 3600.0, 24 * 3600.0)
# Ids may become visible out of order where several nodes write: so many behind the last are looked at again.
BEHIND = 500


@dataclass(slots=True)
class Histogram:
    """Times to deliver."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))  # the last: longer than all
    total_seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one."""
        place = next((n for n, bound in enumerate(BUCKETS) if seconds <= bound), len(BUCKETS))
        self.counts[place] += 1
        self.total_seconds += seconds


@dataclass(slots=True)
class Tallies:
    """The totals; `refresh` is called in threads, one at a time."""

    database: Database
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    logins: Counter[str] = field(default_factory=Counter)
    delivered_after: Histogram = field(default_factory=Histogram)
    counted: tallies.Counted | None = None  # by state
    set_aside: dict[tuple[str, str], int] = field(default_factory=dict)  # by state and reason
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _start: tallies.Ends | None = None
    _attempts: int = 0  # the last id seen
    _counted_attempts: set[int] = field(default_factory=set)  # near the end, or else all below are
    _under_way: set[int] = field(default_factory=set)
    _logins: int = 0
    _counted_logins: set[int] = field(default_factory=set)
    _counted_at: datetime | None = None  # all of them
    _reasons_at: datetime | None = None

    def begin(self) -> None:
        """Note where the tables end: what comes later is counted.  Raises Unavailable."""
        with self._lock:
            self._begin()

    def refresh(self, now: datetime) -> None:
        """Add what came since the last time.  Raises Unavailable."""
        with self._lock:
            if self._start is None:
                self._begin()
            self._add_attempts()
            self._add_logins()
            self._count(now)
            if _is_old(self._reasons_at, REASONS_EVERY, now):
                self.set_aside = self.database.read_now(tallies.set_aside_by_reason)
                self._reasons_at = now

    def _begin(self) -> None:
        self._start = self.database.read_now(tallies.ends)
        self._attempts, self._logins = self._start.attempts, self._start.logins
        below = range(self._attempts - BEHIND, self._attempts + 1)
        self._counted_attempts = set(below)
        self._counted_logins = set(range(self._logins - BEHIND, self._logins + 1))

    def _add_attempts(self) -> None:
        after = self._attempts - BEHIND
        fresh = [
            one
            for one in self.database.read_now(tallies.tried_after, after=after)
            if one.id not in self._counted_attempts
        ]
        known = [one.id for one in fresh]
        if self._under_way:
            fresh += self.database.read_now(tallies.tried, ids=self._under_way)
        self._under_way = {one.id for one in fresh if one.outcome is None}
        for one in fresh:
            self._add(one)
        self._attempts = max([self._attempts, *known])
        self._counted_attempts = _near(self._counted_attempts.union(known), self._attempts)

    def _add(self, one: Tried) -> None:
        if one.outcome is None:
            return
        self.outcomes[one.outcome] += 1
        if one.outcome is Outcome.DELIVERED and one.closed_at is not None and one.ended_at is not None:
            self.delivered_after.add(max(0.0, (one.ended_at - one.closed_at).total_seconds()))

    def _add_logins(self) -> None:
        found = self.database.read_now(tallies.logins_after, after=self._logins - BEHIND)
        fresh = {number: why for number, why in found if number not in self._counted_logins}
        self.logins.update("accepted" if why is None else why for why in fresh.values())
        self._logins = max([self._logins, *fresh])
        self._counted_logins = _near(self._counted_logins.union(fresh), self._logins)

    def _count(self, now: datetime) -> None:
        """Count by state; everything, if that was not done within the last ten minutes."""
        if self.counted is None or _is_old(self._counted_at, COUNTED_EVERY, now):
            self.counted = self.database.read_now(tallies.count_all)
            self._counted_at = now
        else:
            self.counted = self.database.read_now(tallies.count_on, former=self.counted)


def _is_old(at: datetime | None, after: timedelta, now: datetime) -> bool:
    return at is None or not timedelta() <= now - at < after


def _near(ids: set[int], end: int) -> set[int]:
    return {number for number in ids if number > end - BEHIND}
