"""The folder ``/status``: what became of an account's files, to be read by whoever knows only SFTP.

Its files are made from the ledger when they are asked for, each time the same from the same state; nothing of
them is stored.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import asyncssh
from asyncssh.sftp import SFTPAttrs

from bridge.domain.accounts import AccountId
from bridge.domain.errors import NotFound, Refused
from bridge.domain.kinds import STATUS_FOLDER
from bridge.domain.names import join
from bridge.domain.status_folder import Answer
from bridge.ledger import status
from bridge.sftp.opened import InboxRules, OpenAnswer
from bridge.sftp.view import Path, attributes_of_answer

FXF_READ = 0x01
_FRESH = timedelta(seconds=1)  # a listing, and the STAT and OPEN that follow it, are answered from one look


def is_inside(parts: Path) -> bool:
    """Whether a path is the folder or lies in it."""
    return parts[:1] == (STATUS_FOLDER,)


def read_only() -> Refused:
    """Return the answer to whoever wants to change something here."""
    return Refused("status is read-only", public="the folder status is read-only")


class StatusFolder:
    """The folder of one account, as one session sees it."""

    def __init__(self, rules: InboxRules, account_id: AccountId) -> None:
        self._rules = rules
        self._account_id = account_id
        self._seen: Mapping[str, Answer] = {}
        self._seen_at: datetime | None = None

    async def answers(self) -> Mapping[str, Answer]:
        """Return its files by name, as of now or of a second ago."""
        now = self._rules.clock.now()
        if self._seen_at is None or not timedelta() <= now - self._seen_at < _FRESH:
            found = await self._rules.database.read(
                status.answers, account_id=self._account_id, language=self._rules.language, now=now
            )
            self._seen = {answer.name: answer for answer in found}
            self._seen_at = now
        return self._seen

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
