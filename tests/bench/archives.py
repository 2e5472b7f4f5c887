"""Intake of a zip of many PDFs beside ``unzip -j`` and an fsync of each file, in pairs.

Ours counts from the CLOSE in the ledger to the line in the log that says the documents are in the queue: the
zip read and hashed, every member proved, written and synced, and the rows of all of them committed.
"""

import json
import statistics
import subprocess
import time
import zipfile
from datetime import datetime
from pathlib import Path

from tests.bench.measure import Figure
from tests.bench.servers import Bench
from tests.flow.processes import Bridge, until

MEMBERS = 2_000
TARGET = 1.0  # times as fast, at least


def archives(bench: Bench) -> list[Figure]:
    """2,000 PDFs of 20 kB: at least as fast."""
    count = MEMBERS if bench.files >= 1000 else 200
    archive = bench.folder / "members.zip"
    folder = bench.small_files("member", count)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for file in sorted(folder.iterdir()):
            made.write(file, file.name)
    ours, theirs = [], []
    with bench.bridge(is_paused=True, intake={"settle_seconds": 0}) as (bridge, _):
        for run in range(bench.runs + 1):
            pair = (
                _take(bench, bridge, archive, f"run-{run}.zip"),
                _unzip(archive, bench.folder / f"out-{run}"),
            )
            if run:
                ours.append(pair[0])
                theirs.append(pair[1])
    ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
    return [
        Figure(
            name=f"intake of a zip of {count:,} PDFs",
            value=f"{ratio:.2f} x unzip -j and fsync",
            beside=f"seconds: {_seconds(ours)} | {_seconds(theirs)}",
            target=f">= {TARGET:.1f} x",
            is_met=ratio >= TARGET,
        )
    ]


def _take(bench: Bench, bridge: Bridge, archive: Path, name: str) -> float:
    """Return the seconds from CLOSE to the queue."""
    bench.client(bridge).run(f"put {archive} /NL03/{name}")
    accepted: datetime = until(lambda: _accepted(bridge, name), seconds=120)
    [[closed]] = bridge.sql("SELECT max(closed_at) FROM uploads")
    return float(accepted.timestamp() - closed / 1e6)


def _accepted(bridge: Bridge, name: str) -> datetime | None:
    for line in reversed(bridge.stderr.splitlines()):
        if name in line and '"upload accepted"' in line:
            return datetime.fromisoformat(json.loads(line)["timestamp"])
    return None


def _unzip(archive: Path, folder: Path) -> float:
    # Nothing is removed before the end: ext4 avoids inodes freed within the last minutes, and its search for
    # others made each new file, of either side, up to ten times as dear from run to run.
    folder.mkdir()
    began = time.monotonic()
    subprocess.run(["sh", "-c", f"unzip -jq {archive} -d {folder} && sync {folder}/*"], check=True)
    return time.monotonic() - began


def _seconds(runs: list[float]) -> str:
    return " ".join(f"{one:.2f}" for one in runs)
