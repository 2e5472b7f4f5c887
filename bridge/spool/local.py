"""The spool in a folder: accepted bytes, safe against power loss.

A blob is either absent or complete: it is written beside its place, synced, renamed, and then the folder is
synced.  What the bytes mean is not known here, and nothing that a client said becomes part of a path.

A failed sync is never repeated on the same file: the kernel may have dropped the pages and would say yes
the second time (threats B4).  The file is removed and the sender must send again.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import structlog
from aiofiles.os import wrap

from bridge.domain.errors import Invalid, Unavailable
from bridge.runtime.threads import in_thread
from bridge.spool import disk, files, leftovers
from bridge.spool.files import NewFile
from bridge.spool.holding import remove_leftover
from bridge.spool.key_file import KeyFile
from bridge.spool.keys import SUFFIX, SpoolKeys
from bridge.spool.ranges import Ranges

PIECE = 1024 * 1024  # bytes gathered before they go to a thread: a hop costs 60-100 µs
MEMORY = 64 * 1024 * 1024  # bytes that all drafts together may gather; above it they write at once
THREADS = 16  # files that are made durable at the same time
_MARK_BYTES = 4  # of chance, drawn at opening: what this process makes is known by it
_NAME_BYTES = 12  # of chance, behind it; nothing that a client said becomes part of a name
MAX_PIECES = 512  # the kernel takes 1024 in one call; bounds what tiny writes cost

T = TypeVar("T")

log = structlog.get_logger()


class LocalSpool:
    """Blobs as files of a folder: ``blobs/`` complete, ``drafts/`` still coming."""

    def __init__(self, folder: Path, *, keys: SpoolKeys | KeyFile | None = None, seals: bool = False) -> None:
        """Open the spool, making its folders.

        *keys* open sealed blobs; with *seals* new ones are sealed, and what is there stays as it is.

        Raises:
            Unavailable: the folder cannot be made or used.
        """
        self.gathered = 0  # bytes that drafts hold in memory
        self._mark = secrets.token_hex(_MARK_BYTES)
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="spool")
        self._keys = keys if keys is not None else SpoolKeys(())
        self._end = SUFFIX if seals else ""  # of the names of new blobs
        self._drafts = folder / "drafts"
        self._blobs = folder / "blobs"
        try:
            for part in (self._drafts, self._blobs):
                part.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._folder_sync = disk.FolderSync(self._blobs)
        except OSError as error:
            raise Unavailable(f"spool {folder}: {error.strerror}") from error

    def close(self) -> None:
        """Finish what is under way."""
        self.threads.shutdown()

    async def draft(self, copy_of: str | None = None) -> "LocalDraft":
        """Begin a new blob, empty or with the bytes of another.

        Raises:
            NoSpace: the copy does not fit.
            Unavailable: the disk does not work, or the other blob is gone.
        """
        draft = LocalDraft(self)
        if copy_of is not None:
            await draft.begin_with(self.path(copy_of))
        return draft

    def path(self, blob: str) -> Path:
        """Return where a complete blob can be read; it may have gone."""
        return self._opening(self._blobs / blob)

    def _opening(self, path: Path) -> Path:
        """Return *path*, which opens with the keys if its blob is sealed."""
        if not path.name.endswith(SUFFIX):
            return path
        from bridge.spool.sealed import SealedPath  # loads cryptography, which a bare spool does not need

        keys = self._keys.current() if isinstance(self._keys, KeyFile) else self._keys
        return SealedPath.of(path, keys)

    def new_file(self) -> Path:
        """Return a fresh path for a file that `adopt` will take."""
        return self._opening(self._drafts / (self._mark + secrets.token_hex(_NAME_BYTES) + self._end))

    def new_files(self, count: int) -> list[Path]:
        """Return *count* fresh paths; the kernel is asked for their names at once."""
        names = secrets.token_hex(_NAME_BYTES * count)
        width = 2 * _NAME_BYTES
        ends = range(0, len(names), width)
        drafts = [self._drafts / (self._mark + names[at : at + width] + self._end) for at in ends]
        return [self._opening(draft) for draft in drafts] if self._end else drafts

    def adopt(self, files: Iterable[Path]) -> list[str]:
        """Make synced files from `new_file` durable blobs, with one sync of the folder; in a thread.

        Raises:
            Unavailable: the disk does not work; the files may be in either place, and `sweep` finds them.
        """
        names: list[str] = []
        try:
            for file in files:
                os.rename(file, f"{self._blobs}/{file.name}")  # noqa: PTH104  a third of the time of Path's
                names.append(file.name)
            self._folder_sync.run()
        except OSError as error:
            raise disk.as_deliberate(error) from error
        return names

    async def remove(self, blobs: Iterable[str]) -> None:
        """Forget blobs; one that is not there is fine, and one that cannot go now goes at the next sweep."""
        if paths := [self.path(blob) for blob in blobs]:
            await _remove(paths)

    def remove_now(self, blobs: Iterable[str]) -> None:
        """Do as `remove` does, in the calling thread."""
        disk.unlink(self.path(blob) for blob in blobs)

    def sweep(self, unneeded: Callable[[set[str]], set[str]], is_over: Callable[[], bool]) -> int:
        """See `Spool.sweep`."""
        remove_leftover(self._blobs.parent)
        return leftovers.sweep(
            drafts=self._drafts, blobs=self._blobs, mark=self._mark, unneeded=unneeded, is_over=is_over
        )

    def free_bytes(self) -> int:
        """Return how much still fits."""
        state = os.statvfs(self._blobs)
        return state.f_bavail * state.f_frsize


class LocalDraft:
    """A file of the spool that is still being written.

    Sequential writes are gathered and written in a thread, one piece while the next one comes.  A file
    that stays within one piece does not touch the disk before `keep`.
    """

    def __init__(self, spool: LocalSpool) -> None:
        self._spool = spool
        self._path = spool.new_file()
        self._file: NewFile | None = None
        self._gathered: list[bytes] = []
        self._gathered_size = 0
        self._gathered_at = 0  # offset of the first gathered byte
        self._under_way: asyncio.Task[None] | None = None
        self._ranges = Ranges()
        self._failure: Unavailable | None = None  # once a write failed the draft cannot become whole
        self.size = 0  # bytes; the end of the furthest write or truncation

    async def begin_with(self, source: Path) -> None:
        """Take over the bytes of *source* as a copy of their own."""
        try:
            self._file, self.size = await _copy(source, self._path)
        except OSError as error:
            await self.discard()
            raise disk.as_deliberate(error) from error
        self._ranges.add(0, self.size)

    async def write(self, offset: int, data: bytes) -> None:
        """Put *data* at *offset*; it may stay in memory until more comes.

        Raises:
            NoSpace: the disk is full.
            Unavailable: the disk does not work.
            Refused: the writes leave too many gaps.
        """
        if offset != self._gathered_at + self._gathered_size:
            await self._flush()
            self._gathered_at = offset
        self._gathered.append(data)
        self._gathered_size += len(data)
        self._spool.gathered += len(data)
        self._ranges.add(offset, offset + len(data))
        self.size = max(self.size, offset + len(data))
        is_much = self._gathered_size >= PIECE or len(self._gathered) >= MAX_PIECES
        if is_much or self._spool.gathered > MEMORY:
            await self._flush()

    async def truncate(self, size: int) -> None:
        """Cut or extend to *size* bytes; what an extension adds counts as not written."""
        await self._settle()
        if self._file is not None:
            try:
                await asyncio.to_thread(self._file.truncate, size)
            except OSError as error:
                raise disk.as_deliberate(error) from error
        self._ranges.cut(size)
        self.size = size

    async def keep(self, take: Callable[[str], T]) -> T:
        """Make the bytes durable and have *take* take over the blob of this name; return what it says.

        All of it is one visit to a thread, and goes on there if the waiting task is cancelled.

        Raises:
            Invalid: bytes in the middle were never written.
            NoSpace: the disk is full.
            Unavailable: the disk does not work; the bytes are gone and must be sent again.
        """
        if not self._ranges.covers(self.size):
            missing = self._ranges.first_gap()
            await self.discard()
            raise Invalid(
                f"draft has a gap at byte {missing}",
                public=f"bytes from {missing} on were never written; send the file again",
            )
        try:
            await self._wait()
        except BaseException:
            await self.discard()
            raise
        gathered, offset = self._take_gathered()
        file, self._file = self._file, None

        def work() -> T:
            self._store(file, gathered, offset)
            return take(self._path.name)

        return await in_thread(self._spool.threads, work)

    def _store(self, file: NewFile | None, gathered: list[bytes], offset: int) -> None:
        """Write what is gathered, and sync, rename and sync the folder; in a thread."""
        try:
            if file is None:
                file = files.create(self._path)
            try:
                if gathered:
                    file.write(gathered, offset)
                file.sync()
            finally:
                file.close()
            self._spool.adopt([self._path])
        except (OSError, Unavailable) as error:
            log.exception("spool cannot keep a file")
            disk.unlink([self._path, self._spool.path(self._path.name)])  # it may have come to either place
            raise disk.as_deliberate(error) from error

    async def discard(self) -> None:
        """Forget the bytes; never raises."""
        if self._under_way is not None:
            await asyncio.wait({self._under_way})  # a thread may still use the descriptor
            self._under_way = None
        self._take_gathered()
        if self._file is not None:
            self._file.close()
            self._file = None
        await _remove([self._path])

    async def _flush(self) -> None:
        """Hand what is gathered to a thread; wait only for the piece before it."""
        await self._wait()
        if self._gathered:
            self._under_way = asyncio.create_task(self._put(*self._take_gathered()))

    def _take_gathered(self) -> tuple[list[bytes], int]:
        """Return what is gathered and its offset; the next byte is expected behind it."""
        gathered, self._gathered = self._gathered, []
        offset, self._gathered_at = self._gathered_at, self._gathered_at + self._gathered_size
        self._spool.gathered -= self._gathered_size
        self._gathered_size = 0
        return gathered, offset

    async def _settle(self) -> None:
        await self._flush()
        await self._wait()

    async def _wait(self) -> None:
        if self._under_way is not None:
            await asyncio.wait({self._under_way})  # cancelled meanwhile, it stays for `discard` to wait for
            error = self._under_way.exception()
            self._under_way = None
            if error is not None:
                self._failure = disk.as_deliberate(error)
        if self._failure is not None:
            raise self._failure

    async def _put(self, data: list[bytes], offset: int) -> None:
        if self._file is None:
            self._file = await _create(self._path)
        await asyncio.to_thread(self._file.write, data, offset)


_create = wrap(files.create)
_copy = wrap(files.copy)
_remove = wrap(disk.unlink)
