"""Sealed blobs: AES-256-GCM in chunks that can be read in any order; nothing is ever on the disk bare.

    header     magic, mark of the key, salt
    chunks     length, nonce, ciphertext, tag; 64 KiB of content each, the last one what is left
    trailer    nonce, the size of the whole, tag

Each blob has a key of its own, derived from the key file's, its salt and its name: a chunk that was
changed, moved to another place or into another blob, a blob under another's name, and one that was cut short
do not open.
"""

import io
import os
import struct
from pathlib import Path, PosixPath
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.spool import disk
from bridge.spool.keys import MARK_BYTES, SpoolKeys
from bridge.spool.protocol import BrokenSeal
from bridge.spool.writeback import start_writeback

CHUNK = 64 * 1024  # bytes of content
_MAGIC = b"bridge sealed 1\n"
_SALT, _NONCE, _TAG = 16, 12, 16
_HEADER = len(_MAGIC) + MARK_BYTES + _SALT
_LENGTH = struct.Struct(">I")
_SIZE = struct.Struct(">Q")
_PLACE = struct.Struct(">QI")  # what a chunk is bound to: its number and its length
_AROUND = _LENGTH.size + _NONCE + _TAG  # bytes of a chunk besides its content
_SLOT = CHUNK + _AROUND
_TRAILER = _NONCE + _SIZE.size + _TAG


class SealedPath(PosixPath):
    """Where a sealed blob is, or will be: opened for reading, it gives what was sealed.

    Everything else (renaming, removing, asking whether it is there) is about the file as it is.
    """

    keys = SpoolKeys(())  # of one that `of` did not make: it can be moved and removed, not opened

    @classmethod
    def of(cls, path: Path, keys: SpoolKeys) -> "SealedPath":
        """Return *path*, opened with *keys*."""
        sealed = cls(path)
        sealed.keys = keys
        return sealed

    def open(self, mode: str = "r", *_: Any, **__: Any) -> Any:
        """Open it for reading; new ones are written through `bridge.spool.files`."""
        if mode != "rb":
            raise ValueError(f"a sealed blob is opened with 'rb', not {mode!r}")
        return SealedReader(self)


class _Seal:
    """The key of one blob."""

    def __init__(self, name: str, key: bytes, salt: bytes) -> None:
        self._name = name
        derived = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"blob " + name.encode()).derive(key)
        self._cipher = AESGCM(derived)

    def close(self, content: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, bound_to)

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], bound_to)
        except (InvalidTag, ValueError) as error:
            raise BrokenSeal(self._name, "its bytes are not those that were sealed") from error


