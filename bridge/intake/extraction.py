"""Writing members of a zip to files of their own: streamed, proved by size and CRC, hashed, synced.

Runs in several threads at once, each with some members: inflating, hashing, writing and syncing all let
other threads go on.  What the members are is not known here; where they may lie is in `layout`.
"""

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
from bridge.intake.reading import Digest, Ends, Source, Stopping, pieces_at
from bridge.spool import files as files_of_spool
from bridge.spool.files import NewFile


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


def extract(
    archive: Source, chosen: Sequence[Chosen], files: Sequence[Path], stopping: Stopping
) -> Extracted:
    """Write *chosen* members of the zip that is open as *archive*, each to the new file beside it.

    They are synced together, once the disk has begun with all of them: the first sync then does most of the
    work of the others, and a thread waits 2,500 times for 2,000 members instead of 9,000 times.

    An error is returned, not raised: the members before it may have one that comes first.  Then nothing is
    synced, for nothing of the archive will stay.
    """
    members: list[Member] = []
    opened: list[NewFile] = []
    error = None
    try:
        for one, path in zip(chosen, files, strict=True):
            file = files_of_spool.create(path)
            opened.append(file)
            members.append(_extract(archive, one, path, file, stopping))
            file.begin_writeback(members[-1].size)
        for file in opened:
            file.sync()
    except (Halt, Unavailable, OSError) as caught:
        error = caught
    finally:
        for file in opened:
            file.close()
    return Extracted(members=members, error=error)


def _extract(archive: Source, one: Chosen, path: Path, file: NewFile, stopping: Stopping) -> Member:
    digest, ends, crc = Digest(), Ends(), 0
    stated = one.part.entry.unpacked_bytes
    try:
        for piece in _inflated(archive, one, stopping):
            if ends.size + len(piece) > stated:
                raise _broken(one, f"it unpacks to more than the {stated:,} bytes stated")
            crc = crc32(piece, crc)
            file.write([piece], ends.size)
            digest.see(piece)
            ends.see(piece)
    except Damaged as error:
        raise _broken(one, f"after {ends.size:,} bytes: {error}") from error
    if ends.size != stated:
        raise _broken(one, f"{ends.size:,} bytes where {stated:,} were stated")
    if crc != one.part.entry.crc:
        raise _broken(one, "its checksum is wrong")
    return Member(
        path=one.name.path, name=one.name.name, file=path, size=ends.size, sha256=digest.hex(), ends=ends
    )


def _inflated(archive: Source, one: Chosen, stopping: Stopping) -> Iterator[bytes]:
    """Yield the unpacked bytes of *one*, in pieces; raise `Halt` if they end too early or late."""
    entry = one.part.entry
    stream = None if entry.method == STORED else Inflation(RAW)
    size = 0
    for packed in pieces_at(archive, one.part.data_at, entry.packed_bytes, stopping):
        size += len(packed)
        if stream is None:
            yield packed
        elif stream.is_over:
            raise _broken(one, "packed bytes follow its end")
        else:
            for piece in stream.feed(packed):
                stopping.check()  # a piece may unpack to a thousand times as much
                yield piece
    if size < entry.packed_bytes:
        raise broken("the file ends inside a member")
    if stream is not None and not stream.is_over:
        raise _broken(one, "its packed bytes end too early")
    if stream is not None and stream.rest:
        raise _broken(one, "packed bytes follow its end")


def _broken(one: Chosen, what: str) -> Halt:
    return broken(f"{printable(one.name.path)}: {what}")
