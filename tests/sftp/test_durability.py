"""An OK to CLOSE comes after everything is on the disk, or it does not come (threats B4, D4)."""

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asyncssh.packet import String, UInt64

from bridge.ledger.database import Database
from tests.sftp import raw
from tests.sftp.house import Door
from tests.sftp.raw import Raw, Refusal

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@asynccontextmanager
async def serving(folder: Path, database: Database) -> AsyncIterator[tuple[Door, int]]:
    """Run the door in a process of its own; give a view of its ledger and spool, and its process id."""
    door = Door(database, folder)
    door.add("sender")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.sftp.serving", str(folder)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        async with asyncio.timeout(30):
            while match := await process.stdout.readline():
                if said := re.match(rb"port (\d+)", match):
                    break
        assert said is not None
        port = int(said[1])
        type(door).port = property(lambda _self: port)  # type: ignore[assignment]
        yield door, process.pid
    finally:
        process.stdin.close()
        async with asyncio.timeout(20):
            await process.communicate()


@asynccontextmanager
async def traced(process: int, output: Path, *options: str) -> AsyncIterator[None]:
    """Attach strace to a process and all its threads."""
    strace = await asyncio.create_subprocess_exec(
        *("strace", "-f", "-yy", "-o", str(output), "-p", str(process), *options),
        stderr=asyncio.subprocess.PIPE,
    )
    assert strace.stderr is not None
    line = await asyncio.wait_for(strace.stderr.readline(), 10)
    if b"attached" not in line:
        await strace.wait()
        pytest.skip(f"nothing can be traced here: {line.decode()}")
    try:
        yield
    finally:
        strace.terminate()
        await strace.communicate()


@pytest.fixture
def own_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the port of `Door` be put back after the test."""
    monkeypatch.setattr(Door, "port", Door.port)


@pytest.mark.usefixtures("own_port")
async def test_the_ok_comes_after_file_name_folder_and_ledger_are_durable(
    tmp_path: Path, sqlite_database: Database
) -> None:
    output = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2,sendto,sendmsg,write"
    async with serving(tmp_path, sqlite_database) as (door, process), door.connected() as connection:
        client = await Raw.on(connection)
        await client.put("/warm.bin", b"x")
        handle = await client.open("/a.bin")
        await client.write(handle, 0, b"x" * 100_000)
        async with traced(process, output, "-e", calls):
            await client.close(handle)
        assert door.spooled()["/a.bin"] == b"x" * 100_000

    steps = [step for call in finished(output.read_text()) if (step := what(call))]
    wanted = ["sync of the draft", "rename", "sync of the folder", "sync of the ledger", "answer"]
    assert list(dict.fromkeys(steps)) == wanted


def finished(trace: str) -> Iterator[str]:
    """Give the calls in the order in which they ended, each whole though another thread came between."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        thread, _, call = line.partition(" ")
        if call.endswith("<unfinished ...>"):
            begun[thread] = call
        else:
            yield begun.pop(thread, "") + call


def what(call: str) -> str | None:
    """Say which step a call is, if it is one."""
    if "sync" in call:
        places = {"/drafts/": "draft", "/blobs>": "folder", "ledger.db": "ledger"}
        return next((f"sync of the {name}" for place, name in places.items() if place in call), None)
    if "rename" in call:
        return "rename"
    return "answer" if "<TCP" in call else None


FAULTS = [
    "fsync:error=EIO",  # the file, or the ledger's
    "fdatasync:error=EIO",
    "pwritev,pwritev2:error=ENOSPC",
    "rename,renameat,renameat2:error=EIO",
]


@pytest.mark.usefixtures("own_port")
async def test_when_the_disk_fails_nothing_is_acknowledged_and_the_next_upload_works(
    tmp_path: Path, sqlite_database: Database
) -> None:
    async with serving(tmp_path, sqlite_database) as (door, process), door.connected() as connection:
        client = await Raw.on(connection)
        for number, fault in enumerate(FAULTS):
            for size in (10_000, 3_000_000):
                before = door.spooled()
                handle = await client.open("/a.bin")
                async with traced(process, tmp_path / f"trace{number}", "-e", f"inject={fault}"):
                    refused = False
                    try:
                        for offset in range(0, size, 100_000):
                            data = b"x" * min(100_000, size)
                            await client.request(raw.WRITE, String(handle), UInt64(offset), String(data))
                    except Refusal:
                        refused = True
                    try:
                        await client.close(handle)
                    except Refusal:
                        refused = True
                if "INJECTED" not in (tmp_path / f"trace{number}").read_text():
                    continue  # SQLite syncs with the other call
                assert refused, fault
                assert door.spooled() == before
                await client.put("/next.bin", fault.encode())
                assert door.spooled()["/next.bin"] == fault.encode()
                assert door.leftovers() == []
