"""Received .gz: proved whole, under limits, and sent as they came."""

import gzip
import time

import pytest

from bridge.config.settings import IntakeSettings
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from bridge.intake.plan import Plan, Stop
from tests.intake.house import House
from tests.intake.zips import CSV, PDF

PACKED = gzip.compress(CSV)
MORE = gzip.compress(b"NL01;2\r\n")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("20220728.csv.gz", PACKED, Kind.DATA),
        ("A.CSV.GZ", PACKED, Kind.DATA),
        ("1.pdf.gz", gzip.compress(PDF), Kind.INVOICE_PDF),
        ("1.xml.gz", gzip.compress(b"<export><row/></export>"), Kind.DATA),
        ("large.csv.gz", gzip.compress(CSV + b"NL01;\r\n" * 500_000, 1), Kind.DATA),
    ],
)
def test_a_whole_gz_goes_as_it_is_as_what_it_holds(
    house: House, name: str, content: bytes, kind: Kind
) -> None:
    decision = house.examine(f"/{name}", content)

    assert isinstance(decision, Plan), decision
    [document] = decision.documents
    assert (document.name, document.kind, document.size) == (name, kind, len(content))
    assert house.spool.path(document.blob).read_bytes() == content


@pytest.mark.parametrize("more", [MORE, gzip.compress(b"") + MORE])
def test_a_data_file_in_several_streams_goes_as_one(house: House, more: bytes) -> None:
    """A reader that knows only the first stream would take half an export for the whole."""
    decision = house.examine("/two.csv.gz", PACKED + more)

    assert isinstance(decision, Plan), decision
    [document] = decision.documents
    assert document.name == "two.csv"
    assert house.spool.path(document.blob).read_bytes() == CSV + b"NL01;2\r\n"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("export.gz", CSV, "export.csv.gz"),
        ("EXPORT.GZ", CSV, "EXPORT.csv.GZ"),
        ("141234.gz", PDF, "141234.pdf.gz"),
    ],
)
def test_an_inner_extension_that_is_missing_is_put_in_where_the_content_is_certain(
    house: House, name: str, content: bytes, expected: str
) -> None:
    decision = house.examine(f"/{name}", gzip.compress(content))

    assert isinstance(decision, Plan), decision
    assert [document.name for document in decision.documents] == [expected]


@pytest.mark.parametrize(
    ("path", "content"), [("/csv/export.txt.gz", CSV), ("/invoice_pdf/1.csv.gz", PDF), ("/csv/a.gz.gz", CSV)]
)
def test_an_inner_extension_that_says_something_else_waits(house: House, path: str, content: bytes) -> None:
    decision = house.examine(path, gzip.compress(content))

    assert isinstance(decision, Stop), decision
    assert (decision.state, decision.reason) == (UploadState.HELD, ReasonCode.GZIP_INNER_NAME)


@pytest.mark.parametrize("folder", ["", "/csv", "/invoice_pdf"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        CSV,
        PACKED[:-1],
        PACKED[:-9],
        PACKED[:8] + b"\0" + PACKED[9:-8] + b"\1" + PACKED[-7:],
        PACKED + b"garbage",
        PACKED + b"\0\0\0\0",
        PACKED + PACKED[:12],
        PACKED + b"\x1f",
    ],
    ids=["empty", "not gzip", "cut", "no trailer", "bad CRC", "garbage", "zeros", "second cut", "one byte"],
)
def test_a_broken_gz_is_refused_in_every_folder(house: House, folder: str, content: bytes) -> None:
    decision = house.examine(f"{folder}/x.csv.gz", content)

    assert isinstance(decision, Stop)
    assert (decision.state, decision.reason) == (UploadState.REFUSED, ReasonCode.BROKEN_GZIP)


def test_a_gzip_bomb_is_refused_long_before_its_end(house: House) -> None:
    bomb = gzip.compress(bytes(300 * 1024 * 1024), 9)
    began = time.process_time()

    decision = house.examine("/x.csv.gz", bomb)

    assert isinstance(decision, Stop)
    assert (decision.state, decision.reason) == (UploadState.REFUSED, ReasonCode.GZIP_TOO_LARGE)
    assert time.process_time() - began < 1


def test_a_gz_over_the_size_limit_is_refused(house: House) -> None:
    house.settings = IntakeSettings(max_unpacked_bytes=10)

    decision = house.examine("/x.csv.gz", PACKED)

    assert isinstance(decision, Stop)
    assert decision.reason is ReasonCode.GZIP_TOO_LARGE


def test_a_flood_of_tiny_streams_is_refused_in_bounded_time(house: House) -> None:
    began = time.process_time()

    decision = house.examine("/x.csv.gz", gzip.compress(b"") * 150_000)

    assert isinstance(decision, Stop)
    assert decision.reason is ReasonCode.GZIP_TOO_LARGE
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("/declaration_file/x.txt.gz", PACKED, ReasonCode.GZIP_DECLARATION),
        ("/x.asc.gz", gzip.compress(b"011760101P" + b" " * 300), ReasonCode.GZIP_DECLARATION),
        ("/x.csv.gz", gzip.compress(b""), ReasonCode.EMPTY_DATA_FILE),
        ("/csv/x.gz", gzip.compress(b""), ReasonCode.EMPTY_DATA_FILE),
        ("/x.zip.gz", gzip.compress(CSV), ReasonCode.UNKNOWN_KIND),
        ("/x.csv.gz.gz", gzip.compress(PACKED), ReasonCode.UNKNOWN_KIND),
        ("/x.tar.gz", gzip.compress(b"ustar"), ReasonCode.UNKNOWN_KIND),
        ("/x.xml.gz", gzip.compress(b"<html/>"), ReasonCode.OTHER_XML),
    ],
)
def test_a_gz_that_a_person_can_help_is_held(
    house: House, path: str, content: bytes, reason: ReasonCode
) -> None:
    decision = house.examine(path, content)

    assert isinstance(decision, Stop)
    assert (decision.state, decision.reason) == (UploadState.HELD, reason)
