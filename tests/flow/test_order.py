"""Data files go in the order in which they came; those closed at the same moment all go."""

import asyncio
from pathlib import Path

from tests.flow import samples
from tests.flow.conftest import StartBridge
from tests.flow.processes import Bridge, Destination, Sftp, until
from tests.flow.senders import client

CONNECTIONS, EACH = 8, 10


async def upload_side_by_side(port: int, *, suffix: str) -> None:
    """Upload in many connections; under a temporary name if there is a *suffix*, as rclone does."""

    async def one(sender: int) -> None:
        async with client(port) as sftp:
            for number in range(EACH):
                path = f"/NL03/csv/{sender}-{number}.csv"
                file = await sftp.open(path + suffix, "wb")
                await file.write(samples.csv(sender * 100 + number, code="NL03"))
                await file.close()
                if suffix:
                    await sftp.rename(path + suffix, path)

    await asyncio.gather(*(one(sender) for sender in range(CONNECTIONS)))


def check_side_by_side(bridge: Bridge, destination: Destination, *, suffix: str = "") -> None:
    """Upload data files of one administration in many connections; fail unless all are sent, in order."""
    asyncio.run(upload_side_by_side(bridge.port, suffix=suffix))
    bridge.wait_until_idle()

    held = [(one["path"], one["reason"]) for one in bridge.ask("upload", "list") if one["reason"]]
    assert held == []
    names = destination.names()
    assert sorted(names) == sorted(f"{s}-{n}.csv" for s in range(CONNECTIONS) for n in range(EACH))
    for sender in range(CONNECTIONS):
        mine = [name for name in names if name.startswith(f"{sender}-")]
        assert mine == [f"{sender}-{number}.csv" for number in range(EACH)]


def test_data_files_closed_side_by_side_all_go(bridge: Bridge, destination: Destination) -> None:
    check_side_by_side(bridge, destination)


def test_data_files_renamed_side_by_side_all_go(bridge: Bridge, destination: Destination) -> None:
    check_side_by_side(bridge, destination, suffix=".partial")


def test_an_older_data_file_that_was_held_as_an_upload_goes_before_the_newer_one_that_waits(
    make_bridge: StartBridge, destination: Destination, key: Path, tmp_path: Path
) -> None:
    bridge = make_bridge().start()
    bridge.run("lane", "pause")
    rows = b"".join(b'"NL01";"m-%d\x82";1.00\r\n' % number for number in range(20))
    (tmp_path / "monday").write_bytes(samples.CSV_HEADER + rows)
    (tmp_path / "tuesday").write_bytes(samples.csv(9))
    sftp = Sftp(key, bridge.port)
    sftp.run(f'put "{tmp_path / "monday"}" /NL01/csv/monday.csv')
    until(lambda: bridge.sql("SELECT id FROM uploads WHERE state = 'held'"))
    sftp.run(f'put "{tmp_path / "tuesday"}" /NL01/csv/tuesday.csv')
    until(lambda: bridge.sql("SELECT id FROM deliveries WHERE state = 'pending'"))

    bridge.run("account", "change", "sender", "--encoding", "cp850")  # takes up what waited for it
    [(overtaken,)] = until(lambda: bridge.sql("SELECT id FROM deliveries WHERE reason = 'overtaken'"))
    bridge.run("delivery", "release", str(overtaken))
    bridge.run("lane", "resume")
    destination.wait_for(2)

    assert destination.names() == ["monday.csv", "tuesday.csv"]