class SealedReader(io.RawIOBase):
    """Reads what was sealed, from anywhere; `read_at` may be called by several threads at once."""

    def __init__(self, path: SealedPath) -> None:
        """Open; raise FileNotFoundError, `BrokenSeal`, or `Unavailable` if its key is not here."""
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._seal, self.size = _opened(self._descriptor, path)
        except BaseException:
            os.close(self._descriptor)
            raise
        self._name = path.name
        self._at = 0
        self._last: tuple[int, bytes] = (-1, b"")  # the chunk that was read last

    def readable(self) -> bool:
        """See `io.RawIOBase`."""
        return True

    def seekable(self) -> bool:
        """See `io.RawIOBase`."""
        return True

    def tell(self) -> int:
        """Return where `read` goes on."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Let `read` go on elsewhere."""
        begin = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Return *size* bytes, or fewer only at the end."""
        left = max(0, self.size - self._at)
        data = self.read_at(left if size is None or size < 0 else min(size, left), self._at)
        self._at += len(data)
        return data

    def read_at(self, size: int, offset: int) -> bytes:
        """Return *size* bytes from *offset*, or fewer where it ends."""
        end = min(offset + size, self.size)
        pieces = []
        while offset < end:
            number, begin = divmod(offset, CHUNK)
            pieces.append(self._chunk(number)[begin : begin + end - offset])
            offset += len(pieces[-1])
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _chunk(self, number: int) -> bytes:
        last, content = self._last
        if last != number:
            wanted = min(CHUNK, self.size - number * CHUNK)
            content = _read_chunk(self._descriptor, self._seal, number)
            if len(content) != wanted:
                raise BrokenSeal(self._name, f"chunk {number} has {len(content)} bytes instead of {wanted}")
            self._last = (number, content)
        return content

    def close(self) -> None:
        """Close it; once more is fine."""
        if not self.closed:
            os.close(self._descriptor)
        super().close()


class SealedFile:
    """A new sealed blob, written in any order."""

    def __init__(self, path: SealedPath) -> None:
        first = path.keys.first
        if first is None:
            raise ValueError("there is no key to seal with")
        salt = os.urandom(_SALT)
        self._seal = _Seal(path.name, path.keys.key(first), salt)
        self._descriptor = disk.create(path)
        self._size = 0  # bytes of content
        # First: a file that is still written says which key it needs, for `bridge spool keys`.
        try:
            disk.write_all(self._descriptor, [_MAGIC + first + salt], 0)
        except BaseException:
            os.close(self._descriptor)
            path.unlink(missing_ok=True)
            raise

    def write(self, pieces: list[bytes], offset: int) -> None:
        """Write the pieces one behind the other from *offset*."""
        data = memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        while data:
            number, begin = divmod(offset, CHUNK)
            taken = data[: CHUNK - begin]
            self._put(number, begin, bytes(taken))
            data = data[len(taken) :]
            offset += len(taken)
            self._size = max(self._size, offset)

    def _put(self, number: int, begin: int, taken: bytes) -> None:
        end = begin + len(taken)
        if begin or number * CHUNK + end < self._size:  # there may be something around it
            old = _read_chunk(self._descriptor, self._seal, number)
            taken = old[:begin].ljust(begin, b"\0") + taken + old[end:]
        self._store(number, taken)

    def _store(self, number: int, content: bytes) -> None:
        sealed = self._seal.close(content, _PLACE.pack(number, len(content)))
        at = _HEADER + number * _SLOT
        disk.write_all(self._descriptor, [_LENGTH.pack(len(content)), sealed], at)

    def truncate(self, size: int) -> None:
        """Cut or extend to *size* bytes."""
        number, left = divmod(size, CHUNK)
        if size < self._size:
            rest = _read_chunk(self._descriptor, self._seal, number)[:left]
            os.ftruncate(self._descriptor, _HEADER + number * _SLOT)
            if rest:
                self._store(number, rest)
        self._size = size

    def sync(self) -> None:
        """Write its end and make it durable."""
        whole, left = divmod(self._size, CHUNK)
        at = _HEADER + whole * _SLOT + (left + _AROUND if left else 0)
        trailer = self._seal.close(_SIZE.pack(self._size), b"size")
        os.ftruncate(self._descriptor, at)  # what was there before a cut
        disk.write_all(self._descriptor, [trailer], at)
        os.fsync(self._descriptor)

    def begin_writeback(self, size: int) -> None:
        """Have the disk begin with its *size* bytes."""
        start_writeback(self._descriptor, 0, size)

    def close(self) -> None:
        """Close it."""
        os.close(self._descriptor)


def _opened(descriptor: int, path: SealedPath) -> tuple[_Seal, int]:
    """Return what opens the blob, and the size of its content."""
    header = os.pread(descriptor, _HEADER, 0)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise BrokenSeal(path.name, "it does not begin as a sealed one does")
    marked = header[len(_MAGIC) : -_SALT]
    seal = _Seal(path.name, path.keys.key(marked), header[-_SALT:])
    stored = os.fstat(descriptor).st_size
    trailer = os.pread(descriptor, _TRAILER, max(_HEADER, stored - _TRAILER))
    (size,) = _SIZE.unpack(seal.open(trailer, b"size"))
    whole, left = divmod(size, CHUNK)
    if stored != _HEADER + whole * _SLOT + (left + _AROUND if left else 0) + _TRAILER:
        raise BrokenSeal(path.name, f"{stored} bytes are stored, which do not hold its {size}")
    return seal, size


def _read_chunk(descriptor: int, seal: _Seal, number: int) -> bytes:
    """Return the content of a chunk; nothing where none was written."""
    slot = os.pread(descriptor, _SLOT, _HEADER + number * _SLOT)
    length = _LENGTH.unpack(slot[: _LENGTH.size])[0] if len(slot) >= _AROUND else 0
    if not length:
        return b""
    sealed = slot[_LENGTH.size : _LENGTH.size + _NONCE + length + _TAG]
    return seal.open(sealed, _PLACE.pack(number, length))


def key_mark(path: Path) -> bytes | None:
    """Return the mark of the key that sealed the blob at *path*; None: it is not sealed."""
    with path.open("rb") as file:
        header = file.read(_HEADER)
    return header[len(_MAGIC) : -_SALT] if header.startswith(_MAGIC) and len(header) == _HEADER else None
