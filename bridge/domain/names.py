"""Names and paths that clients send: labels only, never part of a disk path.

A path is resolved inside the account's own tree; ``..`` cannot leave it.  A name keeps its case, spaces and
accents, for Payt links documents by their name (payt-imports §3).
"""

from bridge.domain.errors import Invalid

TEMPORARY_SUFFIXES = (".filepart", ".part", ".partial", ".tmp", ".inprogress")
TEMPORARY_PREFIXES = (".", "~")
MAX_NAME_BYTES = 1024  # far above the 255 of common file systems; bounds a row
MAX_PATH_BYTES = 4096
MAX_DEPTH = 32


def is_temporary(name: str) -> bool:
    """Whether files of this *name* wait for their rename (payt-imports §6)."""
    return name.startswith(TEMPORARY_PREFIXES) or name.lower().endswith(TEMPORARY_SUFFIXES)


def decode_path(raw: bytes, encoding: str | None) -> str:
    """Return the text of a path: UTF-8, else the account's *encoding*.

    Raises:
        Invalid: it is neither, too long, or has a NUL.
    """
    if len(raw) > MAX_PATH_BYTES:
        raise Invalid("path too long", public=f"path longer than {MAX_PATH_BYTES} bytes")
    if b"\0" in raw:
        raise Invalid("NUL in a path", public="a file name cannot contain a NUL character")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if encoding is None:
        raise Invalid(
            f"path {raw!r} is not UTF-8 and the account has no encoding",
            public="the file name is not UTF-8; ask the administrator to set this account's encoding",
        )
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise Invalid(
            f"path {raw!r} is neither UTF-8 nor {encoding}",
            public=f"the file name is neither UTF-8 nor {encoding}",
        ) from None


def resolve(path: str) -> tuple[str, ...]:
    """Return the parts of *path* from the root; ``.`` and ``..`` are worked out, at most to the root.

    Raises:
        Invalid: a part is too long or the tree too deep.
    """
    parts: list[str] = []
    for part in path.split("/"):
        if part in {"", "."}:
            continue
        if part == "..":
            parts = parts[:-1]
            continue
        if len(part.encode()) > MAX_NAME_BYTES:
            raise Invalid("name too long", public=f"file name longer than {MAX_NAME_BYTES} bytes")
        parts.append(part)
    if len(parts) > MAX_DEPTH:
        raise Invalid("path too deep", public=f"more than {MAX_DEPTH} folders deep")
    return tuple(parts)


def join(parts: tuple[str, ...]) -> str:
    """Return the absolute path of *parts*: ``/`` for none."""
    return "/" + "/".join(parts)


def extension(name: str) -> str:
    """Return the lower-case extension with its dot, or an empty string; ``X.CSV.GZ`` gives ``.gz``."""
    stem, dot, last = name.rpartition(".")
    return f".{last.lower()}" if dot and stem else ""


def printable(text: str, limit: int = 200) -> str:
    """Return *text* safe for a terminal or a log: control and direction marks escaped, cut at *limit*."""
    if text.isascii() and text.isprintable() and len(text) <= limit:  # as most are; an archive has thousands
        return text
    safe = "".join(c if c.isprintable() and c not in _DIRECTION_MARKS else f"\\u{ord(c):04x}" for c in text)
    return safe if len(safe) <= limit else safe[: limit - 1] + "…"


_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
