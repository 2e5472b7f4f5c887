"""New files of the spool, bare or sealed: written in pieces at their places, synced, closed."""

import os
from pathlib import Path
from typing import Protocol

from bridge.spool import disk
from bridge.spool.writeback import start_writeback


class NewFile(Protocol):
    """A file that is being written; all of it blocks, in a thread."""

    def write(self, pieces: list[bytes], offset: int) -> None:
        """Write the pieces one behind the other from *offset*."""
        ...

    def truncate(self, size: int) -> None:
        """Cut or extend to *size* bytes."""
        ...

    def begin_writeback(self, size: int) -> None:
        """Have the disk begin with its *size* bytes, so that the sync finds little left to do."""
        ...

    def sync(self) -> None:
        """Make it whole and durable; nothing is written afterwards."""
        ...

    def close(self) -> None:
        """Close it; what was not synced may be gone."""
        ...


class BareFile:
    """A file whose bytes are those that are written."""

    def __init__(self, path: Path) -> None:
        self.descriptor = disk.create(path)

    def write(self, pieces: list[bytes], offset: int) -> None:
        """See `NewFile`."""
        disk.write_all(self.descriptor, pieces, offset)

    def truncate(self, size: int) -> None:
        """See `NewFile`."""
        os.ftruncate(self.descriptor, size)

    def begin_writeback(self, size: int) -> None:
        """See `NewFile`."""
        start_writeback(self.descriptor, 0, size)

    def sync(self) -> None:
        """See `NewFile`."""
        os.fsync(self.descriptor)

    def close(self) -> None:
        """See `NewFile`."""
        os.close(self.descriptor)


def create(path: Path) -> NewFile:
    """Open a new file; raise FileExistsError rather than touch another's."""
    if type(path).__name__ == "SealedPath":  # its module loads cryptography, which a bare spool does not need
        from bridge.spool.sealed import SealedFile, SealedPath

        assert isinstance(path, SealedPath)  # noqa: S101  by its name
        return SealedFile(path)
    return BareFile(path)


def copy(source: Path, target: Path) -> tuple[NewFile, int]:
    """Copy what *source* says to the new file *target*; return that and its size in bytes."""
    size = 0
    with source.open("rb") as reader:
        file = create(target)
        try:
            while piece := reader.read(1024 * 1024):
                file.write([piece], size)
                size += len(piece)
        except BaseException:
            file.close()
            raise
    return file, size
