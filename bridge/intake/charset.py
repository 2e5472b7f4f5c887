"""The character set of a text: what its bytes prove, what it states, what its account says; never a guess.

Bytes in which é and a low quote are the same (0x82 in CP850 and Windows-1252) prove nothing.  Converting is
`bridge.intake.conversion`, advice for the admin `bridge.intake.suggestion`.
"""

import codecs
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from bridge.domain.encodings import one_byte
from bridge.intake.conversion import DECLARATION_CHARACTERS, declared_encoding, familiar

By = Literal["utf-8", "mark", "pattern", "declaration", "account"]

EXCERPTS = 8
EXCERPT_BYTES = 400
_BEFORE_BYTES = 150  # of an excerpt, before the byte that does not fit
_COUNTED_BYTES = 65_536  # non-ASCII bytes; more of them tell nothing new
_ASCII = bytes(range(0x80))
_C1 = range(0x80, 0xA0)  # letters and signs in most one-byte sets, control characters in ISO 8859
_MARKS = (  # the longer ones first: UTF-32's begins as UTF-16's does
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PATTERN_BYTES = 4  # two characters: fewer show no pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A line, or what is near a misfit in a long one."""

    line: int  # from 1
    raw: bytes  # at most `EXCERPT_BYTES`, without its line end
    at: int  # where in *raw* the first byte is that is not UTF-8


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the character set is and what told it."""

    encoding: str | None  # Python's name; None: nothing tells, a person must
    by: By | None  # "utf-8": the bytes are right as they are; None exactly if *encoding* is
    doubt: str | None = None  # what speaks against it, or why there is none; printable

    def __post_init__(self) -> None:
        if (self.encoding is None) != (self.by is None):
            raise ValueError(f"encoding {self.encoding} and by {self.by} disagree")

    @property
    def is_unchanged(self) -> bool:
        """Whether the bytes are delivered as they are."""
        return self.by == "utf-8"


class Utf8Watch:
    """Sees bytes pass, in any pieces: are they UTF-8, and if not, some lines and counts to judge by.

    Keeps a few KB, whatever passes.  A NUL is a character of UTF-8 but of no text, so it is told apart.
    """

    def __init__(self) -> None:
        self.is_utf8 = True  # final after `end`
        self.is_ascii = True
        self.has_nul = False
        self.began_as_utf8 = False  # there were characters beyond ASCII before the first misfit
        self.is_cut = False  # it did, and the only misfit is a character that the end cuts in two
        self.counts: Counter[int] = Counter()  # non-ASCII bytes from the first misfit on
        self.excerpts: list[Excerpt] = []
        self._lines = 0  # line ends that passed
        self._tail = b""  # a character that is not complete yet
        self._before = b""  # the line up to here, its last bytes
        self._open: _Open | None = None

    def feed(self, piece: bytes) -> None:
        """Take *piece* in."""
        self.has_nul = self.has_nul or b"\0" in piece
        plain = piece.isascii()
        self.is_ascii = self.is_ascii and plain
        if not plain and not self.is_utf8:
            self._count(piece)
        if len(self.excerpts) == EXCERPTS:
            return
        if plain and not self._tail and self._open is None:
            self._pass(piece)
        else:
            self._look(self._tail + piece if self._tail else piece)

    def end(self) -> None:
        """Say that nothing follows."""
        if self._tail and len(self.excerpts) < EXCERPTS:
            self.is_cut = self.is_utf8 and self.began_as_utf8
            tail, self._tail = self._tail, b""
            self._misfit(tail, 0)
            self._look(tail)
        if self._open is not None:
            self._close(self._open)

    def _look(self, data: bytes) -> None:
        """Find the misfits of *data*."""
        at = 0
        self._tail = b""
        view = memoryview(data)
        while len(self.excerpts) < EXCERPTS and at < len(data):
            if self._open is not None:
                at = self._fill(self._open, data, at)
                continue
            try:
                at += codecs.utf_8_decode(view[at:], "strict", False)[1]
            except UnicodeDecodeError as error:
                at += error.start
                self._misfit(data, at)
            else:
                self._tail = data[at:]
                break
        passed = data[: len(data) - len(self._tail)] if self._tail else data
        if self.is_utf8:
            self.began_as_utf8 = self.began_as_utf8 or not passed.isascii()
        self._pass(passed)

    def _misfit(self, data: bytes, at: int) -> None:
        """Begin an excerpt around the byte of *data* at *at*."""
        before = _last_line(self._before + data[max(0, at - _BEFORE_BYTES) : at])
        if self.is_utf8:
            self.is_utf8 = False
            self.began_as_utf8 = self.began_as_utf8 or not data[:at].isascii()
            self._count(data[at:])
        line = self._lines + data.count(b"\n", 0, at) + 1
        self._open = _Open(line=line, raw=bytearray(before), at=len(before))

    def _fill(self, part: "_Open", data: bytes, at: int) -> int:
        """Add to *part* what belongs to it from *at* on; return where it ends."""
        room = EXCERPT_BYTES - len(part.raw)
        line, newline, _ = data[at : at + room].partition(b"\n")
        part.raw += line
        if newline or len(line) == room:
            self._close(part)
        return at + len(line) + len(newline)

    def _close(self, part: "_Open") -> None:
        raw = bytes(part.raw).removesuffix(b"\r")
        self.excerpts.append(Excerpt(line=part.line, raw=raw, at=part.at))
        self._open = None

    def _pass(self, data: bytes) -> None:
        self._lines += data.count(b"\n")
        self._before = _last_line(self._before + data if len(data) < _BEFORE_BYTES else data)

    def _count(self, data: bytes) -> None:
        if self.counts.total() < _COUNTED_BYTES:
            self.counts.update(data.translate(None, _ASCII)[:_COUNTED_BYTES])


@dataclass(slots=True, kw_only=True)
class _Open:
    """An excerpt whose line still goes on."""

    line: int
    raw: bytearray
    at: int


def decide(head: bytes, watch: Utf8Watch, *, is_xml: bool, configured: str | None) -> Choice:
    """Return the character set of the text that *watch* saw pass.

    A mark or a plain pattern proves UTF-16.  Then XML is what it declares, unless it is pure ASCII: that is
    the same text in UTF-8 and in whatever it declares, so it goes unchanged and its declaration stays true.
    A declaration of UTF-8, of UTF-16 without its bytes, or of something unknown tells nothing.  Then comes
    valid UTF-8, and last the account.

    Args:
        head: its first bytes, `bridge.intake.reading.HEAD_BYTES` at most.
        watch: it saw all of the text and its end.
        is_xml: whether a declaration is looked for.
        configured: the account's encoding.
    """
    proven = _proven(head, watch)
    if proven is not None:
        return proven
    declared = _declared(head) if is_xml and not watch.is_ascii else None
    if declared is not None:
        return Choice(encoding=declared, by="declaration", doubt=_doubt(declared, watch))
    if watch.is_utf8:
        return Choice(encoding="utf-8", by="utf-8")
    if configured is not None:
        return Choice(encoding=configured, by="account", doubt=_doubt(configured, watch))
    return Choice(encoding=None, by=None, doubt=_doubt(None, watch))


def _proven(head: bytes, watch: Utf8Watch) -> Choice | None:
    """Return what the bytes alone prove; a NUL proves that there is no text."""
    wide = _wide(head)
    if wide is not None:
        return wide
    if watch.has_nul:
        return Choice(encoding=None, by=None, doubt="it has NUL bytes, which no text has")
    if head.startswith(codecs.BOM_UTF8):
        return Choice(encoding="utf-8", by="utf-8" if watch.is_utf8 else "mark")
    return None


def _wide(head: bytes) -> Choice | None:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return Choice(encoding=encoding, by="mark")
    for encoding, low, high in (("utf-16-le", head[::2], head[1::2]), ("utf-16-be", head[1::2], head[::2])):
        if len(head) >= _PATTERN_BYTES and _is_plain(low, high):
            return Choice(encoding=encoding, by="pattern")
    return None


def _is_plain(low: bytes, high: bytes) -> bool:
    """Whether these halves of the bytes make plain text in UTF-16: hardly a character beyond U+00FF."""
    return high.count(0) >= 0.9 * len(high) and low.count(0) <= 0.01 * len(low)


def _declared(head: bytes) -> str | None:
    name = declared_encoding(head[:DECLARATION_CHARACTERS].decode("latin-1"))
    return None if name is None else one_byte(name)


def _doubt(encoding: str | None, watch: Utf8Watch) -> str | None:
    name = "" if encoding is None else familiar(encoding)
    if encoding is not None and watch.is_utf8:
        return f"it declares {name}, but its bytes are valid UTF-8"
    if watch.is_cut:
        return "it is UTF-8 up to its last character, which is cut in two"
    if watch.began_as_utf8:
        return f"up to line {watch.excerpts[0].line:,} it is UTF-8, from there on it is not"
    if name.startswith("iso8859") and any(watch.counts[byte] for byte in _C1):
        return f"it has bytes that are control characters in {name}; perhaps it is windows-1252"
    return None


def _last_line(data: bytes) -> bytes:
    return data[-_BEFORE_BYTES:].rpartition(b"\n")[2]
