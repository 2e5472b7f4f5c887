"""What must hold of a zip before a byte of it is inflated: limits, methods, and one meaning of each byte.

Local headers must say what the directory says, and the entries must lie one behind the other from the first
byte to the directory: no overlap (bombs), no gap, nothing hidden (threats C "Archives").
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from bridge.config.settings import IntakeSettings
from bridge.domain.names import printable
from bridge.domain.reasons import ReasonCode
from bridge.intake.compressed import RATIO_FLOOR_BYTES
from bridge.intake.directory import NOT_STATED_32, Directory, Entry, broken, read_directory, unsafe, widen
from bridge.intake.plan import Halt, refusal
from bridge.intake.reading import ReadAt, reading_at

STORED = 0
DEFLATED = 8
_METHODS = {
    1: "Shrink",
    6: "Implode",
    9: "Deflate64",
    12: "Bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "XZ",
    98: "PPMd",
}
_AES = 99
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_PATCHED = 0x20
_HAS_DESCRIPTOR = 0x8
_UTF8 = 0x800
_COMPARED_FLAGS = _ENCRYPTED | _PATCHED | _HAS_DESCRIPTOR
_MAX_DESCRIPTOR_BYTES = 24
_LOCAL = struct.Struct("<4s5H3L2H")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An entry whose place in the file is proved."""

    entry: Entry
    data_at: int  # where its packed bytes begin


def read_parts(file: BinaryIO, *, size: int, settings: IntakeSettings) -> list[Part]:
    """Return the entries of the zip *file* of *size* bytes, in the directory's order.

    Raises:
        Halt: any guard; nothing was inflated yet.
    """
    directory = read_directory(file, size=size, max_entries=settings.max_members)
    for entry in directory.entries:
        _check_packing(entry)
    _check_sizes(directory.entries, settings)
    return _locate(file, directory)


def _check_packing(entry: Entry) -> None:
    if entry.flags & _ENCRYPTED or entry.method == _AES:
        raise refusal(ReasonCode.ENCRYPTED_ARCHIVE, f"{printable(entry.shown)} is encrypted")
    if entry.method not in {STORED, DEFLATED} or entry.flags & _PATCHED:
        named = _METHODS.get(entry.method, f"method {entry.method}")
        raise refusal(
            ReasonCode.UNSUPPORTED_ARCHIVE,
            f"{printable(entry.shown)} is packed with {named}; the bridge reads Deflate and Stored",
        )
    if entry.method == STORED and entry.packed_bytes != entry.unpacked_bytes:
        raise _broken(entry, "it is stored unpacked, but its two sizes differ")


def _check_sizes(entries: list[Entry], settings: IntakeSettings) -> None:
    unpacked = sum(entry.unpacked_bytes for entry in entries)
    packed = sum(entry.packed_bytes for entry in entries)
    if unpacked > settings.max_unpacked_bytes:
        raise refusal(
            ReasonCode.ARCHIVE_TOO_LARGE,
            f"it unpacks to {unpacked:,} bytes; at most {settings.max_unpacked_bytes:,} are taken",
        )
    if unpacked > RATIO_FLOOR_BYTES and unpacked > settings.max_ratio * packed:
        raise refusal(
            ReasonCode.ARCHIVE_TOO_LARGE,
            f"it unpacks {packed:,} bytes to {unpacked:,}; at most {settings.max_ratio:g} times is taken",
        )


def _locate(file: BinaryIO, directory: Directory) -> list[Part]:
    order = sorted(range(len(directory.entries)), key=lambda index: directory.entries[index].offset)
    archive = reading_at(file)
    parts: dict[int, Part] = {}
    expected = 0
    for place, index in enumerate(order):
        entry = directory.entries[index]
        is_last = place + 1 == len(order)
        following = directory.offset if is_last else directory.entries[order[place + 1]].offset
        if entry.offset != expected:
            raise _unsafe(entry, "bytes before it belong to no entry")
        parts[index] = _part(archive, entry, following)
        expected = following
    if not order and directory.offset:
        raise unsafe("bytes before its directory belong to no entry")
    return [parts[index] for index in range(len(order))]


def _part(archive: ReadAt, entry: Entry, following: int) -> Part:
    """Return where the data of *entry* is, which must end where *following* begins."""
    if entry.offset + _LOCAL.size > following:
        raise _unsafe(entry, "it overlaps another entry or the directory")
    # As a rule its extra field is no longer than the directory's: one read instead of two.
    header = archive(_LOCAL.size + len(entry.raw_name) + len(entry.extra), entry.offset)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise _broken(entry, "there is no such entry where the directory says")
    _, _needed, flags, method, _time, _date, crc, packed, unpacked, name_bytes, extra_bytes = (
        _LOCAL.unpack_from(header)
    )
    extra_at = _LOCAL.size + name_bytes
    data_at = extra_at + extra_bytes
    if data_at > len(header):
        header = archive(data_at, entry.offset)
    unpacked, packed = widen(header[extra_at:data_at], unpacked, packed)
    if header[_LOCAL.size : extra_at] != entry.raw_name or method != entry.method or _differ(flags, entry):
        raise _unsafe(entry, "its own header and the directory disagree on name, method or flags")
    if not _agree(bool(flags & _HAS_DESCRIPTOR), (crc, packed, unpacked), entry):
        raise _unsafe(entry, "its own header and the directory disagree on size or checksum")
    data_at += entry.offset
    end = data_at + entry.packed_bytes
    if end > following:
        raise _unsafe(entry, "it overlaps another entry or the directory")
    if end < following and not (flags & _HAS_DESCRIPTOR and _is_described(archive, entry, end, following)):
        raise _unsafe(entry, "bytes behind it belong to no entry")
    return Part(entry=entry, data_at=data_at)


def _broken(entry: Entry, what: str) -> Halt:
    return broken(f"{printable(entry.shown)}: {what}")


def _unsafe(entry: Entry, what: str) -> Halt:
    return unsafe(f"{printable(entry.shown)}: {what}")


def _differ(flags: int, entry: Entry) -> bool:
    """Whether *flags* of the local header mean something else than those of the directory."""
    compared = _COMPARED_FLAGS if entry.raw_name.isascii() else _COMPARED_FLAGS | _UTF8
    return bool((flags ^ entry.flags) & compared)


def _agree(has_descriptor: bool, stated: tuple[int, ...], entry: Entry) -> bool:
    """Whether what the local header has *stated* is so; with a descriptor it may be silent."""
    true = (entry.crc, entry.packed_bytes, entry.unpacked_bytes)
    if stated == true:
        return True
    silent = {0, NOT_STATED_32} if has_descriptor else set()
    return all(one in {fact, *silent} for one, fact in zip(stated, true, strict=True))


def _is_described(archive: ReadAt, entry: Entry, begin: int, end: int) -> bool:
    """Whether what stands behind the data of *entry*, from *begin* to *end*, is its data descriptor."""
    length = end - begin
    if length > _MAX_DESCRIPTOR_BYTES:
        return False
    said = archive(length, begin)
    crc = entry.crc.to_bytes(4, "little")
    for width in (4, 8):
        if max(entry.packed_bytes, entry.unpacked_bytes) < 1 << (8 * width):
            packed = entry.packed_bytes.to_bytes(width, "little")
            unpacked = entry.unpacked_bytes.to_bytes(width, "little")
            if said in {crc + packed + unpacked, b"PK\x07\x08" + crc + packed + unpacked}:
                return True
    return False
