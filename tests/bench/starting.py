"""From exec to the ready file, after a kill -9: below 2 s (threats D1)."""

import statistics

from tests.bench.measure import Figure, cpu_seconds
from tests.bench.servers import Bench

STARTS = 7


def ready(bench: Bench) -> list[Figure]:
    """Kill and start again."""
    seconds, cpu = [], []
    with bench.bridge() as (bridge, _):
        for _ in range(STARTS):
            bridge.kill()
            bridge.start()
            seconds.append(bridge.seconds_to_ready)
            cpu.append(cpu_seconds(bridge.pid))
    median = statistics.median(seconds)
    return [
        Figure(
            name="exec to ready after kill -9",
            value=f"{median:.2f} s",
            beside=f"CPU seconds {statistics.median(cpu):.2f}; {' '.join(f'{one:.2f}' for one in seconds)}",
            target="< 2 s",
            is_met=median < 2,
        )
    ]
