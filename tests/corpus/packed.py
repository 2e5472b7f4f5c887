"""Files as .gz: whole ones, broken ones, and names that do not say what is in them."""

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.making import gzipped
from tests.corpus.sample import BY_ENCODING, Sample, at_close, held, refused, sent
from tests.corpus.xml import ubl

_ANSI = making.csv("ANSI", "gz-ansi", debtor_company_name="Café")
_TWO = making.csv("P2", "gz-5")
_BOMB = gzipped(bytes(32 << 20))


def _table(number: str) -> bytes:
    return making.csv("P1", number)


SAMPLES = [
    Sample(
        name="CSV in a .gz",
        path="/csv/gz-1.csv.gz",
        content=gzipped(_table("gz-1")),
        expect=sent("gz-1.csv.gz", Kind.DATA),
    ),
    Sample(
        name="JSON in a .GZ, in no kind folder",
        path="/gz-2.JSON.GZ",
        content=gzipped(b'[{"invoice_number": "gz-2"}]'),
        expect=sent("gz-2.JSON.GZ", Kind.DATA),
    ),
    Sample(
        name="UBL in a .gz",
        path="/gz-3.xml.gz",
        content=gzipped(ubl("gz-3").encode()),
        expect=sent("gz-3.xml.gz", Kind.INVOICE_UBL),
    ),
    Sample(
        name="PDF in a .gz",
        path="/gz-4.pdf.gz",
        content=gzipped(making.pdf("gz-4")),
        expect=sent("gz-4.pdf.gz", Kind.INVOICE_PDF),
    ),
    Sample(
        name="CSV in windows-1252 in a .gz, which arrives unpacked",
        path="/gz-ansi.csv.gz",
        content=gzipped(_ANSI.decode().encode("cp1252")),
        expect=sent("gz-ansi.csv", Kind.DATA, _ANSI),
        account=BY_ENCODING["windows-1252"],
    ),
    Sample(
        name="CSV in a .gz of two streams",
        path="/P2/csv/gz-5.csv.gz",
        content=gzipped(_TWO[:100]) + gzipped(_TWO[100:]),
        expect=sent("gz-5.csv", Kind.DATA, _TWO),  # a reader of one stream would see only its beginning
    ),
    Sample(
        name="CSV in a .gz whose name lacks what is in it",
        path="/csv/gz-6.gz",
        content=gzipped(_table("gz-6")),
        expect=sent("gz-6.csv.gz", Kind.DATA, gzipped(_table("gz-6"))),
    ),
    Sample(
        name="CSV in a .gz whose name says something else",
        path="/csv/gz-7.txt.gz",
        content=gzipped(_table("gz-7")),
        expect=held(ReasonCode.GZIP_INNER_NAME),
    ),
    Sample(
        name="UBL in a .gz whose name says PDF",
        path="/invoice_ubl/gz-8.pdf.gz",
        content=gzipped(ubl("gz-8").encode()),
        expect=held(ReasonCode.GZIP_INNER_NAME),
    ),
    Sample(
        name=".gz that is cut",
        path="/csv/gz-cut.csv.gz",
        content=gzipped(_table("gz-cut"))[:-6],
        expect=refused(ReasonCode.BROKEN_GZIP),
    ),
    Sample(
        name=".gz with a wrong checksum",
        path="/csv/gz-crc.csv.gz",
        content=gzipped(_table("gz-crc"))[:-8] + bytes(8),
        expect=refused(ReasonCode.BROKEN_GZIP),
    ),
    Sample(
        name=".gz with something behind it",
        path="/csv/gz-more.csv.gz",
        content=gzipped(_table("gz-more")) + b"junk",
        expect=refused(ReasonCode.BROKEN_GZIP),
    ),
    Sample(
        name=".gz that is none",
        path="/csv/gz-none.csv.gz",
        content=_table("gz-none"),
        expect=at_close(ReasonCode.BROKEN_GZIP),
    ),
    Sample(
        name=".gz of no bytes",
        path="/csv/gz-nothing.csv.gz",
        content=b"",
        expect=at_close(ReasonCode.BROKEN_GZIP),
    ),
    Sample(
        name="gzip bomb",
        path="/csv/gz-bomb.csv.gz",
        content=_BOMB,
        expect=refused(ReasonCode.GZIP_TOO_LARGE),
    ),
    Sample(
        name="CSV in a .gz that is cut itself",
        path="/csv/gz-inner-cut.csv.gz",
        content=gzipped(_table("gz-inner-cut")[:-5]),
        expect=held(ReasonCode.BROKEN_CSV),
    ),
]
