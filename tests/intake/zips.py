"""Builds zips record by record, so that every field can lie."""

import struct
import zlib
from dataclasses import dataclass, field

CSV = b"administration_code;invoice_number\r\nNL01;1\r\n"
PDF = b"%PDF-1.7\n%%EOF\n"
UTF8 = 0x800
DESCRIPTOR = 0x8


@dataclass(kw_only=True)
class Part:
    """One entry; what is None is worked out truthfully."""

    name: bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0
    extra: bytes = b""
    external: int = 0
    packed: bytes | None = None  # the bytes between header and next header
    crc: int | None = None
    unpacked_bytes: int | None = None
    packed_bytes: int | None = None
    offset: int | None = None  # as the directory says
    local: dict[str, int | bytes] = field(default_factory=dict)  # what only the local header says
    descriptor: bytes = b""  # behind the data

    def data(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.content
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        return packer.compress(self.content) + packer.flush()

    def fields(self) -> dict[str, int | bytes]:
        return {
            "flags": self.flags,
            "method": self.method,
            "crc": zlib.crc32(self.content) if self.crc is None else self.crc,
            "packed": len(self.data()) if self.packed_bytes is None else self.packed_bytes,
            "unpacked": len(self.content) if self.unpacked_bytes is None else self.unpacked_bytes,
            "name": self.name,
            "extra": self.extra,
        }

    def local_record(self) -> bytes:
        said = self.fields() | self.local
        name, extra = said["name"], said["extra"]
        if not isinstance(name, bytes) or not isinstance(extra, bytes):
            raise TypeError("name and extra are bytes")
        numbers = (said["flags"], said["method"], 0, 33, said["crc"], said["packed"], said["unpacked"])
        header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, *numbers, len(name), len(extra))
        return header + name + extra + self.data() + self.descriptor

    def central_record(self, offset: int) -> bytes:
        said = self.fields()
        numbers = (said["flags"], said["method"], 0, 33, said["crc"], said["packed"], said["unpacked"])
        at = offset if self.offset is None else self.offset
        header = struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02",
            0x031E,
            20,
            *numbers,
            len(self.name),
            len(self.extra),
            0,
            0,
            0,
            self.external,
            at,
        )
        return header + self.name + self.extra


def end_record(
    *, entries: int, size: int, offset: int, comment: bytes = b"", disk: int = 0, total: int | None = None
) -> bytes:
    return (
        struct.pack(
            "<4s4H2LH",
            b"PK\x05\x06",
            disk,
            disk,
            entries,
            entries if total is None else total,
            size,
            offset,
            len(comment),
        )
        + comment
    )


def build(*parts: Part, between: bytes = b"", comment: bytes = b"", entries: int | None = None) -> bytes:
    """Return a zip of *parts*, with *between* in front of its directory."""
    body, directory = b"", b""
    for part in parts:
        directory += part.central_record(len(body))
        body += part.local_record()
    body += between
    count = len(parts) if entries is None else entries
    return (
        body + directory + end_record(entries=count, size=len(directory), offset=len(body), comment=comment)
    )


def build64(*parts: Part, locator_shift: int = 0, entries: int | None = None) -> bytes:
    """Return a zip of *parts* with a zip64 end record."""
    body, directory = b"", b""
    for part in parts:
        directory += part.central_record(len(body))
        body += part.local_record()
    count = len(parts) if entries is None else entries
    end64_at = len(body) + len(directory)
    end64 = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(directory), len(body)
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end64_at + locator_shift, 1)
    plain = end_record(entries=0xFFFF, size=0xFFFFFFFF, offset=0xFFFFFFFF)
    return body + directory + end64 + locator + plain


def sized(width: str, crc: int, packed: int, unpacked: int, mark: bytes = b"PK\x07\x08") -> bytes:
    """Return a data descriptor."""
    return mark + struct.pack(f"<L2{width}", crc, packed, unpacked)


def zip64_extra(*values: int) -> bytes:
    return struct.pack(f"<HH{len(values)}Q", 1, 8 * len(values), *values)


def unicode_path(raw: bytes, name: str, crc: int | None = None) -> bytes:
    text = name.encode()
    body = struct.pack("<BL", 1, zlib.crc32(raw) if crc is None else crc) + text
    return struct.pack("<HH", 0x7075, len(body)) + body
