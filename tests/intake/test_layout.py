"""Zips made by hand: what is refused, with which reason, and what is taken all the same."""

import stat
import zlib

import pytest

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.intake.plan import Plan, Stop
from tests.intake.house import House
from tests.intake.zips import (
    DESCRIPTOR,
    PDF,
    Part,
    build,
    build64,
    end_record,
    sized,
    zip64_extra,
)

ONE = Part(name=b"1.pdf", content=PDF)
TWO = Part(name=b"2.pdf", content=PDF * 2)
CRC = zlib.crc32(PDF)
PACKED = len(ONE.data())
MEGABYTE = 1024 * 1024


def unix(mode: int) -> int:
    return mode << 16


HOSTILE: dict[str, tuple[bytes, ReasonCode]] = {
    "empty file": (b"", ReasonCode.BROKEN_ARCHIVE),
    "not a zip": (b"%PDF-1.7", ReasonCode.BROKEN_ARCHIVE),
    "cut short": (build(ONE, TWO)[:-30], ReasonCode.BROKEN_ARCHIVE),
    "cut in the end record": (build(ONE)[:-1], ReasonCode.BROKEN_ARCHIVE),
    "junk behind": (build(ONE) + b"junk", ReasonCode.UNSAFE_ARCHIVE),
    "junk before": (b"junk" + build(ONE), ReasonCode.UNSAFE_ARCHIVE),
    "two zips in a row": (build(ONE) + build(TWO), ReasonCode.UNSAFE_ARCHIVE),
    "a zip in the comment": (build(ONE, comment=build(TWO)), ReasonCode.UNSAFE_ARCHIVE),
    "two end records": (
        build(ONE, comment=end_record(entries=0, size=0, offset=0)),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "a gap before the directory": (build(ONE, between=b"hidden"), ReasonCode.UNSAFE_ARCHIVE),
    "a gap between entries": (
        build(Part(name=b"1.pdf", content=PDF, descriptor=b"hidden"), TWO),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "an entry that the directory does not name": (
        build(ONE, between=TWO.local_record()),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "two entries with the same bytes": (
        build(ONE, Part(name=b"1.pdf", content=PDF, offset=0, packed=ONE.data())),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "more entries than the directory has": (build(ONE, entries=2), ReasonCode.BROKEN_ARCHIVE),
    "fewer entries than the directory has": (build(ONE, TWO, entries=1), ReasonCode.BROKEN_ARCHIVE),
    "other name in the local header": (
        build(Part(name=b"1.pdf", content=PDF, local={"name": b"1.csv"})),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "other method in the local header": (
        build(Part(name=b"1.pdf", content=PDF, local={"method": 0})),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "other flags in the local header": (
        build(Part(name=b"1.pdf", content=PDF, local={"flags": 1})),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "other size in the local header": (
        build(Part(name=b"1.pdf", content=PDF, local={"unpacked": 3})),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "other checksum in the local header": (
        build(Part(name=b"1.pdf", content=PDF, local={"crc": 3})),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "wrong checksum": (build(Part(name=b"1.pdf", content=PDF, crc=1)), ReasonCode.BROKEN_ARCHIVE),
    "wrong checksum, stored": (
        build(Part(name=b"1.pdf", content=PDF, crc=1, method=0)),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "declared size too small, with a checksum that fits the cut": (
        build(Part(name=b"1.pdf", content=PDF, unpacked_bytes=4, crc=zlib.crc32(PDF[:4]))),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "declared size too big": (
        build(Part(name=b"1.pdf", content=PDF, unpacked_bytes=400)),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "stored with two sizes": (
        build(Part(name=b"1.pdf", content=PDF, method=0, unpacked_bytes=4)),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "packed bytes are no deflate": (
        build(Part(name=b"1.pdf", content=PDF, packed=b"\xff" * 20)),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "packed bytes end too early": (
        build(Part(name=b"1.pdf", content=PDF, packed=ONE.data()[:-2])),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "packed bytes follow the end": (
        build(Part(name=b"1.pdf", content=PDF, packed=ONE.data() + b"hidden")),
        ReasonCode.BROKEN_ARCHIVE,
    ),
    "packed size reaches beyond the file": (
        build(Part(name=b"1.pdf", content=PDF, packed_bytes=1 << 30)),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "an offset into the directory": (
        build(Part(name=b"1.pdf", content=PDF, offset=1 << 30)),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "a zip64 size of 2^62": (
        build(
            Part(
                name=b"1.pdf",
                content=PDF,
                unpacked_bytes=0xFFFFFFFF,
                extra=zip64_extra(1 << 62),
            )
        ),
        ReasonCode.ARCHIVE_TOO_LARGE,
    ),
    "zip64 end record elsewhere": (build64(ONE, locator_shift=-1), ReasonCode.BROKEN_ARCHIVE),
    "zip64 end record beyond the file": (build64(ONE, locator_shift=1 << 40), ReasonCode.BROKEN_ARCHIVE),
    "zip64 with 2^62 entries": (build64(ONE, entries=1 << 62), ReasonCode.ARCHIVE_TOO_LARGE),
    "one of several disks": (
        ONE.local_record() + end_record(entries=0, size=0, offset=0, disk=1),
        ReasonCode.UNSUPPORTED_ARCHIVE,
    ),
    "encrypted": (build(Part(name=b"1.pdf", content=PDF, flags=1)), ReasonCode.ENCRYPTED_ARCHIVE),
    "AES": (build(Part(name=b"1.pdf", content=PDF, method=99)), ReasonCode.ENCRYPTED_ARCHIVE),
    "strong encryption": (
        build(Part(name=b"1.pdf", content=PDF, flags=0x41)),
        ReasonCode.ENCRYPTED_ARCHIVE,
    ),
    "Deflate64": (build(Part(name=b"1.pdf", content=PDF, method=9)), ReasonCode.UNSUPPORTED_ARCHIVE),
    "bzip2": (build(Part(name=b"1.pdf", content=PDF, method=12)), ReasonCode.UNSUPPORTED_ARCHIVE),
    "LZMA": (build(Part(name=b"1.pdf", content=PDF, method=14)), ReasonCode.UNSUPPORTED_ARCHIVE),
    "symbolic link": (
        build(Part(name=b"1.pdf", content=b"/etc/passwd", external=unix(stat.S_IFLNK | 0o777))),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "device": (build(Part(name=b"1.pdf", external=unix(stat.S_IFCHR))), ReasonCode.UNSAFE_ARCHIVE),
    "a way out": (build(Part(name=b"../../1.pdf", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "a way out with backslashes": (build(Part(name=b"..\\1.pdf", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "a name of two dots": (build(Part(name=b"..", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "a name of one dot": (build(Part(name=b"a/.", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "NUL in the name": (build(Part(name=b"1.pdf\0.csv", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "no name": (build(Part(name=b"", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "only slashes": (build(Part(name=b"//", content=b"")), ReasonCode.UNSAFE_ARCHIVE),
    "a directory with content": (build(Part(name=b"a/", content=PDF)), ReasonCode.UNSAFE_ARCHIVE),
    "a name of 2,000 bytes": (
        build(*(Part(name=b"%d" % i * 10, content=PDF) for i in range(3)), Part(name=b"x" * 2000)),
        ReasonCode.UNSAFE_ARCHIVE,
    ),
    "a ratio of 1:1000": (
        build(Part(name=b"1.pdf", content=bytes(20 * MEGABYTE))),
        ReasonCode.ARCHIVE_TOO_LARGE,
    ),
    "a broken .gz inside": (
        build(ONE, Part(name=b"x.csv.gz", content=b"\x1f\x8bnothing")),
        ReasonCode.BROKEN_ARCHIVE,
    ),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_zip_is_refused_with_its_reason_and_leaves_nothing(house: House, case: str) -> None:
    content, reason = HOSTILE[case]

    decision = house.examine("/a.zip", content)

    assert isinstance(decision, Stop), decision
    assert (decision.state, decision.reason) == (UploadState.REFUSED, reason), decision.detail
    assert decision.detail.isprintable()
    assert len(house.files()) == 1


GOOD: dict[str, bytes] = {
    "deflated": build(ONE),
    "stored": build(Part(name=b"1.pdf", content=PDF, method=0)),
    "comment": build(ONE, comment=b"made by hand"),
    "zip64": build64(ONE),
    "zip64 sizes": build(
        Part(
            name=b"1.pdf",
            content=PDF,
            unpacked_bytes=0xFFFFFFFF,
            packed_bytes=0xFFFFFFFF,
            extra=zip64_extra(len(PDF), PACKED),
        )
    ),
    "signed descriptor": build(
        Part(
            name=b"1.pdf",
            content=PDF,
            flags=DESCRIPTOR,
            local={"crc": 0, "packed": 0, "unpacked": 0},
            descriptor=sized("L", CRC, PACKED, len(PDF)),
        )
    ),
    "bare descriptor": build(
        Part(
            name=b"1.pdf",
            content=PDF,
            flags=DESCRIPTOR,
            local={"crc": 0, "packed": 0, "unpacked": 0},
            descriptor=sized("L", CRC, PACKED, len(PDF), mark=b""),
        )
    ),
    "wide descriptor": build(
        Part(
            name=b"1.pdf",
            content=PDF,
            flags=DESCRIPTOR,
            local={
                "crc": 0,
                "packed": 0xFFFFFFFF,
                "unpacked": 0xFFFFFFFF,
                "extra": zip64_extra(0, 0),
            },
            descriptor=sized("Q", CRC, PACKED, len(PDF)),
        )
    ),
    "a directory entry": build(Part(name=b"d/", external=unix(stat.S_IFDIR) | 0x10), ONE),
    "a directory entry that is deflated": build(Part(name=b"d/", packed=b"\x03\x00"), ONE),
    "an absolute name": build(Part(name=b"/srv/1.pdf", content=PDF)),
    "a drive": build(Part(name=b"C:\\export\\1.pdf", content=PDF)),
    "junk of macOS": build(
        Part(name=b"__MACOSX/._1.pdf", content=b"x"), ONE, Part(name=b"d/.DS_Store", content=b"x")
    ),
    "junk of Windows": build(Part(name=b"Thumbs.db", content=b"x"), ONE, Part(name=b"d\\Desktop.ini")),
    "read from a pipe": build(Part(name=b"1.pdf", content=PDF, external=unix(stat.S_IFIFO | 0o600))),
    "descriptor beside a header that states a size": build(
        Part(
            name=b"1.pdf",
            content=PDF,
            flags=DESCRIPTOR,
            local={"crc": 0, "packed": 0},
            descriptor=sized("L", CRC, PACKED, len(PDF)),
        )
    ),
    "padding in an extra field": build(Part(name=b"1.pdf", content=PDF, local={"extra": b"\0\0\0"})),
}


@pytest.mark.parametrize("case", GOOD)
def test_an_ordinary_zip_gives_its_file(house: House, case: str) -> None:
    decision = house.examine("/a.zip", GOOD[case])

    assert isinstance(decision, Plan), decision
    [document] = decision.documents
    assert (document.name, document.kind, document.reason) == ("1.pdf", Kind.INVOICE_PDF, None)
    assert house.spool.path(document.blob).read_bytes() == PDF
