"""A storm of 429 and 503 over a backlog (threats D9): the limit holds, retries included; all goes soon."""

from collections import Counter
from pathlib import Path

import pytest

from tests.flow.conftest import StartBridge
from tests.flow.processes import Destination, Sftp, until
from tests.flow.test_trouble import put_many

LIMIT = 3


def weather(make_bridge: StartBridge, destination: Destination, key: Path, folder: Path, count: int) -> float:
    """Let a backlog of *count* files go through a storm; return how many seconds it took."""
    bridge = make_bridge(destination={"rate_limit": LIMIT}).start()
    bridge.run("lane", "pause")
    names = put_many(Sftp(key, bridge.port), folder, "storm", count)
    until(lambda: bridge.ask("lane", "watch")["waiting"]["total"] == count, seconds=60 + count / 5)
    destination.order(status=429, retry_after="1", times=2)
    bridge.run("lane", "resume")
    until(lambda: len(destination.taken()) >= count // 3, seconds=60 + count)
    destination.order(status=503, times=2)
    until(lambda: len(destination.taken()) >= 2 * count // 3, seconds=60 + count)
    destination.order(status=429, retry_after="1", times=1)
    destination.wait_for(count, seconds=60 + count)
    bridge.wait_until_idle()

    assert Counter(destination.names()) == Counter(names)
    assert Counter(one["status"] for one in destination.requests()) == {200: count, 429: 3, 503: 2}
    assert destination.most_in_a_second() <= LIMIT
    moments = [one["at"] for one in destination.requests()]
    return float(max(moments) - min(moments))


def test_a_storm_over_a_backlog_keeps_the_limit_and_delays_little(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    count = 24

    seconds = weather(make_bridge, destination, key, tmp_path, count)

    # A pause of a second and a little for each 429; a retry of 503 may come last.
    assert count / LIMIT <= seconds <= count / LIMIT + 20


@pytest.mark.campaign
def test_a_storm_over_a_backlog_of_500_drains_in_three_minutes(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    seconds = weather(make_bridge, destination, key, tmp_path, 500)

    assert 166 <= seconds <= 180
