"""XML is whole when it is well-formed to its end; what a data file in it says is counted on the way.

Expat reads it as it comes, a text of any length in pieces.  Nothing is resolved: an internal subset, an
entity of its own or one that is defined elsewhere is a flaw (threats C: billion laughs, XXE).  Bounded are
depth, the length of a tag, comment or instruction and of a name, and how many different names there are, for
the parser keeps every one.
"""

import codecs
import re
from xml.parsers import expat

from bridge.domain.names import printable
from bridge.intake.plan import Flaw
from bridge.intake.proofs.gathering import MAX_DEPTH, MAX_TEXT, Blocks, Gathering, Record, column_of
from bridge.intake.xml_root import Root

_MAX_TOKEN_BYTES = 1024 * 1024  # a tag with its attributes, a comment, an instruction
_MAX_NAME = 1000  # characters, with its namespace
_MAX_NAMES = 10_000  # different ones; the schemas of UBL know some 2,000
_MAX_DOCUMENT_ID = 255
_ID = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2 ID"
_DOCUMENT_ID = "document id"
_DEFINITIONS = "its DOCTYPE has definitions of its own, which the bridge never reads"
_DECLARED = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml[^>]{1,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']"""
)
# What expat calls the encodings that it reads by itself, by Python's name for them.
_OF_EXPAT = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16LE",
    "utf-16-be": "UTF-16BE",
    "iso8859-1": "ISO-8859-1",
}
_CUT_OFF = frozenset(
    {
        expat.errors.codes[message]
        for message in (
            expat.errors.XML_ERROR_NO_ELEMENTS,
            expat.errors.XML_ERROR_UNCLOSED_TOKEN,
            expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
            expat.errors.XML_ERROR_PARTIAL_CHAR,
        )
    }
)


