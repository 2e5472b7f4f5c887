"""A running door for tests: real sockets, a real ledger on SQLite, a real spool."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import asyncssh
import structlog

from bridge.config.settings import SftpSettings
from bridge.domain.accounts import Account
from bridge.domain.uploads import Upload, UploadState
from bridge.ledger import accounts
from bridge.ledger.database import Database
from bridge.runtime.clock import SystemClock
from bridge.runtime.doorbell import Doorbell
from bridge.runtime.passwords import hash_password
from bridge.sftp.service import SftpService
from bridge.spool.local import LocalSpool
from bridge.spool.protocol import Spool
from tests.sftp.raw import Raw
from tests.support import lists
from tests.support.builders import an_account, an_administration

PASSWORD = "right"
FAST = {"min_free_bytes": 0, "host": "127.0.0.1", "port": 0}


@cache
def hashed(password: str) -> str:
    """Return the hash of *password*, made once."""
    return hash_password(password)


@cache
def key(kind: str, **options: Any) -> asyncssh.SSHKey:
    """Return a private key, made once."""
    return asyncssh.generate_private_key(kind, **options)


class Door:
    """The service and what lies behind it."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        *,
        spool: Spool | None = None,
        batch_quiet_seconds: float = 60,
        **settings: Any,
    ) -> None:
        self.database = database
        self.folder = folder
        self.files = LocalSpool(folder / "spool")
        self.doorbell = Doorbell()
        self.service = SftpService(
            settings=SftpSettings(**{**FAST, **settings}),
            keys_dir=folder / "keys",
            settle_seconds=0,
            batch_quiet_seconds=batch_quiet_seconds,
            database=database,
            spool=spool or self.files,
            clock=SystemClock(),
            intake_doorbell=self.doorbell,
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.service.port

    # What the ledger and the spool say.

    def uploads(self, *states: UploadState) -> list[Upload]:
        """Return the uploads, the oldest first."""
        return self.database.read_now(lists.uploads, states=states)[::-1]

    def spooled(self) -> dict[str, bytes]:
        """Return what was promised: path -> bytes."""
        return {upload.path: self.bytes_of(upload) for upload in self.uploads(UploadState.SPOOLED)}

    def partials(self) -> dict[str, bytes]:
        """Return what was broken off: path -> bytes."""
        return {upload.path: self.bytes_of(upload) for upload in self.uploads(UploadState.PARTIAL)}

    def bytes_of(self, upload: Upload) -> bytes:
        """Return the bytes of an upload."""
        assert upload.blob is not None
        return self.files.path(upload.blob).read_bytes()

    def leftovers(self) -> list[Path]:
        """Return the files of the spool that no upload has."""
        known = {upload.blob for upload in self.uploads()}
        files = [*(self.folder / "spool/drafts").iterdir(), *(self.folder / "spool/blobs").iterdir()]
        return [file for file in files if file.name not in known or file.parent.name == "drafts"]

    def add(self, name: str, **values: Any) -> Account:
        """Add an account with the usual password and an administration of its own."""

        def work(connection: Any) -> Account:
            account = an_account(
                connection,
                an_administration(connection, code=f"{name.upper()}1"),
                name=name,
                password_hash=hashed(PASSWORD),
            )
            if values:
                accounts.change(connection, account_id=account.id, values=values)
            return account

        return self.database.write_now(work)

    def add_key(self, account: Account, private: asyncssh.SSHKey) -> None:
        """Let a key log in."""
        from bridge.domain.accounts import AccountKey

        self.database.write_now(
            accounts.add_key,
            account_id=account.id,
            key=AccountKey(
                fingerprint=private.get_fingerprint(),
                public_key=private.export_public_key().decode().strip(),
                comment="",
            ),
        )

    async def until(self, is_so: Callable[[], bool], seconds: float = 10) -> None:
        """Return when *is_so*; nothing signals it, so ask again and again."""
        async with asyncio.timeout(seconds):
            while not is_so():  # noqa: ASYNC110  the ledger rings no bell for tests
                await asyncio.sleep(0.005)

    async def until_left(self) -> None:
        """Return when every session has ended and its files were taken or abandoned."""
        await self.until(lambda: not self.service._handlers and not self.service._logins)

    # Clients.

    @asynccontextmanager
    async def connected(
        self, name: str = "sender", password: str | None = PASSWORD, **options: Any
    ) -> AsyncIterator[asyncssh.SSHClientConnection]:
        """Log in with asyncssh's client."""
        connection = await self.connect(name, password, **options)
        try:
            yield connection
        finally:
            connection.abort()
            await connection.wait_closed()

    async def connect(
        self, name: str = "sender", password: str | None = PASSWORD, **options: Any
    ) -> asyncssh.SSHClientConnection:
        """Log in with asyncssh's client; the caller ends it."""
        usual: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "known_hosts": None,
            "config": None,
            "client_keys": None,
            "agent_path": None,
            "compression_algs": None,
            "kex_algs": ["curve25519-sha256"],  # the others cost asyncssh's client more
        }
        async with asyncio.timeout(20):
            return await asyncssh.connect(**{**usual, "username": name, "password": password, **options})

    @asynccontextmanager
    async def sftp(self, name: str = "sender", **options: Any) -> AsyncIterator[asyncssh.SFTPClient]:
        """Log in and start SFTP."""
        async with self.connected(name, **options) as connection:
            yield await connection.start_sftp_client()

    @asynccontextmanager
    async def raw(self, name: str = "sender", **options: Any) -> AsyncIterator[Raw]:
        """Log in and speak packets."""
        async with self.connected(name, **options) as connection:
            yield await Raw.on(connection)


@asynccontextmanager
async def opened(door: Door) -> AsyncIterator[Door]:
    """Run the service of *door*."""
    await door.service.start()
    try:
        yield door
    finally:
        await door.service.stop(12)


@contextmanager
def logged() -> Iterator[list[Any]]:
    """Give what is logged meanwhile."""
    with structlog.testing.capture_logs() as entries:
        yield entries
