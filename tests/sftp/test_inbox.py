"""The account's tree as a client sees it, and what is refused."""

import asyncio

import asyncssh
import pytest
from asyncssh.packet import String, UInt32, UInt64
from sqlalchemy.engine import Connection

from bridge.domain.accounts import AccountId
from bridge.domain.uploads import UploadState
from bridge.ledger import tree
from tests.sftp import raw
from tests.sftp.conftest import OpenDoor
from tests.sftp.house import Door
from tests.sftp.raw import Raw, Refusal, attributes, open_channel
from tests.support.clock import NOON

KINDS = ["csv", "declaration_file", "invoice_attachment", "invoice_pdf", "invoice_ubl"]


async def test_the_provided_folders_are_there(door: Door) -> None:
    async with door.sftp() as sftp:
        root = sorted(str(n) for n in await sftp.listdir("/") if n not in {".", ".."})
        inner = sorted(str(n) for n in await sftp.listdir("/SENDER1") if n not in {".", ".."})

    assert root == sorted(["SENDER1", "status", *KINDS])
    assert inner == KINDS


async def test_a_file_is_listed_with_its_size_and_time_as_soon_as_it_is_closed(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/csv/a.csv", attrs=attributes(mtime=1_000_000_000))
        await client.write(handle, 0, b"123")
        await client.close(handle)
        _, packet = await client.request(raw.STAT, String("/csv/a.csv"))
        flags, size = packet.get_uint32(), packet.get_uint64()

        assert (flags & 1, size) == (1, 3)
        assert await client.names("/csv") == [b"a.csv"]
    assert door.spooled() == {"/csv/a.csv": b"123"}


async def test_folders_are_made_and_removed_only_when_empty(door: Door) -> None:
    async with door.raw() as client:
        await client.request(raw.MKDIR, String("/new"), raw.NO_ATTRIBUTES)
        await client.put("/new/x.csv", b"1")
        with pytest.raises(Refusal, match="not empty"):
            await client.request(raw.RMDIR, String("/new"))
        with pytest.raises(Refusal, match="already exists"):
            await client.request(raw.MKDIR, String("/new/"), raw.NO_ATTRIBUTES)
        await client.request(raw.REMOVE, String("/new/x.csv"))
        await client.request(raw.RMDIR, String("/new"))

        assert b"new" not in await client.names("/")
    assert [upload.state for upload in door.uploads()] == [UploadState.WITHDRAWN]
    assert door.leftovers() == []


@pytest.mark.parametrize("path", ["/", "/csv", "/SENDER1", "/SENDER1/csv", "/status"])
async def test_provided_folders_can_be_neither_removed_nor_renamed_nor_made(door: Door, path: str) -> None:
    async with door.raw() as client:
        for request in (
            (raw.RMDIR, String(path)),
            (raw.REMOVE, String(path)),
            (raw.RENAME, String(path), String("/other")),
            (raw.MKDIR, String(path), raw.NO_ATTRIBUTES),
            (raw.OPEN, String(path), UInt32(raw.AFRESH), raw.NO_ATTRIBUTES),
        ):
            with pytest.raises(Refusal):
                await client.request(*request)


async def test_a_file_never_takes_the_place_of_a_folder(door: Door) -> None:
    async with door.raw() as client:
        await client.request(raw.MKDIR, String("/new"), raw.NO_ATTRIBUTES)
        await client.put("/new/x.csv", b"1")
        with pytest.raises(Refusal):
            await client.put("/new", b"2")

        assert await client.names("/new") == [b"x.csv"]
    assert list(door.spooled()) == ["/new/x.csv"]
    assert door.leftovers() == []


@pytest.mark.parametrize("extended", [False, True])
async def test_a_rename_goes_over_an_existing_file(door: Door, extended: bool) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"old")
        await client.put("/a.csv.filepart", b"new")
        names = String("/a.csv.filepart") + String("/a.csv")
        if extended:
            await client.request(raw.EXTENDED, String("posix-rename@openssh.com"), names)
        else:
            await client.request(raw.RENAME, names)

    assert door.spooled() == {"/a.csv": b"new"}


