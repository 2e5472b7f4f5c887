"""Data files that several connections close at the same moment all go; none is taken for a late one."""

import asyncio

from tests.flow import samples
from tests.flow.processes import Bridge, Destination
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
