"""Real clients, as people call them.  One that is not installed fails its test: tests/run installs them."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncssh

from tests.sftp.house import PASSWORD, Door

SECONDS = 60


async def run(
    command: Sequence[str],
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    expect: int | None = 0,
) -> str:
    """Run a client to its end and return what it printed; check its exit status."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "HOME": "/nonexistent", **(environment or {})},
        start_new_session=True,  # without a terminal to ask on
    )
    try:
        async with asyncio.timeout(SECONDS):
            output, _ = await process.communicate(stdin)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = output.decode(errors="replace")
    assert expect is None or process.returncode == expect, f"{command[0]}: {process.returncode}\n{text}"
    return text


def identity(folder: Path, private: asyncssh.SSHKey) -> Path:
    """Write a private key for OpenSSH."""
    path = folder / f"id-{private.get_fingerprint()[7:15].replace('/', '_')}"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(private.export_private_key())
    return path


def openssh(
    program: str,
    door: Door,
    folder: Path,
    private: asyncssh.SSHKey,
    *arguments: str,
    target: bool = True,
    asks: bool = False,
) -> list[str]:
    """Return the call of OpenSSH's sftp or scp."""
    options = [
        f"BatchMode={'no' if asks else 'yes'}",
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
        f"IdentityFile={identity(folder, private)}",
        "IdentitiesOnly=yes",
    ]
    flags = [flag for option in options for flag in ("-o", option)]
    place = ["sender@127.0.0.1"] if target else []
    return [program, "-F", "/dev/null", "-P", str(door.port), *flags, *arguments, *place]


def lftp(door: Door, commands: str) -> list[str]:
    """Return the call of lftp."""
    connect = (
        "ssh -a -x -F /dev/null -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    )
    settings = f"set sftp:connect-program '{connect}'; set net:max-retries 1; set cmd:fail-exit yes"
    return [
        "lftp",
        "--norc",
        "-c",
        f"{settings}; open -u sender,{PASSWORD} sftp://127.0.0.1:{door.port}; {commands}",
    ]
