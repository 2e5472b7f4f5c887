"""What is kept of an answer: a short text that can do no harm and gives nothing away.

A destination may send back anything: control characters, markup, the whole request.  What comes out of here
is printable, at most 1 KB, and holds neither secrets nor the file: not as base64, not as text.  It errs on
the side of leaving out.
"""

import base64
import html
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from bridge.domain.kinds import Kind
from bridge.domain.names import printable

EXCERPT_BYTES = 1024
READ_BYTES = 64 * 1024  # of an answer, before anything is left out
SECRET_LEAST = 4  # characters: what is shorter is none, and would blot out half of every text
SECRET_PART = 8  # characters: so long a part of a secret is as bad as the whole
CONTENT_PART = 24  # letters and digits in a row: so much of the file is no coincidence
WORD_PART = 3  # of a declaration, which is health data, not even a word
SCAN_BYTES = 64 * 1024**2  # of the file; an echo begins where the file begins
MOST_HITS = 200_000  # in a file that repeats itself: half a second
TOO_MUCH_ALIKE = "(left out: the answer repeats the file)"

_BLOCK = CONTENT_PART // 2  # every part of that length holds a whole block of the file, wherever it begins
_OVERLAP = 4096  # of pieces: more than an excerpt
_PIECE = 1 << 20
_SECRET, _CONTENT = b"\1", b"\2"  # marks: what a letter belongs to
# Base64, also with the slashes that some JSON writers escape, or as in a URL.
_ENCODED = r"(?:[A-Za-z0-9+/_=-]|\\/|%2[BbFf]|%3[Dd])"
_CODED_FILE = re.compile(rf"base64_data\W{{1,8}}(?P<coded>{_ENCODED}+)")
_CODED = re.compile(_ENCODED + "{40,}")
_ESCAPES = re.compile(r"\\u[0-9a-fA-F]{4}|\\.|&#?\w{1,8};|%[0-9a-fA-F]{2}")
_LOWER = bytes(range(256)).lower()
_NO_LETTERS = bytes(byte for byte in range(256) if not (byte < 128 and chr(byte).isalnum()))


def excerpt(text: bytes, secrets: Sequence[str]) -> str:
    """Return the beginning of *text* for the ledger: printable, at most 1 KB, no *secrets*, no base64."""
    shown = text[:READ_BYTES].decode("utf-8", "replace")
    # Both are looked for in the text as it came: what one leaves out must not hide what the other looks for.
    marks = bytearray(len(shown))
    for begin, end in _coded(shown):
        marks[begin:end] = _CONTENT * (end - begin)
    _mark_secrets(shown, secrets, marks)
    shown = _masked(shown, marks)
    shown = " ".join(shown[: 4 * EXCERPT_BYTES].split())
    return printable(shown, EXCERPT_BYTES).encode()[:EXCERPT_BYTES].decode("utf-8", "ignore")


def _coded(text: str) -> Iterator[tuple[int, int]]:
    """Yield where base64 stands; a name such as ``administration_code_is_not_known_to_this_one`` is none."""
    for found in _CODED_FILE.finditer(text):
        yield found.span("coded")
    for found in _CODED.finditer(text):
        if any(letter.isupper() or letter.isdigit() for letter in found[0]):
            yield found.span()


def _mark_secrets(text: str, secrets: Sequence[str], marks: bytearray) -> None:
    """Mark *secrets*, however they are written, and longer parts of them."""
    lower = text.lower()
    if len(lower) != len(text):  # a letter whose small form is longer: places would not fit
        lower = text
    parts: dict[int, set[str]] = {}
    for one in (written.lower() for secret in secrets for written in _written(secret)):
        size = min(SECRET_PART, len(one))
        parts.setdefault(size, set()).update(one[at : at + size] for at in range(len(one) - size + 1))
    for size, some in parts.items():
        if not any(part in lower for part in some):
            continue
        for at in range(len(text) - size + 1):
            if lower[at : at + size] in some:
                marks[at : at + size] = _SECRET * size


def _written(secret: str) -> set[str]:
    """Return the ways in which an answer may write *secret*."""
    if len(secret) < SECRET_LEAST:
        return set()
    in_json = json.dumps(secret)[1:-1]
    return {
        secret,
        in_json,
        in_json.replace("/", "\\/"),
        html.escape(secret),
        quote(secret, safe=""),
        base64.b64encode(secret.encode()).decode(),
    }


def may_repeat(shown: str, kind: Kind) -> bool:
    """Whether the excerpt *shown* is long enough to repeat something of a file that matters."""
    return len(shown) >= (WORD_PART if kind is Kind.DECLARATION else CONTENT_PART)


