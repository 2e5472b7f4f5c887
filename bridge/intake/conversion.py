"""Text in another character set becomes UTF-8, piece by piece; nothing else of it changes.

Line ends, separators, quoting and control characters stay.  What is left out is the byte-order mark; what is
rewritten is the encoding in an XML declaration, which would no longer be true.  Which character set it is
was decided elsewhere (`bridge.intake.charset`).
"""

import codecs
import re
from collections.abc import Iterable, Iterator

from bridge.intake.plan import Flaw

DECLARATION_CHARACTERS = 1024  # an XML declaration is some 60; beyond this it is none
_DECLARATION = re.compile(
    r"""([ \t\r\n]*<\?xml[ \t\r\n][^<>?]*?encoding[ \t\r\n]*=[ \t\r\n]*)(?:"([^"'<>]*)"|'([^"'<>]*)')"""
)
_FAMILIAR = {"cp1252": "windows-1252"}  # Python's name, and the one that admins know
_MARK = "\ufeff"


def familiar(encoding: str) -> str:
    """Return the name of *encoding* as admins know it; `check_encoding` takes it too."""
    return _FAMILIAR.get(encoding, encoding)


def declared_encoding(text: str) -> str | None:
    """Return the encoding that the XML declaration at the start of *text* names; None: it names none."""
    found = _DECLARATION.match(text, 0, DECLARATION_CHARACTERS)
    return None if found is None else (found[2] or found[3] or "").strip()


def converted(source: Iterable[bytes], encoding: str, *, is_xml: bool) -> Iterator[bytes]:
    """Yield the text of *source* in UTF-8, without byte-order mark.

    Args:
        source: the bytes, in any pieces.
        encoding: Python's name of their character set.
        is_xml: an encoding in its XML declaration becomes UTF-8; one that has none gets none.

    Raises:
        Flaw: bytes that *encoding* does not have; the text says which and where.
    """
    texts = _unmarked(_decoded(source, encoding))
    for text in _redeclared(texts) if is_xml else texts:
        if text:
            yield text.encode()


def _decoded(source: Iterable[bytes], encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    taken = 0  # bytes
    lines = 0  # line ends in what was decoded
    try:
        for piece in source:
            taken += len(piece)
            text = decoder.decode(piece)
            lines += text.count("\n")
            yield text
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise Flaw(_misfit(error, encoding, taken, lines)) from error


def _misfit(error: UnicodeDecodeError, encoding: str, taken: int, lines: int) -> str:
    """Say which bytes do not fit, and where.

    The decoder was given *taken* bytes; those it looks at (it may have kept some) are the last of them.
    """
    offset = taken - len(error.object) + error.start
    line = lines + error.object[: error.start].decode(encoding, "replace").count("\n") + 1
    place = f"at offset {offset:,} (line {line:,})"
    if error.reason in {"truncated data", "unexpected end of data"} and error.end == len(error.object):
        return f"the file ends within a character of {familiar(encoding)} {place}"
    misfits = " ".join(f"0x{byte:02x}" for byte in error.object[error.start : error.end])
    if error.end - error.start == 1:
        return f"byte {misfits} {place} does not exist in {familiar(encoding)}"
    return f"bytes {misfits} {place} are no character of {familiar(encoding)}"


def _unmarked(texts: Iterator[str]) -> Iterator[str]:
    for text in texts:
        if text:
            yield text.removeprefix(_MARK)
            break
    yield from texts


def _redeclared(texts: Iterator[str]) -> Iterator[str]:
    """Rewrite the declaration as soon as it has come in whole; it is the only text that is kept back."""
    start = ""
    for text in texts:
        start += text
        if "?>" in start or len(start) >= DECLARATION_CHARACTERS:
            break
    yield _in_utf8(start)
    yield from texts


def _in_utf8(start: str) -> str:
    found = _DECLARATION.match(start, 0, DECLARATION_CHARACTERS)
    if found is None or (found[2] or found[3] or "").upper() == "UTF-8":
        return start
    quote = start[found.end() - 1]
    return f"{found[1]}{quote}UTF-8{quote}{start[found.end() :]}"
