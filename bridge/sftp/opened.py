"""What is known of a file that is open, and of who writes it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path as FilePath

import asyncssh

from bridge.domain.accounts import Account, AccountId
from bridge.domain.clock import Clock
from bridge.domain.errors import Refused
from bridge.domain.reasons import Language
from bridge.domain.status_folder import Answer
from bridge.domain.uploads import Refusal
from bridge.ledger.database import Database
from bridge.runtime.doorbell import Doorbell
from bridge.sftp.allowance import Allowances, SizeLimit
from bridge.sftp.batching import Batching
from bridge.sftp.view import Path
from bridge.spool.protocol import Draft, Spool

MAX_READ = 255 * 1024  # bytes of one answer, below the limit of a message

# From the account, the path, the stored file and its size: why it can never be delivered, if that is plain.
Verdict = Callable[[Account, str, FilePath, int], Refusal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRules:
    """What every inbox of the server shares."""

    database: Database
    spool: Spool
    clock: Clock
    intake_doorbell: Doorbell
    settle: timedelta  # how long a closed upload waits for a rewrite or rename
    max_file_bytes: int
    allowances: Allowances
    min_free_bytes: int
    verdict: Verdict | None = None  # None: every file that is whole is taken
    language: Language = "en"  # of what is said to senders


@dataclass(slots=True, kw_only=True, eq=False)
class OpenUpload:
    """A file that a client has open for writing."""

    path: Path
    opened_at: datetime
    draft: Draft
    limit: SizeLimit
    is_appending: bool  # writes go to the end, whatever offset they name
    is_changed: bool  # a close without a change leaves what was there before
    modified_at: datetime | None = None  # a time that the client set
    failure: Exception | None = None  # bytes were refused: what remains is not the client's file


@dataclass(frozen=True, slots=True, eq=False)
class OpenAnswer:
    """A file of the folder status that a client has open for reading: as it was at its OPEN."""

    answer: Answer

    def read(self, offset: int, size: int) -> bytes:
        """Return bytes from *offset* on, fewer than *size* if that is a lot; none at the end."""
        return self.answer.content[offset : offset + min(size, MAX_READ)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends: bound at the login."""

    account_id: AccountId
    account: str
    account_now: Callable[[], Account]  # with the changes since the login
    peer: str
    client: str
    batching: Batching  # of its session


def opened_by(handle: object) -> OpenUpload:
    """Return the upload behind an SFTP handle; raise `Refused` for a file that is open for reading."""
    if isinstance(handle, OpenAnswer):
        raise Refused("written to a handle for reading", public="this file is open for reading only")
    if not isinstance(handle, OpenUpload):
        raise asyncssh.SFTPInvalidHandle("no such handle")
    return handle
