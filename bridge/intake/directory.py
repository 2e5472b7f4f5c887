"""The directory of a zip, read strictly: one meaning or none.

The standard library's reader tolerates what attackers and broken tools make (threats B3): it takes the
first directory that it finds, adds up offsets, cuts names at NUL.  This one takes a file only if the end
record is at its very end, the directory right before it, and nothing is left to interpretation.
APPNOTE.TXT 6.3.10 has the layouts.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bridge.domain.names import MAX_PATH_BYTES
from bridge.domain.reasons import ReasonCode
from bridge.intake.plan import Halt, refusal

_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_MAX_COMMENT_BYTES = 0xFFFF
_RECORD_MARKS = (b"PK\x01\x02", b"PK\x03\x04", _END_MARK, b"PK\x06\x06")
_BYTES_PER_ENTRY = 1024  # 46, a name and some extra fields; usual are 100 to 200

NOT_STATED_16 = 0xFFFF
NOT_STATED_32 = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the directory, nothing believed yet."""

    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_bytes: int
    unpacked_bytes: int
    offset: int  # of its local header
    extra: bytes
    mode: int  # Unix file mode, 0 where the tool did not say
    is_dos_folder: bool

    @property
    def shown(self) -> str:
        """Its name for a message, before it is known how to decode it."""
        return self.raw_name[:200].decode("utf-8", "backslashreplace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """All entries, and where in the file the directory begins."""

    entries: list[Entry]
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    entries: int
    size: int
    offset: int
    at: int  # where the directory must end


def broken(what: str) -> Halt:
    """Return what to raise for an archive that is damaged or lies."""
    return refusal(ReasonCode.BROKEN_ARCHIVE, what)


def unsafe(what: str) -> Halt:
    """Return what to raise for an archive that could mean two things."""
    return refusal(ReasonCode.UNSAFE_ARCHIVE, what)


def read_directory(file: BinaryIO, *, size: int, max_entries: int) -> Directory:
    """Return the directory of the zip *file* of *size* bytes.

    Raises:
        Halt: it is broken, ambiguous, or has more than *max_entries* entries.
    """
    end = _read_end(file, size)
    if end.entries > max_entries:
        raise refusal(
            ReasonCode.ARCHIVE_TOO_LARGE, f"{end.entries:,} entries; at most {max_entries:,} are taken"
        )
    if end.size > end.entries * _BYTES_PER_ENTRY:
        raise refusal(
            ReasonCode.ARCHIVE_TOO_LARGE,
            f"its directory has {end.size:,} bytes; at most {_BYTES_PER_ENTRY} for each of its"
            f" {end.entries:,} entries are taken",
        )
    if end.offset + end.size != end.at:
        raise unsafe("bytes before the archive or around its directory belong to no entry")
    file.seek(end.offset)
    data = file.read(end.size)
    entries = list(_entries(data))
    if len(entries) != end.entries:
        raise broken(
            f"its directory names {len(entries):,} entries where its end record says {end.entries:,}"
        )
    return Directory(entries=entries, offset=end.offset)


def stated_entries(file: BinaryIO, *, size: int) -> int:
    """Return how many entries the zip *file* says that it has; raise `Halt` if it says nothing clear."""
    return _read_end(file, size).entries


def _read_end(file: BinaryIO, size: int) -> _End:
    tail_at = max(0, size - _END.size - _MAX_COMMENT_BYTES)
    file.seek(tail_at)
    tail = file.read(_END.size + _MAX_COMMENT_BYTES)
    at = tail_at + _find_end(tail)
    _, disk, directory_disk, here, total, length, offset, comment = _END.unpack_from(tail, at - tail_at)
    if disk or directory_disk or here != total:
        raise refusal(ReasonCode.UNSUPPORTED_ARCHIVE, "it is one part of an archive in several parts")
    if any(mark in tail[at - tail_at + _END.size :] for mark in _RECORD_MARKS) and comment:
        raise unsafe("its comment holds parts of another archive")
    plain = _End(entries=total, size=length, offset=offset, at=at)
    return _read_end64(file, plain)


def _find_end(tail: bytes) -> int:
    """Return where in *tail* the only end record is whose comment ends the file."""
    reaches: list[int] = []  # where each end record says that the file ends
    fitting: list[int] = []
    at = tail.find(_END_MARK)
    while at >= 0:
        reaches.append(at + _END.size + int.from_bytes(tail[at + 20 : at + 22], "little"))
        if reaches[-1] == len(tail):
            fitting.append(at)
        at = tail.find(_END_MARK, at + 1)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise unsafe("it has two end records, each of which could be the true one")
    if reaches and max(reaches) < len(tail):
        raise unsafe("bytes follow its end record")
    raise broken("no end record: it is cut short, or no zip at all")


def _read_end64(file: BinaryIO, plain: _End) -> _End:
    """Return *plain*, or what the zip64 end record before it says in its place."""
    locator_at = plain.at - _LOCATOR64.size
    if locator_at < 0:
        return plain
    file.seek(locator_at)
    mark, _disk, at, disks = _LOCATOR64.unpack(file.read(_LOCATOR64.size))
    if mark != b"PK\x06\x07":
        return plain
    if disks > 1:
        raise refusal(ReasonCode.UNSUPPORTED_ARCHIVE, "it is one part of an archive in several parts")
    if at + _END64.size > locator_at:
        raise broken("its zip64 end record is not where it should be")
    end = _end64(file, at, locator_at)
    for short, long, unstated in (
        (plain.entries, end.entries, NOT_STATED_16),
        (plain.size, end.size, NOT_STATED_32),
        (plain.offset, end.offset, NOT_STATED_32),
    ):
        if short not in {long, unstated}:
            raise unsafe("its two end records disagree")
    return end


def _end64(file: BinaryIO, at: int, locator_at: int) -> _End:
    file.seek(at)
    mark, length, _made, _needed, disk, start, here, total, directory, offset = _END64.unpack(
        file.read(_END64.size)
    )
    if mark != b"PK\x06\x06" or disk or start or here != total:
        raise broken("its zip64 end record is damaged")
    if at + 12 + length != locator_at:
        raise unsafe("bytes around its zip64 end record belong to nothing")
    return _End(entries=total, size=directory, offset=offset, at=at)


def _entries(data: bytes) -> Iterator[Entry]:
    at = 0
    while at < len(data):
        if len(data) - at < _CENTRAL.size:
            raise broken("its directory is cut short")
        (
            mark,
            _made,
            _needed,
            flags,
            method,
            _time,
            _date,
            crc,
            packed,
            unpacked,
            name_bytes,
            extra_bytes,
            comment_bytes,
            disk,
            _internal,
            external,
            offset,
        ) = _CENTRAL.unpack_from(data, at)
        if mark != b"PK\x01\x02":
            raise broken("its directory is damaged")
        name_at = at + _CENTRAL.size
        extra_at = name_at + name_bytes
        at = extra_at + extra_bytes + comment_bytes
        if at > len(data):
            raise broken("its directory is cut short")
        raw_name = data[name_at:extra_at]
        if name_bytes > MAX_PATH_BYTES:
            raise unsafe(f"a name of {name_bytes:,} bytes; at most {MAX_PATH_BYTES:,} are taken")
        if disk not in {0, NOT_STATED_16}:
            raise refusal(ReasonCode.UNSUPPORTED_ARCHIVE, "it is one part of an archive in several parts")
        extra = data[extra_at : extra_at + extra_bytes]
        unpacked, packed, offset = widen(extra, unpacked, packed, offset)
        yield Entry(
            raw_name=raw_name,
            flags=flags,
            method=method,
            crc=crc,
            packed_bytes=packed,
            unpacked_bytes=unpacked,
            offset=offset,
            extra=extra,
            mode=external >> 16,
            is_dos_folder=bool(external & 0x10),
        )


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the extra fields as far as they can be read; tools pad them with zeros."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        at += 4
        if at + length > len(extra):
            return
        yield tag, extra[at : at + length]
        at += length


def widen(extra: bytes, *values: int) -> list[int]:
    """Return *values*, those that are not stated taken from the zip64 extra field (0x0001), in its order."""
    wide = next((field for tag, field in extra_fields(extra) if tag == 1), b"")
    widened = []
    for value in values:
        if value == NOT_STATED_32 and len(wide) >= 8:
            widened.append(int.from_bytes(wide[:8], "little"))
            wide = wide[8:]
        else:
            widened.append(value)
    return widened
