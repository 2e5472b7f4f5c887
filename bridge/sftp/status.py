"""The folder ``/status``: what became of an account's files, to be read by whoever knows only SFTP.

Its files are made from the ledger when they are asked for, each time the same from the same state; nothing of
them is stored.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncssh
from asyncssh.sftp import SFTPAttrs

from bridge.domain.accounts import AccountId
from bridge.domain.clock import Clock
from bridge.domain.errors import NotFound, Refused
from bridge.domain.kinds import STATUS_FOLDER
from bridge.domain.names import join
from bridge.domain.reasons import Language
from bridge.domain.status_folder import Answer
from bridge.ledger import status
from bridge.ledger.database import Database
from bridge.sftp.opened import OpenAnswer
from bridge.sftp.view import Path, attributes_of_answer

FXF_READ = 0x01
FRESH = timedelta(seconds=1)  # a listing, and the STAT and OPEN that follow it, are answered from one look


def is_inside(parts: Path) -> bool:
    """Whether a path is the folder or lies in it."""
    return parts[:1] == (STATUS_FOLDER,)


def read_only() -> Refused:
    """Return the answer to whoever wants to change something here."""
    return Refused("status is read-only", public="the folder status is read-only")


class Looks:
    """The last look at each account's folder, shared by all sessions.

    One look at a time: whoever asks again and again costs the other tenants little.
    """

    def __init__(self, *, database: Database, clock: Clock, language: Language) -> None:
        self._database = database
        self._clock = clock
        self._language: Language = language  # of accounts that have none
        self._lock = asyncio.Lock()
        self._last: dict[AccountId, tuple[datetime, Mapping[str, Answer]]] = {}

    async def at(self, account_id: AccountId) -> Mapping[str, Answer]:
        """Return the files of an account's folder by name, as of now or of a second ago."""
        async with self._lock:
            now = self._clock.now()
            self._last = {
                each: (seen_at, seen)
                for each, (seen_at, seen) in self._last.items()
                if timedelta() <= now - seen_at < FRESH
            }
            if account_id not in self._last:
                found = await self._database.read(
                    status.answers, account_id=account_id, language=self._language, now=now
                )
                self._last[account_id] = now, {answer.name: answer for answer in found}
            return self._last[account_id][1]

    def forget(self, account_id: AccountId) -> None:
        """Look again at the next question: the account has just sent something."""
        self._last.pop(account_id, None)


class StatusFolder:
    """The folder of one account."""

    def __init__(self, looks: Looks, account_id: AccountId) -> None:
        self._looks = looks
        self._account_id = account_id

    async def answers(self) -> Mapping[str, Answer]:
        """Return its files by name."""
        return await self._looks.at(self._account_id)

    def forget(self) -> None:
        """Look again at the next question."""
        self._looks.forget(self._account_id)

    async def find(self, parts: Path) -> Answer | None:
        """Return the file at *parts*, None if there is none."""
        return (await self.answers()).get(parts[1]) if len(parts) == 2 else None

    async def open(self, path: bytes, parts: Path, pflags: int) -> OpenAnswer:
        """Open a file for reading; raise `NotFound`, or `Refused` for anything else than reading."""
        if pflags & ~FXF_READ:
            raise read_only()
        if len(parts) == 1:
            raise Refused("status is a folder", public="this is a folder")
        answer = await self.find(parts)
        if answer is None or path.endswith(b"/"):
            raise NotFound(f"{join(parts)} is not there")
        return OpenAnswer(answer)

    async def stat(self, path: bytes, parts: Path) -> SFTPAttrs:
        """Return size and time of a file; raise `NotFound`."""
        answer = await self.find(parts)
        if answer is None or path.endswith(b"/"):
            raise NotFound(f"{join(parts)} is not there")
        return attributes_of_answer(answer)

    async def check_folder(self, parts: Path) -> None:
        """Raise what a client is told that wants to list a file, or what is not there."""
        if len(parts) > 1:
            if await self.find(parts) is None:
                raise NotFound(f"{join(parts)} is not there")
            raise asyncssh.SFTPNotADirectory("not a folder")
