"""The intake service, end to end over a real ledger and spool."""

import gzip
import io
import zipfile

from bridge.domain.deliveries import DeliveryState
from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.domain.uploads import UploadState
from tests.intake.house import House

CSV = b"administration_code;invoice_number\r\nNL01;1\r\n"
PDF = b"%PDF-1.7\n%%EOF\n"


def a_zip(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


async def test_a_file_in_a_kind_folder_becomes_one_pending_delivery_of_its_own_bytes(house: House) -> None:
    upload = house.put("/invoice_attachment/Bijlage É 1.xlsx", b"PK\x03\x04 anything")

    await house.settle()

    [(delivery, document)] = house.results(upload)
    assert house.outcome(upload) == (UploadState.ACCEPTED, None)
    assert (delivery.state, delivery.kind) == (DeliveryState.PENDING, Kind.INVOICE_ATTACHMENT)
    assert (document.name, document.member) == ("Bijlage É 1.xlsx", None)
    assert document.blob == house.upload(upload).blob


async def test_files_in_the_root_are_told_by_extension_and_content(house: House) -> None:
    expected = {
        "/a.CSV": (CSV, Kind.DATA),
        "/a.json": (b"{}", Kind.DATA),
        "/141234.PDF": (b"any", Kind.INVOICE_PDF),
        "/scan": (PDF, Kind.INVOICE_PDF),
        "/export": (CSV, Kind.DATA),
        "/a.csv.gz": (gzip.compress(CSV), Kind.DATA),
        "/mz.txt": (b"0117601" + b"0000P" + b" " * 298, None),
    }
    made = {path: house.put(path, content) for path, (content, _) in expected.items()}

    await house.settle()

    for path, (_, kind) in expected.items():
        if kind is not None:
            assert list(house.kinds(made[path]).values()) == [kind], path


async def test_a_zip_becomes_one_document_for_each_file_with_data_last(house: House) -> None:
    upload = house.put("/all.zip", a_zip(**{"d/x.csv": CSV, "d/1.pdf": PDF, "2.pdf": PDF, "d/": b""}))

    await house.settle()

    assert list(house.kinds(upload).items()) == [
        ("1.pdf", Kind.INVOICE_PDF),
        ("2.pdf", Kind.INVOICE_PDF),
        ("x.csv", Kind.DATA),
    ]
    assert [house.content(document) for _, document in house.results(upload)] == [PDF, PDF, CSV]


async def test_a_broken_zip_is_refused_and_leaves_nothing_behind(house: House) -> None:
    good = bytearray(a_zip(**{"1.pdf": PDF * 50, "2.pdf": PDF * 60}))
    good[good.index(b"2.pdf") + 10] ^= 0xFF
    upload = house.put("/all.zip", bytes(good))

    await house.settle()

    assert house.outcome(upload) == (UploadState.REFUSED, ReasonCode.BROKEN_ARCHIVE)
    assert house.files() == {house.upload(upload).blob}
