"""Zips that senders really make: strange names, junk, zips in zips, a file among many that waits."""

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.sample import BY_ENCODING, PLAIN, ROUTED, Document, Expected, Sample, accepted, held
from tests.corpus.xml import ubl
from tests.intake.zips import UTF8, Part, build, build64, unicode_path


def _pdf(name: str, raw: bytes | None = None, **how: object) -> Part:
    """Return an entry with a PDF of this *name*, written as *raw*."""
    return Part(name=raw or name.encode(), content=making.pdf(name), **how)  # type: ignore[arg-type]


def _paper(name: str, **outcome: object) -> Document:
    """Return the document that `_pdf` becomes."""
    return Document(
        name=name,
        kind=Kind.INVOICE_PDF,
        content=making.pdf(name),
        **outcome,  # type: ignore[arg-type]
    )


def _one(name: str, file: str, content: bytes, expect: Expected, account: str = PLAIN) -> Sample:
    return Sample(name=f"zip: {name}", path=f"/{file}.zip", content=content, expect=expect, account=account)


def _names() -> list[Sample]:
    dos, ansi = BY_ENCODING["cp850"], BY_ENCODING["windows-1252"]

    def one(name: str, part: Part, wanted: str, account: str = PLAIN) -> Sample:
        part.content = making.pdf(wanted)
        file = f"names-{name.replace(' ', '-')}"
        return _one(f"{name} name", file, build(part), accepted(_paper(wanted)), account)

    return [
        one("flagged UTF-8", _pdf("né1.pdf", flags=UTF8), "né1.pdf"),
        one("unflagged UTF-8", _pdf("né2.pdf"), "né2.pdf", dos),
        one("CP437", _pdf("", "né3.pdf".encode("cp437")), "né3.pdf"),
        one("CP850", _pdf("", "nØ4.pdf".encode("cp850")), "nØ4.pdf", dos),
        one("windows-1252", _pdf("", "né\u20ac5.pdf".encode("cp1252")), "né\u20ac5.pdf", ansi),
        one("invalid flagged UTF-8", _pdf("", b"n\x826.pdf", flags=UTF8), "né6.pdf"),
        one("unicode path", _pdf("", b"n_7.pdf", extra=unicode_path(b"n_7.pdf", "né7.pdf")), "né7.pdf"),
        one("absolute", _pdf("", b"/etc/passwd8.pdf"), "passwd8.pdf"),
        one("backslash", _pdf("", b"map\\sub\\n9.pdf"), "n9.pdf"),
        one("folder", _pdf("", b"2026/11/n10.PDF"), "n10.PDF"),
        one("drive", _pdf("", b"C:\\export\\n11.pdf"), "n11.pdf"),
    ]


