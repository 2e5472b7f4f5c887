"""Trouble that passes: storms of 429 and 503, a destination that is away, a full disk, a stop."""

import asyncio
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until
from tests.flow.senders import Crowd
from tests.flow.test_kill import check_promises

MIB = 1 << 20


def put_many(sftp: Sftp, folder: Path, stem: str, count: int) -> set[str]:
    """Upload *count* files in one connection; return their names."""
    for number in range(count):
        (folder / f"{stem}-{number}.pdf").write_bytes(samples.pdf(number))
    sftp.run(f"put {folder}/{stem}-*.pdf /")
    return {f"{stem}-{number}.pdf" for number in range(count)}


def test_storms_of_429_and_503_and_a_destination_that_is_away_delay_but_lose_and_double_nothing(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    destination.order(status=429, retry_after="1", times=12)
    names = put_many(sftp, tmp_path, "slow", 20)
    destination.wait_for(20, seconds=60)
    destination.order(status=503, times=8)
    names |= put_many(sftp, tmp_path, "later", 10)
    destination.wait_for(30, seconds=60)
    destination.stop()
    names |= put_many(sftp, tmp_path, "away", 5)
    time.sleep(2)
    destination.start()
    destination.wait_for(35, seconds=60)
    bridge.wait_until_idle()

    assert Counter(destination.names()) == Counter(names)
    statuses = Counter(one["status"] for one in destination.requests())
    assert statuses[429] == 12
    assert statuses[503] == 8


def test_a_destination_with_a_limit_of_its_own_never_answers_429(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    destination.order(limit=3, delay=0.05)
    bridge = make_bridge(destination={"rate_limit": 3}).start()
    names = put_many(Sftp(key, bridge.port), tmp_path, "limited", 20)
    destination.wait_for(20)

    assert {one["status"] for one in destination.requests()} == {200}
    assert destination.most_in_a_second() == 3
    assert Counter(destination.names()) == Counter(names)


def test_a_restart_with_requests_in_flight_does_not_burst(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    destination.order(delay=0.7)
    bridge = make_bridge(destination={"rate_limit": 3}).start()
    names = put_many(Sftp(key, bridge.port), tmp_path, "restart", 18)
    for seen in (4, 9):
        until(lambda seen=seen: len(bridge.sql("SELECT id FROM attempts")) >= seen)  # type: ignore[misc]
        assert bridge.stop() == 0
        bridge.start()
    destination.wait_for(18, seconds=60)
    bridge.wait_until_idle()

    assert destination.most_in_a_second() <= 3
    assert Counter(destination.names()) == Counter(names)


def test_sigterm_ends_in_time_with_code_0_and_loses_nothing(
    make_bridge: StartBridge, destination: Destination, tmp_path: Path
) -> None:
    destination.order(delay=0.5)
    bridge = make_bridge()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        bridge.notify_socket = tmp_path / "notify"
        notices.bind(str(bridge.notify_socket))
        bridge.start()
        notices.settimeout(5)
        assert notices.recv(100) == b"READY=1"
        crowd = Crowd("stop", pause=0.4)
        began = asyncio.run(stop_in_the_middle(bridge, crowd))
        seconds = time.monotonic() - began
        assert notices.recv(100) == b"STOPPING=1"

    assert seconds < 30
    bridge.check_books()
    destination.order(delay=0.0)
    bridge.start()
    bridge.wait_until_idle()
    assert len(crowd.promised) > 20
    check_promises(bridge, destination, [crowd])
    assert bridge.stop() == 0
    bridge.check_books()


async def stop_in_the_middle(bridge: Bridge, crowd: Crowd) -> float:
    sending = asyncio.create_task(crowd.send(bridge.port, senders=20))
    await asyncio.sleep(2.0)
    began = time.monotonic()
    assert await asyncio.to_thread(bridge.stop) == 0
    await asyncio.wait_for(sending, 20)
    return began


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 64 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_refuses_cleanly_and_works_again_when_there_is_space(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path, small_disk: Path
) -> None:
    bridge = make_bridge(data=small_disk / "data", sftp={"min_free_bytes": 16 * MIB}).start()
    sftp = Sftp(key, bridge.port)
    bridge.run("lane", "pause")
    earlier = put_many(sftp, tmp_path, "earlier", 5)
    (tmp_path / "big.pdf").write_bytes(samples.pdf(7, 70 * MIB))
    (tmp_path / "late.pdf").write_bytes(samples.pdf(8))

    sftp.run(f"put {tmp_path / 'big.pdf'} /big.pdf", is_fine=False)  # full in the middle of it
    until(lambda: len(list(bridge.blobs.iterdir())) == 5, seconds=5)
    assert list((bridge.data_dir / "spool" / "drafts").iterdir()) == []

    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(52 * MIB))
    sftp.run(f"put {tmp_path / 'late.pdf'} /late.pdf", is_fine=False)  # refused at OPEN
    bridge.run("lane", "resume")
    destination.wait_for(5)
    assert set(destination.names()) == earlier
    ballast.unlink()
    sftp.run(f"put {tmp_path / 'late.pdf'} /late.pdf")
    destination.wait_for(6, seconds=5)
    bridge.wait_until_idle()

    assert Counter(destination.names()) == Counter(earlier | {"late.pdf"})
    assert bridge.stop() == 0
    bridge.check_books()
