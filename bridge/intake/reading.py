"""Reading stored bytes in pieces, in a thread: constant memory, hashed on the way.

What they mean is not known here.
"""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from bridge.domain.errors import Unavailable

PIECE_BYTES = 256 * 1024  # larger pieces were not faster here, and cost memory per worker
HEAD_BYTES = 64 * 1024  # what is looked at to recognise a file (threats C: sniff at most 64 KiB)


class Head:
    """The first bytes of something that passes by."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self.size = 0  # bytes that passed

    def see(self, piece: bytes) -> None:
        """Count *piece* and keep it if it belongs to the head."""
        self.size += len(piece)
        if len(self._kept) < HEAD_BYTES:
            self._kept += piece[: HEAD_BYTES - len(self._kept)]

    @property
    def content(self) -> bytes:
        """The first bytes, at most `HEAD_BYTES`."""
        return bytes(self._kept)


class Stopping:
    """Tells threads that nobody waits for them any more."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def set(self) -> None:
        """Let every thread end at its next piece."""
        self._event.set()

    def check(self) -> None:
        """Raise `Unavailable` once `set` was called."""
        if self._event.is_set():
            raise Unavailable("intake was stopped while it looked at an upload")


def pieces(file: BinaryIO, stopping: Stopping) -> Iterator[bytes]:
    """Yield what *file* still holds."""
    while piece := file.read(PIECE_BYTES):
        stopping.check()
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
