"""A backlog of a million deliveries of 5,000 accounts: what the next one costs, a start, and memory."""

import asyncio
import os
import statistics
import time
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bridge.delivery.queue import Queue
from bridge.domain.deliveries import DEFAULT_LANE
from bridge.ledger.database import Database
from tests.bench.measure import Figure, cpu_seconds, resident_mb, say
from tests.bench.servers import Bench
from tests.flow.processes import Bridge

ACCOUNTS = 5_000
SIZES = (10_000, 1_000_000)
CLAIMS = 300
CHOICE_SECONDS, START_SECONDS, MEGABYTES = 0.002, 3.0, 200.0

_NUMBERS = """
WITH RECURSIVE
a(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM a WHERE i < :accounts),
n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :size),
d(i, whose, kind, at) AS (
    SELECT i, 1000 + i % :accounts, CASE WHEN i % 50 = 0 THEN 'data' ELSE 'invoice_pdf' END, :now FROM n
)
"""
_ADMINISTRATIONS = """
INSERT INTO administrations (id, code, import_time, timezone, created_at)
SELECT 1000 + i % :accounts, 'X' || i, '01:00', 'Europe/Amsterdam', :now FROM a
"""
_ACCOUNTS = """
INSERT INTO accounts (id, name, is_disabled, created_at) SELECT 1000 + i % :accounts, 'x' || i, 0, :now FROM a
"""
_UPLOADS = """
INSERT INTO uploads
(id, account_id, folder, name, state, size, blob, closed_at, arrival, ready_at, finished_at)
SELECT i, whose, '/', i || '.pdf', 'accepted', 1, printf('%032x', i), at, i, at, at FROM d
"""
_DOCUMENTS = """
INSERT INTO documents
(id, upload_id, account_id, arrival, folder, name, kind, administration_id, size, sha256, blob)
SELECT i, i, whose, i, '/', i || '.pdf', kind, whose, 1, 'x' || i, printf('%032x', i) FROM d
"""
_DELIVERIES = """
INSERT INTO deliveries
(id, document_id, account_id, administration_id, kind, lane, state, attempts, rejections, created_at, due_at)
SELECT i, i, whose, whose, kind, 'destination', 'pending', i % 100 = 1, 0, at, at FROM d
"""


def choosing(bench: Bench) -> list[Figure]:
    """Choosing below 2 ms and no dearer with a million; ready in 3 s; below 200 MB."""
    sizes = SIZES if bench.files >= 1000 else (1_000, 10_000)
    figures = []
    medians = []
    for size in sizes:
        with bench.bridge(is_paused=True) as (bridge, _):
            bridge.kill()
            _fill(bridge, size)
            figures.append(_choice(bridge, size))
            medians.append(float(figures[-1].value.split()[0]))
            figures += _start(bridge, size)
    growth = medians[-1] / medians[0]
    figures.append(
        Figure(
            name=f"choosing and claiming, {sizes[-1]:,} against {sizes[0]:,}",
            value=f"{growth:.2f} x",
            target="<= 1.5 x",
            is_met=growth <= 1.5,
        )
    )
    return figures


def _fill(bridge: Bridge, size: int) -> None:
    """Let *size* documents of `ACCOUNTS` accounts wait, 49 PDFs and a data file of each at a time."""
    say(f"  filling a ledger with {size:,} deliveries")
    database = Database(f"sqlite:///{bridge.data_dir / 'ledger.db'}")
    try:
        database.write_now(_insert, size=size)
    finally:
        database.close()


def _insert(connection: Connection, *, size: int) -> None:
    now = int(datetime.now(UTC).timestamp() * 1e6)
    for statement in (_ADMINISTRATIONS, _ACCOUNTS, _UPLOADS, _DOCUMENTS, _DELIVERIES):
        values = {"accounts": ACCOUNTS, "size": size, "now": now}
        connection.execute(sa.text(_NUMBERS + statement), values)


def _choice(bridge: Bridge, size: int) -> Figure:
    """Claim one after another, as the dispatcher does, in this process."""
    database = Database(f"sqlite:///{bridge.data_dir / 'ledger.db'}")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lanes SET is_stopped = 0")
    try:
        choices, claims, first = asyncio.run(_claim_some(database))
    finally:
        with database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE lanes SET is_stopped = 1")
        database.close()
    median = statistics.median(choices) * 1000
    return Figure(
        name=f"choosing the next of {size:,}",
        value=f"{median:.3f} ms",
        beside=f"most {max(choices) * 1000:.1f} ms; with the claim in the ledger "
        f"{statistics.median(claims) * 1000:.1f} ms; the first count {first:.2f} s",
        target=f"< {CHOICE_SECONDS * 1000:.0f} ms",
        is_met=median / 1000 < CHOICE_SECONDS,
    )


async def _claim_some(database: Database) -> tuple[list[float], list[float], float]:
    queue = Queue(database=database, lane=DEFAULT_LANE, per_second=3, cut_off_margin=timedelta(minutes=5))
    choices: list[float] = []
    chooses = queue._turns.choose

    def timed(now: datetime) -> object:
        began = time.perf_counter()
        try:
            return chooses(now)
        finally:
            choices.append(time.perf_counter() - began)

    queue._turns.choose = timed  # type: ignore[method-assign, assignment]
    claims = []
    for number in range(CLAIMS + 1):
        now = datetime.now(UTC)
        began = time.perf_counter()
        taken = await queue.claim(now=now, lease_until=now + timedelta(minutes=2), token=str(number), limit=1)
        claims.append(time.perf_counter() - began)
        assert taken
    return choices[1:], claims[1:], claims[0]


def _start(bridge: Bridge, size: int) -> list[Figure]:
    (bridge.blobs / "left").touch()  # so that the ledger is asked whether anybody needs it
    bridge.start()
    seconds, cpu = bridge.seconds_to_ready, cpu_seconds(bridge.pid)
    bridge.run("lane", "resume")
    time.sleep(5)
    resident = resident_mb(bridge.pid)
    bridge.run("lane", "pause")
    return [
        Figure(
            name=f"start with {size:,} waiting",
            value=f"{seconds:.2f} s",
            beside=f"CPU seconds {cpu:.2f}",
            target=f"< {START_SECONDS:.0f} s",
            is_met=seconds < START_SECONDS,
        ),
        Figure(
            name=f"memory with {size:,} waiting",
            value=f"{resident:.0f} MB",
            beside=f"on {os.uname().sysname}, while it sends",
            target=f"< {MEGABYTES:.0f} MB",
            is_met=resident < MEGABYTES,
        ),
    ]
