"""What a spool must do."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class BrokenSeal(OSError):
    """A blob is not what was sealed: changed, cut short, or another's."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"blob {name}: {what}")
        self.strerror = f"blob {name}: {what}"


class Draft(Protocol):
    """Bytes that are still coming; at most one coroutine works on it at a time."""

    size: int  # bytes; the end of the furthest write

    async def write(self, offset: int, data: bytes) -> None:
        """Put *data* at *offset*; it may stay in memory until more comes.

        Raises:
            NoSpace: the disk is full.
            Unavailable: the disk does not work.
        """
        ...

    async def truncate(self, size: int) -> None:
        """Cut or extend to *size* bytes."""
        ...

    async def keep(self, take: Callable[[str], T]) -> T:
        """Make the bytes durable and have *take* take over the blob of this name; return what it says.

        The draft is used up, whatever comes of it.  *take* runs in the thread that did the waiting for the
        disk, as its own work is to wait too; what it raises comes through.

        Raises:
            Invalid: bytes in the middle were never written.
            NoSpace: the disk is full.
            Unavailable: the disk does not work; the bytes are gone and must be sent again.
        """
        ...

    async def discard(self) -> None:
        """Forget the bytes; never raises."""
        ...


class Spool(Protocol):
    """Keeps blobs: each is absent or complete.  Names are the spool's own."""

    async def draft(self, copy_of: str | None = None) -> Draft:
        """Begin a new blob, empty or with the bytes of another."""
        ...

    def path(self, blob: str) -> Path:
        """Return where a complete blob can be read; it may have gone."""
        ...

    def new_file(self) -> Path:
        """Return a fresh path for a file that `adopt` will take; made by a thread, not by the loop."""
        ...

    def new_files(self, count: int) -> list[Path]:
        """Return *count* fresh paths, as `new_file` does."""
        ...

    def adopt(self, files: Iterable[Path]) -> list[str]:
        """Make files from `new_file` durable blobs, all with one sync of each folder; in a thread.

        The files must be synced already.
        """
        ...

    async def remove(self, blobs: Iterable[str]) -> None:
        """Forget blobs; one that is not there is fine."""
        ...

    def remove_now(self, blobs: Iterable[str]) -> None:
        """Do as `remove` does, in the calling thread."""
        ...

    def sweep(self, unneeded: Callable[[set[str]], set[str]], is_over: Callable[[], bool]) -> int:
        """Remove what was there when this spool was opened and nobody needs; return how many.

        In a thread, and while others write: what came since is left alone, whoever needs it.

        Args:
            unneeded: says which of some names nobody needs.
            is_over: True leaves the rest to the next start.

        Raises:
            Unavailable: the disk does not work.
        """
        ...

    def free_bytes(self) -> int:
        """Return how much still fits."""
        ...