def without_content(shown: str, kind: Kind, pieces: Iterable[bytes]) -> str:
    """Return the excerpt *shown* without what it repeats of the file.

    Short quotations stay, for they tell what is wrong; of a declaration nothing stays.

    Args:
        shown: as `excerpt` made it.
        kind: of the file.
        pieces: its bytes, in order; as much as may be looked through.
    """
    bare = _ESCAPES.sub(lambda found: " " * len(found[0]), shown)
    if kind is Kind.DECLARATION:
        return _without_words(shown, bare, pieces)
    places = [at for at, letter in enumerate(bare) if letter.isascii() and letter.isalnum()]
    if len(places) < CONTENT_PART:
        return shown
    plain = "".join(bare[at] for at in places).lower().encode("ascii")
    marks = bytearray(len(plain))
    if not _mark(plain, marks, _letters(pieces)):
        return TOO_MUCH_ALIKE
    where = bytearray(len(shown))
    for at, mark in zip(places, marks, strict=True):
        where[at] = mark
    return _masked(shown, _joined(where, shown))


def _mark(plain: bytes, marks: bytearray, pieces: Iterable[bytes]) -> bool:
    """Mark in *plain* what it has in common with *pieces*; False if that are too many places to look at."""
    starts: dict[bytes, list[int]] = {}
    for at in range(len(plain) - _BLOCK + 1):
        starts.setdefault(plain[at : at + _BLOCK], []).append(at)
    hits = 0
    for piece in pieces:
        for begin in range(0, len(piece) - _BLOCK + 1, _BLOCK):
            for at in starts.get(piece[begin : begin + _BLOCK], ()):
                if all(marks[at : at + _BLOCK]):
                    continue
                hits += 1
                if hits > MOST_HITS:
                    return False
                first, last = _extent(plain, at, piece, begin)
                if last - first >= CONTENT_PART:
                    marks[first:last] = _CONTENT * (last - first)
    return True


def _extent(plain: bytes, at: int, piece: bytes, begin: int) -> tuple[int, int]:
    """Return where in *plain* begins and ends what both have in common around these places."""
    first, here = at, begin
    while first and here and plain[first - 1] == piece[here - 1]:
        first, here = first - 1, here - 1
    last, here = at + _BLOCK, begin + _BLOCK
    while last < len(plain) and here < len(piece) and plain[last] == piece[here]:
        last, here = last + 1, here + 1
    return first, last


def _without_words(shown: str, bare: str, pieces: Iterable[bytes]) -> str:
    words = [found for found in re.finditer(r"[A-Za-z0-9]+", bare) if len(found[0]) >= WORD_PART]
    marks = bytearray(len(shown))
    for piece in _letters(pieces):
        for found in words:
            if found[0].lower().encode() in piece:
                marks[found.start() : found.end()] = _CONTENT * len(found[0])
    return _masked(shown, _joined(marks, shown))


def _letters(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield letters and digits only, small: quotes, separators and line ends differ in what is sent back."""
    before = b""
    for piece in pieces:
        letters = before + piece.translate(_LOWER, _NO_LETTERS)
        yield letters
        before = letters[-_OVERLAP:]


def _joined(marks: bytearray, text: str) -> bytearray:
    """Mark also what stands between marked letters."""
    for found in re.finditer(r"[^A-Za-z0-9]+", text):
        begin, end = found.span()
        if begin and end < len(text) and marks[begin - 1] and marks[end]:
            marks[begin:end] = _CONTENT * (end - begin)
    return marks


def _masked(text: str, marks: bytearray) -> str:
    parts, at = [], 0
    for found in re.finditer(rb"[\x01\x02]+", marks):
        parts += [text[at : found.start()], "***" if _SECRET in found[0] else "…"]
        at = found.end()
    return "".join([*parts, text[at:]])


def pieces_of(path: Path, name: str) -> Iterator[bytes]:
    """Yield what a file of this name says, as far as it is looked through; gzip unpacked.

    A file that cannot be read or unpacked to its end ends early.
    """
    unpacker = zlib.decompressobj(31) if name.lower().endswith(".gz") else None
    left = SCAN_BYTES
    try:
        with path.open("rb") as file:
            while left > 0 and (data := file.read(_PIECE)):
                while data and left > 0:
                    piece = data if unpacker is None else unpacker.decompress(data, _PIECE)
                    data = b"" if unpacker is None else unpacker.unconsumed_tail
                    left -= max(len(piece), 1)
                    yield piece
    except (OSError, zlib.error):
        return