async def test_a_temporary_name_waits_for_its_rename(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv.part", b"1")
        assert [upload.state for upload in door.uploads()] == [UploadState.PARKED]
        await client.request(raw.RENAME, String("/a.csv.part"), String("/a.csv"))

    assert door.spooled() == {"/a.csv": b"1"}


async def test_a_folder_is_renamed_with_what_is_in_it(door: Door) -> None:
    async with door.raw() as client:
        await client.request(raw.MKDIR, String("/a"), raw.NO_ATTRIBUTES)
        await client.put("/a/x.csv", b"1")
        await client.request(raw.RENAME, String("/a"), String("/b"))

        assert await client.names("/b") == [b"x.csv"]
    assert list(door.spooled()) == ["/b/x.csv"]


async def test_the_last_of_several_uploads_of_one_name_counts(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"first")
        await client.put("/a.csv", b"second")

        assert await client.names("/csv") == []
    assert door.spooled() == {"/a.csv": b"second"}
    assert door.leftovers() == []


async def test_appending_continues_the_bytes_that_are_there(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"one,")
        handle = await client.open("/a.csv", raw.WRITING | raw.APPEND)
        await client.write(handle, 0, b"two,")
        await client.write(handle, 0, b"three")
        await client.close(handle)

    assert door.spooled() == {"/a.csv": b"one,two,three"}


async def test_writing_without_truncation_changes_only_what_is_written(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"0123456789")
        handle = await client.open("/a.csv", raw.WRITING | raw.CREATE)
        await client.write(handle, 3, b"xx")
        await client.close(handle)

    assert door.spooled() == {"/a.csv": b"012xx56789"}


async def test_opening_and_closing_what_is_there_changes_nothing(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"1")
        await client.close(await client.open("/a.csv", raw.WRITING))

    assert len(door.uploads()) == 1
    assert door.leftovers() == []


async def test_an_empty_file_is_a_file(door: Door) -> None:
    async with door.raw() as client:
        await client.close(await client.open("/empty.csv"))

    assert door.spooled() == {"/empty.csv": b""}


async def test_an_exclusive_open_of_what_is_there_is_refused(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"1")
        with pytest.raises(Refusal, match="already exists"):
            await client.open("/a.csv", raw.AFRESH | raw.EXCLUSIVE)


async def test_size_and_time_may_be_set_before_and_after_the_close(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"12345")
        await client.request(raw.FSETSTAT, String(handle), attributes(size=5, mtime=1_000_000_000))
        await client.close(handle)
        await client.request(raw.SETSTAT, String("/a.csv"), attributes(size=5, mtime=1_100_000_000))
        _, packet = await client.request(raw.STAT, String("/a.csv"))
        packet.get_bytes(4 + 8 + 8 + 4)

        assert packet.get_uint32() == 1_100_000_000
        with pytest.raises(Refusal, match="cannot change its size"):
            await client.request(raw.SETSTAT, String("/a.csv"), attributes(size=3))
    assert door.spooled() == {"/a.csv": b"12345"}


async def test_a_shorter_size_cuts_an_open_file(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"12345")
        await client.request(raw.FSETSTAT, String(handle), attributes(size=2))
        await client.write(handle, 2, b"x")
        await client.close(handle)

    assert door.spooled() == {"/a.csv": b"12x"}


async def test_a_longer_size_is_a_gap(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"12345")
        await client.request(raw.FSETSTAT, String(handle), attributes(size=9))
        with pytest.raises(Refusal, match="bytes from 5 on were never written"):
            await client.close(handle)

    assert door.uploads() == []
    assert door.leftovers() == []


async def test_reading_back_is_refused_with_its_reason(door: Door) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"1")
        with pytest.raises(Refusal, match="files can be sent, not read back") as refusal:
            await client.open("/a.csv", raw.READING)
        assert refusal.value.code == raw.PERMISSION_DENIED
        with pytest.raises(Refusal, match="no such file"):
            await client.open("/b.csv", raw.READING)
        handle = await client.open("/c.csv", raw.READING | raw.AFRESH)
        with pytest.raises(Refusal, match="not read back"):
            await client.request(raw.READ, String(handle), UInt64(0), UInt32(300 * 1024 * 1024))


async def test_the_status_folder_takes_no_files(door: Door) -> None:
    async with door.raw() as client:
        with pytest.raises(Refusal, match="read-only"):
            await client.open("/status/x.txt")
        with pytest.raises(Refusal, match="read-only"):
            await client.request(raw.MKDIR, String("/status/x"), raw.NO_ATTRIBUTES)


async def test_a_file_name_cannot_end_in_a_slash(door: Door) -> None:
    async with door.raw() as client:
        with pytest.raises(Refusal) as refusal:
            await client.open("/name/")
        assert refusal.value.code == raw.NO_SUCH_FILE
        await client.put("/a.csv", b"1")
        with pytest.raises(Refusal):
            await client.request(raw.STAT, String("/a.csv/"))
        with pytest.raises(Refusal):
            await client.request(raw.RENAME, String("/a.csv"), String("/b/"))
    assert list(door.spooled()) == ["/a.csv"]


async def test_a_missing_parent_is_said_at_the_open(door: Door) -> None:
    async with door.raw() as client:
        with pytest.raises(Refusal, match="no such folder"):
            await client.open("/missing/a.csv")
        await client.put("/a.csv", b"1")
        with pytest.raises(Refusal, match="no such folder"):
            await client.open("/a.csv/b.csv")


