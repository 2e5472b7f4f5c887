"""Unpacking a zip into the spool: every member of it or none.

How a member is written is in `extraction`, what the members are is for `examine`, and what an archive may
look like is in `layout`.
"""

import errno
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from pathlib import Path
from typing import BinaryIO

from bridge.config.settings import IntakeSettings
from bridge.domain.errors import NoSpace, Unavailable
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.intake.extraction import Chosen, Extracted, Member, extract
from bridge.intake.layout import read_parts
from bridge.intake.member_names import MemberName, member_name
from bridge.intake.plan import hold
from bridge.intake.reading import Stopping, source
from bridge.spool.protocol import Spool

THREADS = 3  # that write members of one archive: while one waits for the disk another one computes
_AHEAD = 2 * THREADS  # batches that are under way before the first of them is judged
_BATCH_MEMBERS = 32  # what a thread takes at once, and has open at once: they are synced together
_BATCH_BYTES = 1024 * 1024  # unpacked; a larger member is a batch by itself


class Unpacking:
    """The members of one archive; as a context manager it removes every file that was not handed on."""

    def __init__(self, spool: Spool, settings: IntakeSettings, stopping: Stopping) -> None:
        self._spool = spool
        self._settings = settings
        self._stopping = stopping
        self._files: list[Path] = []
        self.left_out: list[str] = []  # printable paths

    def __enter__(self) -> "Unpacking":
        return self

    def __exit__(self, *_exception: object) -> None:
        for file in self._files:
            file.unlink(missing_ok=True)

    def replace(self, file: Path, by: Path) -> None:
        """Let the synced file *by* take the place of a member's *file*, which goes."""
        self._files[self._files.index(file)] = by
        file.unlink()

    def adopt(self) -> list[str]:
        """Make all files blobs, in the order of `members`; from now on they are the spool's."""
        blobs = self._spool.adopt(self._files)
        self._files = []
        return blobs

    def choose(self, file: BinaryIO, *, size: int, encoding: str | None) -> list[Chosen]:
        """Return the parts of the zip *file* that are documents; all is proved but their data.

        Raises:
            Halt: a guard, or no file is in it.
            NoSpace: what it says that it unpacks to does not fit.
        """
        parts = read_parts(file, size=size, settings=self._settings)
        named = [Chosen(part=part, name=member_name(part.entry, encoding)) for part in parts]
        chosen = [one for one in named if self._is_wanted(one.name)]
        if not chosen:
            raise hold(ReasonCode.EMPTY_ARCHIVE, f"{len(named)} entries, none of which is a file to send")
        needed = sum(one.part.entry.unpacked_bytes for one in chosen)
        if needed > self._spool.free_bytes():
            raise NoSpace(f"spool: {needed:,} bytes are needed to unpack an archive")
        return chosen

    def _is_wanted(self, name: MemberName) -> bool:
        if name.is_folder:
            return False
        is_skipped = self._settings.zip_directories == "skip" and name.is_in_folder
        if name.is_junk or is_skipped:
            self.left_out.append(printable(name.path))
            return False
        return True

    def unpack(
        self, archive: BinaryIO, chosen: Sequence[Chosen], threads: Executor
    ) -> Generator[Member, None, None]:
        """Write every chosen member in *threads* to a file of its own and yield it, synced, in their order.

        When it is closed, whatever became of it, no thread writes any more.

        Raises:
            Halt: a member is damaged or not what the directory says; those before it were yielded.
            OSError: the disk.
        """
        stopping = Stopping(self._stopping)
        batches = _batches(chosen)
        under_way: deque[Future[Extracted]] = deque()
        try:
            while True:
                while len(under_way) < _AHEAD and (batch := next(batches, None)):
                    files = self._spool.new_files(len(batch))
                    self._files += files
                    under_way.append(threads.submit(extract, source(archive), batch, files, stopping))
                if not under_way:
                    return
                extracted = under_way.popleft().result()
                yield from extracted.members
                if extracted.error is not None:
                    raise extracted.error
        finally:
            stopping.set()
            wait([one for one in under_way if not one.cancel()])


def _batches(chosen: Sequence[Chosen]) -> Iterator[Sequence[Chosen]]:
    begin = size = 0
    for at, one in enumerate(chosen):
        unpacked = one.part.entry.unpacked_bytes
        if at > begin and (at - begin == _BATCH_MEMBERS or size + unpacked > _BATCH_BYTES):
            yield chosen[begin:at]
            begin, size = at, 0
        size += unpacked
    if begin < len(chosen):
        yield chosen[begin:]


def disk_trouble(error: OSError) -> Unavailable:
    """Return what to raise for an *error* of the disk under the spool."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NoSpace(f"spool: {error.strerror}")
    return Unavailable(f"spool: {error}")
