"""Data files and UBL: which character set, is the text whole, what does it say."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bridge.domain.kinds import Kind
from bridge.domain.names import extension, printable
from bridge.domain.reasons import ReasonCode
from bridge.domain.snapshots import Snapshot
from bridge.intake.charset import Choice, Utf8Watch, decide
from bridge.intake.conversion import converted
from bridge.intake.judge import is_gzip
from bridge.intake.plan import Flaw, Wait
from bridge.intake.proofs.json import JsonProof
from bridge.intake.proofs.numbers import NumberSet
from bridge.intake.proofs.table import TableProof
from bridge.intake.proofs.xml import XmlProof
from bridge.intake.reading import Ends
from bridge.intake.recognise import of_root
from bridge.intake.suggestion import suggest
from bridge.intake.xml_root import looks_like_xml, text_of
from bridge.spool import files

Form = Literal["csv", "xml", "json"]
TextProof = TableProof | XmlProof | JsonProof
_BROKEN = {"csv": ReasonCode.BROKEN_CSV, "xml": ReasonCode.BROKEN_XML, "json": ReasonCode.BROKEN_JSON}
_FORMS: dict[str, Form] = {".csv": "csv", ".xml": "xml", ".json": "json"}
_NEVER_CSV = {b"PK\x03\x04": "a workbook or a zip", b"\xd0\xcf\x11\xe0": "an old workbook", b"%PDF-": "a PDF"}


@dataclass(slots=True, kw_only=True)
class Text:
    """What is in a text file."""

    form: Form
    content_sha256: str  # hex; of what came, unpacked, before any conversion
    proof: TextProof
    flaw: Wait | None = None  # it is not whole, or its character set is not known
    converted: Path | None = None  # the same in UTF-8
    size: int = 0  # of `converted`
    sha256: str = ""  # hex, likewise

    @property
    def extension(self) -> str:
        """What a name of such a file ends in."""
        return f".{self.form}"

    @property
    def snapshot(self) -> Snapshot:
        """What a data file says."""
        return self.proof.snapshot

    @property
    def numbers(self) -> NumberSet:
        """The numbers of the open invoices in it."""
        return self.proof.numbers

    @property
    def document_id(self) -> str | None:
        """The number that an invoice in UBL says."""
        return self.proof.document_id if isinstance(self.proof, XmlProof) else None

    def discard(self) -> None:
        """Forget the text in UTF-8."""
        if self.converted is not None:
            self.converted.unlink(missing_ok=True)

    def check_root(self, kind: Kind, *, is_routed: bool) -> None:
        """Raise `Wait` for XML that is certainly not of *kind*."""
        if not isinstance(self.proof, XmlProof):
            return
        if of_root(self.proof.root).kind is not kind and not is_routed:
            raise Wait(ReasonCode.OTHER_XML, f"its root element is {printable(self.proof.root.name)}")


def form_of(name: str, head: bytes, kind: Kind) -> Form:
    """Return what kind of text a file is: by its name, else by its first bytes."""
    if kind is Kind.INVOICE_UBL:
        return "xml"
    inner = name[: -len(".gz")] if is_gzip(name) else name
    by_name = _FORMS.get(extension(inner))
    if by_name is not None:
        return by_name
    text = text_of(head)
    if looks_like_xml(text):
        return "xml"
    return "json" if text.lstrip()[:1] in {"{", "["} else "csv"


def new_proof(form: Form) -> TextProof:
    """Return a fresh proof for texts of this form."""
    match form:
        case "csv":
            return TableProof()
        case "xml":
            return XmlProof()
        case "json":
            return JsonProof()


def read_text(
    content: Callable[[], Iterator[bytes]],
    ends: Ends,
    *,
    form: Form,
    configured: str | None,
    new_file: Callable[[], Path],
    is_in_parts: Callable[[], bool],
) -> Text:
    """Read all of a text, put it in UTF-8 if it is not, and prove it whole.

    Args:
        content: gives its bytes from the beginning, as often as it is called.
        ends: its first bytes.
        form: what is to be proved.
        configured: the one-byte character set that is told for it.
        new_file: where the text is written if it has to be converted.
        is_in_parts: asked when all was read: whether it is a .gz of several streams; then it is written
            anew too, for a reader that knows only the first would take half an export for the whole.

    Raises:
        Halt: the bytes come from a .gz that is broken.
        OSError: the disk.
    """
    watch, digest = Utf8Watch(), hashlib.sha256()
    for piece in content():
        watch.feed(piece)
        digest.update(piece)
    watch.end()
    text = Text(form=form, content_sha256=digest.hexdigest(), proof=new_proof(form))
    if form == "csv" and (other := _something_else(ends.head)):
        text.flaw = Wait(ReasonCode.BROKEN_CSV, f"it is {other}; have it exported as CSV")
        return text
    choice = decide(ends.head, watch, is_xml=form == "xml", configured=configured)
    if choice.encoding is None:
        text.flaw = Wait(ReasonCode.UNKNOWN_ENCODING, "; ".join(suggest(watch).detail().splitlines()))
        return text
    try:
        if choice.is_unchanged and not is_in_parts():
            _prove(text.proof, content())
        else:
            _convert(text, content(), choice, new_file())
    except Flaw as flaw:
        text.flaw = Wait(_BROKEN[form], str(flaw))
    return text


def _something_else(head: bytes) -> str | None:
    return next((what for mark, what in _NEVER_CSV.items() if head.startswith(mark)), None)


def _prove(proof: TextProof, source: Iterable[bytes]) -> None:
    for piece in source:
        proof.feed(piece)
    proof.end()


def _convert(text: Text, source: Iterator[bytes], choice: Choice, target: Path) -> None:
    """Write the text in UTF-8 to *target*, proving it on the way; a text that is not whole leaves no file."""
    digest, size, flaw = hashlib.sha256(), 0, None
    file = files.create(target)
    try:
        try:
            for piece in _decoded(source, choice, text):
                file.write([piece], size)
                digest.update(piece)
                size += len(piece)
                if flaw is None:
                    flaw = _feed(text.proof, piece)
            file.sync()
        except BaseException:
            target.unlink()
            raise
    finally:
        file.close()
    text.converted, text.size, text.sha256 = target, size, digest.hexdigest()
    if flaw is not None:
        raise flaw
    text.proof.end()


def _decoded(source: Iterator[bytes], choice: Choice, text: Text) -> Iterator[bytes]:
    assert choice.encoding is not None  # noqa: S101  asked before
    try:
        if choice.is_unchanged:
            yield from source
        else:
            yield from converted(source, choice.encoding, is_xml=text.form == "xml")
    except Flaw as flaw:
        raise Wait(ReasonCode.WRONG_ENCODING, str(flaw)) from flaw


def _feed(proof: TextProof, piece: bytes) -> Flaw | None:
    try:
        proof.feed(piece)
    except Flaw as flaw:
        return flaw
    return None
