"""Unpacking a zip into the spool: every member streamed, proved by size and CRC, synced; all or nothing.

What the members are is for `examine`; what an archive may look like is in `layout`.
"""

import errno
import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bridge.config.settings import IntakeSettings
from bridge.domain.errors import NoSpace, Unavailable
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.intake.directory import broken
from bridge.intake.inflate import RAW, Damaged, Inflation, crc32
from bridge.intake.layout import STORED, Part, read_parts
from bridge.intake.member_names import MemberName, member_name
from bridge.intake.plan import hold
from bridge.intake.reading import PIECE_BYTES, Digest, Head, Stopping
from bridge.spool.protocol import Spool

_OPEN_AT_ONCE = 64  # members that wait for their sync
_SYNCERS = 4  # the disk joins syncs that come together: 2,000 of 20 kB took 0.3 to 1 s, one by one 1 to 3 s


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One unpacked file of an archive, written but no blob yet."""

    path: str  # inside the archive
    name: str
    file: Path
    size: int
    sha256: str
    head: Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A part that will become a document."""

    part: Part
    name: MemberName


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

    def unpack(self, archive: BinaryIO, chosen: list[Chosen]) -> Generator[Member, None, None]:
        """Write every chosen member to a file of its own and yield it; all are synced when it is exhausted.

        Raises:
            Halt: a member is damaged or not what the directory says.
            OSError: the disk.
        """
        with ThreadPoolExecutor(_SYNCERS, thread_name_prefix="intake-sync") as syncers:
            under_way: deque[Future[None]] = deque()
            for one in chosen:
                if len(under_way) == _OPEN_AT_ONCE:
                    under_way.popleft().result()
                with ExitStack() as until_synced:
                    file = until_synced.enter_context(self._new_file())
                    yield self._write(archive, one, file)
                    under_way.append(syncers.submit(_sync, until_synced.pop_all(), file))
            for sync in under_way:
                sync.result()

    def _new_file(self) -> BinaryIO:
        path = self._spool.new_file()
        self._files.append(path)
        return path.open("wb")

    def _write(self, archive: BinaryIO, one: Chosen, file: BinaryIO) -> Member:
        entry, shown = one.part.entry, printable(one.name.path)
        digest, head, crc = Digest(), Head(), 0
        archive.seek(one.part.data_at)
        try:
            for piece in _inflated(archive, one.part):
                self._stopping.check()
                head.see(piece)
                if head.size > entry.unpacked_bytes:
                    raise broken(
                        f"{shown}: it unpacks to more than the {entry.unpacked_bytes:,} bytes stated"
                    )
                digest.see(piece)
                crc = crc32(piece, crc)
                file.write(piece)
        except Damaged as error:
            raise broken(f"{shown}: after {head.size:,} bytes: {error}") from error
        file.flush()
        if head.size != entry.unpacked_bytes:
            raise broken(f"{shown}: {head.size:,} bytes where {entry.unpacked_bytes:,} were stated")
        if crc != entry.crc:
            raise broken(f"{shown}: its checksum is wrong")
        return Member(
            path=one.name.path,
            name=one.name.name,
            file=self._files[-1],
            size=head.size,
            sha256=digest.hex(),
            head=head,
        )


def _sync(closing: ExitStack, file: BinaryIO) -> None:
    with closing:
        os.fsync(file.fileno())


def _inflated(archive: BinaryIO, part: Part) -> Iterator[bytes]:
    """Yield the unpacked bytes of *part*, in pieces; raise `Halt` if they end too early or late."""
    packed = _packed(archive, part.entry.packed_bytes)
    if part.entry.method == STORED:
        yield from packed
        return
    stream = Inflation(RAW)
    for data in packed:
        yield from stream.feed(data)
        if stream.is_over:
            break
    if not stream.is_over:
        raise broken(f"{printable(part.entry.shown)}: its packed bytes end too early")
    if stream.rest or next(packed, b""):
        raise broken(f"{printable(part.entry.shown)}: packed bytes follow its end")


def _packed(archive: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        piece = archive.read(min(length, PIECE_BYTES))
        if not piece:
            raise broken("the file ends inside a member")
        length -= len(piece)
        yield piece


def disk_trouble(error: OSError) -> Unavailable:
    """Return what to raise for an *error* of the disk under the spool."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return NoSpace(f"spool: {error.strerror}")
    return Unavailable(f"spool: {error}")
