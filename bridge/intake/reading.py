"""Reading stored bytes in pieces, in a thread: constant memory, hashed on the way.

What they mean is not known here.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO

from bridge.domain.errors import Unavailable

PIECE_BYTES = 256 * 1024  # larger pieces were not faster here, and cost memory per worker
HEAD_BYTES = 64 * 1024  # what is looked at to recognise a file (threats C: sniff at most 64 KiB)
TAIL_BYTES = 1024  # what is looked at to see whether a PDF is whole

ReadAt = Callable[[int, int], bytes]  # so many bytes, from there
Source = int | ReadAt  # an open file's descriptor, or what reads in its place


class Ends:
    """The first and the last bytes of something that passes by, and its size."""

    def __init__(self) -> None:
        self._first: list[bytes] = []
        self._missing = HEAD_BYTES
        self.tail = b""  # the last bytes, at most `TAIL_BYTES`
        self.size = 0  # bytes that passed

    def see(self, piece: bytes) -> None:
        """Count *piece* and keep what of it belongs to the ends."""
        self.size += len(piece)
        if self._missing:
            self._first.append(piece[: self._missing])
            self._missing -= len(self._first[-1])
        self.tail = piece[-TAIL_BYTES:] if len(piece) >= TAIL_BYTES else (self.tail + piece)[-TAIL_BYTES:]

    @property
    def head(self) -> bytes:
        """The first bytes, at most `HEAD_BYTES`."""
        if len(self._first) != 1:
            self._first = [b"".join(self._first)]
        return self._first[0]


class Stopping:
    """Tells threads that nobody waits for them any more."""

    def __init__(self, outer: "Stopping | None" = None) -> None:
        """Begin; it is set too when *outer* is."""
        self._event = threading.Event()
        self._outer = outer

    def set(self) -> None:
        """Let every thread end at its next piece."""
        self._event.set()

    def check(self) -> None:
        """Raise `Unavailable` once `set` was called."""
        if self._event.is_set():
            raise Unavailable("intake was stopped while it looked at an upload")
        if self._outer is not None:
            self._outer.check()


def pieces(file: BinaryIO, stopping: Stopping) -> Iterator[bytes]:
    """Yield what *file* still holds."""
    while piece := file.read(PIECE_BYTES):
        stopping.check()
        yield piece


def source(file: BinaryIO) -> Source:
    """Return how several threads at once read from places of the open *file*."""
    read_at: ReadAt | None = getattr(file, "read_at", None)  # of a sealed blob
    return read_at or file.fileno()


def reading_at(file: BinaryIO) -> ReadAt:
    """Return what reads so many bytes from a place of the open *file*."""
    found = source(file)
    return partial(os.pread, found) if isinstance(found, int) else found


def pieces_at(source: Source, at: int, size: int, stopping: Stopping) -> Iterator[bytes]:
    """Yield *size* bytes of an open file from *at*, or fewer where it ends; several threads may at once."""
    end = at + size
    read_at = partial(os.pread, source) if isinstance(source, int) else source
    while at < end and (piece := read_at(min(end - at, PIECE_BYTES), at)):
        stopping.check()
        at += len(piece)
        yield piece


class Digest:
    """A SHA-256 of what passes by."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0  # bytes that passed

    def over(self, source: Iterable[bytes]) -> Iterator[bytes]:
        """Yield *source* unchanged."""
        for piece in source:
            self.see(piece)
            yield piece

    def see(self, piece: bytes) -> None:
        """Take *piece* in."""
        self._hash.update(piece)
        self.size += len(piece)

    def hex(self) -> str:
        """Return the digest of what passed."""
        return self._hash.hexdigest()
