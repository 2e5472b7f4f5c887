"""What an operator decides, a running server does within two seconds: stop, resume, drain, replay."""

import time
from collections import Counter
from pathlib import Path

from tests.flow import samples
from tests.flow.processes import ACCOUNT, CODES, Bridge, Destination, Sftp, until

SOON = 2.0  # seconds in which a running server takes a command up (interface.md)


def waiting(bridge: Bridge) -> int:
    """How many deliveries wait."""
    return len(bridge.ask("delivery", "list", "--state", "pending"))


def test_what_is_stopped_is_taken_and_not_sent_until_it_is_resumed(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(samples.pdf(1))
    for number, (noun, name) in enumerate((("account", ACCOUNT), ("administration", CODES[0])), start=1):
        bridge.run(noun, "stop", name, "--why", "T-1")
        sftp.run(f"put {tmp_path / 'a.pdf'} /{number}.pdf")
        until(lambda: waiting(bridge) == 1)
        [delivery] = bridge.ask("delivery", "list", "--state", "pending")
        shown = bridge.ask("delivery", "show", str(delivery["id"]))
        assert [one["code"] for one in shown["waits_for"]] == [f"{noun}_stopped"]
        time.sleep(SOON)  # real time: nothing may come
        assert len(destination.taken()) == number - 1

        bridge.run(noun, "resume", name)
        destination.wait_for(number, seconds=SOON + 1)

    bridge.wait_until_idle()
    assert Counter(destination.names()) == Counter(["1.pdf", "2.pdf"])


def test_what_was_delivered_goes_again_the_same_bytes_under_the_same_name(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(samples.pdf(1))
    sftp.run(f"put {tmp_path / 'a.pdf'} /")
    destination.wait_for(1)
    bridge.wait_until_idle()

    bridge.run("delivery", "replay", "--account", ACCOUNT, "--why", "Payt lost it")
    first, second = destination.wait_for(2, seconds=SOON + 1)

    assert (first["name"], first["sha256"]) == (second["name"], second["sha256"])
    bridge.wait_until_idle()
    assert {one["state"] for one in bridge.ask("delivery", "list")} == {"delivered"}


def test_a_drained_lane_has_nothing_under_way(
    bridge: Bridge, destination: Destination, sftp: Sftp, tmp_path: Path
) -> None:
    destination.order(delay=6.0)  # longer than a command takes to start on a busy machine
    for number in range(5):
        (tmp_path / f"{number}.pdf").write_bytes(samples.pdf(number))
    sftp.run(f"put {tmp_path}/*.pdf /")
    until(lambda: bridge.ask("delivery", "list", "--state", "leased"))

    bridge.run("lane", "drain", "--timeout", "30")

    assert bridge.ask("delivery", "list", "--state", "leased") == []
    done = len(destination.taken())
    time.sleep(SOON)  # real time: nothing may come
    assert len(destination.taken()) == done
    bridge.run("lane", "resume")
    destination.wait_for(5)
