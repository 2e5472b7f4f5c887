"""PDF, attachments, files of no known kind, and places where nothing may be guessed."""

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.sample import ORPHAN, ROUTED, SOLO, TAKER, Expected, Sample, at_close, held, sent
from tests.intake.zips import Part, build


def _one(name: str, path: str, content: bytes, expect: Expected, account: str = "plain") -> Sample:
    return Sample(name=name, path=path, content=content, expect=expect, account=account)


def _pdf(name: str, path: str, kind: Kind = Kind.INVOICE_PDF, account: str = "plain") -> Sample:
    """Return a whole PDF, which goes as it is."""
    file = path.rpartition("/")[2]
    return _one(name, path, making.pdf(path), sent(file, kind), account)


_PDFS = [
    _pdf("PDF in no kind folder", "/141234.PDF"),
    _pdf("PDF in its folder", "/invoice_pdf/141235.pdf"),
    _pdf("PDF for another administration", "/P2/141236.pdf"),
    _pdf("PDF with blanks and accents in its name", "/invoice_pdf/Factuur é ü 141237.pdf"),
    _one(
        "PDF with junk before its header",
        "/141238.pdf",
        b"\r\n" * 100 + making.pdf("141238"),
        sent("141238.pdf", Kind.INVOICE_PDF),
    ),
    _one(
        "PDF with blanks behind its end",
        "/141239.pdf",
        making.pdf("141239") + b"\0" * 500,
        sent("141239.pdf", Kind.INVOICE_PDF),
    ),
    _one("PDF that is cut", "/cut.pdf", making.pdf("cut")[:-20], held(ReasonCode.BROKEN_PDF)),
    _one("PDF of no bytes", "/nothing.pdf", b"", held(ReasonCode.BROKEN_PDF)),
    _one(
        "PDF without a header",
        "/invoice_pdf/no-header.pdf",
        making.pdf("headless")[9:],
        held(ReasonCode.BROKEN_PDF),
    ),
    _one(
        "PDF that is a page of HTML",
        "/page.pdf",
        b"<html>404 Not Found</html>",
        held(ReasonCode.BROKEN_PDF),
    ),
    _one(
        "PDF under no extension, told by its header",
        "/141240",
        making.pdf("141240"),
        sent("141240", Kind.INVOICE_PDF),
    ),
]

_ATTACHMENTS = [
    _pdf("attachment, PDF", "/invoice_attachment/a1.pdf", Kind.INVOICE_ATTACHMENT),
    _pdf("attachment by a route", "/a2_bijlage.pdf", Kind.INVOICE_ATTACHMENT, ROUTED),
    _one(
        "attachment, XLSX",
        "/invoice_attachment/a3.xlsx",
        making.office("a3", "xl/workbook.xml"),
        sent("a3.xlsx", Kind.INVOICE_ATTACHMENT),
    ),
    _one(
        "attachment, DOCX",
        "/invoice_attachment/a4.docx",
        making.office("a4", "word/document.xml"),
        sent("a4.docx", Kind.INVOICE_ATTACHMENT),
    ),
    _one(
        "XLSX in no kind folder",
        "/book.xlsx",
        making.office("book", "xl/workbook.xml"),
        sent("book.xlsx", Kind.INVOICE_ATTACHMENT),
    ),
    _one(
        "DOCX in no kind folder",
        "/letter.DOCX",
        making.office("letter", "word/document.xml"),
        sent("letter.DOCX", Kind.INVOICE_ATTACHMENT),
    ),
    _one(
        "attachment, a PDF that is cut",
        "/invoice_attachment/a5.pdf",
        making.pdf("a5")[:-20],
        held(ReasonCode.BROKEN_PDF),
    ),
]

_UNKNOWN = ReasonCode.UNKNOWN_KIND
_KINDLESS = [
    _one("text that says nothing", "/readme.txt", b"Zie bijlage.\r\n", at_close(_UNKNOWN)),
    _one("bytes that say nothing", "/strange.bin", b"\x00\x01\x02", at_close(_UNKNOWN)),
    _one(
        "bytes that say nothing, of an account that waits for a person",
        "/strange-taken.bin",
        b"\x00\x01\x02",
        held(_UNKNOWN),
        TAKER,
    ),
    _one(
        "broken zip of an account that waits for a person",
        "/broken-taken.zip",
        build(Part(name=b"1.pdf", content=making.pdf("taken")))[:-30],
        Expected(refused=ReasonCode.BROKEN_ARCHIVE),
        TAKER,
    ),
]

_PLACES = [
    _one(
        "data file for an administration that the account does not have",
        "/NL99/csv/place-1.csv",
        making.csv("NL99", "place-1"),
        at_close(ReasonCode.UNKNOWN_ADMINISTRATION),
    ),
    _one(
        "data file for an unknown administration, of an account that waits for a person",
        "/NL98/csv/place-2.csv",
        making.csv("NL98", "place-2"),
        held(ReasonCode.UNKNOWN_ADMINISTRATION),
        TAKER,
    ),
    _one(
        "file in an unknown folder, of an account with two administrations",
        "/maart/place-3.pdf",
        making.pdf("place-3"),
        held(ReasonCode.UNKNOWN_FOLDER),
    ),
    _one(
        "data file in an unknown folder, of an account with one administration",
        "/maart/place-4.csv",
        making.csv("P3", "place-4"),
        held(ReasonCode.UNKNOWN_FOLDER),
        SOLO,
    ),
    _pdf(
        "PDF in an unknown folder, of an account with one administration", "/maart/place-5.pdf", account=SOLO
    ),
    _one(
        "file of an account without an administration",
        "/place-6.pdf",
        making.pdf("place-6"),
        held(ReasonCode.NO_ADMINISTRATION),
        ORPHAN,
    ),
]

SAMPLES = [*_PDFS, *_ATTACHMENTS, *_KINDLESS, *_PLACES]
