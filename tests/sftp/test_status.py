"""The folder status over SFTP: read with real clients, and changed by none."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paramiko
import pytest
import sqlalchemy as sa
from asyncssh.packet import String, UInt32, UInt64
from sqlalchemy.engine import Connection

from bridge.domain.accounts import Account
from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.ledger import accounts
from bridge.ledger.database import Database
from bridge.ledger.schema import deliveries, uploads
from bridge.sftp import status
from tests.sftp import raw
from tests.sftp.clients import lftp, openssh, run
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import PASSWORD, Door, key
from tests.sftp.raw import Raw, Refusal
from tests.support.builders import an_accepted_upload, an_account, an_administration, an_upload
from tests.support.clock import FakeClock

ED25519 = "ssh-ed25519"


@pytest.fixture(autouse=True)
def _always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers as of now, not of a second ago."""
    monkeypatch.setattr(status, "FRESH", timedelta())


EVIL = "\x1b[31mevil\r\n\u202e<img>.csv"


def account_of(door: Door, name: str = "sender") -> Account:
    return door.database.read_now(accounts.get, name=name)


def change(door: Door, **values: Any) -> None:
    door.database.write_now(accounts.change, account_id=account_of(door).id, values=values)


def hold(door: Door, path: str = "/csv/open.csv", *, name: str = "sender", detail: str = "line 3") -> None:
    """Receive an upload now, and hold it."""

    def work(connection: Connection) -> None:
        upload = an_upload(connection, account_of(door, name), path, now=datetime.now(UTC))
        connection.execute(
            sa.update(uploads)
            .where(uploads.c.id == upload.id)
            .values(state="held", reason="broken_csv", detail=detail, finished_at=upload.closed_at)
        )

    door.database.write_now(work)


def deliver(door: Door, path: str) -> None:
    """Receive an upload now, and deliver it."""

    def work(connection: Connection) -> None:
        now = datetime.now(UTC)
        delivery = an_accepted_upload(connection, account_of(door), path, Kind.INVOICE_PDF, now=now)
        connection.execute(
            sa.update(deliveries)
            .where(deliveries.c.id == delivery.id)
            .values(state=DeliveryState.DELIVERED, finished_at=now)
        )

    door.database.write_now(work)


async def content(client: Raw, path: str) -> bytes:
    """Read a whole file in small pieces."""
    handle, text = await client.open(path, raw.READING), b""
    while True:
        try:
            _, packet = await client.request(raw.READ, String(handle), UInt64(len(text)), UInt32(1000))
        except Refusal as end:
            if end.code != raw.EOF:
                raise
            break
        text += packet.get_string()
    await client.close(handle)
    return text


async def size_of(client: Raw, kind: int, what: bytes) -> int:
    _, packet = await client.request(kind, String(what))
    assert packet.get_uint32() & 1
    return packet.get_uint64()


async def test_the_folder_has_the_page_and_the_reports(door: Door) -> None:
    hold(door)
    deliver(door, "/invoice.pdf")
    async with door.raw() as client:
        assert await client.names("/status") == [b"today.txt", b"open.csv.rejected.txt"]
        change(door, tells_ok=True)
    async with door.raw() as client:
        assert await client.names("/status") == [b"today.txt", b"open.csv.rejected.txt", b"invoice.pdf.ok"]
        assert (await content(client, "/status/invoice.pdf.ok")).startswith(b"invoice.pdf: delivered\r\n")


async def test_every_size_that_is_told_is_that_of_what_is_read(door: Door) -> None:
    hold(door)
    async with door.sftp() as sftp, door.raw() as client:
        listed = {str(one.filename): one.attrs for one in await sftp.readdir("/status")}
        for name in ("today.txt", "open.csv.rejected.txt"):
            path = f"/status/{name}"
            handle = await client.open(path, raw.READING)
            text = await content(client, path)

            assert len(text) > 200
            assert listed[name].size == len(text)
            assert await size_of(client, raw.STAT, path.encode()) == len(text)
            assert await size_of(client, raw.LSTAT, path.encode()) == len(text)
            assert await size_of(client, raw.FSTAT, handle) == len(text)
            await client.close(handle)
        assert listed["open.csv.rejected.txt"].permissions == 0o100400


