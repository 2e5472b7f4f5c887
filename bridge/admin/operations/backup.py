"""Backup: ledger, blobs and, if wanted, keys of one moment in one file, while servers go on.

The ledger's copy and the list of the blobs that it needs are of one transaction; the blobs are held by hard
links before anything is copied, so that what retention or a sender removes meanwhile is in it all the same.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from bridge.admin.operations import backup_file
from bridge.admin.operations.backup_file import BackupWriter
from bridge.admin.operations.desk import Desk
from bridge.domain.audit import Deed
from bridge.domain.errors import Unavailable
from bridge.domain.roles import check
from bridge.ledger import copying, migrating
from bridge.ledger.database import Transaction
from bridge.spool.holding import Hold

# What the bridge itself keeps there; an editor's copy (spool.key~) or a README is none of ours.
_KEY_FILE = re.compile(r"(?:secrets|spool)\.key|ssh_host_[a-z0-9_]{1,40}(?:\.pub)?")
TRIES = 5  # looks at the ledger, if blobs go between a look and the hold


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was written."""

    path: Path
    taken_at: datetime  # what happened later is not in it
    files: int
    size: int  # bytes of the files
    has_ledger: bool  # False: the ledger is a database server's
    has_keys: bool
    missing: tuple[str, ...]  # blobs that the ledger names and that were gone


def take(desk: Desk, *, target: Path, with_keys: bool = False) -> Backup:
    """Write a backup to the new file *target*, or to a file named by the moment in the folder *target*.

    Raises:
        AlreadyThere: the file is there.
        Conflict: another backup is under way.
        Unavailable: something cannot be read or written; nothing is left of it.
    """
    taken_at = desk.clock.now()
    path = target / f"bridge-{taken_at:%Y%m%d-%H%M%S}.tar" if target.is_dir() else target
    deed = Deed(act="backup", subject=f"backup:{path.name}", detail={"keys": with_keys})
    check(desk.actor, deed)  # before anything is copied
    with Hold(desk.settings.spool_folder) as hold:
        writer = BackupWriter(path)
        try:
            backup = _write(desk, writer, hold, path=path, taken_at=taken_at, with_keys=with_keys)
        finally:
            writer.close()
    desk.change(deed, _nothing)
    return backup


def key_marks(folder: Path) -> Mapping[str, list[str]]:
    """Return for each key file marks of its lines, by which the same keys are known again.

    A mark is no help to anybody: the keys are long and random.

    Raises:
        Unavailable: one cannot be read.
    """
    try:
        return {
            file.name: [
                hashlib.sha256(line).hexdigest()[:16] for line in file.read_bytes().split(b"\n") if line
            ]
            for file in _key_files(folder)
        }
    except OSError as error:
        raise Unavailable(f"{error.filename}: {error.strerror}; run as the service's user") from error


def _key_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*") if file.is_file() and _KEY_FILE.fullmatch(file.name))


def _write(
    desk: Desk, writer: BackupWriter, hold: Hold, *, path: Path, taken_at: datetime, with_keys: bool
) -> Backup:
    is_sqlite = copying.sqlite_file(desk.settings.ledger_url) is not None
    copied = hold.folder / backup_file.LEDGER if is_sqlite else None
    gone: set[str] = set()
    for left in reversed(range(TRIES)):
        gone = desk.database.read_now(copying.copy, file=copied, hold=hold.take, is_last_try=not left)
        if not gone:
            break
    keys_dir = desk.settings.keys_dir
    marks = key_marks(keys_dir)
    try:
        if copied is not None:
            writer.add(backup_file.LEDGER, copied)
        for file in sorted(hold.folder.iterdir()):
            if file != copied:
                writer.add(backup_file.BLOBS + file.name, file)
        for name in marks if with_keys else ():
            writer.add(backup_file.KEYS + name, keys_dir / name)
    except OSError as error:
        raise Unavailable(f"{error.filename}: {error.strerror}; run as the service's user") from error
    writer.finish(
        {
            "bridge": version("sftp-bridge"),
            "revision": migrating.HEAD,
            "taken_at": taken_at.isoformat(),
            "ledger": "sqlite" if is_sqlite else "postgresql",
            "has_keys": with_keys,
            "keys": marks,
            "missing": sorted(gone),
        }
    )
    return Backup(
        path=path,
        taken_at=taken_at,
        files=writer.files,
        size=writer.size,
        has_ledger=is_sqlite,
        has_keys=with_keys,
        missing=tuple(sorted(gone)),
    )


def _nothing(_ledger: Transaction) -> None:
    """Nothing in the ledger changes but its audit trail."""
