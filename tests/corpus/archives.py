"""Hostile zips: each case of threats C "Archives".

What an archive's directory shows is told at the client's CLOSE; what only unpacking shows, by intake.
"""

import stat
import zlib
from collections.abc import Mapping

from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.sample import Expected, Sample, at_close, refused
from tests.intake.zips import DESCRIPTOR, Part, build, build64, end_record, sized, zip64_extra

_PDF = making.pdf("hostile")
_ONE = Part(name=b"1.pdf", content=_PDF)
_TWO = Part(name=b"2.pdf", content=_PDF * 2)
_BROKEN, _UNSAFE = ReasonCode.BROKEN_ARCHIVE, ReasonCode.UNSAFE_ARCHIVE
_LARGE, _ENCRYPTED = ReasonCode.ARCHIVE_TOO_LARGE, ReasonCode.ENCRYPTED_ARCHIVE
_UNSUPPORTED = ReasonCode.UNSUPPORTED_ARCHIVE
_MEGABYTE = 1 << 20

_Cases = Mapping[str, tuple[bytes, ReasonCode]]


def _part(name: bytes = b"1.pdf", **lies: object) -> bytes:
    """Return a zip of one PDF with these *lies* about it."""
    return build(Part(name=name, content=_PDF, **lies))  # type: ignore[arg-type]


def _overlapping() -> bytes:
    """Return a zip bomb of the overlapping kind: many entries, one and the same packed bytes."""
    kernel = _zeros(1)
    body, directory = kernel.local_record(), kernel.central_record(0) * 50
    return body + directory + end_record(entries=50, size=len(directory), offset=len(body))


def _zeros(megabytes: int) -> Part:
    """Return an entry that unpacks to so many of nothing, packed once."""
    part = Part(name=b"0.pdf", content=bytes(megabytes * _MEGABYTE))
    part.packed = part.data()
    return part


def _named(name: bytes) -> bytes:
    """Return a zip with this *name* among ordinary ones, which leave room for it in the directory."""
    ordinary = [Part(name=b"%d.pdf" % number, content=_PDF) for number in range(9)]
    return build(*ordinary, Part(name=name, content=_PDF))


def _entries(count: int) -> bytes:
    """Return a zip64 of so many empty files."""
    parts = [Part(name=b"%d.pdf" % number, method=0) for number in range(count)]
    records, directory, at = [], [], 0
    for part in parts:
        records.append(part.local_record())
        directory.append(part.central_record(at))
        at += len(records[-1])
    return b"".join([*records, *directory, _end64(count, sum(map(len, directory)), at)])


def _end64(count: int, size: int, offset: int) -> bytes:
    """Return the three end records of a zip64."""
    empty = build64()  # 56 bytes zip64 end, 20 locator, 22 plain
    record, locator, plain = empty[:56], empty[56:76], empty[76:]
    numbers = b"".join(number.to_bytes(8, "little") for number in (count, count, size, offset))
    at = (offset + size).to_bytes(8, "little")
    return record[:24] + numbers + locator[:8] + at + locator[16:] + plain


