"""Drain a lane: start no request any more, and wait until those under way have ended."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Deed
from bridge.domain.errors import Conflict
from bridge.ledger import lanes

LOOK_SECONDS = 0.5  # between two looks at what is still under way
DOUBTS = 15  # looks until an owner that lives has renewed its lease for certain, which it does every 5 s


def drain(desk: Desk, *, name: str, timeout: timedelta, sleep: Callable[[float], object]) -> Iterator[int]:
    """Stop the lane, and yield how many requests are under way, each time that it changes, down to 0.

    What a server that was killed has left leased counts until its leases end, a minute after the longest
    that a request may take.

    Args:
        desk: where to work.
        name: the lane.
        timeout: how long to wait; the lane stays stopped after it, too.
        sleep: waits so many seconds.

    Raises:
        NotFound: there is no such lane.
        Conflict: there is something under way at the end of *timeout*.
    """
    desk.change(Deed(act="lane drain", subject=f"lane:{name}"), lanes.stop, name=name)
    ends_at = desk.clock.now() + timeout
    told = None
    doubts = 0
    while True:
        left = desk.database.read_now(lanes.in_flight, name=name, now=desk.clock.now())
        if not left and doubts < DOUBTS:
            doubts += 1
            left = desk.database.read_now(lanes.in_doubt, name=name)
        if left != told:
            yield left
            told = left
        if not left:
            return
        if desk.clock.now() >= ends_at:
            raise Conflict(
                f"lane {name}: {left} still under way after {timeout.total_seconds():g} s; the lane stays "
                f"stopped.  See: bridge delivery list --state leased"
            )
        sleep(LOOK_SECONDS)
