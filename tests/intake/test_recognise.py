"""The kind of a file in an open folder."""

import time

import pytest

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from bridge.intake.recognise import recognise
from tests.intake.zips import CSV, PDF

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
INVOICE = f'<Invoice xmlns="{UBL}:Invoice-2"><ID>1</ID></Invoice>'
PREFIXED = f'<x:CreditNote xmlns:x="{UBL}:CreditNote-2"/>'
DECLARED = '<?xml version="1.0" encoding="{}"?>\n'
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb">'
    + "".join(f'<!ENTITY b{i} "{"&b;" * 10}">' for i in range(9))
    + ']><a x="&b8;">&b8;</a>'
)

KINDS: dict[str, tuple[str, bytes, Kind]] = {
    "csv": ("x.csv", b"whatever", Kind.DATA),
    "upper-case csv": ("EXACT-LONEN.CSV", b"whatever", Kind.DATA),
    "json": ("x.Json", b"[]", Kind.DATA),
    "pdf": ("141234.PDF", b"whatever", Kind.INVOICE_PDF),
    "pdf without extension": ("141234", PDF, Kind.INVOICE_PDF),
    "pdf with another extension": ("141234.1", PDF, Kind.INVOICE_PDF),
    "ubl invoice": ("x.xml", INVOICE.encode(), Kind.INVOICE_UBL),
    "ubl credit note with prefix": ("x.XML", PREFIXED.encode(), Kind.INVOICE_UBL),
    "ubl with mark": ("x.xml", b"\xef\xbb\xbf" + INVOICE.encode(), Kind.INVOICE_UBL),
    "ubl in utf-16": ("x.xml", (DECLARED.format("utf-16") + INVOICE).encode("utf-16"), Kind.INVOICE_UBL),
    "ubl in utf-16 big-endian without mark": ("x.xml", INVOICE.encode("utf-16-be"), Kind.INVOICE_UBL),
    "ubl in utf-16 little-endian without mark": ("x.xml", INVOICE.encode("utf-16-le"), Kind.INVOICE_UBL),
    "ubl in latin-1": (
        "x.xml",
        (DECLARED.format("iso-8859-1") + "<!-- é -->" + INVOICE).encode("latin-1"),
        Kind.INVOICE_UBL,
    ),
    "ubl behind comments": (
        "x.xml",
        ("<!-- <a> --><?pi <b> ?>\n" + "<!--" + "x" * 20_000 + "-->" + INVOICE).encode(),
        Kind.INVOICE_UBL,
    ),
    "ubl without extension": ("x", INVOICE.encode(), Kind.INVOICE_UBL),
    "ubl with a very long text": (
        "x.xml",
        INVOICE.replace("1<", "9" * 200_000 + "<").encode()[:65536],
        Kind.INVOICE_UBL,
    ),
    "ubl that breaks off later": ("x.xml", INVOICE[:-5].encode() + b"<<<", Kind.INVOICE_UBL),
    "other xml is data": ("x.xml", b"<Debiteuren><Debiteur/></Debiteuren>", Kind.DATA),
    "data xml in one byte a character": ("x.xml", "<Gegevensé/>".encode("latin-1"), Kind.DATA),
    "data xml with an outer doctype": (
        "x.xml",
        b"""<!DOCTYPE a PUBLIC "x>[" 'y.dtd'><a/>""",
        Kind.DATA,
    ),
    "declaration MZ301": ("mz.txt", b"011760101P" + b" " * 300, Kind.DECLARATION),
    "declaration AP304 without extension": ("ap", b"011930101T" + b" " * 300, Kind.DECLARATION),
    "declaration .dat": ("ap.dat", b"011060101P" + b" " * 300, Kind.DECLARATION),
    "payt's header in .txt": ("x.txt", CSV, Kind.DATA),
    "payt's header quoted with commas": (
        "x.txt",
        b'"invoice_number","administration_code"\n"1","2"',
        Kind.DATA,
    ),
    "payt's header in utf-16": ("x.txt", CSV.decode().encode("utf-16"), Kind.DATA),
    "payt's header with mark": ("x", b"\xef\xbb\xbf" + CSV, Kind.DATA),
}


