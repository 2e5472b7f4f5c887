"""kill -9 at any moment: nothing promised is lost, nothing that was not closed is sent (threats D1, D10).

How soon it is ready again is a figure of `tests.bench`, for a quiet machine.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until
from tests.flow.samples import sha256
from tests.flow.senders import Crowd


async def kill_in_the_middle(bridge: Bridge, crowd: Crowd, *, after: int, seconds: float) -> None:
    """Let *crowd* upload, and kill the bridge some *seconds* after so many uploads were promised."""
    sending = asyncio.create_task(crowd.send(bridge.port))
    await asyncio.to_thread(until, lambda: len(crowd.promised) >= after)
    await asyncio.sleep(seconds)
    bridge.kill()
    await asyncio.wait_for(sending, 20)


def check_promises(bridge: Bridge, destination: Destination, crowds: list[Crowd]) -> None:
    """Fail unless everything promised arrived, nothing else did, and nothing too often."""
    promised = {name: content for crowd in crowds for name, content in crowd.promised.items()}
    asked = {name: content for crowd in crowds for name, content in crowd.asked.items()}
    unclosed = {name for crowd in crowds for name in crowd.unclosed}
    taken = destination.taken()
    counts = Counter(one["name"] for one in taken)
    broken = [one for one in destination.requests() if one["problem"] and "cut off" not in one["problem"]]

    assert not broken, "requests against the contract"
    assert set(promised) - set(counts) == set(), "promised and lost"
    assert set(counts) & unclosed == set(), "sent although never closed"
    assert set(counts) - set(promised) - set(asked) == set(), "sent although nobody sent it"
    for one in taken:
        content = promised.get(one["name"], asked.get(one["name"], b""))
        assert one["sha256"] == sha256(content), f"{one['name']} is not what was uploaded"
    check_repeats(bridge, {name: count for name, count in counts.items() if count > 1})


def check_repeats(bridge: Bridge, repeated: dict[str, int]) -> None:
    """Fail if a file arrived more often than its unknown outcomes explain."""
    if not repeated:
        return
    ids = {one["name"]: one["id"] for one in bridge.ask("delivery", "list", "--limit", "10000")}
    for name, count in repeated.items():
        attempts = bridge.ask("delivery", "show", str(ids[name]))["attempt_list"]
        unknown = sum(attempt["outcome"] == "unknown" for attempt in attempts)
        assert count <= 1 + unknown, f"{name} arrived {count} times; unknown outcomes: {unknown}"


def rounds_of_kills(bridge: Bridge, destination: Destination, *, rounds: int, seed: int) -> None:
    """Kill and restart *rounds* times under load, then check everything."""
    draw = random.Random(seed)  # noqa: S311  moments, not secrets
    destination.order(delay=0.02)
    crowds = []
    for number in range(rounds):
        bridge.start()
        crowds.append(Crowd(f"s{seed}r{number}"))
        if draw.random() < 0.5:
            destination.order(lose=True, times=draw.randrange(1, 4))
        asyncio.run(
            kill_in_the_middle(bridge, crowds[-1], after=draw.randrange(40), seconds=draw.uniform(0, 0.1))
        )
    bridge.start()
    bridge.wait_until_idle(seconds=120)
    check_promises(bridge, destination, crowds)
    assert bridge.stop() == 0
    bridge.check_books()


def test_kill_9_under_load_loses_nothing_that_was_promised(
    make_bridge: StartBridge, destination: Destination
) -> None:
    rounds_of_kills(make_bridge(), destination, rounds=4, seed=1)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(2, 8))
def test_kill_9_under_load_many_times(make_bridge: StartBridge, destination: Destination, seed: int) -> None:
    rounds_of_kills(make_bridge(), destination, rounds=10, seed=seed)


def test_what_a_crash_left_goes_while_clients_upload_and_nothing_of_theirs_goes_with_it(
    make_bridge: StartBridge, destination: Destination
) -> None:
    bridge = make_bridge().start()
    bridge.kill()
    left = [bridge.blobs / f"{number:032x}" for number in range(20_000)]
    for path in left:
        path.touch()
    bridge.start()
    crowd = Crowd("leftovers")
    asyncio.run(crowd_until(crowd, bridge, lambda: not any(path.exists() for path in left)))
    bridge.wait_until_idle()

    assert len(crowd.promised) > 20
    check_promises(bridge, destination, [crowd])
    assert bridge.stop() == 0
    bridge.check_books()


async def crowd_until(crowd: Crowd, bridge: Bridge, is_enough: Callable[[], bool]) -> None:
    """Let *crowd* upload until *is_enough*, then take the connections away."""
    sending = asyncio.create_task(crowd.send(bridge.port))
    await asyncio.to_thread(until, lambda: is_enough() and len(crowd.promised) > 20)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


def test_the_rate_holds_across_a_kill_and_a_restart(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge(destination={"rate_limit": 3}).start()
    (tmp_path / "x.pdf").write_bytes(samples.pdf(1))
    sftp = Sftp(key, bridge.port)
    sftp.run(*(f'put "{tmp_path / "x.pdf"}" /rate-{number}.pdf' for number in range(24)))
    for _ in range(2):
        destination.wait_for(len(destination.taken()) + 5)
        bridge.kill()
        bridge.start()
    destination.wait_for(24)
    bridge.wait_until_idle()

    assert destination.most_in_a_second() <= 3
    assert set(destination.names()) == {f"rate-{number}.pdf" for number in range(24)}


def test_what_was_never_closed_is_never_sent_and_can_be_resumed(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    content = samples.pdf(1, 3_000_000)
    (tmp_path / "r.pdf").write_bytes(content)
    bridge = make_bridge().start()
    slowly = Sftp(key, bridge.port, options=("-l", "8000"))  # 1 MB/s
    with slowly.start(f'put "{tmp_path / "r.pdf"}" /r.pdf') as client:
        time.sleep(1.0)
        client.kill()
    until(lambda: bridge.sql("SELECT id FROM uploads WHERE state = 'partial'"))
    time.sleep(1.0)
    assert destination.requests() == []

    Sftp(key, bridge.port).run(f'reput "{tmp_path / "r.pdf"}" /r.pdf')

    [one] = destination.wait_for(1)
    assert one["sha256"] == sha256(content)
    bridge.wait_until_idle()
    assert bridge.stop() == 0
    bridge.check_books()
