"""A scheduler that knows the whole night: the earliest cut-off first, without those who make others late."""

import heapq
from datetime import datetime, timedelta

from tests.simulation.lane import LIMIT, PERIOD
from tests.simulation.night import File, Night

SLOT = PERIOD / LIMIT
ANSWER = timedelta(seconds=0.5)  # at most

Job = tuple[datetime, int]  # aim and account: all that came before this aim


def jobs(night: Night) -> dict[Job, list[File]]:
    """Return what should be through by when; what the destination never takes is no part of it."""
    found: dict[Job, list[File]] = {}
    for one in night.files:
        if not one.is_bad:
            found.setdefault((one.aim, one.account), []).append(one)
    return found


def late(night: Night) -> set[Job]:
    """Return who would be late with the whole night known."""
    kept = jobs(night)
    left_out: set[Job] = set()
    while (first := _first_late(night, kept)) is not None:
        # Left out is whoever takes most of the time before the cut-off that was missed.
        largest = max((job for job in kept if job[0] <= first[0]), key=lambda job: len(kept[job]))
        del kept[largest]
        left_out.add(largest)
    return left_out


def _first_late(night: Night, kept: dict[Job, list[File]]) -> Job | None:
    """Return the first to be late if the earliest cut-off always goes first."""
    coming = sorted((one.at, job, one.number) for job, files in kept.items() for one in files)
    waiting: list[tuple[Job, int]] = []
    moment, at = night.begin, 0
    missed: set[Job] = set()
    while at < len(coming) or waiting:
        if not waiting:
            moment = max(moment, coming[at][0])
        while at < len(coming) and coming[at][0] <= moment:
            heapq.heappush(waiting, coming[at][1:])
            at += 1
        trouble = night.trouble(moment)
        if trouble is not None:
            moment = trouble.end
            continue
        job, _ = heapq.heappop(waiting)
        if moment + ANSWER > job[0]:
            missed.add(job)
        moment += SLOT
    return min(missed, default=None)


def late_in_fact(night: Night) -> set[Job]:
    """Return whose files came later than their aim, or not at all."""
    return {
        job
        for job, files in jobs(night).items()
        if any(one.delivered_at is None or one.delivered_at > one.aim for one in files)
    }
