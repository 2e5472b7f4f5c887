"""Files that were sent before: by kind and by what is the same of them, bytes, name or number."""

from collections.abc import Callable

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.sample import DOUBLES, Document, Earlier, Expected, Sample, accepted, sent
from tests.corpus.xml import ubl

_FOLDERS = {kind: f"/{kind.folder}/" for kind in Kind}

Outcome = Callable[[str, Kind], Expected]


def _skipped(file: str, kind: Kind) -> Expected:
    return accepted(Document(name=file, kind=kind, skipped=ReasonCode.SENT_BEFORE))


def _doubled(file: str, kind: Kind) -> Expected:
    return accepted(Document(name=file, kind=kind, held=ReasonCode.DUPLICATE))


def _used(file: str, kind: Kind) -> Expected:
    return accepted(Document(name=file, kind=kind, held=ReasonCode.DECLARATION_NUMBER_USED))


def _goes(file: str, kind: Kind) -> Expected:
    return sent(file, kind)


def _one(
    name: str, kind: Kind, expect: Outcome, first: tuple[str, bytes], second: tuple[str, bytes]
) -> Sample:
    """Return a sample *second* after *first*; both are a file's name and its content."""
    folder = _FOLDERS[kind]
    return Sample(
        name=f"again: {name}",
        path=folder + second[0],
        content=second[1],
        expect=expect(second[0], kind),
        account=DOUBLES,
        earlier=Earlier(path=folder + first[0], content=first[1], kind=kind),
    )


def _xml(number: str, debtor: str = "Bos") -> bytes:
    return ubl(number, debtor=debtor).encode()


def _same(file: str, content: bytes) -> tuple[tuple[str, bytes], tuple[str, bytes]]:
    return (file, content), (file, content)


_PDF, _UBL = Kind.INVOICE_PDF, Kind.INVOICE_UBL
_ATTACHMENT, _DECLARATION = Kind.INVOICE_ATTACHMENT, Kind.DECLARATION

SAMPLES = [
    _one("PDF", _PDF, _skipped, *_same("d1.pdf", making.pdf("d1"))),
    _one(
        "PDF of the same name with other bytes",
        _PDF,
        _goes,
        ("d2.pdf", making.pdf("d2")),
        ("d2.pdf", making.pdf("d2, mended")),
    ),
    _one(
        "PDF with the same bytes under another name",
        _PDF,
        _goes,
        ("d3.pdf", making.pdf("d3")),
        ("d3-copy.pdf", making.pdf("d3")),
    ),
    _one("UBL", _UBL, _skipped, *_same("d4.xml", _xml("D4"))),
    _one(
        "UBL of the same name with other bytes",
        _UBL,
        _goes,
        ("d5.xml", _xml("D5")),
        ("d5.xml", _xml("D5", "Bos en Zoon")),
    ),
    _one("attachment", _ATTACHMENT, _doubled, *_same("d6.xlsx", making.office("d6", "xl/workbook.xml"))),
    _one(
        "attachment with the same bytes under another name",
        _ATTACHMENT,
        _goes,
        ("d7.pdf", making.pdf("d7")),
        ("d7-copy.pdf", making.pdf("d7")),
    ),
    _one(
        "attachment of the same name with other bytes",
        _ATTACHMENT,
        _goes,
        ("d8.pdf", making.pdf("d8")),
        ("d8.pdf", making.pdf("d8, mended")),
    ),
    _one("declaration", _DECLARATION, _doubled, *_same("d9.txt", making.declaration("176", "D9"))),
    _one(
        "declaration under another name",
        _DECLARATION,
        _doubled,
        ("d10.txt", making.declaration("176", "D10")),
        ("d10-copy.txt", making.declaration("176", "D10")),
    ),
    _one(
        "number of a declaration with other bytes",
        _DECLARATION,
        _used,
        ("d11.txt", making.declaration("176", "D11")),
        ("d11-again.txt", making.declaration("176", "D11", name=b"Jansen")),
    ),
    _one(
        "number of a declaration of another practice",
        _DECLARATION,
        _goes,
        ("d12.txt", making.declaration("176", "D12")),
        ("d12-other.txt", making.declaration("176", "D12", practice="87654321")),
    ),
    _one(
        "declaration of the same name with another number",
        _DECLARATION,
        _goes,
        ("d13.txt", making.declaration("176", "D13")),
        ("d13.txt", making.declaration("176", "D14")),
    ),
]
