"""Memory: a big file on its way through, and two hundred sessions that do nothing."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from tests.bench.measure import Figure, resident_mb, watched
from tests.bench.servers import Bench
from tests.flow import samples
from tests.flow.processes import Bridge
from tests.flow.senders import client

SESSIONS = 200
WARM_UP = 5
AT_ONCE = 20  # logins: each costs a password hash of 19 MiB


def memory(bench: Bench) -> list[Figure]:
    """Receiving and delivering 300 MB: below 60 MB more; 200 idle sessions: below 50 MB more."""
    return _big(bench, "pdf") + _big(bench, "csv") + _sessions(bench, "key") + _sessions(bench, "password")


def _big(bench: Bench, extension: str) -> list[Figure]:
    size = 300_000_000 if bench.files >= 1000 else 30_000_000
    source = bench.folder / f"big.{extension}"
    if extension == "csv":
        block = samples.csv(1, 20_000)
        source.write_bytes(samples.CSV_HEADER + block * (size // len(block)))
    else:
        bench.random_file(source.name, size)
    with bench.bridge() as (bridge, destination):
        sftp = bench.client(bridge)
        (bench.folder / "first.pdf").write_bytes(samples.pdf(1))
        sftp.run(f"put {bench.folder / 'first.pdf'} /NL03/first.pdf")
        destination.wait_for(1)
        before = resident_mb(bridge.pid)
        with watched(bridge.pid) as peak:
            sftp.run(f"put {source} /NL03/big.{extension}", seconds=300)
            received = peak.mb
            destination.wait_for(2, seconds=300)
        source.unlink()
    rise = peak.mb - before
    return [
        Figure(
            name=f"memory: {size / 1e6:.0f} MB, {extension}, in and out",
            value=f"+{rise:.0f} MB",
            beside=f"from {before:.0f} MB; received +{received - before:.0f} MB",
            target="< 60 MB",
            is_met=rise < 60,
        )
    ]


def _sessions(bench: Bench, way: str) -> list[Figure]:
    with bench.bridge(sftp={"max_sessions_per_account": SESSIONS + WARM_UP}) as (bridge, _):
        before, after = asyncio.run(_open_many(bridge, bench.key if way == "key" else None))
    return [
        Figure(
            name=f"memory: {SESSIONS} idle sessions, logged in by {way}",
            value=f"+{after - before:.0f} MB",
            beside=f"from {before:.0f} MB",
            target="< 50 MB",
            is_met=after - before < 50,
        )
    ]


async def _open_many(bridge: Bridge, key: Path | None) -> tuple[float, float]:
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(stack.enter_async_context(client(bridge.port, key)) for _ in range(WARM_UP)))
        await asyncio.sleep(1)
        before = resident_mb(bridge.pid)
        for _ in range(0, SESSIONS, AT_ONCE):
            await asyncio.gather(
                *(stack.enter_async_context(client(bridge.port, key)) for _ in range(AT_ONCE))
            )
        await asyncio.sleep(2)
        after = resident_mb(bridge.pid)
    return before, after
