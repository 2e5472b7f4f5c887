"""Inspecting a CSV in a thread beside an event loop: how fast, how long the loop waits, how much memory.

MB/s suffers from whatever else runs: beside it are the CPU seconds of the thread, which suffer less.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.intake.proofs.table import TableProof
from bridge.intake.reading import Stopping, pieces
from tests.bench.measure import Figure, resident_mb, watched
from tests.bench.servers import Bench

RATE = 40.0  # MB/s, at least
LAG = 0.050  # seconds that the loop may wait, at most
RISE = 50.0  # MB of memory for 500 MB, at most
SWITCH = 0.0005  # seconds; as the process sets it
ROWS = 2_000  # of a block
HEADER = (
    b"administration_code;debtor_code;debtor_company_name;debtor_post_street_1;debtor_post_postalcode;"
    b"debtor_post_city;debtor_post_country_code;debtor_email;invoice_number;invoice_date;invoice_due_date;"
    b"invoice_open_amount_inc_vat\n"
)


def inspection(bench: Bench) -> list[Figure]:
    """100 MB of CSV: at least 40 MB/s, the loop waits at most 50 ms; 500 MB: below 50 MB more."""
    is_short = bench.files < 1000
    figures = []
    for quoted in (False, True):
        figures += _speed(bench, 10_000_000 if is_short else 100_000_000, quoted=quoted)
    return [*figures, _memory(50_000_000 if is_short else 500_000_000)]


def block(first: int, *, quoted: bool) -> bytes:
    """Return `ROWS` rows of about 150 bytes, each with a number of its own."""
    quote = '"' if quoted else ""
    joint = f"{quote};{quote}"
    return "".join(
        quote
        + joint.join(
            (
                "NL03",
                f"D{number % 5000:05d}",
                f"Bakkerij De Zon en Zonen {number % 977} BV",
                f"Hoofdstraat {number % 300}",
                "1234 AB",
                "Utrecht",
                "NL",
                f"administratie{number % 5000}@example.nl",
                f"F2026-{number:08d}",
                f"2026-07-{number % 28 + 1:02d}",
                f"2026-08-{number % 28 + 1:02d}",
                f"{number % 900}.{number % 100:02d}",
            )
        )
        + f"{quote}\n"
        for number in range(first, first + ROWS)
    ).encode()


def content(size: int, *, quoted: bool = False) -> Iterator[bytes]:
    """Yield a table of about *size* bytes."""
    yield HEADER
    made = first = 0
    while made < size:
        made += len(rows := block(first, quoted=quoted))
        first += ROWS
        yield rows


def inspect(path: Path) -> float:
    """Inspect the file, and return the CPU seconds of the thread."""
    began = time.thread_time()
    proof = TableProof()
    with path.open("rb", buffering=0) as file:
        for piece in pieces(file, Stopping()):
            proof.feed(piece)
    proof.end()
    assert proof.snapshot.rows
    return time.thread_time() - began


async def _beside(path: Path) -> tuple[float, float, float]:
    """Return seconds, CPU seconds and the longest lag of a loop that the work ran beside."""
    began = last = time.monotonic()
    lag = 0.0
    work = asyncio.ensure_future(asyncio.to_thread(inspect, path))
    while not work.done():
        await asyncio.sleep(0.001)
        now = time.monotonic()
        lag, last = max(lag, now - last - 0.001), now
    return time.monotonic() - began, work.result(), lag


def _read(path: Path) -> float:
    began = time.monotonic()
    with path.open("rb", buffering=0) as file:
        for _ in pieces(file, Stopping()):
            pass
    return time.monotonic() - began


@contextmanager
def _switching() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _speed(bench: Bench, size: int, *, quoted: bool) -> list[Figure]:
    path = bench.folder / "inspection.csv"
    with path.open("wb") as file:
        file.writelines(content(size, quoted=quoted))
    amount = path.stat().st_size / 1e6
    reads, runs = [], []
    with _switching():
        for _ in range(bench.runs):
            reads.append(_read(path))
            runs.append(asyncio.run(_beside(path)))
    path.unlink()
    rate = amount / statistics.median(seconds for seconds, _, _ in runs)
    lag = statistics.median(lag for _, _, lag in runs)
    name = f"inspection: {amount:.0f} MB of CSV{', all in quotes' if quoted else ''}"
    return [
        Figure(
            name=name,
            value=f"{rate:.0f} MB/s",
            beside=f"read alone {amount / statistics.median(reads):.0f} MB/s; "
            f"{statistics.median(cpu for _, cpu, _ in runs):.2f} CPU seconds; "
            f"seconds: {' '.join(f'{seconds:.2f}' for seconds, _, _ in runs)}",
            target=f">= {RATE:.0f} MB/s",
            is_met=rate >= RATE,
        ),
        Figure(
            name=f"{name}: the loop waits",
            value=f"{lag * 1000:.1f} ms",
            beside=f"longest of each run: {' '.join(f'{lag * 1000:.1f}' for _, _, lag in runs)}",
            target=f"<= {LAG * 1000:.0f} ms",
            is_met=lag <= LAG,
        ),
    ]


def _memory(size: int) -> Figure:
    made = rows = 0
    block(0, quoted=False)  # what making rows needs is there before
    before = resident_mb(os.getpid())
    with watched(os.getpid()) as peak:
        proof = TableProof()
        for piece in content(size):
            made += len(piece)
            proof.feed(piece)
        proof.end()
        rows = proof.snapshot.rows
    rise = peak.mb - before
    return Figure(
        name=f"inspection: memory for {made / 1e6:.0f} MB, {rows:,} rows",
        value=f"+{rise:.0f} MB",
        beside=f"from {before:.0f} MB; rows made on the way",
        target=f"< {RISE:.0f} MB",
        is_met=rise < RISE,
    )
