"""JSON is whole when it is one value to its end; what a data file in it says is counted on the way.

YAJL (through ijson) reads it as it comes.  Bounded are depth and what the parser must hold at once: a
string, or blanks between two values, of more than 4 MiB is a flaw; so are 4,000 digits in a row, which are no
number of an invoice and which ijson cannot hold.  Bytes are counted from 1.  YAJL's own messages quote the
file and are not passed on.
"""

import codecs
import re
from decimal import Decimal, DecimalException
from typing import Any

from ijson.backends import yajl2_c  # type: ignore[import-untyped]
from ijson.common import JSONError  # type: ignore[import-untyped]

from bridge.intake.plan import Flaw
from bridge.intake.proofs.gathering import MAX_DEPTH, Blocks, Columns, Gathering, Record

_MAX_TOKEN_BYTES = 4 * 1024 * 1024
_MAX_DIGITS = 4000  # below the 4,300 of Python's int; beyond them ijson hands out a broken event
_MAX_EXPONENT = 30  # no amount has that many zeros
_MARK = codecs.BOM_UTF8
_DIGITS = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_RUN = b"0" * (_MAX_DIGITS + 1)
_BREAKS = bytes.maketrans(b"\r\n", b"  ")
_ARROW = re.compile(rb"\n {21}\(right here\)")
_CONTEXT_BYTES = 30  # before and after the place, in YAJL's message
_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})
_CUT_OFF = "it ends within: the file may have been cut off"
_TRAILING = "something follows after its end"
_MESSAGES = (
    ("premature EOF", _CUT_OFF),
    ("trailing garbage", _TRAILING),
    ("UTF8", "it is not UTF-8"),
    ("comment", "a comment, which JSON does not have"),
)