_BY_DIRECTORY: _Cases = {
    "overlap bomb": (_overlapping(), _LARGE),
    "two entries with the same bytes": (
        build(_ONE, Part(name=b"1.pdf", content=_PDF, offset=0, packed=_ONE.data())),
        _UNSAFE,
    ),
    "ratio of 1 to 1000": (build(_zeros(20)), _LARGE),
    "zip64 size of 2 to the 62nd": (
        _part(unpacked_bytes=0xFFFFFFFF, extra=zip64_extra(1 << 62)),
        _LARGE,
    ),
    "zip64 with 2 to the 62nd entries": (build64(_ONE, entries=1 << 62), _LARGE),
    "65,536 entries": (_entries(65_536), _LARGE),
    "empty file": (b"", _BROKEN),
    "no zip at all": (_PDF, _BROKEN),
    "truncated": (build(_ONE, _TWO)[:-30], _BROKEN),
    "truncated in its end record": (build(_ONE)[:-1], _BROKEN),
    "directory that names fewer entries": (build(_ONE, entries=2), _BROKEN),
    "directory that names more entries": (build(_ONE, _TWO, entries=1), _BROKEN),
    "directory with a wrong offset": (_part(offset=1 << 30), _UNSAFE),
    "zip64 end record elsewhere": (build64(_ONE, locator_shift=-1), _BROKEN),
    "stored with two sizes": (_part(method=0, unpacked_bytes=4), _BROKEN),
    "prefix": (b"MZ" + build(_ONE), _UNSAFE),
    "trailing junk": (build(_ONE) + b"junk", _UNSAFE),
    "junk before the directory": (build(_ONE, between=b"hidden"), _UNSAFE),
    "junk between entries": (
        build(Part(name=b"1.pdf", content=_PDF, descriptor=b"hidden"), _TWO),
        _UNSAFE,
    ),
    "hidden entry": (build(_ONE, between=_TWO.local_record()), _UNSAFE),
    "concatenated zips": (build(_ONE) + build(_TWO), _UNSAFE),
    "zip in the comment": (build(_ONE, comment=build(_TWO)), _UNSAFE),
    "local header with another name": (_part(local={"name": b"1.csv"}), _UNSAFE),
    "local header with another method": (_part(local={"method": 0}), _UNSAFE),
    "local header with other flags": (_part(local={"flags": 1}), _UNSAFE),
    "local header with another size": (_part(local={"unpacked": 3}), _UNSAFE),
    "local header with another checksum": (_part(local={"crc": 3}), _UNSAFE),
    "descriptor with another checksum": (
        _part(flags=DESCRIPTOR, descriptor=sized("L", 1, len(_ONE.data()), len(_PDF))),
        _UNSAFE,
    ),
    "encrypted": (_part(flags=1), _ENCRYPTED),
    "strong encryption": (_part(flags=0x41), _ENCRYPTED),
    "AES": (_part(method=99), _ENCRYPTED),
    "deflate64": (_part(method=9), _UNSUPPORTED),
    "LZMA": (_part(method=14), _UNSUPPORTED),
    "one of several disks": (
        _ONE.local_record() + end_record(entries=0, size=0, offset=0, disk=1),
        _UNSUPPORTED,
    ),
    "symbolic link": (
        build(Part(name=b"1.pdf", content=b"/etc/passwd", external=(stat.S_IFLNK | 0o777) << 16)),
        _UNSAFE,
    ),
    "device": (build(Part(name=b"1.pdf", external=stat.S_IFCHR << 16)), _UNSAFE),
    "way out": (_part(b"../../x.pdf"), _UNSAFE),
    "way out with backslashes": (_part(b"..\\..\\x.pdf"), _UNSAFE),
    "NUL in a name": (_part(b"1.pdf\0.csv"), _UNSAFE),
    "empty name": (_part(b""), _UNSAFE),
    "name of 2,000 bytes": (_named(b"x" * 2000 + b".pdf"), _UNSAFE),
    "name of 5,000 bytes": (_named(b"x" * 5000 + b".pdf"), _UNSAFE),
    "directory with content": (_part(b"a/"), _UNSAFE),
}
_BY_UNPACKING: _Cases = {
    "declared size too small, with a fitting checksum": (
        _part(unpacked_bytes=4, crc=zlib.crc32(_PDF[:4])),
        _BROKEN,
    ),
    "declared size too big": (_part(unpacked_bytes=4000), _BROKEN),
    "wrong checksum": (_part(crc=1), _BROKEN),
    "packed bytes that are no deflate": (_part(packed=b"\xff" * 20), _BROKEN),
    "packed bytes that end too early": (_part(packed=_ONE.data()[:-2]), _BROKEN),
    "packed bytes behind the end": (_part(packed=_ONE.data() + b"hidden"), _BROKEN),
    "broken .gz inside": (
        build(_ONE, Part(name=b"x.csv.gz", content=b"\x1f\x8bnothing")),
        _BROKEN,
    ),
    "gzip bomb inside": (
        build(_ONE, Part(name=b"x.csv.gz", content=making.gzipped(bytes(16 * _MEGABYTE)), method=0)),
        _LARGE,
    ),
}


def _samples(cases: _Cases, prefix: str) -> list[Sample]:
    made = []
    for number, (name, (content, code)) in enumerate(cases.items()):
        expect: Expected = at_close(code) if prefix == "close" else refused(code)
        path = f"/hostile-{prefix}-{number}.zip"
        made.append(Sample(name=f"zip: {name}", path=path, content=content, expect=expect))
    return made


SAMPLES = [*_samples(_BY_DIRECTORY, "close"), *_samples(_BY_UNPACKING, "unpack")]
