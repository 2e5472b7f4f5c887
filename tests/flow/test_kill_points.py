"""Killed at each rename, fsync and write of one upload: what was promised arrives (threats D3)."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until
from tests.flow.samples import sha256
from tests.flow.test_kill import check_repeats

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

LEDGER = "data/ledger.db-wal"
CONTENT = samples.pdf(1, 60_000)


@dataclass(frozen=True)
class Point:
    """Where the process is killed: as it enters a call, the nth time of one thread."""

    call: str
    nth: int
    path: str | None = None  # only calls on this file of the bridge's folder

    def __str__(self) -> str:
        return f"{self.call}-{self.nth}-{(self.path or 'any').rpartition('/')[2]}"


SPOOL = [Point("openat", 1), Point("fsync", 1), Point("rename", 1)]
SPOOL += [Point("fsync", 1, "data/spool/blobs")]
# The commits of one upload: closed, accepted, claimed, delivered.
COMMITS = [Point("fsync", nth, LEDGER) for nth in (1, 2, 3, 4)]
WRITES = [Point("pwrite64", nth, LEDGER) for nth in range(1, 60, 6)]
SHORT = [SPOOL[1], SPOOL[3], COMMITS[0]]  # a later commit may be another thread's, and long in coming


@contextmanager
def killed_at(bridge: Bridge, point: Point, folder: Path) -> Iterator[None]:
    """Let the kernel kill *bridge* at *point*."""
    filtered = [] if point.path is None else ["-P", str(bridge.folder / point.path)]
    notes = folder / "strace"
    with notes.open("w") as stderr:
        tracer = subprocess.Popen(
            [
                *("strace", "-f", "-p", str(bridge.pid), "-o", str(folder / "trace"), *filtered),
                *("-e", f"trace={point.call}"),
                *("-e", f"inject={point.call}:signal=SIGKILL:when={point.nth}"),
            ],
            stderr=stderr,
        )
    try:
        until(lambda: "attached" in notes.read_text() or tracer.poll() is not None, seconds=10)
        if tracer.poll() is not None:
            pytest.skip(f"strace cannot attach here: {notes.read_text()[:200]}")
        yield
    finally:
        tracer.terminate()
        tracer.wait()


def check_point(
    point: Point, make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    """Kill at *point* of one upload, start again, and compare what arrived with what was promised."""
    (tmp_path / "x.pdf").write_bytes(CONTENT)
    bridge = make_bridge(intake={"settle_seconds": 0}).start()
    assert bridge.process is not None
    with killed_at(bridge, point, tmp_path):
        with Sftp(key, bridge.port).start(f"put {tmp_path / 'x.pdf'} /x.pdf") as client:
            is_promised = client.wait(30) == 0
        assert bridge.process.wait(30) == -9, "it was to be killed"
    bridge.process = None

    bridge.start()
    bridge.wait_until_idle()
    if is_promised:
        destination.wait_for(1)
    taken = destination.taken()

    assert {one["sha256"] for one in taken} <= {sha256(CONTENT)}
    if point.path != LEDGER:
        assert not is_promised
        assert taken == [], "nothing was in the ledger yet"
    check_repeats(bridge, {"x.pdf": len(taken)} if len(taken) > 1 else {})
    assert bridge.stop() == 0
    bridge.check_books()


@pytest.mark.parametrize("point", SHORT, ids=str)
def test_killed_at_a_sync_of_one_upload_it_arrives_if_it_was_promised(
    point: Point, make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    check_point(point, make_bridge, destination, key, tmp_path)


@pytest.mark.campaign
@pytest.mark.parametrize("point", [*SPOOL, *COMMITS, *WRITES], ids=str)
def test_killed_at_any_step_of_one_upload_it_arrives_if_it_was_promised(
    point: Point, make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    check_point(point, make_bridge, destination, key, tmp_path)
