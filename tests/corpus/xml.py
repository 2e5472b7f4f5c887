"""UBL as it is made and as it is not, other business XML, and XML data files."""

import base64
import codecs

from bridge.domain.kinds import Kind
from bridge.domain.reasons import ReasonCode
from tests.corpus import making
from tests.corpus.sample import Expected, Sample, held, sent

_XSD = "urn:oasis:names:specification:ubl:schema:xsd:"


def ubl(
    number: str,
    *,
    root: str = "Invoice",
    prefix: str = "",
    encoding: str = "UTF-8",
    extra: str = "",
    debtor: str = "Café Zoë",
) -> str:
    """Return an invoice or a credit note in UBL."""
    tag, space = (f"{prefix}:{root}", f"xmlns:{prefix}") if prefix else (root, "xmlns")
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\r\n'
        f'<{tag} {space}="{_XSD}{root}-2" xmlns:cbc="{_XSD}CommonBasicComponents-2"'
        f' xmlns:cac="{_XSD}CommonAggregateComponents-2">'
        f"<cbc:ID>{number}</cbc:ID>{extra}<cbc:Note>{debtor}</cbc:Note></{tag}>\r\n"
    )


def _embedded() -> str:
    paper = base64.b64encode(making.pdf("embedded") + bytes(300_000)).decode()
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf">{paper}'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )


def _one(name: str, path: str, content: bytes, expect: Expected | None = None) -> Sample:
    file = path.rpartition("/")[2]
    return Sample(name=name, path=path, content=content, expect=expect or sent(file, Kind.INVOICE_UBL))


def _invoices() -> list[Sample]:
    latin = ubl("U105", encoding="ISO-8859-1")
    ansi = ubl("U106", encoding="windows-1252", debtor="Café \u20ac")
    wide = ubl("U107", encoding="UTF-16")
    in_utf8 = wide.replace("UTF-16", "UTF-8")
    return [
        _one("UBL invoice in no kind folder", "/U100.xml", ubl("U100").encode()),
        _one("UBL invoice in its folder", "/invoice_ubl/U101.xml", ubl("U101").encode()),
        _one("UBL credit note", "/U102.xml", ubl("U102", root="CreditNote").encode()),
        _one("UBL with a prefix of its own", "/U103.XML", ubl("U103", prefix="inv").encode()),
        _one("UBL with an embedded PDF", "/U104.xml", ubl("U104", extra=_embedded()).encode()),
        _one("UBL with a mark", "/U108.xml", codecs.BOM_UTF8 + ubl("U108").encode()),
        _one(
            "UBL that declares ISO 8859-1",
            "/U105.xml",
            latin.encode("iso8859-1"),
            sent("U105.xml", Kind.INVOICE_UBL, latin.replace("ISO-8859-1", "UTF-8").encode()),
        ),
        _one(
            "UBL that declares windows-1252",
            "/U106.xml",
            ansi.encode("cp1252"),
            sent("U106.xml", Kind.INVOICE_UBL, ansi.replace("windows-1252", "UTF-8").encode()),
        ),
        _one(
            "UBL in UTF-16",
            "/U107.xml",
            codecs.BOM_UTF16_BE + wide.encode("utf-16-be"),
            sent("U107.xml", Kind.INVOICE_UBL, in_utf8.encode()),
        ),
        _one(
            "UBL of pure ASCII that declares ISO 8859-1",
            "/U109.xml",
            ubl("U109", encoding="ISO-8859-1", debtor="Bos").encode(),
        ),
        _one(
            "UBL under a name without its number",
            "/invoice_ubl/factuur-maart.xml",
            ubl("U110").encode(),
            sent("factuur-maart.xml", Kind.INVOICE_UBL, remarks=(ReasonCode.NAME_LACKS_NUMBER,)),
        ),
        _one(
            "UBL that is cut",
            "/U111.xml",
            ubl("U111").encode()[:-14],
            held(ReasonCode.BROKEN_XML),
        ),
        _one(
            "UBL that is cut before its root element ends",
            "/invoice_ubl/U112.xml",
            ubl("U112").encode()[:90],
            held(ReasonCode.BROKEN_XML),
        ),
    ]