async def test_what_is_open_stays_as_it_was_while_the_ledger_goes_on(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/status/today.txt", raw.READING)
        before = await size_of(client, raw.FSTAT, handle)
        hold(door)
        _, packet = await client.request(raw.READ, String(handle), UInt64(0), UInt32(1 << 20))

        assert b"Nothing has been received yet today." in (text := packet.get_string())
        assert len(text) == before == await size_of(client, raw.FSTAT, handle)
    async with door.raw() as client:
        assert b"open.csv" in await content(client, "/status/today.txt")


async def test_an_old_file_says_when_it_last_changed(door: Door) -> None:
    hold(door)
    before = datetime.now(UTC).timestamp()
    async with door.sftp() as sftp:
        modified = (await sftp.stat("/status/open.csv.rejected.txt")).mtime

    assert modified is not None
    assert before - 60 < modified <= before + 1


@pytest.mark.parametrize("path", ["/status/today.txt", "/status/open.csv.rejected.txt", "/status/new.txt"])
async def test_nothing_there_can_be_changed(door: Door, path: str) -> None:
    hold(door)
    async with door.raw() as client:
        await client.put("/a.csv", b"1")
        for request in (
            (raw.OPEN, String(path), UInt32(raw.AFRESH), raw.NO_ATTRIBUTES),
            (raw.OPEN, String(path), UInt32(raw.READING | raw.WRITING), raw.NO_ATTRIBUTES),
            (raw.OPEN, String(path), UInt32(raw.READING | raw.CREATE), raw.NO_ATTRIBUTES),
            (raw.REMOVE, String(path)),
            (raw.RMDIR, String(path)),
            (raw.MKDIR, String(path), raw.NO_ATTRIBUTES),
            (raw.RENAME, String(path), String("/b.csv")),
            (raw.RENAME, String("/a.csv"), String(path)),
            (raw.SETSTAT, String(path), raw.attributes(mtime=1)),
            (raw.SETSTAT, String(path), raw.attributes(size=0)),
        ):
            with pytest.raises(Refusal, match="the folder status is read-only") as refusal:
                await client.request(*request)
            assert refusal.value.code == raw.PERMISSION_DENIED
    assert list(door.spooled()) == ["/a.csv"]


async def test_a_handle_for_reading_takes_no_bytes(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/status/today.txt", raw.READING)
        for request in (
            (raw.WRITE, String(handle), UInt64(0), String(b"x")),
            (raw.FSETSTAT, String(handle), raw.attributes(size=0)),
        ):
            with pytest.raises(Refusal, match="open for reading only") as refusal:
                await client.request(*request)
            assert refusal.value.code == raw.PERMISSION_DENIED
        await client.close(handle)
        with pytest.raises(Refusal):
            await client.close(handle)
    assert door.uploads() == []


async def test_what_is_not_there_is_not_there(door: Door) -> None:
    async with door.raw() as client:
        for request in (
            (raw.OPEN, String("/status/x.ok"), UInt32(raw.READING), raw.NO_ATTRIBUTES),
            (raw.OPEN, String("/status/today.txt/"), UInt32(raw.READING), raw.NO_ATTRIBUTES),
            (raw.OPEN, String("/status/today.txt/x"), UInt32(raw.READING), raw.NO_ATTRIBUTES),
            (raw.STAT, String("/status/x.ok")),
            (raw.STAT, String("/status/today.txt/")),
            (raw.OPENDIR, String("/status/x")),
        ):
            with pytest.raises(Refusal) as refusal:
                await client.request(*request)
            assert refusal.value.code == raw.NO_SUCH_FILE
        with pytest.raises(Refusal, match="not a folder"):
            await client.request(raw.OPENDIR, String("/status/today.txt"))
        with pytest.raises(Refusal, match="this is a folder"):
            await client.open("/status", raw.READING)


async def test_everything_else_stays_write_only(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/csv/a.csv", b"1")
        with pytest.raises(Refusal, match="not read back"):
            await client.open("/csv/a.csv", raw.READING)
        handle = await client.open("/csv/b.csv")
        with pytest.raises(Refusal, match="not read back"):
            await client.request(raw.READ, String(handle), UInt64(0), UInt32(10))


async def test_a_sender_reads_nothing_of_others(open_door: OpenDoor) -> None:
    async with open_door() as door:
        door.add("other")
        await door.service._directory.refresh()
        hold(door, "/csv/theirs.csv", name="other")
        async with door.raw() as client:
            assert await client.names("/status") == [b"today.txt"]
            assert b"theirs" not in await content(client, "/status/today.txt")
            with pytest.raises(Refusal):
                await client.open("/status/theirs.csv.rejected.txt", raw.READING)
        async with door.raw("other") as client:
            assert b"line 3" in await content(client, "/status/theirs.csv.rejected.txt")


async def test_a_hostile_name_is_inert_in_the_report_and_spelled_as_it_is_in_the_listing(door: Door) -> None:
    hold(door, f"/csv/{EVIL}", detail="column \x1b[2J")
    async with door.raw() as client:
        [_, name] = await client.names("/status")
        report = await content(client, f"/status/{name.decode()}")
        page = await content(client, "/status/today.txt")

    assert name.decode() == f"{EVIL}.rejected.txt"
    for text in (report, page):
        assert all(line.isprintable() for line in text.decode().split("\r\n"))
        assert b"\\u001b[31mevil\\u000d\\u000a\\u202e<img>.csv" in text


async def test_who_names_files_in_an_old_character_set_reads_reports_so(door: Door) -> None:
    change(door, encoding="windows-1252")
    hold(door, "/csv/café.csv")
    await door.service._directory.refresh()
    async with door.raw() as client:
        path = "/status/café.csv.rejected.txt".encode("windows-1252")
        handle = await client.open(path, raw.READING)

        assert await size_of(client, raw.FSTAT, handle) > 100
        assert "café.csv.rejected.txt".encode("windows-1252") in await client.names("/status")


async def test_an_open_report_keeps_no_stop_waiting(door: Door) -> None:
    async with door.raw() as client:
        await client.open("/status/today.txt", raw.READING)
        [handler] = door.service._handlers

        assert handler.open_uploads == 0


# One look for many questions.


async def test_a_second_s_look_answers_all_sessions_of_an_account(
    sqlite_database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "FRESH", timedelta(seconds=1))
    account, other = sqlite_database.write_now(two_accounts)
    looks = status.Looks(database=sqlite_database, clock=clock, language="en")
    first = await looks.at(account.id)
    sqlite_database.write_now(an_upload, account, "/a.csv", now=clock.now())

    assert await looks.at(account.id) is first
    assert await looks.at(other.id) is not first
    clock.advance(timedelta(seconds=1))
    second = await looks.at(account.id)
    assert b"/a.csv" in second["today.txt"].content
    looks.forget(account.id)
    assert await looks.at(account.id) is not second


def two_accounts(connection: Connection) -> tuple[Account, Account]:
    place = an_administration(connection)
    return an_account(connection, place), an_account(connection, place, name="other")


async def test_what_an_account_has_just_sent_is_told_at_once(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "FRESH", timedelta(hours=1))
    async with door.raw() as client, door.raw() as watching:
        assert b"Nothing has been received" in await content(watching, "/status/today.txt")
        await client.put("/a.csv", b"1")

        assert b"/a.csv" in await content(watching, "/status/today.txt")


# Real clients.


@pytest.fixture
async def ready(door: Door) -> Door:
    """A door with a key that logs in, one held file, and texts in Dutch."""
    door.add_key(account_of(door), key(ED25519))
    await door.service._directory.refresh()
    change(door, language="nl")
    hold(door)
    return door


async def with_sftp(door: Door, folder: Path) -> str:
    commands = f"ls -l status\nget status/today.txt {folder}/got\nput {folder}/x status/x\n"
    call = openssh("sftp", door, folder, key(ED25519), "-b", "-")
    said = await run(call, stdin=commands.replace("put", "-put").encode())
    assert "open.csv.rejected.txt" in said
    assert "Permission denied" in said
    return (folder / "got").read_bytes().decode()


async def with_scp(door: Door, folder: Path) -> str:
    call = openssh("scp", door, folder, key(ED25519), target=False)
    await run([*call, "sender@127.0.0.1:/status/today.txt", str(folder / "got")])
    return (folder / "got").read_bytes().decode()


async def with_lftp(door: Door, _: Path) -> str:
    return await run(lftp(door, "cls -l /status; cat /status/today.txt"))


async def with_curl(door: Door, _: Path) -> str:
    call = ["curl", "--silent", "--show-error", "--insecure", "--user", f"sender:{PASSWORD}"]
    return await run([*call, f"sftp://127.0.0.1:{door.port}/status/today.txt"])


async def with_rclone(door: Door, folder: Path) -> str:
    obscured = (await run(["rclone", "obscure", PASSWORD])).strip()
    backend = f":sftp,host=127.0.0.1,port={door.port},user=sender,pass={obscured},shell_type=none:"
    config = ("--config", "/dev/null", "--retries", "1")
    await run(["rclone", *config, "copy", f"{backend}/status", str(folder / "all")])  # it compares sizes
    assert (folder / "all/open.csv.rejected.txt").stat().st_size > 100
    return (folder / "all/today.txt").read_bytes().decode()


async def with_psftp(door: Door, folder: Path) -> str:
    from bridge.sftp import hostkeys

    [ed25519, *_] = hostkeys.load(door.folder)
    await run(
        [
            *("psftp", "-P", str(door.port), "-l", "sender", "-pw", PASSWORD, "-batch"),
            *("-hostkey", ed25519.get_fingerprint(), "-b", "/dev/stdin", "127.0.0.1"),
        ],
        stdin=f"cd status\nls\nget today.txt {folder}/got\nquit\n".encode(),
        environment={"HOME": str(folder)},
    )
    return (folder / "got").read_bytes().decode()


async def with_paramiko(door: Door, _: Path) -> str:
    def session() -> str:
        transport = paramiko.Transport(("127.0.0.1", door.port))
        try:
            transport.connect(username="sender", password=PASSWORD)
            sftp: Any = paramiko.SFTPClient.from_transport(transport)
            with sftp.open("/status/today.txt") as file:
                file.prefetch()
                return str(file.read().decode())
        finally:
            transport.close()

    return await asyncio.to_thread(session)


CLIENTS: dict[str, Callable[[Door, Path], Any]] = {
    "sftp": with_sftp,
    "scp": with_scp,
    "lftp": with_lftp,
    "curl": with_curl,
    "rclone": with_rclone,
    "psftp": with_psftp,
    "paramiko": with_paramiko,
}


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_real_client_reads_the_page(ready: Door, tmp_path: Path, client: str) -> None:
    (tmp_path / "x").write_bytes(b"x")
    text = await CLIENTS[client](ready, tmp_path)

    assert "sender: ontvangen op" in text
    assert "1 bestand: 1 vastgehouden." in text
    assert text.replace("\r\n", "\n").rstrip().endswith("te zien.")