@pytest.mark.parametrize("case", KINDS)
def test_a_file_with_a_certain_sign_has_its_kind(case: str) -> None:
    name, head, kind = KINDS[case]

    verdict = recognise(name, head)

    assert (verdict.kind, verdict.reason) == (kind, None), verdict.detail


HELD: dict[str, tuple[str, bytes, ReasonCode]] = {
    "old workbook": ("x.xls", b"\xd0\xcf\x11\xe0", ReasonCode.UNKNOWN_KIND),
    "7z": ("x.7z", b"7z\xbc\xaf", ReasonCode.UNKNOWN_KIND),
    "zip without extension": ("x", b"PK\x03\x04", ReasonCode.UNKNOWN_KIND),
    "empty without extension": ("x", b"", ReasonCode.UNKNOWN_KIND),
    "text": ("leesmij.txt", b"Beste lezer,", ReasonCode.UNKNOWN_KIND),
    "half of payt's header": ("x.txt", b"administration_code;x\n", ReasonCode.UNKNOWN_KIND),
    "return file of a declaration": ("x.txt", b"011770101P", ReasonCode.DECLARATION_RETURN),
    "empty xml": ("x.xml", b"", ReasonCode.OTHER_XML),
    "no xml": ("x.xml", b"administration_code;invoice_number", ReasonCode.OTHER_XML),
    "other ubl": ("x.xml", f'<Order xmlns="{UBL}:Order-2"/>'.encode(), ReasonCode.OTHER_XML),
    "invoice of an older ubl": (
        "x.xml",
        f'<Invoice xmlns="{UBL}:Invoice-1"/>'.encode(),
        ReasonCode.OTHER_XML,
    ),
    "sbdh": (
        "x.xml",
        b'<s:StandardBusinessDocument xmlns:s="http://www.unece.org/cefact/namespaces/X"/>',
        ReasonCode.OTHER_XML,
    ),
    "cii": (
        "x.xml",
        b'<CrossIndustryInvoice xmlns="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>',
        ReasonCode.OTHER_XML,
    ),
    "camt": (
        "x.xml",
        b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"/>',
        ReasonCode.OTHER_XML,
    ),
    "soap": (
        "x.xml",
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>',
        ReasonCode.OTHER_XML,
    ),
    "a page": ("x.html", b"<!DOCTYPE html><html></html>", ReasonCode.OTHER_XML),
    "root out of sight": ("x.xml", b"<!--" + b"x" * 70_000, ReasonCode.OTHER_XML),
    "root tag without end": ("x.xml", b'<a x="' + b"x" * 65_000, ReasonCode.OTHER_XML),
    "billion laughs": ("x.xml", BOMB.encode(), ReasonCode.OTHER_XML),
    "outside entity": (
        "x.xml",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        ReasonCode.OTHER_XML,
    ),
    "unfinished doctype": ("x.xml", b'<!DOCTYPE a "', ReasonCode.OTHER_XML),
    "undefined entity in the root": ("x.xml", b'<a x="&b;"/>', ReasonCode.OTHER_XML),
}


@pytest.mark.parametrize("case", HELD)
def test_a_file_without_a_certain_sign_waits(case: str) -> None:
    name, head, reason = HELD[case]

    verdict = recognise(name, head)

    assert (verdict.kind, verdict.reason) == (None, reason)
    assert verdict.detail.isprintable()


@pytest.mark.parametrize(
    "unit", [b"<!--", b"<?", b"<!DOCTYPE", b"<", b"<a>", b'<!DOCTYPE "', b"<!-->", b"\0<", b"<a ", b"&", b";"]
)
def test_nothing_takes_long_to_look_at(unit: bytes) -> None:
    began = time.process_time()

    recognise("x.xml", unit * (65536 // len(unit)))
    recognise("x", unit * (65536 // len(unit)))

    assert time.process_time() - began < 0.5