_SBDH = (
    '<sh:StandardBusinessDocument xmlns:sh="http://www.unece.org/cefact/namespaces/'
    'StandardBusinessDocumentHeader"><sh:StandardBusinessDocumentHeader/>'
    f"{ubl('E1').partition('?>')[2].strip()}</sh:StandardBusinessDocument>"
)
_CII = (
    '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">'
    "<rsm:ExchangedDocument/></rsm:CrossIndustryInvoice>"
)
_LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
_OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def _others() -> list[Sample]:
    order = ubl("U120", root="Order")
    return [
        _one("SBDH envelope", "/sbdh.xml", _SBDH.encode(), held(ReasonCode.OTHER_XML)),
        _one(
            "SBDH envelope in the UBL folder",
            "/invoice_ubl/sbdh-ubl.xml",
            _SBDH.encode(),
            held(ReasonCode.OTHER_XML),
        ),
        _one("CII", "/cii.xml", _CII.encode(), held(ReasonCode.OTHER_XML)),
        _one("CII in the UBL folder", "/invoice_ubl/cii-ubl.xml", _CII.encode(), held(ReasonCode.OTHER_XML)),
        _one(
            "CII in the folder for data files",
            "/P2/csv/cii-data.xml",
            _CII.encode(),
            held(ReasonCode.OTHER_XML),
        ),
        _one("UBL order", "/order.xml", order.encode(), held(ReasonCode.OTHER_XML)),
        _one(
            "UBL invoice in the folder for data files",
            "/csv/U121.xml",
            ubl("U121").encode(),
            held(ReasonCode.OTHER_XML),
        ),
        _one(
            "billion laughs in no kind folder",
            "/laughs.xml",
            _LAUGHS.encode(),
            held(ReasonCode.OTHER_XML),
        ),
        _one(
            "billion laughs in the folder for data files",
            "/csv/laughs-data.xml",
            _LAUGHS.encode(),
            held(ReasonCode.BROKEN_XML),
        ),
        _one(
            "an entity from outside",
            "/invoice_ubl/outside.xml",
            _OUTSIDE.encode(),
            held(ReasonCode.BROKEN_XML),
        ),
    ]


def data_xml(number: str, encoding: str = "UTF-8", debtor: str = "Bos") -> str:
    """Return an XML data file."""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<invoices><invoice>'
        f"<invoice_number>{number}</invoice_number><debtor>{debtor}</debtor>"
        "<invoice_open_amount_inc_vat>12.10</invoice_open_amount_inc_vat></invoice></invoices>\n"
    )


def _data() -> list[Sample]:
    latin = data_xml("X3", "ISO-8859-15", "Café \u20ac")
    return [
        _one("XML data file", "/csv/data-x1.xml", data_xml("X1").encode(), sent("data-x1.xml", Kind.DATA)),
        _one(
            "XML data file in no kind folder",
            "/data-x2.xml",
            data_xml("X2").encode(),
            sent("data-x2.xml", Kind.DATA),
        ),
        _one(
            "XML data file that declares ISO 8859-15",
            "/csv/data-x3.xml",
            latin.encode("iso8859-15"),
            sent("data-x3.xml", Kind.DATA, latin.replace("ISO-8859-15", "UTF-8").encode()),
        ),
        _one(
            "XML data file in the UBL folder",
            "/invoice_ubl/data-x4.xml",
            data_xml("X4").encode(),
            held(ReasonCode.OTHER_XML),
        ),
        _one(
            "XML data file that is cut",
            "/csv/data-x5.xml",
            data_xml("X5").encode()[:-12],
            held(ReasonCode.BROKEN_XML),
        ),
    ]


SAMPLES = [*_invoices(), *_others(), *_data()]