def _contents() -> list[Sample]:
    table = making.csv("P1", "bundle")
    invoice = ubl("B20").encode()
    mixed = build(
        Part(name=b"bundle.csv", content=table),
        _pdf("b20.pdf"),
        Part(name=b"B20.xml", content=invoice),
    )
    nested = build(_pdf("outer.pdf"), Part(name=b"inner.zip", content=build(_pdf("inner.pdf"))))
    book = making.office("bundle", "xl/workbook.xml")
    return [
        _one(
            "documents and their data file",
            "mixed",
            mixed,
            accepted(
                _paper("b20.pdf"),
                Document(name="B20.xml", kind=Kind.INVOICE_UBL, content=invoice),
                Document(name="bundle.csv", kind=Kind.DATA, content=table),
            ),
        ),
        _one("zip64", "zip64", build64(_pdf("b21.pdf")), accepted(_paper("b21.pdf"))),
        _one(
            "zip in a zip, which waits",
            "nested",
            nested,
            accepted(
                _paper("outer.pdf"),
                Document(
                    name="inner.zip",
                    kind=None,
                    content=build(_pdf("inner.pdf")),
                    held=ReasonCode.NESTED_ARCHIVE,
                ),
            ),
        ),
        _one(
            "what macOS and Windows leave in it",
            "junk",
            build(
                Part(name=b"__MACOSX/._b22.pdf", content=b"junk"),
                Part(name=b".DS_Store", content=b"junk"),
                Part(name=b"Thumbs.db", content=b"junk"),
                _pdf("b22.pdf"),
            ),
            accepted(_paper("b22.pdf"), remarks=(ReasonCode.LEFT_OUT,)),
        ),
        _one(
            "only junk",
            "only-junk",
            build(Part(name=b"Thumbs.db", content=b"junk")),
            held(ReasonCode.EMPTY_ARCHIVE),
        ),
        _one("nothing in it", "no-entry", build(), held(ReasonCode.EMPTY_ARCHIVE)),
        _one(
            "names that differ in case only",
            "case",
            build(_pdf("twin.pdf"), _pdf("TWIN.pdf")),
            accepted(_paper("twin.pdf"), _paper("TWIN.pdf")),
        ),
        _one(
            "XLSX among PDF, which is not unpacked",
            "xlsx",
            build(_pdf("b23.pdf"), Part(name=b"b23.xlsx", content=book)),
            accepted(
                _paper("b23.pdf"),
                Document(name="b23.xlsx", kind=Kind.INVOICE_ATTACHMENT, content=book),
            ),
        ),
        _one(
            "a file of no known kind among PDF",
            "kindless",
            build(_pdf("b25.pdf"), Part(name=b"b25.bin", content=b"\x00\x01")),
            accepted(
                _paper("b25.pdf"),
                Document(name="b25.bin", kind=None, content=b"\x00\x01", held=ReasonCode.UNKNOWN_KIND),
            ),
        ),
        _one(
            "attachments by a route for their names",
            "route",
            build(_pdf("b24.pdf"), _pdf("b24_bijlage.pdf")),
            accepted(
                _paper("b24.pdf"),
                Document(
                    name="b24_bijlage.pdf",
                    kind=Kind.INVOICE_ATTACHMENT,
                    content=making.pdf("b24_bijlage.pdf"),
                ),
            ),
            ROUTED,
        ),
    ]


def _waiting() -> list[Sample]:
    dos = BY_ENCODING["cp850"]
    told = making.csv("DOS850", "packed", debtor_company_name="Café")
    table = making.csv("P1", "waits")
    cut = making.pdf("b31.pdf")[:-8]
    return [
        _one(
            "two files of one name, in two folders",
            "same-name",
            build(_pdf("", b"a/b30.pdf"), Part(name=b"b/b30.pdf", content=making.pdf("other"))),
            accepted(
                Document(name="b30.pdf", kind=Kind.INVOICE_PDF, content=making.pdf("")),
                Document(
                    name="b30.pdf",
                    kind=Kind.INVOICE_PDF,
                    content=making.pdf("other"),
                    held=ReasonCode.SAME_NAME_TWICE,
                ),
            ),
        ),
        _one(
            "two data files of one name, in two folders",
            "same-data",
            build(
                Part(name=b"a/twice.csv", content=table),
                Part(name=b"b/twice.csv", content=making.csv("P1", "other")),
            ),
            held(ReasonCode.SAME_NAME_TWICE),
        ),
        _one(
            "a cut PDF among whole ones",
            "cut-pdf",
            build(_pdf("b32.pdf"), Part(name=b"b31.pdf", content=cut)),
            accepted(
                _paper("b32.pdf"),
                Document(name="b31.pdf", kind=Kind.INVOICE_PDF, content=cut, held=ReasonCode.BROKEN_PDF),
            ),
        ),
        _one(
            "a cut PDF beside a data file",
            "cut-pdf-data",
            build(Part(name=b"waits.csv", content=table), Part(name=b"b33.pdf", content=cut)),
            held(ReasonCode.BROKEN_PDF),
        ),
        _one(
            "a cut data file beside PDF",
            "cut-data",
            build(_pdf("b34.pdf"), Part(name=b"cut.csv", content=table[:-5])),
            held(ReasonCode.BROKEN_CSV),
        ),
        _one(
            "a data file in CP850, which the account says",
            "encoded",
            build(Part(name=b"packed.csv", content=told.decode().encode("cp850"))),
            accepted(Document(name="packed.csv", kind=Kind.DATA, content=told)),
            dos,
        ),
        _one(
            "a data file whose encoding nobody tells",
            "untold",
            build(_pdf("b35.pdf"), Part(name=b"u.csv", content=told.decode().encode("cp1252"))),
            held(ReasonCode.UNKNOWN_ENCODING),
        ),
    ]


SAMPLES = [*_names(), *_contents(), *_waiting()]
