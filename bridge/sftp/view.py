"""How the tree looks to a client: the folders that are always there, and attributes of entries."""

from datetime import UTC, datetime

from asyncssh.sftp import SFTPAttrs

from bridge.domain.accounts import Account
from bridge.domain.kinds import KIND_FOLDERS, STATUS_FOLDER
from bridge.domain.names import join
from bridge.domain.status_folder import Answer
from bridge.ledger.tree import Entry

FILE_MODE, FOLDER_MODE = 0o100600, 0o040700
ANSWER_MODE, STATUS_MODE = 0o100400, 0o040500  # can be read, and not changed
Path = tuple[str, ...]  # the parts from the root of an account's tree


def provided_folders(account: Account) -> frozenset[Path]:
    """Return the folders that are there without being made: kinds, administrations, status."""
    kinds = [(folder,) for folder in KIND_FOLDERS]
    codes = [(administration.code,) for administration in account.administrations]
    return frozenset(
        [(), (STATUS_FOLDER,), *kinds, *codes, *(code + kind for code in codes for kind in kinds)]
    )


def children(folders: frozenset[Path], parts: Path) -> list[str]:
    """Return the names of the provided folders directly in *parts*."""
    return sorted({f[-1] for f in folders if len(f) == len(parts) + 1 and f[: len(parts)] == parts})


def folder_entry(parts: Path, now: datetime) -> Entry:
    """Return the entry of a provided folder."""
    return Entry(
        folder=join(parts[:-1]),
        name=parts[-1] if parts else "",
        is_folder=True,
        size=0,
        modified_at=now,
        upload_id=None,
        state=None,
        blob=None,
    )


def attributes(entry: Entry) -> SFTPAttrs:
    """Return what a client is told of *entry*."""
    mode = FOLDER_MODE if entry.is_folder else FILE_MODE
    if entry.is_folder and (entry.folder, entry.name) == ("/", STATUS_FOLDER):
        mode = STATUS_MODE
    return _attributes(entry.size, entry.modified_at, mode)


def attributes_of_answer(answer: Answer) -> SFTPAttrs:
    """Return what a client is told of a file in the folder status."""
    return _attributes(len(answer.content), answer.modified_at, ANSWER_MODE)


def attributes_of_open(size: int, modified_at: datetime) -> SFTPAttrs:
    """Return what a client is told of a file that is still open."""
    return _attributes(size, modified_at, FILE_MODE)


def _attributes(size: int, modified_at: datetime, mode: int) -> SFTPAttrs:
    seconds = int(modified_at.timestamp())
    return SFTPAttrs(size=size, uid=0, gid=0, permissions=mode, nlink=1, atime=seconds, mtime=seconds)


def moment(seconds: float) -> datetime:
    """Return the moment that a client named in seconds since 1970; the protocol has 32 bits for it."""
    return datetime.fromtimestamp(min(max(seconds, 0), 2**32 - 1), UTC)