class XmlProof:
    """Reads XML and keeps its root, its `document_id` and what a data file says.

    Args:
        encoding: of the file, if it is known better than the file says; Python's or expat's name.
    """

    def __init__(self, encoding: str | None = None) -> None:
        self.root = Root(namespace="", name="")
        self.document_id: str | None = None  # text of a cbc:ID directly under the root (payt-imports §5)
        self._encoding = encoding
        self._blocks = Blocks()
        self._parser: expat.XMLParserType | None = None
        self._fed = 0
        self._depth = 0  # of the element that is open; 1: the root
        self._children = 0  # of the root
        self._gathering = Gathering()
        self._records: dict[int, Record] = {}  # by depth of the parent
        self._columns: dict[str, str | None] = {}  # by name, which are few
        self._taking: tuple[int, str] | None = None  # depth and column of the element whose text is kept
        self._text: list[str] = []
        self._text_length = 0

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise `Flaw` if the file cannot be whole."""
        for block in self._blocks.add(piece):
            self._parse(block, last=False)

    def end(self) -> None:
        """Take note that there are no more; raise `Flaw` if the file is not whole."""
        rest = self._blocks.rest()
        if not rest and not self._fed:
            raise Flaw("it is empty")
        self._parse(rest, last=True)
        self._parser = None  # it and its handlers hold each other
        self.snapshot = self._gathering.snapshot(otherwise=self._children)
        self.numbers = self._gathering.numbers

    def _parse(self, block: bytes, *, last: bool) -> None:
        parser = self._parser or self._begin(block)
        self._fed += len(block)
        try:
            parser.Parse(block, last)
        except expat.ExpatError as error:
            cut = ": the file may have been cut off" if last and error.code in _CUT_OFF else ""
            what = expat.ErrorString(error.code)
            raise Flaw(f"line {error.lineno:,}, column {error.offset + 1:,}: {what}{cut}") from None
        except (ValueError, LookupError):  # UnicodeError is one
            raise Flaw("its encoding is none that the bridge reads") from None
        # What was fed and is not passed yet is one token without its end.
        if self._fed - parser.CurrentByteIndex > _MAX_TOKEN_BYTES:
            raise self._flaw("a tag or comment of more than 1 MiB")
        if len(parser.intern) > _MAX_NAMES:
            raise self._flaw(f"more than {_MAX_NAMES:,} different names")

    def _begin(self, block: bytes) -> expat.XMLParserType:
        try:
            parser = expat.ParserCreate(_encoding_of(block, self._encoding), " ")
        except LookupError:
            raise Flaw("its encoding is none that the bridge reads") from None
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartNamespaceDeclHandler = self._namespace
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.ExternalEntityRefHandler = self._outside
        parser.SkippedEntityHandler = self._skipped
        self._parser = parser
        return parser

    def _flaw(self, what: str) -> Flaw:
        parser = self._parser
        if parser is None:
            return Flaw(what)
        return Flaw(f"line {parser.CurrentLineNumber:,}, column {parser.CurrentColumnNumber + 1:,}: {what}")

    # handlers -------------------------------------------------------------------------------------------

    def _start(self, name: str, attributes: list[str]) -> None:
        self._depth = depth = self._depth + 1
        if name not in self._columns:
            self._columns[name] = self._new_name(name)
        if attributes and max(map(len, attributes[::2])) > _MAX_NAME:
            raise self._flaw(f"a name of more than {_MAX_NAME:,} characters")
        if depth <= 2 or depth > MAX_DEPTH:
            self._outermost(name, depth)
        if self._taking is None and (column := self._columns[name]) is not None:
            self._take(depth, column)

    def _outermost(self, name: str, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise self._flaw(f"more than {MAX_DEPTH} elements in each other")
        if depth == 1:
            namespace, _, local = name.rpartition(" ")
            self.root = Root(namespace=namespace, name=local)
            return
        self._children += 1
        if name == _ID and self.document_id is None and self._taking is None:
            self._take(depth, _DOCUMENT_ID)

    def _new_name(self, name: str) -> str | None:
        if len(name) > _MAX_NAME:
            raise self._flaw(f"a name of more than {_MAX_NAME:,} characters")
        return column_of(name.rpartition(" ")[2])

    def _take(self, depth: int, column: str) -> None:
        """Begin to keep the text of the element at *depth*."""
        self._taking = (depth, column)
        if self._parser is not None:
            self._parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        if self._text_length < MAX_TEXT:
            self._text.append(text[:MAX_TEXT])
            self._text_length += len(text)

    def _end(self, _name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if self._taking is not None and self._taking[0] == depth:
            self._took(self._taking[1], depth - 1)
        if depth in self._records:
            self._gathering.finish(self._records.pop(depth))

    def _took(self, column: str, parent: int) -> None:
        text = "".join(self._text)
        self._text.clear()
        self._text_length = 0
        self._taking = None
        if self._parser is not None:
            self._parser.CharacterDataHandler = None
        if column == _DOCUMENT_ID:
            self.document_id = text.strip()[:_MAX_DOCUMENT_ID]
        else:
            record = self._records.get(parent) or Record()
            self._records[parent] = self._gathering.take(record, column, text)

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if max(len(prefix or ""), len(uri or "")) > _MAX_NAME:
            raise self._flaw(f"a name of more than {_MAX_NAME:,} characters")

    def _doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:
        if has_subset:
            raise self._flaw(_DEFINITIONS)

    def _entity(self, *_what: object) -> None:
        raise self._flaw(_DEFINITIONS)

    def _outside(self, *_what: object) -> int:
        raise self._flaw("something outside of the file, which the bridge never reads")

    def _skipped(self, name: str, _is_parameter: bool) -> None:
        raise self._flaw(f"the entity {printable(name, 40)} is not defined in the file")


def _encoding_of(head: bytes, known: str | None) -> str | None:
    """Return what to tell expat: None, if the file says it in a way that expat understands."""
    if known is None:
        declared = _DECLARED.match(head)
        if declared is None:
            return None
        said = declared[1].decode("ascii")
        # Other names of UTF-8, as utf8; expat would take them for a code page.
        return "UTF-8" if _name(said) == "utf-8" else None
    return _OF_EXPAT.get(_name(known), known)


def _name(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return ""
