"""Deliveries: how soon, how many, how fast, and how evenly under the limit; as the destination saw it."""

import asyncio
import statistics
import time
from pathlib import Path

from tests.bench.measure import Figure, cpu_seconds
from tests.bench.servers import Bench, wait_for_intake
from tests.flow import samples
from tests.flow.processes import Bridge, most_in_a_second
from tests.flow.senders import client

LATENCY_RUNS = 40
LARGE_BYTES = 100_000_000
LARGE_RUNS = 5
BACKLOG = 300


def latency(bench: Bench) -> list[Figure]:
    """From the answer to CLOSE to the request arriving, settle 0: median below 30 ms."""
    with bench.bridge(intake={"settle_seconds": 0}, destination={"rate_limit": 3}) as (bridge, destination):
        closed = asyncio.run(_close_and_note(bridge, LATENCY_RUNS))
        arrived = [one["at"] for one in destination.wait_for(LATENCY_RUNS + 1)][1:]
    waits = sorted((at - then) * 1000 for then, at in zip(closed, arrived, strict=True))
    median = statistics.median(waits)
    return [
        Figure(
            name="CLOSE answered to request arriving",
            value=f"{median:.1f} ms",
            beside=f"least {waits[0]:.1f}, 90 % {waits[int(len(waits) * 0.9)]:.1f}, most {waits[-1]:.1f}",
            target="< 30 ms",
            is_met=median < 30,
        )
    ]


async def _close_and_note(bridge: Bridge, count: int) -> list[float]:
    """Upload a small file now and then; return when each CLOSE was answered, without the first."""
    moments = []
    await asyncio.sleep(1.5)  # the limiter gives its first permits after a period
    async with client(bridge.port) as sftp:
        for number in range(count + 1):
            file = await sftp.open(f"/latency-{number}.pdf", "wb")
            await file.write(samples.pdf(number, 20_000))
            await file.close()
            moments.append(time.time())
            await asyncio.sleep(0.5)
    return moments[1:]


def unlimited(bench: Bench) -> list[Figure]:
    """With the limit off: 150 files of 20 kB a second, and a file of 100 MB at 60 MB/s."""
    return _many(bench) + _large(bench, "pdf", target=60.0) + _large(bench, "csv", target=None)


def _many(bench: Bench) -> list[Figure]:
    source = bench.small_files("many", bench.files)
    with bench.bridge(is_paused=True) as (bridge, destination):
        bench.client(bridge).run(f"put {source}/* /NL03/")
        wait_for_intake(bridge)
        cpu = cpu_seconds(bridge.pid)
        bridge.run("lane", "resume")
        requests = destination.wait_for(bench.files, seconds=300)
        bridge.wait_until_idle()
        cpu = cpu_seconds(bridge.pid) - cpu
    seconds = max(one["whole_at"] for one in requests) - min(one["at"] for one in requests)
    rate = len(requests) / seconds
    return [
        Figure(
            name=f"delivery, limit off: {len(requests)} files of 20 kB",
            value=f"{rate:.0f} files/s",
            beside=f"CPU seconds {cpu:.2f}",
            target=">= 150 files/s",
            is_met=rate >= 150,
        )
    ]


def _large(bench: Bench, extension: str, *, target: float | None) -> list[Figure]:
    """Send one file several times; a CSV goes gzipped, so its rate is for information."""
    source = _large_file(bench, extension)
    rates, cpu = [], []
    with bench.bridge() as (bridge, destination):
        for run in range(LARGE_RUNS):
            before = cpu_seconds(bridge.pid)
            bench.client(bridge).run(f"put {source} /NL03/large-{run}.{extension}")
            one = destination.wait_for(run + 1, seconds=120)[-1]
            bridge.wait_until_idle()
            rates.append(source.stat().st_size / 1e6 / (one["whole_at"] - one["at"]))
            cpu.append(cpu_seconds(bridge.pid) - before)
    rate = statistics.median(rates)
    return [
        Figure(
            name=f"delivery of {source.stat().st_size / 1e6:.0f} MB, {extension}",
            value=f"{rate:.0f} MB/s",
            beside=f"{' '.join(f'{one:.0f}' for one in rates)}; CPU seconds, reception included: "
            f"{statistics.median(cpu):.2f}",
            target="" if target is None else f">= {target:.0f} MB/s",
            is_met=None if target is None else rate >= target,
        )
    ]


def _large_file(bench: Bench, extension: str) -> Path:
    size = LARGE_BYTES if bench.files >= 1000 else LARGE_BYTES // 10
    if extension != "csv":
        return bench.random_file(f"large.{extension}", size)
    path = bench.folder / "large.csv"
    block = samples.csv(1, 20_000)
    path.write_bytes(samples.CSV_HEADER + block * (size // len(block)))
    return path


def backlog(bench: Bench) -> list[Figure]:
    """A backlog at 3/s against 50 ms: never more than 3 in a second, at least 2.9 on average."""
    count = BACKLOG if bench.files >= 1000 else BACKLOG // 10
    source = bench.small_files("backlog", count)
    with bench.bridge(is_paused=True, delay=0.05, destination={"rate_limit": 3}) as (bridge, destination):
        bench.client(bridge).run(f"put {source}/* /NL03/")
        wait_for_intake(bridge)
        bridge.run("lane", "resume")
        moments = sorted(one["at"] for one in destination.wait_for(count, seconds=count))
    most, average = most_in_a_second(moments), (count - 1) / (moments[-1] - moments[0])
    return [
        Figure(name=f"backlog of {count}: most in 1.000 s", value=str(most), target="<= 3", is_met=most <= 3),
        Figure(
            name=f"backlog of {count}: average",
            value=f"{average:.2f} a second",
            beside=f"the shortest span of 4: {_shortest(moments):.3f} s",
            target=">= 2.9",
            is_met=average >= 2.9,
        ),
    ]


def _shortest(moments: list[float]) -> float:
    return min((last - first for first, last in zip(moments, moments[3:], strict=False)), default=0.0)
