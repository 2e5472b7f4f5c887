"""The blocking side of the local spool: what its threads do with files and folders."""

import errno
import os
import threading
from collections.abc import Iterable
from pathlib import Path

import structlog

from bridge.domain.errors import NoSpace, Unavailable
from bridge.spool.writeback import start_writeback

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SMALL = 256 * 1024  # bytes; below this the sync at the end is as fast, if the file is alone

log = structlog.get_logger()


class FolderSync:
    """Syncs a folder; those who wait while a sync runs share the next one."""

    def __init__(self, folder: Path) -> None:
        self._descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        self._counting = threading.Lock()
        self._syncing = threading.Lock()
        self._asked = 0
        self._done = 0
        self._failed = 0

    def run(self) -> None:
        """Return when every rename made before this call is durable; raise OSError if the disk fails."""
        with self._counting:
            self._asked += 1
            mine = self._asked
        with self._syncing:
            if self._done >= mine:
                return
            if self._failed >= mine:  # a second sync would say yes to what the first one lost
                raise OSError(errno.EIO, "the sync of the spool's folder failed")
            with self._counting:
                upto = self._asked
            try:
                os.fsync(self._descriptor)
            except OSError:
                self._failed = upto
                raise
            self._done = upto


def as_deliberate(error: BaseException) -> Unavailable:
    """Return the deliberate error for a failure of the disk; raise again what is none."""
    if isinstance(error, Unavailable):
        return error
    if not isinstance(error, OSError):
        raise error
    if error.errno in _FULL:
        return NoSpace(f"spool: {error.strerror}")
    return Unavailable(f"spool: {error.strerror or error}")


def create(path: Path) -> int:
    """Open a new file for writing; raise FileExistsError rather than touch another's."""
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)


def write_all(descriptor: int, data: list[bytes], offset: int) -> None:
    """Write the pieces one behind the other, and have the disk begin with them."""
    begin = offset
    pieces: list[bytes | memoryview] = list(data)
    while pieces:
        written = os.pwritev(descriptor, pieces, offset)
        offset += written
        while pieces and written >= len(pieces[0]):
            written -= len(pieces.pop(0))
        if written:
            pieces[0] = memoryview(pieces[0])[written:]
    if offset - begin >= _SMALL:
        start_writeback(descriptor, begin, offset - begin)


def unlink(paths: Iterable[Path]) -> None:
    """Remove files; what cannot be removed is said in the log, and the next sweep tries again."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("spool cannot remove a file", error=str(error))
