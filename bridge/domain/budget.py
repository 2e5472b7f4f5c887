"""Who gets through before the cut-off, and who must go first for that.

The lane is one machine, a file is one unit of work, the import is a deadline.  The earliest deadline first
meets all of them if any order does; where no order can, leaving out the largest as soon as it does not fit
meets the most (Moore 1968, for work that is all there).  A data file goes in any case: it is one file, and
without it the import has nothing.
"""

import math
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import accumulate, groupby

from bridge.domain.accounts import AccountId
from bridge.domain.administrations import AdministrationId

YIELD = 0.97  # of the rate, that a lane reaches with a destination that answers
# Of what fits before a cut-off: with more work than this the earliest goes first.  Of nights that are tight
# 3.6 % of the cut-offs that could be met were missed with 0.8, 1.5 % with 0.5 and 1 % with 0.3 (simulated).
SHORT = 0.3
# Of what fits, and one turn in how many goes round all accounts all the same while no more is needed.
ROOM = ((0.6, 3), (0.9, 10), (math.inf, 40))
# Judged a little ahead: what shrinks to just SHORT with each look would end where nothing fits any more.
AHEAD = timedelta(seconds=60)
DATA_SURPLUS = 1.25  # time for a data file, against what it takes at the full rate
DATA_MARGIN = timedelta(seconds=30)  # before that: for a retry, and as a plan is some seconds old

Place = tuple[AccountId, AdministrationId]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What waits of an account for an administration, and until when it should be through."""

    account_id: AccountId
    administration_id: AdministrationId
    aim: datetime  # until when the lane wants it there: a margin before the cut-off
    documents: int
    data_files: int

    @property
    def place(self) -> Place:
        """Whose it is."""
        return self.account_id, self.administration_id


@dataclass(frozen=True, slots=True)
class Plan:
    """Who goes first."""

    # For whom the budget is short, by aim, the earliest first; of one aim they go by turns.
    pressed: Sequence[deque[Place]] = ()
    others_every: int = 1  # one turn in so many goes round all accounts
    _data: Sequence[AdministrationId] = ()  # by aim
    _starts: Sequence[datetime] = field(default=())  # from then on …
    _counts: Sequence[int] = field(default=())  # … so many of the data files must go

    def urgent(self, now: datetime) -> Sequence[AdministrationId]:
        """Return whose data files must go at *now* to be in time, the earliest cut-off first."""
        at = bisect_right(self._starts, now)
        return self._data[: self._counts[at - 1]] if at else ()


def plan(demands: Iterable[Demand], *, per_second: float, now: datetime) -> Plan:
    """Return who goes first of *demands* at a rate of *per_second* files."""
    by_aim = sorted(demands, key=lambda one: one.aim)
    left_out, tightest = leave_out(
        (one.documents, one.data_files, _fits(one.aim, per_second, now)) for one in by_aim
    )
    fitting = [one for number, one in enumerate(by_aim) if number not in left_out]
    last_short = _last_short(fitting, by_aim, per_second=per_second, now=now)
    pressed = [] if last_short is None else [one for one in fitting if one.aim <= last_short]
    data = [one for one in by_aim if one.data_files]
    starts, counts = _latest_starts(data, per_second)
    return Plan(
        [deque(one.place for one in group) for _, group in groupby(pressed, key=lambda one: one.aim)],
        next(every for most, every in ROOM if tightest <= most),
        [one.administration_id for one in data],
        starts,
        counts,
    )


def leave_out(amounts: Iterable[tuple[int, int, float]]) -> tuple[set[int], float]:
    """Return whose documents must be late so that most others are in time (Moore 1968).

    Args:
        amounts: documents, data files, and how many files fit before the deadline; the earliest deadline
            first.  A data file goes in any case.

    Returns:
        The numbers, from 0, of those that are left out, and how much of what fits the fullest deadline takes.
    """
    left_out: set[int] = set()
    largest: list[tuple[int, int]] = []
    work, tightest = 0, 0.0
    for number, (documents, data_files, fits) in enumerate(amounts):
        work += documents + data_files
        if documents:
            heappush(largest, (-documents, number))
        while work > fits and largest:
            size, out = heappop(largest)
            left_out.add(out)
            work += size
        taken = work / fits if fits else 1.0
        tightest = max(taken, tightest)
    return left_out, tightest


def _last_short(
    fitting: Sequence[Demand], by_aim: Sequence[Demand], *, per_second: float, now: datetime
) -> datetime | None:
    """Return the last aim before which there is little room for what is to be through by then."""
    kept = {one.place for one in fitting}
    work, found = 0, None
    for aim, group in groupby(by_aim, key=lambda one: one.aim):
        is_left_out = False
        for one in group:
            is_kept = one.place in kept
            is_left_out = is_left_out or not is_kept
            work += one.data_files + (one.documents if is_kept else 0)
        if is_left_out or work > SHORT * _fits(aim, per_second, now + AHEAD):
            found = aim
    return found


def _fits(aim: datetime, per_second: float, now: datetime) -> float:
    return max((aim - now).total_seconds(), 0.0) * per_second * YIELD


def _latest_starts(data: Sequence[Demand], per_second: float) -> tuple[list[datetime], list[int]]:
    """Return moments, ascending, and how many of *data*, by aim, must go from then on."""
    found: list[tuple[datetime, int]] = []
    files = 0
    for number, one in enumerate(data, start=1):
        files += one.data_files
        seconds = files / per_second * DATA_SURPLUS
        found.append((one.aim - timedelta(seconds=seconds) - DATA_MARGIN, number))
    found.sort()
    return [start for start, _ in found], list(accumulate((number for _, number in found), max))
