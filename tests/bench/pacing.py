"""Paces: what share of the rate each reaches, and how many 429s, at the end of several kinds of way.

The destination stamps arrivals by the kernel, adds the way there to the stamp, counts in a strict sliding
window, and answers after the way back.  The three paces run side by side, each with a destination of its own.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from bridge.domain.pacing import PaceName
from tests.bench.measure import Figure
from tests.bench.servers import Bench, wait_for_intake
from tests.flow.processes import Bridge, Destination

# Least and most seconds there, and back.  "There" varies by what a busy machine adds, in all of them.
WAYS: Mapping[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "answers take 20-200 ms": ((0.0, 0.0), (0.02, 0.2)),
    "a steady way of 110 ms": ((0.11, 0.113), (0.11, 0.113)),
    "20-200 ms each way, each time anew": ((0.02, 0.2), (0.02, 0.2)),
}
SECONDS = 60
SPARE_SECONDS = 10
RAMP = 0.4  # of the time: until then adaptive comes closer


def pacing(bench: Bench) -> list[Figure]:
    """Three a second, a minute for each way: adaptive 98 % with less than 0.1 % of 429s; safe without any."""
    return _all(bench, limit=3)


def fast(bench: Bench) -> list[Figure]:
    """Thirty a second: more requests in the same time."""
    return _all(bench, limit=30)


def _all(bench: Bench, *, limit: int) -> list[Figure]:
    seconds = SECONDS if bench.files >= 1000 else SECONDS // 6
    source = bench.small_files(f"paces-{limit}", len(WAYS) * limit * (seconds + SPARE_SECONDS), size=2_000)
    figures: list[Figure] = []
    with ExitStack() as stack:
        sides = [(pace, *stack.enter_context(_side(bench, pace, limit=limit))) for pace in PaceName]
        for _, bridge, destination in sides:
            destination.order(limit=limit)
            destination.order(status=200, retry_after="1")
            bench.client(bridge).run(f"put {source}/* /NL03/")
        for _, bridge, _ in sides:
            wait_for_intake(bridge)
            bridge.stop()
            bridge.run("lane", "resume")
        for name, (there, back) in WAYS.items():
            began = time.time()
            for _, bridge, destination in sides:
                destination.order(there=there, back=back)
                bridge.start()  # begins without experience
            time.sleep(seconds + SPARE_SECONDS / 2)
            for pace, bridge, destination in sides:
                bridge.stop()
                requests = [one for one in destination.requests() if one["at"] > began]
                figures.append(_figure(pace, name, requests, limit=limit, seconds=seconds))
        for _, bridge, _ in sides:
            bridge.start()  # for whoever ends it
    return figures


def _side(bench: Bench, pace: PaceName, *, limit: int) -> AbstractContextManager[tuple[Bridge, Destination]]:
    return bench.bridge(is_paused=True, destination={"rate_limit": limit, "pace": pace.value})


def _figure(pace: PaceName, way: str, requests: list[dict[str, Any]], *, limit: int, seconds: int) -> Figure:
    requests.sort(key=lambda one: float(one["at"]))
    requests = [one for one in requests if one["at"] <= requests[0]["at"] + seconds]
    taken = [float(one["at"]) for one in requests if one["taken"]]
    late = [at for at in taken if at >= taken[0] + RAMP * seconds]
    refused = sum(one["status"] == 429 for one in requests)
    share, share_late = share_of(taken, limit), share_of(late, limit)
    target, is_met = "", None
    if pace is PaceName.SAFE:
        target, is_met = "no 429", refused == 0
    elif pace is PaceName.ADAPTIVE and "anew" not in way:
        target, is_met = ">= 98 %, < 0.1 %", share_late >= 0.98 and refused / len(requests) < 0.001
    return Figure(
        name=f"{pace}, {limit}/s, {way}",
        value=f"{share_late:.1%}, {refused} of {len(requests)} refused",
        beside=f"from the beginning {share:.1%}",
        target=target,
        is_met=is_met,
    )


def share_of(moments: Sequence[float], limit: int) -> float:
    """Return how much of *limit* a second *moments* are; whole groups of *limit*, which may come at once."""
    last = (len(moments) - 1) // limit * limit
    return last / limit / (moments[last] - moments[0]) if last else 0.0