@pytest.mark.parametrize("path", ["/missing", "/a.csv"])
async def test_a_folder_that_is_none_fails_when_it_is_opened(door: Door, path: str) -> None:
    async with door.raw() as client:
        await client.put("/a.csv", b"1")
        with pytest.raises(Refusal):
            await client.request(raw.OPENDIR, String(path))


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (raw.SYMLINK, String("/etc/passwd") + String("/x")),
        (raw.READLINK, String("/x")),
        (raw.EXTENDED, String("hardlink@openssh.com") + String("/etc/passwd") + String("/x")),
        (raw.EXTENDED, String("statvfs@openssh.com") + String("/")),
        (raw.EXTENDED, String("copy-data") + String(b"\0\0\0\0") + UInt64(0) * 2 + String(b"\0") + UInt64(0)),
        (raw.EXTENDED, String("lsetstat@openssh.com") + String("/x") + UInt32(0)),
        (raw.EXTENDED, String("ranges@asyncssh.com") + String(b"\0\0\0\0") + UInt64(0) + UInt64(1)),
        (raw.EXTENDED, String("whatever@example.org")),
        (22, String(b"\0\0\0\0") + UInt64(0) + UInt64(1) + UInt32(1)),  # LOCK of SFTP 6
        (99, b""),
    ],
)
async def test_links_copies_and_figures_are_not_offered(door: Door, kind: int, fields: bytes) -> None:
    async with door.raw() as client:
        with pytest.raises(Refusal) as refusal:
            await client.request(kind, fields)

        assert refusal.value.code == raw.UNSUPPORTED
        await client.put("/still.csv", b"1")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("//etc/passwd", "/passwd"),
        ("/../../x", "/x"),
        ("/csv/../../../x", "/x"),
        ("a\\..\\x", "/a\\..\\x"),
        ("C:\\x", "/C:\\x"),
        ("\\\\server\\share", "/\\\\server\\share"),
        ("%2e%2e%2fx", "/%2e%2e%2fx"),
        ("CON", "/CON"),
        ("aux.txt.", "/aux.txt."),
        ("e\u0301.csv", "/e\u0301.csv"),
        ("\u202egpj.exe", "/\u202egpj.exe"),
        ("a\nb\x1b[31m.csv", "/a\nb\x1b[31m.csv"),
        ("x" * 1024, "/" + "x" * 1024),
    ],
)
async def test_a_name_is_a_label_and_never_a_path_on_the_disk(door: Door, sent: str, seen: str) -> None:
    before = {path for path in door.folder.rglob("*") if "spool" not in path.parts}
    async with door.raw() as client:
        if sent == "//etc/passwd":
            await client.request(raw.MKDIR, String("/etc"), raw.NO_ATTRIBUTES)
            seen = "/etc/passwd"
        await client.put(sent, b"1")

    assert list(door.spooled()) == [seen]
    assert {path for path in door.folder.rglob("*") if "spool" not in path.parts} == before
    for blob in (door.folder / "spool/blobs").iterdir():
        assert set(blob.name) <= set("0123456789abcdef")


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (b"/a\0b", "NUL"),
        (b"/" + b"x" * 1025, "longer than 1024"),
        (b"/" + b"x/" * 2100, "longer than 4096"),
        (b"/x" * 40, "folders deep"),
        (b"/caf\xe9.csv", "not UTF-8; ask the administrator"),
    ],
)
async def test_names_that_cannot_be_are_refused_in_words(door: Door, path: bytes, says: str) -> None:
    async with door.raw() as client:
        with pytest.raises(Refusal, match=says):
            await client.open(path)


async def test_names_in_the_accounts_encoding_come_back_as_they_were_sent(door: Door) -> None:
    door.add("old", encoding="windows-1252")
    await door.service._directory.refresh()
    async with door.raw("old") as client:
        await client.put(b"/caf\xe9.csv", b"1")

        assert b"caf\xe9.csv" in await client.names("/")
        await client.request(raw.STAT, String(b"/caf\xe9.csv"))
    async with door.raw("old") as client:
        assert "café.csv".encode() in await client.names("/")
        await client.request(raw.STAT, String("/café.csv"))
    assert list(door.spooled()) == ["/café.csv"]


async def test_every_listed_name_can_be_opened_again(door: Door) -> None:
    # "Ã©" in Windows-1252 is "é" in UTF-8: listed so, it would be another file.
    door.add("old", encoding="windows-1252")
    await door.service._directory.refresh()
    async with door.raw("old") as client:
        await client.put("/Ã©.csv".encode(), b"1")
        await client.put(b"/caf\xe9.csv", b"2")
        await client.put("/日本.csv".encode(), b"3")
        for name in await client.names("/"):
            await client.request(raw.STAT, String(b"/" + name))


