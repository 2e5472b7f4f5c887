"""Writing members of a zip to files of their own: streamed, proved by size and CRC, hashed, synced.

Runs in several threads at once, each with some members: inflating, hashing, writing and syncing all let
other threads go on.  What the members are is not known here; where they may lie is in `layout`.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import Unavailable
from bridge.domain.names import printable
from bridge.intake.directory import broken
from bridge.intake.inflate import RAW, Damaged, Inflation, crc32
from bridge.intake.layout import STORED, Part
from bridge.intake.member_names import MemberName
from bridge.intake.plan import Halt
from bridge.intake.reading import Digest, Ends, Stopping, pieces_at
from bridge.spool import disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A part that will become a document."""

    part: Part
    name: MemberName


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One unpacked file of an archive, synced but no blob yet."""

    path: str  # inside the archive
    name: str
    file: Path
    size: int
    sha256: str
    ends: Ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What came of some members, in their order."""

    members: Sequence[Member]
    error: Exception | None  # of the one behind them; the others were not tried


def extract(archive: int, chosen: Sequence[Chosen], files: Sequence[Path], stopping: Stopping) -> Extracted:
    """Write *chosen* members of the zip that is open as *archive*, each to the new file beside it.

    An error is returned, not raised: the members before it may have one that comes first.
    """
    members: list[Member] = []
    try:
        for one, file in zip(chosen, files, strict=True):
            members.append(_extract(archive, one, file, stopping))
    except (Halt, Unavailable, OSError) as error:
        return Extracted(members=members, error=error)
    return Extracted(members=members, error=None)


def _extract(archive: int, one: Chosen, path: Path, stopping: Stopping) -> Member:
    digest, ends = Digest(), Ends()
    file = disk.create(path)
    try:
        for piece in _proved(archive, one, stopping):
            disk.write_all(file, [piece], ends.size)
            ends.see(piece)
            digest.see(piece)
        os.fsync(file)
    finally:
        os.close(file)
    return Member(
        path=one.name.path,
        name=one.name.name,
        file=path,
        size=ends.size,
        sha256=digest.hex(),
        ends=ends,
    )


def _proved(archive: int, one: Chosen, stopping: Stopping) -> Iterator[bytes]:
    """Yield the bytes of *one*; at their end they have the size and the checksum that were stated."""
    entry = one.part.entry
    size = crc = 0
    try:
        for piece in _inflated(archive, one.part, stopping):
            size += len(piece)
            if size > entry.unpacked_bytes:
                raise _broken(one, f"it unpacks to more than the {entry.unpacked_bytes:,} bytes stated")
            crc = crc32(piece, crc)
            yield piece
    except Damaged as error:
        raise _broken(one, f"after {size:,} bytes: {error}") from error
    if size != entry.unpacked_bytes:
        raise _broken(one, f"{size:,} bytes where {entry.unpacked_bytes:,} were stated")
    if crc != entry.crc:
        raise _broken(one, "its checksum is wrong")


def _broken(one: Chosen, what: str) -> Halt:
    return broken(f"{printable(one.name.path)}: {what}")


def _inflated(archive: int, part: Part, stopping: Stopping) -> Iterator[bytes]:
    """Yield the unpacked bytes of *part*, in pieces; raise `Halt` if they end too early or late."""
    packed = _packed(archive, part, stopping)
    if part.entry.method == STORED:
        yield from packed
        return
    stream = Inflation(RAW)
    for data in packed:
        for piece in stream.feed(data):
            stopping.check()  # a piece may unpack to a thousand times as much
            yield piece
        if stream.is_over:
            break
    if not stream.is_over:
        raise broken(f"{printable(part.entry.shown)}: its packed bytes end too early")
    if stream.rest or next(packed, b""):
        raise broken(f"{printable(part.entry.shown)}: packed bytes follow its end")


def _packed(archive: int, part: Part, stopping: Stopping) -> Iterator[bytes]:
    size = 0
    for piece in pieces_at(archive, part.data_at, part.entry.packed_bytes, stopping):
        size += len(piece)
        yield piece
    if size < part.entry.packed_bytes:
        raise broken("the file ends inside a member")
