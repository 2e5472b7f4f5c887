"""Real clients without special settings: exit status, listing, and the bytes in the spool."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import paramiko
import pytest

from bridge.domain.uploads import UploadState
from tests.sftp.clients import lftp, openssh, run
from tests.sftp.house import PASSWORD, Door, key

BYTES = os.urandom(300_000)
ED25519 = "ssh-ed25519"


@pytest.fixture
async def source(door: Door, tmp_path: Path) -> Path:
    """A file to send, and a key that logs in."""
    from bridge.ledger import accounts

    account = door.database.read_now(accounts.get, name="sender")
    door.add_key(account, key(ED25519))
    await door.service._directory.refresh()
    path = tmp_path / "Factuur é 1.pdf"
    path.write_bytes(BYTES)
    return path


async def with_sftp(door: Door, source: Path, folder: Path) -> str:
    commands = f'cd csv\nput -p "{source}"\nls -l\n'
    return await run(openssh("sftp", door, folder, key(ED25519), "-b", "-"), stdin=commands.encode())


async def with_scp(door: Door, source: Path, folder: Path) -> str:
    call = openssh("scp", door, folder, key(ED25519), "-p", str(source), target=False)
    return await run([*call, "sender@127.0.0.1:/csv/"])


async def with_sftp_askpass(door: Door, source: Path, folder: Path) -> str:
    script = folder / "askpass"
    script.write_text(f"#!/bin/sh\necho {PASSWORD}\n")
    script.chmod(0o700)
    options = ["-o", "PreferredAuthentications=keyboard-interactive,password", "-b", "-"]
    return await run(
        openssh("sftp", door, folder, key(ED25519), *options, asks=True),
        stdin=f'put "{source}" /csv/\nls -l csv\n'.encode(),
        environment={"SSH_ASKPASS": str(script), "SSH_ASKPASS_REQUIRE": "force"},
    )


async def with_lftp(door: Door, source: Path, _: Path) -> str:
    return await run(lftp(door, f'mkdir -p -f /csv; put "{source}" -o "/csv/{source.name}"; cls -l /csv'))


async def with_psftp(door: Door, source: Path, folder: Path) -> str:
    commands = f'cd csv\nput "{source}"\nls\nquit\n'
    return await run(
        [
            *("psftp", "-P", str(door.port), "-l", "sender", "-pw", PASSWORD),
            *("-batch", "-hostkey", fingerprint(door), "-b", "/dev/stdin", "127.0.0.1"),
        ],
        stdin=commands.encode(),
        environment={"HOME": str(folder)},
    )


async def with_pscp(door: Door, source: Path, folder: Path) -> str:
    return await run(
        [
            *("pscp", "-P", str(door.port), "-l", "sender", "-pw", PASSWORD, "-p", "-batch"),
            *("-hostkey", fingerprint(door), str(source), "127.0.0.1:/csv/"),
        ],
        environment={"HOME": str(folder)},
    )


async def with_curl(door: Door, source: Path, _: Path) -> str:
    place = f"sftp://127.0.0.1:{door.port}/csv/Factuur%20%C3%A9%201.pdf"
    call = ["curl", "--silent", "--show-error", "--insecure", "--user", f"sender:{PASSWORD}"]
    return await run([*call, "--upload-file", str(source), place])


async def with_rclone(door: Door, source: Path, _: Path) -> str:
    obscured = (await run(["rclone", "obscure", PASSWORD])).strip()
    backend = f":sftp,host=127.0.0.1,port={door.port},user=sender,pass={obscured},shell_type=none:"
    config = ("--config", "/dev/null", "--retries", "1")
    await run(["rclone", *config, "copy", str(source), f"{backend}/csv"])
    return await run(["rclone", *config, "lsl", f"{backend}/csv"])


async def with_paramiko(door: Door, source: Path, _: Path) -> str:
    def work(sftp: paramiko.SFTPClient) -> str:
        sftp.put(str(source), f"/csv/{source.name}", confirm=True)
        return "\n".join(sftp.listdir("/csv"))

    return await paramiko_session(door, work)


CLIENTS = {
    "sftp": with_sftp,
    "sftp, asked for its password": with_sftp_askpass,
    "scp": with_scp,
    "lftp": with_lftp,
    "psftp": with_psftp,
    "pscp": with_pscp,
    "curl": with_curl,
    "rclone": with_rclone,
    "paramiko": with_paramiko,
}


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_real_client_sends_a_file(door: Door, source: Path, tmp_path: Path, client: str) -> None:
    said = await CLIENTS[client](door, source, tmp_path)

    [(path, data)] = door.spooled().items()
    assert path.startswith("/csv/Factuur ")
    assert path.endswith(" 1.pdf")
    assert data == BYTES
    assert door.leftovers() == []
    if client not in {"scp", "pscp", "curl"}:  # these list nothing
        assert "Factuur" in said


@pytest.mark.parametrize("client", CLIENTS)
async def test_a_real_client_learns_that_its_file_was_refused(
    door: Door, source: Path, tmp_path: Path, client: str
) -> None:
    """The file is too large in its last bytes: nobody may take that for success."""
    object.__setattr__(door.service._rules, "max_file_bytes", len(BYTES) - 10)
    with pytest.raises((AssertionError, OSError)):
        await CLIENTS[client](door, source, tmp_path)
    await door.until_left()

    assert door.spooled() == {}
    assert door.leftovers() == []


@pytest.mark.usefixtures("source")
async def test_openssh_sends_a_tree_and_renames_and_removes(door: Door, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "inner").mkdir(parents=True)
    (tree / "inner" / "b.csv").write_bytes(b"b")
    (tree / "a.csv").write_bytes(b"a")
    commands = [
        f"put -r {tree} /",
        "rename /tree/a.csv /tree/c.csv",
        "rm /tree/inner/b.csv",
        "rmdir /tree/inner",
        "ls /tree",
    ]
    said = await run(
        openssh("sftp", door, tmp_path, key(ED25519), "-b", "-"), stdin="\n".join(commands).encode()
    )

    assert "/tree/c.csv" in said
    assert door.spooled() == {"/tree/c.csv": b"a"}


async def test_openssh_is_told_why_nothing_can_be_read(door: Door, source: Path, tmp_path: Path) -> None:
    call = openssh("sftp", door, tmp_path, key(ED25519), "-b", "-")
    said = await run(call, stdin=f'put "{source}" a.pdf\nget a.pdf /dev/null\n'.encode(), expect=1)

    assert "Permission denied" in said  # OpenSSH shows its own words for the code


async def test_winscp_sends_under_a_temporary_name_renames_and_sets_the_time(door: Door) -> None:
    def work(sftp: paramiko.SFTPClient) -> str:
        for data in (b"old", b"new"):
            with sftp.open("/csv/a.csv.filepart", "wb") as file:
                file.write(data)
            try:
                sftp.stat("/csv/a.csv")
                sftp.remove("/csv/a.csv")  # with confirmation it removes the target first
            except FileNotFoundError:
                pass
            sftp.rename("/csv/a.csv.filepart", "/csv/a.csv")
            sftp.utime("/csv/a.csv", (1_000_000_000, 1_000_000_000))
            sftp.chmod("/csv/a.csv", 0o644)
        return str(sftp.stat("/csv/a.csv").st_mtime)

    assert await paramiko_session(door, work) == "1000000000"
    assert door.spooled() == {"/csv/a.csv": b"new"}


async def test_winscp_renames_over_what_is_there(door: Door) -> None:
    def work(sftp: paramiko.SFTPClient) -> str:
        for number, rename in enumerate((sftp.rename, sftp.posix_rename, sftp.rename)):
            with sftp.open("/csv/a.csv.filepart", "wb") as file:
                file.write(str(number).encode())
            rename("/csv/a.csv.filepart", "/csv/a.csv")
        return ""

    await paramiko_session(door, work)
    assert door.spooled() == {"/csv/a.csv": b"2"}
    assert len(door.uploads(UploadState.WITHDRAWN)) == 2


async def test_winscp_resumes_its_filepart(door: Door) -> None:
    def begin(sftp: paramiko.SFTPClient) -> str:
        file = sftp.open("/csv/a.csv.filepart", "wb")
        file.write(b"12345")
        file.flush()
        sftp.get_channel().transport.close()
        return ""

    def resume(sftp: paramiko.SFTPClient) -> str:
        size = sftp.stat("/csv/a.csv.filepart").st_size
        with sftp.open("/csv/a.csv.filepart", "r+b") as file:
            file.seek(size or 0)
            file.write(b"678")
        sftp.rename("/csv/a.csv.filepart", "/csv/a.csv")
        return str(size)

    with suppress(OSError, EOFError, paramiko.SSHException):  # it may also keep silent
        await paramiko_session(door, begin)
    await door.until_left()
    assert await paramiko_session(door, resume) == "5"
    assert door.spooled() == {"/csv/a.csv": b"12345678"}


async def paramiko_session(door: Door, work: Callable[[paramiko.SFTPClient], str]) -> str:
    """Run *work* with paramiko's client in a thread."""

    def session() -> str:
        transport = paramiko.Transport(("127.0.0.1", door.port))
        try:
            transport.connect(username="sender", password=PASSWORD)
            sftp: Any = paramiko.SFTPClient.from_transport(transport)
            return work(sftp)
        finally:
            transport.close()

    return await asyncio.to_thread(session)


def fingerprint(door: Door) -> str:
    """Return the server's key as PuTTY wants to be told of it."""
    from bridge.sftp import hostkeys

    [ed25519, *_] = hostkeys.load(door.folder)
    return ed25519.get_fingerprint()