class JsonProof:
    """Reads JSON and keeps what a data file says."""

    def __init__(self) -> None:
        self._blocks = Blocks()
        self._at = 0  # bytes parsed
        # ijson's objects are unknown to the collector of cycles: nothing that they hold may hold them.
        self._events = _Events()
        self._parser: Any = yajl2_c.basic_parse_coro(self._events)
        self._text = codecs.getincrementaldecoder("utf-8")()
        self._tail = b""  # the digits that the last block ended with
        self._quiet = 0  # bytes of the blocks since the last event
        self._has_begun = False  # there was an event

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise `Flaw` if the file cannot be whole."""
        for block in self._blocks.add(piece):
            self._parse(block)

    def end(self) -> None:
        """Take note that there are no more; raise `Flaw` if the file is not whole."""
        rest = self._blocks.rest()
        if not rest and not self._at:
            raise Flaw("it is empty")
        self._parse(rest)
        try:
            self._text.decode(b"", final=True)
            self._parser.send(
                b"\n"
            )  # no token goes on after it; YAJL alone passes `[1] "x` without the quote
            self._parser.close()
        except (JSONError, UnicodeDecodeError):
            what = _TRAILING if self._has_begun and not self._events.stack else _CUT_OFF
            raise Flaw(f"byte {self._at:,}: {what}") from None
        except (DecimalException, ValueError):
            raise Flaw(f"byte {self._at:,}: a number out of range") from None
        self.snapshot = self._events.gathering.snapshot(otherwise=self._events.rows)
        self.numbers = self._events.gathering.numbers

    def _parse(self, block: bytes) -> None:
        self._check(block)
        begin = 0 if self._at else len(_MARK) * block.startswith(_MARK)
        self._events.is_quiet = True
        try:
            if len(block) > begin:  # nothing would mean the end
                self._parser.send(block[begin:])
        except JSONError as error:
            raise Flaw(_told(error, block[begin:], self._at + begin)) from None
        except (DecimalException, ValueError):
            raise Flaw(f"{self._within(block)}: a number out of range") from None
        except _TooDeep:
            too_deep = f"more than {MAX_DEPTH} arrays and objects in each other"
            raise Flaw(f"{self._within(block)}: {too_deep}") from None
        self._at += len(block)
        self._has_begun = self._has_begun or not self._events.is_quiet
        self._quiet = self._quiet + len(block) if self._events.is_quiet else 0
        if self._quiet > _MAX_TOKEN_BYTES:
            raise Flaw(f"byte {self._at:,}: a text of more than 4 MiB")

    def _check(self, block: bytes) -> None:
        """Refuse what YAJL or ijson would let pass, or break at."""
        try:
            self._text.decode(block)
        except UnicodeDecodeError as error:
            begun = len(error.object) - len(block)  # of a character, in the block before
            raise Flaw(f"byte {self._at - begun + error.start + 1:,}: it is not UTF-8") from None
        for blank in (b"\v", b"\f"):
            if (at := block.find(blank)) >= 0:
                raise Flaw(f"byte {self._at + at + 1:,}: a control character")
        digits = self._tail + block.translate(_DIGITS)
        if (at := digits.find(_RUN)) >= 0:
            raise Flaw(
                f"byte {self._at + at - len(self._tail) + 1:,}: more than {_MAX_DIGITS:,} digits in a row"
            )
        self._tail = digits[-_MAX_DIGITS:].rpartition(b" ")[2]

    def _within(self, block: bytes) -> str:
        return f"within bytes {self._at + 1:,} to {self._at + len(block):,}"


class _TooDeep(Exception):
    """More is open in each other than is followed."""


class _Events:
    """Takes the events of ijson and gathers what they say."""

    def __init__(self) -> None:
        self.is_quiet = True  # no event came since somebody set this
        self.gathering = Gathering()
        self.stack: list[Record | None] = []  # of each object that is open, None for an array
        self.rows = 0  # items of the first array met
        self._columns = Columns()
        self._column: str | None = None  # of the value that comes next
        self._rows_depth = 0  # of the first array while it is open; 0: none was met
        self._is_row = False  # what comes next is an item of it

    def send(self, event: tuple[str, Any]) -> None:
        """Take an event of ijson."""
        self.is_quiet = False
        kind, value = event
        if kind == "map_key":
            self._column = self._columns[value]
        elif kind in _ENDS:
            self._close()
        elif self._is_row or self._column is not None or kind in _STARTS:  # most values are none of these
            self.rows += self._is_row
            if kind in _STARTS:
                self._open(kind)
            elif self._column is not None:
                self._take(self._column, kind, value)
            self._column = None

    def _open(self, kind: str) -> None:
        is_object = kind == "start_map"
        self.stack.append(Record() if is_object else None)
        if len(self.stack) > MAX_DEPTH:
            raise _TooDeep
        if not is_object and not self._rows_depth:
            self._rows_depth = len(self.stack)
        self._is_row = len(self.stack) == self._rows_depth

    def _close(self) -> None:
        if len(self.stack) == self._rows_depth:
            self._rows_depth = MAX_DEPTH + 1  # was the first, no other counts
        record = self.stack.pop()
        if record is not None:
            self.gathering.finish(record)
        self._is_row = len(self.stack) == self._rows_depth

    def _take(self, column: str, kind: str, value: Any) -> None:
        record = self.stack[-1]
        if record is not None:
            text = _plain(value) if kind in {"string", "number"} else ""
            self.stack[-1] = self.gathering.take(record, column, text)


def _plain(value: str | int | Decimal) -> str:
    """Return the text of a value; 1e2 is 100, as far as it may be an amount."""
    if isinstance(value, Decimal) and abs(value.adjusted()) < _MAX_EXPONENT:
        return f"{value:f}"
    return str(value)


def _told(error: JSONError, block: bytes, begin: int) -> str:
    """Return what is wrong and where: YAJL quotes what is around the place, which *block* is searched for."""
    said = error.args[0] if error.args else b""
    message = said if isinstance(said, bytes) else str(said).encode("utf-8", "surrogatepass")
    first, _, quoted = message.partition(b"\n")
    what = next((ours for theirs, ours in _MESSAGES if theirs.encode() in first), "it is not JSON")
    around = _ARROW.split(quoted, maxsplit=1)[0][10:]
    padded = b" " * _CONTEXT_BYTES + block.translate(_BREAKS)
    at = padded.find(around)
    if at < 0 or not around.strip() or padded.find(around, at + 1) >= 0:
        return f"within bytes {begin + 1:,} to {begin + len(block):,}: {what}"
    return f"byte {begin + at:,}: {what}"
