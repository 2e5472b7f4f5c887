"""Blobs held in their place while somebody copies them: the spool may forget them meanwhile.

A hold is a folder of hard links beside the blobs: it costs no bytes, and what the spool removes stays
readable here until the hold ends.  What a killed process has left is removed by the next hold, or by
a server's start.
"""

import errno
import fcntl
import os
import shutil
from collections.abc import Set
from pathlib import Path
from types import TracebackType
from typing import Self

from bridge.domain.errors import Conflict, Unavailable

_FOLDER = "held"
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK}


class Hold:
    """The hold of one copy at a time; used as a context."""

    def __init__(self, spool_folder: Path) -> None:
        """Prepare; nothing is touched before the context begins."""
        self._spool = spool_folder
        self.folder = spool_folder / _FOLDER  # whoever copies may put files of its own there, too

    def __enter__(self) -> Self:
        """Begin, with what an earlier one left removed.

        Raises:
            Conflict: another process holds blobs of this spool.
            Unavailable: the folder cannot be used.
        """
        try:
            (self._spool / "blobs").mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _locked(self._spool)
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(mode=0o700)
        except OSError as error:
            raise Unavailable(f"spool {self._spool}: {error.strerror}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def take(self, blobs: Set[str]) -> set[str]:
        """Hold *blobs*, and none that an earlier call held besides; return those that are gone.

        Raises:
            Unavailable: the disk has no hard links, or does not work.
        """
        gone: set[str] = set()
        for file in self.folder.iterdir():
            if file.name not in blobs:
                file.unlink()
        for blob in blobs:
            try:
                os.link(self._spool / "blobs" / blob, self.path(blob))
            except FileExistsError:
                continue
            except FileNotFoundError:
                gone.add(blob)
            except OSError as error:
                hint = ": it needs a disk with hard links, and the server's user" * (error.errno in _NO_LINKS)
                raise Unavailable(f"spool {self._spool}: {error.strerror}{hint}") from error
        return gone

    def path(self, blob: str) -> Path:
        """Return where a held blob can be read."""
        return self.folder / blob


def remove_leftover(spool_folder: Path) -> None:
    """Remove the hold that a killed process has left; one that is in use stays."""
    if not (spool_folder / _FOLDER).exists():
        return
    try:
        lock = _locked(spool_folder)
    except Conflict:
        return
    shutil.rmtree(spool_folder / _FOLDER, ignore_errors=True)
    os.close(lock)


def _locked(folder: Path) -> int:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise Conflict(f"another backup of {folder} is under way; wait until it has ended") from None
    return descriptor
