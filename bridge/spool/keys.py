"""The keys that seal blobs: lines of a file in ``keys/``; the first seals, every line opens."""

import base64
import hashlib
import secrets
from collections.abc import Sequence
from pathlib import Path

from bridge.domain.errors import Unavailable
from bridge.runtime import key_files

KEY_FILE = "spool.key"
SUFFIX = ".sealed"  # of the names of sealed blobs
_KEY_BYTES = 32  # AES-256
MARK_BYTES = 8  # by which a blob says what sealed it


class SpoolKeys:
    """All keys of the file, known by their marks."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._by_mark = {mark(key): key for key in keys}
        self.first = mark(keys[0]) if keys else None  # what is sealed from now on is sealed with this one

    @classmethod
    def from_folder(cls, folder: Path, *, makes: bool) -> "SpoolKeys":
        """Return the keys in *folder*; with *makes* the first one is made (0600) if there is none.

        Raises:
            Unavailable: the file cannot be read, or holds something else.
        """
        path = folder / KEY_FILE
        try:
            if makes and not path.exists():
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                key_files.make_once(path, _new() + b"\n")
            lines = path.read_bytes().split() if path.exists() else []
            keys = [base64.b64decode(line, validate=True) for line in lines]
        except OSError as error:
            raise Unavailable(f"spool key {path}: {error.strerror}") from error
        except ValueError as error:
            raise Unavailable(f"spool key {path}: not a key; restore it from its copy") from error
        if any(len(key) != _KEY_BYTES for key in keys) or (makes and not keys):
            raise Unavailable(f"spool key {path}: not a key; restore it from its copy")
        return cls(keys)

    def with_also(self, others: "SpoolKeys") -> "SpoolKeys":
        """Return these keys, and behind them what only *others* has."""
        return SpoolKeys([*self._by_mark.values(), *(others.key(one) for one in others.marks)])

    @property
    def marks(self) -> list[bytes]:
        """The marks of all keys, the first first."""
        return list(self._by_mark)

    def key(self, of: bytes) -> bytes:
        """Return the key with the mark *of*; raise `Unavailable` if it is not here."""
        try:
            return self._by_mark[of]
        except KeyError:
            raise Unavailable(
                f"a stored file was sealed with key {of.hex()}, which {KEY_FILE} lacks; restore it"
            ) from None


def mark(key: bytes) -> bytes:
    """Return by what *key* is known: nobody finds 256 random bits from 64 of their hash."""
    return hashlib.sha256(b"spool key " + key).digest()[:MARK_BYTES]


def rotate(folder: Path) -> bytes:
    """Put a new key before those in *folder*, in one rename; return its mark.

    Raises:
        Unavailable: the file cannot be read or written, or holds something else.
    """
    SpoolKeys.from_folder(folder, makes=True)  # what is there must be keys
    path = folder / KEY_FILE
    new = _new()
    try:
        with key_files.alone(path):
            key_files.replace(path, b"\n".join([new, *path.read_bytes().split()]) + b"\n")
    except OSError as error:
        raise Unavailable(f"spool key {path}: {error.strerror}") from error
    return mark(base64.b64decode(new))


def _new() -> bytes:
    return base64.b64encode(secrets.token_bytes(_KEY_BYTES))
