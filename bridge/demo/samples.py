"""The files that the demonstration sends: what a bookkeeper's tool exports in a night."""

import gzip
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN_INVOICES = 2500  # enough that the file is above 64 KiB and goes compressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One file, and where it is put."""

    path: str
    content: bytes
    shows: str  # what a watcher is to learn from it


def samples(other_code: str) -> Iterator[Sample]:
    """Yield the files in the order in which they are sent; *other_code* is the second administration."""
    yield Sample(path="/open-items.csv", content=_csv("DEMO"), shows="large data file, goes gzipped")
    yield Sample(path="/2026-0001.pdf", content=_pdf("2026-0001"), shows="PDF, told by its extension")
    yield Sample(path="/2026-0001.xml", content=_ubl("2026-0001"), shows="UBL, told by its root")
    yield Sample(path="/november.zip", content=_zip(), shows="archive, unpacked, directories discarded")
    yield Sample(
        path="/invoice_attachment/terms.pdf", content=_pdf("terms"), shows="attachment, told by its folder"
    )
    yield Sample(
        path=f"/{other_code}/csv/open-items.csv.gz",
        content=gzip.compress(_csv(other_code), mtime=0),
        shows="for the second administration",
    )
    yield Sample(path="/damaged.zip", content=_zip()[:-40], shows="cut short: its own CLOSE fails")
    yield Sample(
        path="/yesterday.csv", content=_csv("DEMO")[:-9], shows="data file cut short: held for a person"
    )


def _csv(code: str) -> bytes:
    header = "administration_code;debtor_code;invoice_number;invoice_due_date;invoice_open_amount_inc_vat"
    rows = (f"{code};D{n % 90:03};2026-{n:04};2026-12-01;{n}.50" for n in range(1, _OPEN_INVOICES))
    return "\r\n".join([header, *rows, ""]).encode()


def _pdf(number: str) -> bytes:
    text = f"BT /F1 24 Tf 72 720 Td (Invoice {number}) Tj ET"
    return (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        f"4 0 obj<</Length {len(text)}>>stream\n{text}\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    ).encode()


def _ubl(number: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
        'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
        f"<cbc:ID>{number}</cbc:ID></Invoice>\n"
    ).encode()


def _zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(2, 5):
            archive.writestr(f"2026/11/2026-{number:04}.pdf", _pdf(f"2026-{number:04}"))
    return packed.getvalue()
