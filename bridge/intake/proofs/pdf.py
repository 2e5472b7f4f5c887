"""A PDF is whole when its two ends are there; what is between them is not looked at.

``%PDF-`` may come after up to 1,024 bytes and ``%%EOF`` is looked for in the last 1,024, as readers do
(Adobe's implementation notes 13 and 18 to the PDF reference).  Padding after the last mark counts to them.
"""

from bridge.intake.plan import Flaw

_BEGINNING = b"%PDF-"
_END = b"%%EOF"
_WINDOW_BYTES = 1024


class PdfProof:
    """Keeps the first and the last 1,024 bytes."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""
        self._size = 0

    def feed(self, piece: bytes) -> None:
        """Take the next bytes; raise `Flaw` if the file cannot be whole."""
        self._size += len(piece)
        if len(self._head) < _WINDOW_BYTES:
            self._head += piece[: _WINDOW_BYTES - len(self._head)]
            if len(self._head) == _WINDOW_BYTES:
                self._look_at_head()
        self._tail = (self._tail + piece[-_WINDOW_BYTES:])[-_WINDOW_BYTES:]

    def end(self) -> None:
        """Take note that there are no more; raise `Flaw` if the file is not whole."""
        if self._size == 0:
            raise Flaw("it is empty")
        self._look_at_head()
        if _END not in self._tail:
            raise Flaw(
                f"no %%EOF in the last 1,024 of {self._size:,} bytes: the file may have been cut off"
                if self._size > _WINDOW_BYTES
                else f"no %%EOF in its {self._size:,} bytes: the file may have been cut off"
            )

    def _look_at_head(self) -> None:
        if _BEGINNING not in self._head:
            raise Flaw("no %PDF- within the first 1,024 bytes")
