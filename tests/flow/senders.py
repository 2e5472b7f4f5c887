"""A crowd of senders, as one asyncssh client each; it remembers what was promised to them."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from tests.flow import samples
from tests.flow.processes import ACCOUNT, PASSWORD

GONE = (asyncssh.Error, OSError)


@contextlib.asynccontextmanager
async def client(port: int, key: Path | None = None) -> AsyncIterator[asyncssh.SFTPClient]:
    """Log in with the password, or with *key*."""
    async with (
        asyncssh.connect(
            "127.0.0.1",
            port,
            username=ACCOUNT,
            password=PASSWORD,
            known_hosts=None,
            config=None,
            client_keys=None if key is None else [str(key)],
            preferred_auth="password" if key is None else "publickey",
            agent_path=None,
        ) as connection,
        connection.start_sftp_client() as opened,
    ):
        yield opened


@dataclass
class Crowd:
    """Uploads until the server is gone."""

    seed: str
    pause: float = 0.0  # seconds in the middle of each upload
    promised: dict[str, bytes] = field(default_factory=dict)  # by the name to arrive: OK came to its CLOSE
    asked: dict[str, bytes] = field(default_factory=dict)  # CLOSE was sent, no answer came
    unclosed: set[str] = field(default_factory=set)  # never closed; must never arrive

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)  # noqa: S311  contents, not secrets
        self._count = 0

    async def send(self, port: int, *, senders: int = 4) -> None:
        """Let *senders* upload until the connection breaks."""
        await asyncio.gather(*(self._one(port, sender) for sender in range(senders)))

    async def _one(self, port: int, sender: int) -> None:
        with contextlib.suppress(*GONE):
            async with client(port) as sftp:
                while True:
                    await self._upload(sftp, is_left_open=sender == 0 and self._draw.random() < 0.3)

    async def _upload(self, sftp: asyncssh.SFTPClient, *, is_left_open: bool) -> None:
        self._count += 1
        stem = f"{self.seed}-{self._count}"
        path, content, arriving = self._something(stem)
        if is_left_open:
            self.unclosed |= set(arriving)
        file = await sftp.open(path, "wb")
        half = len(content) // 2
        await file.write(content[:half], 0)
        if self.pause:
            await asyncio.sleep(self.pause)
        await file.write(content[half:], half)
        if is_left_open:
            return
        if file._handler._writer is None:  # asyncssh's close() returns without a word when nobody is there
            raise asyncssh.SFTPConnectionLost("the server is gone")
        self.asked |= arriving
        await file.close()
        for name in arriving:
            del self.asked[name]
        self.promised |= arriving

    def _something(self, stem: str) -> tuple[str, bytes, dict[str, bytes]]:
        """Return a path, what to put there, and what must arrive of it."""
        number, draw = self._count, self._draw.random()
        if draw < 0.15:
            members = {f"{stem}-{part}.pdf": samples.pdf(number * 10 + part) for part in range(3)}
            return f"/{stem}.zip", samples.zipped(members), members
        if draw < 0.30:
            content = samples.csv(number, code="NL03")
            return f"/NL03/csv/{stem}.csv", content, {f"{stem}.csv": content}
        if draw < 0.35:
            content = samples.pdf(number, 400_000)
        else:
            content = samples.pdf(number, self._draw.randrange(100, 40_000))
        return f"/{stem}.pdf", content, {f"{stem}.pdf": content}
