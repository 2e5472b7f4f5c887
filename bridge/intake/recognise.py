"""The kind of a file that neither operator, route nor folder tells: by extension, then by its first bytes.

Only certain signs count; what has none waits for a person (payt-imports §2: a misrouted data file closes
receivables).  What a file in a kind folder holds is not looked at: the folder says.
"""

import re
from dataclasses import dataclass

from bridge.domain.kinds import Kind
from bridge.domain.names import extension, printable
from bridge.domain.reasons import ReasonCode
from bridge.intake.xml_root import NoRoot, Root, looks_like_xml, root_of, text_of

_BY_EXTENSION = {
    ".csv": Kind.DATA,
    ".json": Kind.DATA,
    ".pdf": Kind.INVOICE_PDF,
    ".docx": Kind.INVOICE_ATTACHMENT,
    ".xlsx": Kind.INVOICE_ATTACHMENT,
}
# Their text may be anything; a "certain sign" in them is none.
_NEVER_BY_CONTENT = frozenset({".zip", ".gz"})
# First record of MZ301 or AP304, and of an insurer's answer to one (payt-imports §4).
_DECLARATION = re.compile(rb"01(176|250|106|193)\d{4}[PT]")
_RETURN = re.compile(rb"01(177|251|143|194)\d{4}[PT]")
_HEADER_COLUMNS = {"administration_code", "invoice_number"}  # of a Payt data file (payt-imports §2)

_UBL = "urn:oasis:names:specification:ubl:"
_UBL_ROOTS = {
    Root(namespace=f"{_UBL}schema:xsd:Invoice-2", name="Invoice"),
    Root(namespace=f"{_UBL}schema:xsd:CreditNote-2", name="CreditNote"),
}
# Business messages, envelopes and pages that are certainly no data file for Payt.
_OTHER_NAMESPACES = (
    _UBL,
    "http://www.unece.org/cefact/namespaces/",  # SBDH
    "urn:un:unece:uncefact:",  # CII, SBDH
    "urn:ferd:",  # ZUGFeRD 1
    "urn:iso:std:iso:20022:",  # pain, camt
    "http://schemas.xmlsoap.org/",
    "http://www.w3.org/",  # XHTML, SVG, SOAP 1.2, XSLT, XSD
    "http://schemas.openxmlformats.org/",
)
_OTHER_NAMES = frozenset(
    {"standardbusinessdocument", "crossindustryinvoice", "crossindustrydocument", "html", "svg", "rss"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a file is, or why that cannot be said."""

    kind: Kind | None
    reason: ReasonCode | None = None  # set: it must wait for a person
    detail: str = ""


def recognise(name: str, head: bytes) -> Verdict:
    """Return the kind of a file from its *name* and its first bytes.

    Args:
        name: without a trailing ``.gz``, which is its packing.
        head: its first bytes unpacked, at most 64 KiB; fewer only if there are no more.
    """
    suffix = extension(name)
    if suffix in _BY_EXTENSION:
        return Verdict(kind=_BY_EXTENSION[suffix])
    if suffix == ".xml":
        return _by_root(text_of(head))
    if suffix in _NEVER_BY_CONTENT:
        return _unknown(suffix)
    return _by_content(head) or _unknown(suffix)


def _by_content(head: bytes) -> Verdict | None:
    if head.startswith(b"%PDF-"):
        return Verdict(kind=Kind.INVOICE_PDF)
    if _DECLARATION.match(head):
        return Verdict(kind=Kind.DECLARATION)
    if _RETURN.match(head):
        detail = f"its first record is of the kind {head[2:5].decode()}"
        return Verdict(kind=None, reason=ReasonCode.DECLARATION_RETURN, detail=detail)
    text = text_of(head)
    if looks_like_xml(text):
        return _by_root(text)
    return Verdict(kind=Kind.DATA) if has_payt_header(text) else None


def _by_root(text: str) -> Verdict:
    try:
        root = root_of(text)
    except NoRoot as error:
        return Verdict(kind=None, reason=ReasonCode.OTHER_XML, detail=printable(str(error)))
    return of_root(root)


def of_root(root: Root) -> Verdict:
    """Return what an XML with this *root* element is."""
    if root in _UBL_ROOTS:
        return Verdict(kind=Kind.INVOICE_UBL)
    if root.namespace.startswith(_OTHER_NAMESPACES) or root.name.casefold() in _OTHER_NAMES:
        shown = f"{{{root.namespace}}}{root.name}" if root.namespace else root.name
        return Verdict(
            kind=None, reason=ReasonCode.OTHER_XML, detail=f"its root element is {printable(shown)}"
        )
    return Verdict(kind=Kind.DATA)


def has_payt_header(text: str) -> bool:
    """Whether the first line has the columns of a Payt data file."""
    line = re.split(r"[\r\n]", text, maxsplit=1)[0]
    return any(
        {column.strip(' "').casefold() for column in line.split(mark)} >= _HEADER_COLUMNS for mark in ";,"
    )


def _unknown(suffix: str) -> Verdict:
    named = f"the extension {printable(suffix, 20)}" if suffix else "no extension"
    return Verdict(
        kind=None,
        reason=ReasonCode.UNKNOWN_KIND,
        detail=f"it has {named}, and its content is none that the bridge knows",
    )
