"""What a lane can do, from its limit and from what its last attempts came to.

The limit alone would promise too much: answers may take so long that all places in flight are taken, and
what fails must go again.  What was measured alone would promise too little wherever there was little to send;
so it counts only from when the lane had work without a break.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

# Fewer starts than this say nothing about a rate: half of them may have been one pause.
LEAST_STARTS = 30
# A longer gap between starts was a pause, a stop or a restart, and says nothing about what comes.
LONGEST_GAP = timedelta(seconds=10)
# So many successes are taken for granted: a few failures after a quiet hour do not make a forecast.
BELIEVED = 20
ANSWER_UNKNOWN = timedelta(seconds=0.5)
_QUICKEST = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One attempt, as far as it matters here."""

    started_at: datetime
    ended_at: datetime | None  # None: under way
    is_delivered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughput:
    """What was measured of a lane."""

    attempts: int  # how many it was measured from
    started_per_second: float | None  # while it had work; None: too little of that to say
    answer: timedelta  # from the start of a request to its end, on average
    delivered_share: float  # of the attempts that ended, above 0 and up to 1


def measure(samples: Sequence[Sample], *, busy_since: datetime | None) -> Throughput:
    """Return what *samples* say, in whatever order they are.

    Args:
        samples: the last attempts of one lane.
        busy_since: since when something waited all the time that could have been sent; None: nothing waits.
    """
    took = [one.ended_at - one.started_at for one in samples if one.ended_at is not None]
    delivered = sum(one.is_delivered for one in samples)
    return Throughput(
        attempts=len(samples),
        started_per_second=None if busy_since is None else _started_per_second(samples, busy_since),
        answer=sum(took, timedelta()) / len(took) if took else ANSWER_UNKNOWN,
        delivered_share=(delivered + BELIEVED) / (len(took) + BELIEVED),
    )


def _started_per_second(samples: Sequence[Sample], busy_since: datetime) -> float | None:
    starts = sorted(one.started_at for one in samples if one.started_at >= busy_since)
    gaps = [later - earlier for earlier, later in pairwise(starts) if later - earlier <= LONGEST_GAP]
    seconds = sum(gaps, timedelta()).total_seconds()
    if len(gaps) < LEAST_STARTS or not seconds:
        return None
    return len(gaps) / seconds


def delivered_per_second(measured: Throughput, *, limit: float | None, in_flight: int) -> float:
    """Return how many files a second the lane will deliver, above 0.

    Args:
        measured: what its last attempts came to.
        limit: starts a second that it may make; None: as many as it can.
        in_flight: requests that it may have under way at once.
    """
    can = in_flight / max(measured.answer, _QUICKEST).total_seconds()
    for most in (limit, measured.started_per_second):
        if most is not None:
            can = min(can, most)
    return can * measured.delivered_share