def many_folders(connection: Connection) -> None:
    for number in range(2500):
        tree.make_folder(connection, account_id=AccountId(1), folder="/csv", name=f"{number:05}", now=NOON)


async def test_a_listing_of_thousands_comes_in_pages(door: Door) -> None:
    async with door.raw() as client:
        await door.service._rules.database.write(many_folders)

        assert await client.names("/csv") == [f"{number:05}".encode() for number in range(2500)]


async def test_open_listings_are_bounded(door: Door) -> None:
    async with door.raw() as client:
        for _ in range(16):
            await client.request(raw.OPENDIR, String("/"))
        with pytest.raises(Refusal, match="listings open"):
            await client.request(raw.OPENDIR, String("/"))


async def test_one_tenants_files_are_unknown_to_another(door: Door) -> None:
    door.add("other")
    await door.service._directory.refresh()
    async with door.raw() as mine, door.raw("other") as theirs:
        await mine.request(raw.MKDIR, String("/secret"), raw.NO_ATTRIBUTES)
        await mine.put("/secret/a.csv", b"mine")
        for path in ("/secret", "/secret/a.csv", "/SENDER1", "/../sender/secret"):
            with pytest.raises(Refusal) as refusal:
                await theirs.request(raw.STAT, String(path))
            assert refusal.value.code == raw.NO_SUCH_FILE
        assert b"secret" not in await theirs.names("/")
        await theirs.request(raw.MKDIR, String("/secret"), raw.NO_ATTRIBUTES)
        await theirs.put("/secret/a.csv", b"theirs")

    assert sorted(door.bytes_of(upload) for upload in door.uploads()) == [b"mine", b"theirs"]


async def test_two_uploads_of_one_name_at_once_never_mix(door: Door) -> None:
    async with door.raw() as one, door.raw() as two:
        first, second = await one.open("/a.csv"), await two.open("/a.csv")
        for number in range(20):
            await one.write(first, number * 4, b"1111")
            await two.write(second, number * 4, b"2222")
        await one.close(first)
        await two.close(second)

    assert door.spooled() == {"/a.csv": b"2" * 80}
    assert door.leftovers() == []


async def test_a_folder_listing_shows_the_size_of_an_open_file_to_its_own_session(door: Door) -> None:
    async with door.raw() as client:
        handle = await client.open("/a.csv")
        await client.write(handle, 0, b"123")
        _, by_path = await client.request(raw.STAT, String("/a.csv"))
        _, by_handle = await client.request(raw.FSTAT, String(handle))

        assert by_path.get_bytes(12)[4:] == by_handle.get_bytes(12)[4:] == UInt64(3)


async def test_a_relative_path_starts_at_the_root(door: Door) -> None:
    async with door.sftp() as sftp:
        assert await sftp.realpath(".") == "/"
        assert await sftp.realpath("csv/../x/./y") == "/x/y"


async def test_recursive_uploads_with_times_work(door: Door, tmp_path: object) -> None:
    from pathlib import Path

    source = Path(str(tmp_path)) / "tree"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "a.csv").write_bytes(b"1")
    async with door.sftp() as sftp:
        await sftp.put(str(source), "/", recurse=True, preserve=True)

    assert list(door.spooled()) == ["/tree/inner/a.csv"]


async def test_an_unplanned_error_shows_the_client_no_more_than_a_number(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret words of the inside")

    async with door.raw() as client:
        monkeypatch.setattr("bridge.sftp.inbox.tree.find", broken)
        with pytest.raises(Refusal, match=r"internal error, incident [0-9a-f]{8}$"):
            await client.request(raw.STAT, String("/a.csv"))
        monkeypatch.undo()
        _, packet = await client.request(raw.OPENDIR, String("/csv"))
        monkeypatch.setattr("bridge.sftp.listing.tree.page", broken)
        with pytest.raises(Refusal, match=r"internal error, incident [0-9a-f]{8}$"):
            await client.request(raw.READDIR, String(packet.get_string()))


async def test_sessions_of_one_connection_run_side_by_side(door: Door) -> None:
    async with door.connected() as connection:
        clients = [await Raw.on(connection) for _ in range(4)]
        await asyncio.gather(*(client.put(f"/{n}.csv", b"x") for n, client in enumerate(clients)))

    assert len(door.spooled()) == 4


async def test_more_sessions_of_an_account_than_allowed_are_refused(open_door: OpenDoor) -> None:
    async with open_door(max_sessions_per_account=3) as door, door.connected() as connection:
        for _ in range(3):
            await connection.open_session(subsystem="sftp", encoding=None)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_session(subsystem="sftp", encoding=None)


async def test_channels_that_never_start_sftp_count_too(open_door: OpenDoor) -> None:
    async with open_door(max_sessions_per_account=3) as door, door.connected() as connection:
        for _ in range(3):
            await open_channel(connection)
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_session(subsystem="sftp", encoding=None)
